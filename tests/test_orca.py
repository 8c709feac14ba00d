# SPDX-License-Identifier: GPL-3.0-or-later
"""Orca with a GTK application under Xvfb: what it says reaches the sink, and each message has one end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.orca_screen import Screen, missing, screen_with

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}"),
]


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory, random_model: Path) -> Iterator[Screen]:
    with screen_with(random_model, tmp_path_factory.mktemp("orca")) as screen:
        yield screen


def test_a_morning_with_orca(screen: Screen) -> None:
    screen.hears("screen reader on", lambda: None, 90)
    screen.quiet()
    screen.activate()
    screen.hears("Discard", lambda: screen.press("Tab"))  # the button behind the entry
    screen.hears("Address", lambda: screen.press("shift+Tab"))
    screen.hears("q", lambda: screen.press("q"))
    screen.press("BackSpace")
    screen.hears("Discard", lambda: screen.press("Tab"))
    screen.hears("Throw the letter away", lambda: screen.press("space"))  # a dialog
    screen.press("Escape")
    screen.activate()
    screen.hears("Dear Mary", lambda: screen.press("Tab"))
    screen.hears("the garden is in flower", lambda: screen.press("Down"))
    screen.hears("h", lambda: screen.press("Right"))
    screen.press("ctrl+Home")
    screen.quiet()
    screen.hears("Come and see", lambda: screen.press("KP_Add"), 60)  # Say All
    screen.quiet()
    screen.hears("Letters", lambda: screen.press("F10"))
    screen.hears("Write", lambda: screen.press("Down"))
    screen.hears("Deliver", lambda: screen.press("Down"))
    screen.press("Escape", "Escape")
    # Interrupted again and again: the last must be said, and all must end.
    for _ in range(10):
        screen.do("key", "Tab")
    screen.quiet()
    counts = screen.counts()
    assert counts["taken"] == counts["ended"] > 15
    assert "failed" not in screen.desktop.module_log()
