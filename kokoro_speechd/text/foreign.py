# SPDX-License-Identifier: GPL-3.0-or-later
"""Text in another language than the one it is said to be in, found without being told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from kokoro_speechd.text.script import Script
from kokoro_speechd.text.writing_systems import foreign_text

Guess = Callable[[str], str | None]
"""Returns the language of a sentence, where that is beyond doubt."""

_SENTENCE = re.compile(r"[^.!?…\n]*(?:[.!?…]+(?!\s|\Z)[^.!?…\n]*)*[.!?…]*[\"”»’')\]]*\s*")
_WORD = re.compile(r"[^\W\d_]{2,}")
# Languages that are written in Latin letters; in the others these are names and borrowed words.
_NOT_LATIN = frozenset(
    [
        "am",
        "ar",
        "as",
        "be",
        "bg",
        "bn",
        "chr",
        "cmn",
        "el",
        "fa",
        "grc",
        "gu",
        "he",
        "hi",
        "hy",
        "hyw",
        "ja",
        "ka",
        "kk",
        "kn",
        "ko",
        "kok",
        "ky",
        "mk",
        "ml",
        "mn",
        "mr",
        "my",
        "ne",
        "or",
        "pa",
        "ru",
        "sd",
        "shn",
        "si",
        "sr",
        "ta",
        "te",
        "th",
        "ug",
        "uk",
        "ur",
        "yue",
        "zh",
    ]
)


def tell_languages(
    script: Script, language: str, *, writing: bool = True, guess: Guess | None = None, words: int = 0
) -> Script:
    """Return the script with its foreign text in spans of their languages.

    Args:
        script: what is to be spoken.
        language: its language, where its spans say nothing else.
        writing: find other writing systems.
        guess: find sentences in another language of the Latin alphabet; None: do not.
        words: what a sentence needs for that.

    """
    found: list[tuple[int, int, str]] = []
    for own, spans in groupby(script.segments(), key=lambda span: span.manner.language or language):
        covered = list(spans)
        begin, end = covered[0].start, covered[-1].end
        text = script.text[begin:end]
        foreign = list(foreign_text(text, own)) if writing else []
        if guess is not None and words and own.partition("-")[0].lower() not in _NOT_LATIN:
            foreign = _merged(foreign, _sentences(text, own, guess, words))
        found += [(begin + first, begin + last, tag) for first, last, tag in foreign]
    return script.in_languages(found) if found else script


def _sentences(text: str, own: str, guess: Guess, words: int) -> Iterator[tuple[int, int, str]]:
    """Yield the sentences of other languages; a short one between two of one language belongs to them."""
    told: list[tuple[int, int, str | None]] = []
    for sentence in _SENTENCE.finditer(text):
        count = len(_WORD.findall(sentence[0]))
        if count >= words:
            language = guess(" ".join(sentence[0].split()))
            told.append((sentence.start(), sentence.end(), language or own))
        elif sentence[0]:
            told.append((sentence.start(), sentence.end(), None))
    base = own.partition("-")[0].lower()
    for place, (start, end, language) in enumerate(told):
        if language is None:
            before = next((tag for _, _, tag in reversed(told[:place]) if tag), None)
            after = next((tag for _, _, tag in told[place + 1 :] if tag), None)
            language = before if before == after else None  # noqa: PLW2901 - what it is taken for
        if language and language.partition("-")[0].lower() != base:
            yield start, end, language


def _merged(
    exact: list[tuple[int, int, str]], sentences: Iterator[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    """Return all ranges in order; where they overlap the writing system knows better."""
    merged = list(exact)
    for start, end, language in sentences:
        place = start
        for first, last, _ in exact:
            if last <= place or first >= end:
                continue
            if place < first:
                merged.append((place, first, language))
            place = last
        if place < end:
            merged.append((place, end, language))
    return sorted(merged)
