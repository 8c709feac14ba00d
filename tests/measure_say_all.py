# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the silence between two sentences of Say All: ours, with the real voice, beside espeak-ng's module.

    .venv/bin/python -m tests.measure_say_all [BUSY ...]

Orca sends one sentence and, once it was told that its end was heard, the next one. What is measured is what
the listener gets: the time from the last sample above -40 dB of a sentence to the first such sample of the
next one. A server that loses no time plays the blocks as they come, and tells the end when the last one is
over. So these milliseconds are the module's and the daemon's alone; a real server adds its own. BUSY
processes compete for the cores meanwhile, none without an argument.
"""

from __future__ import annotations

import array
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.measure_pipe import STOCK
from tests.measure_stand_in import busy
from tests.module_driver import SETTINGS, Module, wait_for_kokoro
from tests.private_home import end_daemon, private_environment
from tests.real_model import find_or_fetch_model
from tests.real_voice.rendering import Voices
from tests.real_voice.ways import SETTING, put_statistics

_HEARD = 328  # of 32,767: -40 dB
SENTENCES = (
    "The house stood at the end of a long lane between two rows of old lime trees.",
    "Nobody had lived there for years.",
    "In the evening, when the wind came from the river, its shutters knocked against the wall.",
    "People said that somebody was calling.",
    "Anna did not believe it, but she walked a little faster when she passed the gate.",
    "One night she saw a light in the kitchen.",
    "It moved from window to window, as if a person with a lamp were looking for something.",
    "She stopped.",
    "Behind the hedge a dog began to bark, and the light went out at once.",
    "Then the door opened, very slowly, and her own grandfather stepped out into the yard.",
    "He had lost his glasses.",
    "They looked for them together until the moon was high above the chimney.",
)


class Client:
    """Hears what the module sends, as it comes or behind what is not over yet."""

    def __init__(self) -> None:
        self.over = 0.0  # when the last block will be over, of time.monotonic()
        self.sounded = 0.0  # when the last audible sample is heard
        self.begun: float | None = None  # when the message's first one is

    def hear(self, samples: bytes, rate: int, came: float) -> None:
        """Take a block."""
        begin = max(self.over, came)
        values = array.array("h", samples)
        loud = [place for place, value in enumerate(values) if abs(value) > _HEARD]
        if loud:
            self.begun = self.begun or begin + loud[0] / rate
            self.sounded = begin + loud[-1] / rate
        self.over = begin + len(values) / rate


def gaps(module: Module, settings: str) -> list[float]:
    """Return the seconds of silence before each sentence but the first."""
    found: list[float] = []
    listener = Client()
    for sentence in SENTENCES:
        last, listener.begun = listener.sounded, None
        module.speak(f"<speak>{sentence}</speak>", settings)
        for event in module.until_end():
            if event.code == "705":
                listener.hear(event.samples, event.sample_rate, event.time)
        assert listener.begun is not None, "a sentence was silent"
        if last:
            found.append(listener.begun - last)
        time.sleep(max(0.0, listener.over - time.monotonic()))
    return found


class Stock(Module):
    """Debian's module of espeak-ng, driven like ours."""

    COMMAND = (STOCK, "/etc/speech-dispatcher/modules/espeak-ng.conf")


def row(name: str, found: Sequence[float]) -> str:
    ordered = sorted(1000 * gap for gap in found)
    return f"| {name} | {statistics.median(ordered):.0f} | {ordered[-2]:.0f} | {ordered[-1]:.0f} |"


def main() -> int:
    model = find_or_fetch_model()
    Voices(model).learn("af_heart", "en-US")  # as `model import` does
    print("| milliseconds | median | last but one | largest |\n|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        # Nothing is kept: each round speaks the same sentences, and none of them was heard before.
        kept = "[cache]\nmemory_mb = 0\ndisk_mb = 0\nwarm = false\n"
        environment = private_environment(Path(folder), model, SETTING + kept)
        put_statistics(environment)
        ours = Module(environment)
        stock = Stock(environment) if Path(STOCK).exists() else None
        try:
            ours.init()
            wait_for_kokoro(ours)
            if stock is not None:
                stock.init()
            settings = SETTINGS.replace("synthesis_voice=NULL", "synthesis_voice=af_heart")
            for processes in [int(word) for word in sys.argv[1:]] or [0]:
                with busy(processes):
                    load = os.getloadavg()[0]
                    for name, module in (("kokoro", ours), ("espeak-ng", stock)):
                        if module is not None:
                            found = gaps(module, settings if module is ours else SETTINGS)
                            print(row(f"{name}, {processes} busy processes (load {load:.1f})", found))
        finally:
            ours.close()
            if stock is not None:
                stock.close()
            end_daemon(environment)
    return 0


if __name__ == "__main__":
    sys.exit(main())
