# SPDX-License-Identifier: GPL-3.0-or-later
"""Text in another language than the one it is said to be in, found without being told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from kokoro_speechd.text.detection.writing_systems import foreign_text, written_in_latin
from kokoro_speechd.text.script import Script

Guess = Callable[[str], str | None]
"""Returns the language of a sentence, where that is beyond doubt."""

_SENTENCE = re.compile(r"[^.!?…\n]*(?:[.!?…]+(?!\s|\Z)[^.!?…\n]*)*[.!?…]*[\"”»’')\]]*\s*")
_WORD = re.compile(r"[^\W\d_]{2,}")


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
    for own, spans in groupby(script.segments(), key=lambda span: span.attributes.language or language):
        covered = list(spans)
        begin, end = covered[0].start, covered[-1].end
        text = script.text[begin:end]
        foreign = list(foreign_text(text, own)) if writing else []
        if guess is not None and words and written_in_latin(own):
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
    before: str | None = None
    following = _following([language for _, _, language in told])
    for (start, end, language), after in zip(told, following, strict=True):
        before = language or before
        spoken = language or (before if before == after else None)
        if spoken and spoken.partition("-")[0].lower() != base:
            yield start, end, spoken


def _following(languages: list[str | None]) -> list[str | None]:
    """Return the next known language behind each place."""
    known: str | None = None
    found: list[str | None] = []
    for language in reversed(languages):
        found.append(known)
        known = language or known
    return found[::-1]


def _merged(
    exact: list[tuple[int, int, str]], sentences: Iterator[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    """Return all ranges in order; where they overlap the writing system knows better."""
    merged = list(exact)
    index = 0
    for start, end, language in sentences:
        place = start
        while index < len(exact) and exact[index][0] < end:
            first, last, _ = exact[index]
            if place < first:
                merged.append((place, first, language))
            place = max(place, last)
            if last > end:
                break  # it reaches into the next sentence
            index += 1
        if place < end:
            merged.append((place, end, language))
    return sorted(merged)
