# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters, keys, icons and modes through a real `sd_kokoro`: 701, sound, 702, whatever is asked for."""

from __future__ import annotations

import random
import struct
import unicodedata
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.module_driver import SETTINGS, Line, Module, marks_of, samples_of, wait_for_kokoro


def settings(**changes: str) -> str:
    text = SETTINGS.replace("rate=0", "rate=100")
    for key, value in changes.items():
        assert f"{key}=" in text
        text = "".join(
            f"{key}={value}\n" if line.startswith(f"{key}=") else f"{line}\n" for line in text.splitlines()
        )
    return text


def hear(module: Module, text: str, command: str = "SPEAK", **changes: str) -> list[Line]:
    module.speak(text, settings(**changes), command)
    events = module.until_end()
    assert events[0].code == "701"
    assert events[-1].code == "702"
    return events


def seconds(events: list[Line]) -> float:
    return samples_of(events) / next(event.sample_rate for event in events if event.code == "705")


def characters(count: int) -> list[str]:
    """Return a sample of the assigned characters that a message can hold, from all over the first plane."""
    every = [
        chr(code)
        for code in range(0x10000)
        if unicodedata.category(chr(code)) not in ("Cn", "Cs") and chr(code) not in "\n\0"
    ]
    return random.Random(7).sample(every, count)


@pytest.mark.slow
def test_three_hundred_characters_have_sound(module: Module) -> None:
    languages = ("en-us", "es", "de", "hi", "ru")
    silent = []
    for number, char in enumerate(characters(300)):
        events = hear(module, char, "CHAR", language=languages[number % len(languages)], volume="-90")
        if not any(any(event.samples) for event in events):
            silent.append(f"{ord(char):04X}")
    assert silent == []


@pytest.mark.parametrize(
    "key", ["a", "shift_a", "control_alt_delete", "F1", "kp-enter", "Page_Up", "_", "foo_bar", ""]
)
def test_keys_have_sound(module: Module, key: str) -> None:
    assert samples_of(hear(module, key, "KEY"))


def test_modes_are_heard(module: Module) -> None:
    plain = seconds(hear(module, "<speak>Ann (b).</speak>"))
    for changes in (
        {"punctuation_mode": "most"},
        {"punctuation_mode": "all"},
        {"spelling_mode": "on"},
        {"cap_let_recogn": "spell"},
        {"cap_let_recogn": "icon"},
    ):
        events = hear(module, '<speak><mark name="x"/>Ann (b).<mark name="__spd_0"/></speak>', **changes)
        assert seconds(events) > plain + 0.03, changes
        assert marks_of(events) == ["x", "__spd_0"]


def test_a_sound_icon_is_played_and_an_unknown_one_is_named(start_module: Callable[..., Module]) -> None:
    module = start_module()
    folder = Path(module.environment["XDG_DATA_HOME"]) / "sounds/sound-icons"
    folder.mkdir(parents=True)
    values = [1000, -1000] * 8000
    with wave.open(str(folder / "prompt.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(struct.pack(f"<{len(values)}h", *values))
    module.init()
    events = hear(module, "prompt", "SOUND_ICON")
    assert {event.sample_rate for event in events if event.code == "705"} == {16_000}
    assert b"".join(event.samples for event in events) == struct.pack(f"<{len(values)}h", *values)
    for unknown in ("prompt-two", "../../sounds/sound-icons/prompt", "x/y"):
        events = hear(module, unknown, "SOUND_ICON")
        assert 16_000 not in {event.sample_rate for event in events}
        assert samples_of(events)


def test_an_icon_can_be_stopped(start_module: Callable[..., Module]) -> None:
    module = start_module()
    folder = Path(module.environment["XDG_DATA_HOME"]) / "sounds/sound-icons"
    folder.mkdir(parents=True)
    with wave.open(str(folder / "long"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(b"\1\2" * 16_000 * 20)
    module.init()
    module.speak("long", command="SOUND_ICON")
    module.wait_for(lambda line: line.code == "705")
    module.send("STOP\n")
    assert module.until_end(timeout=10)[-1].code == "703"
    assert samples_of(hear(module, "a", "CHAR"))


@pytest.mark.slow
def test_kokoro_says_letters_keys_and_modes(start_module: Callable[..., Module], random_model: Path) -> None:
    module = start_module(random_model)
    module.init()
    wait_for_kokoro(module)
    for command, text in (
        ("CHAR", "a"), ("CHAR", "漢"), ("CHAR", "\u0301"), ("CHAR", "\x07"), ("CHAR", "space"),
        ("KEY", "shift_a"), ("KEY", "kp-enter"), ("SOUND_ICON", "no-such"), ("SPEAK", "<speak>t </speak>"),
    ):  # fmt: skip
        events = hear(module, text, command)
        assert {event.sample_rate for event in events if event.code == "705"} == {24_000}, text
    text = '<speak><mark name="1"/>Ann, <mark name="2"/>Bob.</speak>'
    plain = seconds(hear(module, text))
    for changes in (
        {"punctuation_mode": "all"},
        {"spelling_mode": "on"},
        {"cap_let_recogn": "spell"},
        {"cap_let_recogn": "icon"},
    ):
        events = hear(module, text, **changes)
        assert marks_of(events) == ["1", "2"]
        assert seconds(events) > plain + 0.03, changes
    assert "espeak-ng speaks instead" not in module.log.read_text().split("Kokoro speaks")[-1]
