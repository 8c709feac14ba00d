# SPDX-License-Identifier: GPL-3.0-or-later
"""Learning a voice's statistics: it speaks fixed sentences, and its norms are measured. Deterministic.

The sentences are phonemes in the voice's language, in sets by the share of silence around them: single
words, a few words, sentences, long sentences; with and without a full stop, since much of what a screen
phonemizer says has none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_speechd.synthesis.voice.voice_statistics import pooled
from kokoro_speechd.text.languages.all import LANGUAGES, by_base

if TYPE_CHECKING:
    import torch

    from kokoro_speechd.synthesis.engine import Engine
    from kokoro_speechd.synthesis.voice.statistics_store import StatisticsStore
    from kokoro_speechd.synthesis.voice.voice_pack import VoicePack
    from kokoro_speechd.synthesis.voice.voice_statistics import Moments

_FILE = Path(__file__).with_name("statistics-sentences.json")
_SEED = 1
_ENGLISH = "a"


def learning(
    engine: Engine,
    voice: VoicePack,
    language: str | None,
    store: StatisticsStore,
    check: Callable[[], None] = lambda: None,
) -> Iterator[VoicePack | None]:
    """Learn the statistics of a voice and keep them.

    Yields None after each sentence, at last the voice with its statistics.
    `language` is a tag, that of the voice. `check` as in `Engine.begin`. Raises SynthesisError.
    """
    sets: list[list[tuple[torch.Tensor, Mapping[str, Moments]]]] = []
    for sentences in sentences_of(language):
        sets.append([])
        for symbols in sentences:
            sets[-1].append(engine.measure(symbols, voice, seed=_SEED, check=check))
            yield None
    statistics = pooled(sets)
    store.put(voice, statistics)
    yield replace(voice, statistics=statistics)


def learned(
    engine: Engine,
    voice: VoicePack,
    language: str | None,
    store: StatisticsStore,
    begin: Callable[[], None] = lambda: None,
) -> VoicePack:
    """Return the voice with its statistics: those that are kept, or learned now, after a call of `begin`.

    Raises SynthesisError.
    """
    if (kept := store.get(voice)) is not None:
        return replace(voice, statistics=kept)
    begin()
    *_, last = learning(engine, voice, language, store)
    assert last is not None  # noqa: S101 - the last of them
    return last


def sentences_of(language: str | None) -> list[list[str]]:
    """Return the sets of sentences for a language; English ones where it has none of its own."""
    tag = (language or "").lower()
    exactly = (known for known in LANGUAGES.values() if known.tag.lower() == tag)
    known = next(exactly, None) or by_base(tag)
    sets: dict[str, list[list[str]]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return sets.get(known.letter if known else "", sets[_ENGLISH])
