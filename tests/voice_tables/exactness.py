# SPDX-License-Identifier: GPL-3.0-or-later
"""Sections about the voice's own statistics: pieces beside the whole, and what they do to the sound."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import torch

from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.fast.products import rounds
from kokoro_speechd.synthesis.files.file_hash import content_hash
from kokoro_speechd.synthesis.phrase.prosody import FRAME_SAMPLES
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.statistics_learning import learned
from kokoro_speechd.synthesis.voice.shipped_statistics import ShippedStatistics
from kokoro_speechd.synthesis.voice.statistics_store import StatisticsStore
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack, load_voice
from kokoro_speechd.utterance import Kind
from tests.real_voice import corpora, judging, measuring
from tests.real_voice.listening import word_errors
from tests.real_voice.rendering import STATISTICS, Voices, files_of, phonemes
from tests.voice_tables.tables import ENGLISH_VOICES, Bench, english, table

_PHRASES, _CUTS = 20, 50
_LONGEST = 60  # frames of a piece
_FOUR_VOICES = (*ENGLISH_VOICES, "bm_george")
_SHIPPED_VOICES = ("af_heart", "am_michael", "bf_emma", "ff_siwis", "jf_alpha", "zm_yunxi")
_SHIPPED_SENTENCES = 12
_SHIPPED_LETTERS = "abfgkmrswz"


def pieces(bench: Bench) -> list[str]:
    """Random pieces of phrases, each rendered by itself."""
    chance = random.Random(1)
    found: dict[str, list[float]] = {voice: [] for voice in ENGLISH_VOICES}
    phrases = bench.some(corpora.ENGLISH[:: len(corpora.ENGLISH) // _PHRASES][:_PHRASES])
    for number, text in enumerate(phrases):
        voice = ENGLISH_VOICES[number % len(ENGLISH_VOICES)]
        language = english(voice)
        engine, pack = bench.lab.ours.engine_and_pack(voice, language)
        found[voice] += _pieces_of(engine, pack, phonemes(text, language), chance)
    everything = sorted(each for some in found.values() for each in some)
    rows = [
        [voice, len(some), f"{min(some):.0f}", f"{sorted(some)[len(some) // 2]:.0f}"]
        for voice, some in found.items()
        if some
    ]
    return [
        f"{len(everything)} random pieces of 1 to {_LONGEST} frames from {len(phrases)} sentences,",
        "each rendered by itself beside the same place of the whole: decibels from the sound of that place",
        "(where it is silent, from 40 dB below the whole) to the difference.",
        "",
        *table(("", "pieces", "least (dB)", "median (dB)"), rows),
    ]


def _pieces_of(engine: Engine, pack: VoicePack, symbols: str, chance: random.Random) -> list[float]:
    excerpt = engine.begin(PhraseRequest(symbols, pack, seed=1)).excerpt
    frames = int(excerpt.phrase.features.shape[2])
    assert pack.statistics is not None

    def rendered(begin: int, end: int) -> np.ndarray:
        torch.manual_seed(1)
        made = engine.model.render_windows(excerpt.phrase, excerpt.style, (begin, end), pack.statistics)
        return torch.cat([piece.clone() for piece in made]).numpy()

    whole = rendered(0, frames)
    quiet = float(np.square(whole).mean()) / 1e4  # 40 dB below the phrase there is nothing to hear
    found = []
    for _ in range(_CUTS):
        size = chance.randint(1, min(_LONGEST, frames))
        begin = chance.randint(0, frames - size)
        place = whole[FRAME_SAMPLES * begin : FRAME_SAMPLES * (begin + size)]
        off = float(np.square(rendered(begin, begin + size) - place).mean())
        level = max(float(np.square(place).mean()), quiet)
        found.append(10 * np.log10(level / max(off, 1e-30)))
    return found


def statistics(bench: Bench) -> list[str]:
    """The same phrases with the statistics of the voice, with their own, and with rounded factors."""
    ways = [bench.lab.ours, Voices(bench.lab.model, statistics="phrase")]
    if rounds():
        ways.append(Voices(bench.lab.model, precision="bfloat16"))
    names = ("", "phrase's", "rounded")[: len(ways)]
    rows = []
    kinds = [
        *((voice, english(voice), corpora.ENGLISH[3::2][:40]) for voice in _FOUR_VOICES),
        *(
            (corpora.VOICE_OF[language], language, corpora.SENTENCES[language])
            for language in corpora.SENTENCES
            if not language.startswith("en")
        ),
        *((voice, f"{english(voice)}, long", corpora.SIX_TO_TEN_SECONDS) for voice in _FOUR_VOICES),
    ]
    for voice, name, sentences in kinds:
        language, texts = name.partition(",")[0], bench.some(sentences)
        sides = [measuring.spoken_by_us(bench.lab, texts, voice, language, voices) for voices in ways]
        natural = [judging.mean([judging.naturalness(each) for each in side.sounds]) for side in sides]
        levels = [[judging.loudness(sound) for sound in side.sounds] for side in sides]
        louder = [
            judging.mean([one - other for one, other in zip(levels[side], levels[than], strict=True)])
            for side, than in [(0, 1), (2, 0)][: len(ways) - 1]
        ]
        rows.append(
            [
                f"{voice}, {name}",
                len(texts),
                *(f"{each:+.1f}" for each in louder),
                *(f"{word_errors(texts, side.heard, language).rate:.3f}" for side in sides),
                *(f"{each:.2f}" for each in natural),
            ]
        )
    return [
        "Sentences with the statistics of the voice (as by default) beside those of each phrase (upstream's",
        "way), and beside factors rounded to bfloat16 (`precision`): how much louder the voice's are than",
        "the phrase's, and the rounded ones than the voice's; word errors (Whisper-base hears no Hindi), and",
        "MOS.",
        "",
        *table(
            (
                *("", "sentences"),
                *("louder (dB)", "rounded")[: len(ways) - 1],
                *(name or "word errors" for name in names),
                *(name or "MOS" for name in names),
            ),
            rows,
        ),
    ]


def shipped_statistics(bench: Bench) -> list[str]:
    """The same phrases with the statistics in the program, and with those that are learned here."""
    files = files_of(bench.lab.model)
    engine = Engine(files, context=True)
    learning = StatisticsStore(STATISTICS, content_hash(files.weights), engine.norms)
    shipped = ShippedStatistics(engine.sketch, engine.norms)
    rows = []
    for voice in bench.some(_SHIPPED_VOICES):
        language = bench.lab.languages[voice]
        texts = corpora.SENTENCES[language]
        texts = bench.some(texts[:: max(1, len(texts) // _SHIPPED_SENTENCES)][:_SHIPPED_SENTENCES])
        own = learned(engine, load_voice(files.voices[0] / f"{voice}.pt"), language, learning)
        packs = (replace(own, statistics=shipped.get(own)), own)
        sentences = [
            [engine.render(PhraseRequest(phonemes(text, language), pack, seed=1)).samples for text in texts]
            for pack in packs
        ]
        letters = [phonemes(letter, language, Kind.CHAR) for letter in bench.some(_SHIPPED_LETTERS)]
        spelled = [
            np.concatenate([engine.render(PhraseRequest(letter, pack, seed=1)).samples for letter in letters])
            for pack in packs
        ]
        for name, (ours, exact) in (("sentences", sentences), ("letters", [[each] for each in spelled])):
            pairs = list(zip(ours, exact, strict=True))
            louder = [judging.loudness(one) - judging.loudness(other) for one, other in pairs]
            like = [judging.likeness(one, other)[0] for one, other in pairs]
            rows.append(
                [
                    f"{voice}, {len(letters) if name == 'letters' else len(texts)} {name}",
                    f"{judging.mean([_decibels(one, other) for one, other in pairs]):.0f}",
                    f"{judging.mean(like):.2f}",
                    f"{min(like):.2f}",
                    f"{max(louder, key=abs):+.2f}",
                ]
            )
    engine.close()
    return [
        "Phrases with the statistics that come with the program beside those that are learned here, with the",
        "same prosody and noise: decibels from the sound to the difference, PESQ (up to 4.64) and its least,",
        "and how much louder the phrase is for which that is most. Letters are judged in a row.",
        "",
        *table(("", "dB", "PESQ", "least", "louder (dB)"), rows),
    ]


def _decibels(sound: judging.Sound, reference: judging.Sound) -> float:
    """Return the energy of a sound by that of its difference from another."""
    difference = np.square((sound - reference).astype(np.float64)).sum()
    return float(10 * np.log10(np.square(reference.astype(np.float64)).sum() / max(difference, 1e-30)))
