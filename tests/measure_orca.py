# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure how long after a key Orca's speech begins at the sink, and when it ends: ours beside espeak-ng's.

    .venv/bin/python -m tests.measure_orca [ROUNDS]

Needs Orca, Xvfb, xdotool, openbox and GTK (see `tests.orca_screen`). The same keys are pressed with both
modules, A B A B, each in silence. Prints medians in milliseconds, xdotool's own start (some 20) included.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from tests.orca_screen import Screen, missing, screen_with
from tests.real_model import find_or_fetch_model
from tests.real_voice.rendering import Voices
from tests.real_voice.ways import SETTING, put_statistics

ROUNDS = 3
MODULES = ("kokoro", "espeak-ng")
# Beginning in the entry: kind of speech and key.
KEYS = (
    ("a letter", "m"),
    ("a letter", "k"),
    ("a letter, deleted", "BackSpace"),
    ("a letter, deleted", "BackSpace"),
    ("a button", "Tab"),
    ("a line", "Tab"),
    ("a line", "Down"),
    ("a line", "Down"),
    ("a line", "Up"),
    ("a menu", "F10"),
    ("a menu's entry", "Down"),
    ("a menu's entry", "Down"),
    ("", "Escape"),
    ("", "Escape"),
    ("a button", "shift+Tab"),
    ("an entry", "shift+Tab"),
)
_LOUD = 300  # of 32,767
_SILENT_S = 0.8


def silence(screen: Screen) -> None:
    """Wait until nothing was heard for a while."""
    recorder = screen.desktop.recorder
    assert recorder is not None
    end = time.monotonic() + 30
    while time.monotonic() < min(end, recorder.last_sound(_LOUD) + _SILENT_S):
        time.sleep(0.05)


def delay(screen: Screen, key: str) -> float | None:
    """Press a key; return the seconds until it is heard, None where nothing is within ten."""
    recorder = screen.desktop.recorder
    assert recorder is not None
    silence(screen)
    begun, seen = time.monotonic(), len(recorder.pieces)
    screen.do("key", key)
    while time.monotonic() < begun + 10:
        for when, piece in recorder.pieces[seen:]:
            if max(map(abs, piece), default=0) > _LOUD:
                return when - begun
        time.sleep(0.01)
    return None


def main(words: list[str]) -> int:
    """Print the table; return the exit code."""
    if missing():
        print(f"not installed: {missing()}", file=sys.stderr)
        return 2
    rounds = int(words[0]) if words else ROUNDS
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    silent = 0
    model = find_or_fetch_model()
    Voices(model).learn("af_heart", "en-US")  # as `model import` does
    for _ in range(rounds):
        for module in MODULES:  # one after the other: a new Orca ends every other one of its user
            with (
                tempfile.TemporaryDirectory(prefix="orca-") as folder,
                screen_with(model, Path(folder), SETTING, module, put_statistics) as screen,
            ):
                time.sleep(15)  # until Orca has told that it is there, and Kokoro stands ready
                screen.activate()
                time.sleep(3)
                for kind, key in KEYS:
                    after = delay(screen, key)
                    if kind and after is not None:
                        found[kind][module].append(after * 1000)
                    elif kind:
                        silent += 1
    print(f"silent keys: {silent}\n\n| | {' | '.join(MODULES)} |\n|---|---|---|")
    for kind, times in found.items():
        shown = (f"{statistics.median(times[module]):.0f}" if times[module] else "-" for module in MODULES)
        print(f"| {kind} | {' | '.join(shown)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
