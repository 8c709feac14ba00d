# SPDX-License-Identifier: GPL-3.0-or-later
"""What Orca says of a GTK application, recorded at the sink and heard by whisper, step by step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.orca_screen import Heard, Screen, missing, screen_with
from tests.real_voice.lab import Lab
from tests.real_voice.ways import SETTING, put_statistics

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}"),
]


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory, lab: Lab) -> Iterator[Screen]:
    lab.ours.learn("af_heart", "en-US")  # as `model import` does
    folder = tmp_path_factory.mktemp("orca")
    with screen_with(lab.model, folder, SETTING, prepare=put_statistics) as screen:
        yield screen


def steps(screen: Screen) -> Iterator[tuple[str, Heard]]:
    """Live through a morning; yield what must be heard, and what was."""
    screen.hears("screen reader on", lambda: None, 90)
    screen.quiet()
    screen.activate()
    screen.quiet()
    yield "discard", screen.listen("Discard", lambda: screen.press("Tab"))
    yield "address", screen.listen("Address", lambda: screen.press("shift+Tab"))
    yield "m", screen.listen("m", lambda: screen.press("m"))
    screen.press("BackSpace")
    yield "discard", screen.listen("Discard", lambda: screen.press("Tab"))
    yield "throw the letter away", screen.listen("Throw the letter away", lambda: screen.press("space"))
    screen.press("Escape")
    screen.activate()
    yield "dear mary", screen.listen("Dear Mary", lambda: screen.press("Tab"))
    yield "the garden is in flower", screen.listen("the garden is in flower", lambda: screen.press("Down"))
    yield "come and see", screen.listen("Come and see", lambda: screen.press("Down"))
    screen.press("ctrl+Home")
    yield "garden is in flower", screen.listen("Come and see", lambda: screen.press("KP_Add"), 60)  # Say All
    yield "letters", screen.listen("Letters", lambda: screen.press("F10"))
    yield "right", screen.listen("Write", lambda: screen.press("Down"))
    yield "deliver", screen.listen("Deliver", lambda: screen.press("Down"))
    screen.press("Escape", "Escape")


def alike(text: str) -> str:
    """Write words that sound alike in one way."""
    for heard, meant in {"write": "right", "this card": "discard", "flour": "flower", ",": ""}.items():
        text = text.lower().replace(heard, meant)
    return text


def test_each_step_is_heard(lab: Lab, screen: Screen) -> None:
    missed = {}
    for words, heard in steps(screen):
        (text,) = lab.ears.transcribe([np.frombuffer(heard.samples, np.int16)], "en-US")
        print(f"{heard.delay * 1000:4.0f} ms: {heard.said!r} was heard as {text!r}")
        if words not in alike(text):
            missed[words] = text
    assert len(missed) <= 1, missed  # whisper mishears one letter or word alone now and then
    counts = screen.counts()
    assert counts["taken"] == counts["ended"] > 15


def test_the_last_of_many_keys_is_heard(lab: Lab, screen: Screen) -> None:
    """Each interrupts what the one before had said; what is said last is heard, whole."""

    def press() -> None:
        screen.activate()
        for _ in range(9):
            screen.do("key", "Tab")
        screen.do("key", "F10")

    heard = screen.listen("Letters", press)
    (text,) = lab.ears.transcribe([np.frombuffer(heard.samples, np.int16)], "en-US")
    assert "letters" in text.lower(), text
