# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure how loud, how high and how slow to go on each published voice is; write the program's table.

    python -m tests.measure_levels                 # all voices; some minutes
    python -m tests.measure_levels af_heart        # these; the others stay as they are

Loudness is ITU-R BS.1770's, pitch the median that Praat hears, both of six sentences in the voice's language
as the model makes them; the pause is the median of what the model's begin token lasts. Needs the extra `ears`
and the real voice, see `tests.real_model`.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Sequence

import numpy as np

from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.voices.levels import FILE, Level, levels, written
from tests.real_model import find_or_fetch_model
from tests.real_voice import corpora, judging
from tests.real_voice.rendering import Voices, languages_of, phonemes

FRAME_MILLISECONDS = 25
_SENTENCES = 6


def sentences(language: str) -> list[str]:
    """Return the sentences that are measured, from all over the corpus."""
    texts = corpora.SENTENCES[language]
    return list(texts[:: len(texts) // _SENTENCES][:_SENTENCES])


def other_sentences(language: str) -> list[str]:
    """Return some that are not."""
    measured = sentences(language)
    texts = [text for text in corpora.SENTENCES[language] if text not in measured]
    return texts[:: max(1, len(texts) // _SENTENCES)][:_SENTENCES]


def measured(voices: Voices, name: str, language: str) -> Level:
    """Return a voice's level; `voices` speak without even loudness."""
    sound = np.concatenate([voices.say(text, name, language) for text in sentences(language)])
    engine, pack = voices.engine_and_pack(name, language)
    begins = [
        FRAME_MILLISECONDS
        * int(engine.begin(PhraseRequest(phonemes(text, language), pack)).excerpt.phrase.durations[0])
        for text in sentences(language)[:3]
    ]
    return Level(
        round(judging.loudness(sound), 1), round(judging.median_pitch(sound)), statistics.median(begins)
    )


def main(names: Sequence[str]) -> int:
    """Measure the voices that are named, or all."""
    with tempfile.TemporaryDirectory(prefix="voice-home-") as home:
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            os.environ[name] = home
        model = find_or_fetch_model()
        voices = Voices(model, even_loudness=False)
        table = dict(levels())
        for name, language in languages_of(model).items():
            if not names or name in names:
                table[name] = measured(voices, name, language)
                print(name, *table[name].cells, sep="\t", flush=True)
    FILE.write_text(written(table), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
