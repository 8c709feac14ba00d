# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that come faster than Kokoro's first sound: there is a voice all the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kokoro_speechd.speechd.hurry import Hurry
from tests.module_driver import Line, Module, wait_for_kokoro

SILENT = {"stopped": True, "heard": False}
STOPPED = {"stopped": True, "heard": True}
WHOLE = {"stopped": False, "heard": True}


@pytest.mark.parametrize(
    ("messages", "patience"),
    [
        ([], None),
        ([SILENT], None),
        ([SILENT, SILENT], 0.25),
        ([SILENT, STOPPED, SILENT], None),
        ([SILENT, WHOLE, SILENT], None),
        ([SILENT, SILENT, STOPPED, STOPPED], 0.25),  # heard because there was hurry, perhaps
        ([SILENT, SILENT, STOPPED, WHOLE], None),
        ([SILENT] * 9, 0.25),
    ],
)
def test_what_makes_haste(messages: list[dict[str, bool]], patience: float | None) -> None:
    hurry = Hurry(0.25)
    for message in messages:
        hurry.ended(**message, after=1.5)
    assert hurry.patience == patience


def test_who_is_faster_waits_less() -> None:
    hurry = Hurry(0.25)
    for after in (0.9, 0.2):
        hurry.ended(**SILENT, after=after)
    assert hurry.patience == pytest.approx(0.1)


def test_it_can_be_switched_off() -> None:
    hurry = Hurry(0)
    for _ in range(5):
        hurry.ended(**SILENT, after=0.2)
    assert hurry.patience is None


def rates(events: list[Line]) -> set[int]:
    return {event.sample_rate for event in events if event.samples}


def pressed(module: Module, text: str) -> list[Line]:
    """Speak, and stop before there can be any sound."""
    module.speak(text)
    time.sleep(0.02)
    module.send("STOP\n")
    return module.until_end()


@pytest.mark.slow
@pytest.mark.parametrize(("setting", "rate"), [(10, 22_050), (0, 24_000)])
def test_after_two_silent_keys_somebody_speaks(
    start_module: Callable[..., Module], random_model: Path, setting: int, rate: int
) -> None:
    settings = f"[speechd]\nhurried_bridge_ms = {setting}\nengine_timeout_s = 30\n"
    module = start_module(random_model, settings)
    module.init()
    wait_for_kokoro(module)
    lines = iter(
        f"This is the line number {number}, which nobody has ever read aloud." for number in range(9)
    )
    assert rates(pressed(module, next(lines))) == set()
    assert rates(pressed(module, next(lines))) == set()
    module.speak(next(lines))
    assert rates(module.until_end(120)) == {rate}
    # It was heard to its end: there is no hurry any more.
    module.speak(next(lines))
    assert rates(module.until_end(120)) == {24_000}
