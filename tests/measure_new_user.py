# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what a new user waits for: with the statistics in the program, and as long as none are known.

    python -m tests.measure_new_user [ROUNDS]

One synthesizer says letters and sentences that it never said, by turns (A B A B): with the voice's
statistics, and with whole phrases as before they were learned. Prints medians until the first audible
sample, and what reading the statistics and knowing the model cost. Needs the real voice, see
`tests.real_model`.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kokoro_speechd.rendering.synthesizer import Synthesizer, open_synthesizer, statistics_store
from kokoro_speechd.settings import Settings
from kokoro_speechd.synthesis.files.checkpoint import load_weights
from kokoro_speechd.synthesis.files.weights_sketch import sketch_of
from kokoro_speechd.utterance import Audio, Kind, Parameters, Utterance
from tests.real_model import find_or_fetch_model
from tests.real_voice import corpora
from tests.real_voice.listening import as_float
from tests.real_voice.rendering import files_of

ROUNDS = 5
_VOICE, _LANGUAGE = "af_heart", "en-US"
_LETTERS = "bcdgkmprstvwxz"
_AUDIBLE = 0.01  # of full scale, -40 dB


def first_sound(synthesizer: Synthesizer, text: str, kind: Kind) -> tuple[float, float]:
    """Return the milliseconds until something can be heard of a message, and those of processor time."""
    began, worked = time.perf_counter(), time.process_time()
    for item in synthesizer.speak(Utterance(1, kind, text, Parameters()), _VOICE, _LANGUAGE, lambda: None):
        if not isinstance(item, Audio):
            continue
        if (abs(as_float(np.frombuffer(item.samples, np.int16))) > _AUDIBLE).any():
            break
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)


def main(words: Sequence[str]) -> int:
    """Print the table."""
    rounds = int(words[0]) if words else ROUNDS
    with tempfile.TemporaryDirectory(prefix="voice-home-") as home:
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            os.environ[name] = home
        files = files_of(find_or_fetch_model())
        synthesizer = open_synthesizer(
            Settings(
                model_path=files.weights,
                config_path=files.config,
                voice_path=files.voices[0],
                memory_mb=0,
                disk_mb=0,
                threads=1,
            )
        )
        (voice,) = (each for each in synthesizer._voices if each.name == _VOICE)
        known = synthesizer._pack(voice)
        assert known.statistics is not None
        kinds = {"a letter": (_LETTERS, Kind.CHAR), "a sentence": (corpora.ENGLISH, Kind.TEXT)}
        found: dict[tuple[str, bool], list[tuple[float, float]]] = defaultdict(list)
        for number in range(rounds):
            for kind, (texts, how) in kinds.items():
                for with_them in (True, False):
                    synthesizer._packs[voice] = known if with_them else replace(known, statistics=None)
                    found[kind, with_them].append(first_sound(synthesizer, texts[number], how))
        print("median, ms (of the processor)   in the program    whole phrases")
        for kind in kinds:
            cells = []
            for with_them in (True, False):
                pairs = zip(*found[kind, with_them], strict=True)
                waited, worked = (statistics.median(each) for each in pairs)
                cells.append(f"{waited:8.0f} ({worked:.0f})")
            print(f"{kind:30}", *cells)
        reading, sketching = [], []
        store = statistics_store(synthesizer._model, files)
        weights, _ = load_weights(files)
        for _ in range(rounds):
            began = time.perf_counter()
            store.get(replace(known, statistics=None))
            reading.append(1000 * (time.perf_counter() - began))
            began = time.perf_counter()
            sketch_of(weights)
            sketching.append(1000 * (time.perf_counter() - began))
        print(f"reading a voice's statistics  {statistics.median(reading):.0f} ms")
        print(f"knowing the model by sketch   {statistics.median(sketching):.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
