# SPDX-License-Identifier: GPL-3.0-or-later
"""Phonemes → phrases that the model can render, cut at sentences, else clauses, else words, else anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kokoro_speechd.text.script import Phonemes

MODEL_LIMIT = 510
"""Symbols in one phrase: Kokoro's 512 positions less the two that frame the input."""
SHORT = 20
"""Fewer symbols than these make a poor phrase: the model was trained on longer ones."""

_SENTENCE = frozenset(".!?…")
_CLAUSE = frozenset(";:,—)”")
_CLOSING = frozenset('"”)')
_LEANS_LEFT = frozenset("ː\u0303ʰʲ")  # belongs to the symbol before it
_LEANS_RIGHT = frozenset("ˈˌ")  # belongs to the symbol after it


def _sentences(symbols: str) -> list[tuple[int, int]]:
    """Return the ranges of the sentences in `symbols`; each keeps its closing marks and space."""
    ranges: list[tuple[int, int]] = []
    start = index = 0
    while index < len(symbols):
        if symbols[index] not in _SENTENCE:
            index += 1
            continue
        while index < len(symbols) and (symbols[index] in _SENTENCE or symbols[index] in _CLOSING):
            index += 1
        if index == len(symbols) or symbols[index] == " ":
            while index < len(symbols) and symbols[index] == " ":
                index += 1
            ranges.append((start, index))
            start = index
    if start < len(symbols):
        ranges.append((start, len(symbols)))
    return ranges


def _length(symbols: str, start: int, end: int) -> int:
    return len(symbols[start:end].strip(" "))


def _break_before(symbols: str, start: int, limit: int) -> int:
    """Return the best place to cut `symbols` at most `limit` symbols after `start`."""
    farthest = start + limit
    spaces = [index for index in range(start + 1, farthest + 1) if symbols[index] == " "]
    clauses = [index for index in spaces if symbols[index - 1] in _CLAUSE or symbols[index - 1] in _SENTENCE]
    # A clause of a word or two is no better a phrase than one cut between words.
    for index in reversed(clauses):
        if index - start >= min(SHORT, limit):
            return index
    if spaces:
        return spaces[-1]
    cut = farthest
    while cut > start + 1 and (symbols[cut] in _LEANS_LEFT or symbols[cut - 1] in _LEANS_RIGHT):
        cut -= 1
    return cut if cut > start + 1 else farthest


def cut(phonemes: Phonemes, limit: int = MODEL_LIMIT, first_limit: int | None = None) -> list[Phonemes]:
    """Return phrases of at most `limit` symbols (the first of at most `first_limit`), in order.

    A sentence ends its phrase if that has `SHORT` symbols or more, so that sound starts as soon as possible;
    a shorter one is joined with the next, and one at the very end with the one before it. Only white space
    at the cuts is lost. Raises ValueError for a limit below 1.
    """
    if limit < 1 or (first_limit is not None and first_limit < 1):
        raise ValueError("a phrase needs room for one symbol")
    symbols = phonemes.symbols
    first = limit if first_limit is None else min(limit, first_limit)
    ranges: list[tuple[int, int]] = []

    def room() -> int:
        return limit if ranges else first

    start = 0  # of the phrase that is still open
    for begin, end in _sentences(symbols):
        if (
            begin > start
            and room() == limit
            and _length(symbols, begin, end) <= limit < _length(symbols, start, end)
        ):
            ranges.append((start, begin))  # it is short, but to cut into a sentence that fits would be worse
            start = begin
        while _length(symbols, start, end) > room():
            start += len(symbols[start:end]) - len(symbols[start:end].lstrip(" "))
            middle = _break_before(symbols, start, room())
            ranges.append((start, middle))
            start = middle
        if _length(symbols, start, end) >= SHORT:
            ranges.append((start, end))
            start = end
    if start < len(symbols):
        if ranges and _length(symbols, ranges[-1][0], len(symbols)) <= (limit if len(ranges) > 1 else first):
            start = ranges.pop()[0]
        ranges.append((start, len(symbols)))
    return [phrase for begin, end in ranges if len(phrase := _trimmed(phonemes, begin, end))]


def _trimmed(phonemes: Phonemes, start: int, end: int) -> Phonemes:
    while start < end and phonemes.symbols[start] == " ":
        start += 1
    while end > start and phonemes.symbols[end - 1] == " ":
        end -= 1
    return phonemes.slice(start, end)
