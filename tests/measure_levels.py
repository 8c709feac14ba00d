# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure how loud, how high and how slow to go on each published voice is; write the program's table.

    python -m tests.measure_levels                 # all voices; some minutes
    python -m tests.measure_levels af_heart        # these; the others stay as they are

Loudness is ITU-R BS.1770's: of the letters or twelve characters, of nine words (thirty in English), and of
six sentences in the voice's language (twenty in English), as the model makes them. Pitch is the median that
Praat hears in these sentences. The pauses are medians of the silence between pairs of clauses, and of
sentences, that the model renders as one phrase; where a voice breathes aloud there, of what such silence
lasts with others by the model's durations. Needs the extra `ears` and the real voice, see `tests.real_model`.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Sequence

import numpy as np

from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.utterance import Kind
from kokoro_speechd.voices.levels import FILE, Level, levels, written
from tests.real_model import find_or_fetch_model
from tests.real_voice import corpora, judging, measuring
from tests.real_voice.judging import Sound
from tests.real_voice.rendering import Voices, languages_of, phonemes

_SENTENCES, _OF_MANY = 6, 20  # of ten or twelve, and of a hundred
_FRAME = 25  # ms
_SIGNS = ",.;:!?"  # as phonemes have them, in all languages
_BESIDE = 105  # ms that a sign, its space and the phoneme before last longer than the silence, mostly


def sentences(language: str) -> list[str]:
    """Return the sentences that are measured, from all over the corpus."""
    texts = corpora.SENTENCES[language]
    count = _SENTENCES if len(texts) < 2 * _OF_MANY else _OF_MANY
    return list(texts[:: len(texts) // count][:count])


def other_sentences(language: str) -> list[str]:
    """Return some that are not."""
    measured = sentences(language)
    texts = [text for text in corpora.SENTENCES[language] if text not in measured]
    return texts[:: max(1, len(texts) // _SENTENCES)][:_SENTENCES]


def short(voices: Voices, name: str, language: str) -> tuple[list[Sound], list[Sound]]:
    """Return the sounds of characters, and of words."""
    characters = [voices.say(each, name, language, Kind.CHAR) for each in corpora.CHARACTERS[language]]
    return characters, [voices.say(word, name, language) for word in corpora.WORDS[language]]


def lasting(voices: Voices, pair: tuple[str, str], kind: int, name: str, language: str) -> float:
    """Return the milliseconds of the sign between two clauses, the space behind it and the phoneme before."""
    symbols = phonemes(measuring.joined_by(pair, kind, language), language)
    sign = max(place for place, symbol in enumerate(symbols[:-1]) if symbol in _SIGNS)
    engine, pack = voices.engine_and_pack(name, language)
    durations = engine.begin(PhraseRequest(symbols, pack)).excerpt.phrase.durations
    # The first one is that of the token before all symbols.
    return float(_FRAME * durations[sign : sign + 2 + (symbols[sign + 1] == " ")].sum())


def pause(voices: Voices, kind: int, name: str, language: str) -> float:
    """Return the milliseconds between two clauses or sentences."""
    pairs = corpora.joined(language)[2:]  # the first are for tests
    silence = statistics.median(
        1000 * measuring.pause_at(voices, pair, kind, name, language, whole=True) for pair in pairs
    )
    lasts = statistics.median(lasting(voices, pair, kind, name, language) for pair in pairs)
    return max(silence, lasts - _BESIDE)


def measured(voices: Voices, name: str, language: str) -> Level:
    """Return a voice's level; `voices` speak without even loudness."""
    characters, words = (np.concatenate(sounds) for sounds in short(voices, name, language))
    sound = np.concatenate([voices.say(text, name, language) for text in sentences(language)])
    clause, stop = (pause(voices, kind, name, language) for kind in (measuring.CLAUSE, measuring.SENTENCE))
    lufs = map(judging.loudness, (characters, words, sound))
    return Level(*lufs, judging.median_pitch(sound), clause, stop)


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
