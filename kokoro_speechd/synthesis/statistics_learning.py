# SPDX-License-Identifier: GPL-3.0-or-later
"""Learning a voice's statistics: it speaks fixed sentences, and its norms are measured. Deterministic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from kokoro_speechd.synthesis.statistics_sentences import SENTENCES
from kokoro_speechd.synthesis.voice_statistics import pooled

if TYPE_CHECKING:
    import torch

    from kokoro_speechd.synthesis.engine import Engine
    from kokoro_speechd.synthesis.norms import Moments
    from kokoro_speechd.synthesis.statistics_store import StatisticsStore
    from kokoro_speechd.synthesis.voice_pack import VoicePack

_SEED = 1
_ENGLISH = "a"
_LANGUAGE_LETTERS = {"en-gb": "b"} | {
    language: letter
    for letter, language in zip("aefhijpz", ("en", "es", "fr", "hi", "it", "ja", "pt", "zh"), strict=True)
}


def learning(
    engine: Engine,
    voice: VoicePack,
    language: str | None,
    store: StatisticsStore,
    check: Callable[[], None] = lambda: None,
) -> Iterator[VoicePack | None]:
    """Learn the statistics of a voice and keep them: yield None after each sentence, then the voice with them.

    `language` is a tag, that of the voice. `check` as in `Engine.begin`. Raises SynthesisError.
    """
    sets: list[list[tuple[torch.Tensor, Mapping[str, Moments]]]] = []
    for sentences in SENTENCES[_letter(language)]:
        sets.append([])
        for symbols in sentences:
            sets[-1].append(engine.measure(symbols, voice, seed=_SEED, check=check))
            yield None
    statistics = pooled(sets)
    store.put(voice, statistics)
    yield replace(voice, statistics=statistics)


def learn(engine: Engine, voice: VoicePack, language: str | None, store: StatisticsStore) -> VoicePack:
    """Return the voice with its statistics, learned now and kept. Raises SynthesisError."""
    *_, learned = learning(engine, voice, language, store)
    assert learned is not None  # noqa: S101 - the last of them
    return learned


def _letter(language: str | None) -> str:
    tag = (language or "").lower()
    return _LANGUAGE_LETTERS.get(tag) or _LANGUAGE_LETTERS.get(tag.partition("-")[0], _ENGLISH)
