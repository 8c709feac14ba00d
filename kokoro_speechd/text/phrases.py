# SPDX-License-Identifier: GPL-3.0-or-later
"""Phonemes → phrases that the model can render, cut at sentences, else clauses, else words, else anywhere.

The model ends every phrase as if it were a sentence. So a phrase that must end within a sentence ends with a
clause, and the first one, which is wished short, may be half as long again to get there. Where no clause
ends, it ends before a word without stress ("in the north | of the country").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kokoro_speechd.text.script import Phonemes

MODEL_LIMIT = 510
"""Symbols in one phrase: Kokoro's 512 positions less the two that frame the input."""
SHORT = 20
"""Fewer symbols than these make a poor phrase: the model was trained on longer ones."""

FIRST_STRETCH = 1.5
"""How much longer than wished the first phrase may be to end with a clause."""

_SENTENCE = frozenset(".!?…")
_CLAUSE = frozenset(";:,—)”")
_CLOSING = frozenset('"”)')
_LEANS_LEFT = frozenset("ː\u0303ʰʲ")  # belongs to the symbol before it
_LEANS_RIGHT = frozenset("ˈˌ")  # belongs to the symbol after it
_STRESSES = frozenset("ˈˌ")


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


def _break_before(symbols: str, start: int, end: int, wish: int, limit: int) -> int:
    """Return the best place to cut `symbols` about `wish` and at most `limit` symbols after `start`.

    `end` is where the sentence ends; what is left of it should be no scrap.
    """
    farthest = start + wish
    spaces = [index for index in range(start + 1, min(start + limit, end - 1) + 1) if symbols[index] == " "]
    near = [index for index in spaces if index <= farthest]
    # A clause of a word or two is no better a phrase than one cut between words.
    clauses = [
        index
        for index in spaces
        if (symbols[index - 1] in _CLAUSE or symbols[index - 1] in _SENTENCE)
        and index - start >= min(SHORT, wish)
    ]
    for rest in (min(SHORT, wish), 0):
        fitting = [index for index in clauses if end - index > rest]
        before = [index for index in fitting if index <= farthest]
        if before:
            return before[-1]
        if fitting:
            return fitting[0]
    # Not far before the wish, or a phrase of three words would be followed by one of thirty.
    leaning = [
        index for index in near if index - start > wish * 2 // 5 and _unstressed_behind(symbols, index)
    ]
    if leaning:
        return leaning[-1]
    if near:
        return near[-1]
    cut = farthest
    while cut > start + 1 and (symbols[cut] in _LEANS_LEFT or symbols[cut - 1] in _LEANS_RIGHT):
        cut -= 1
    return cut if cut > start + 1 else farthest


def _unstressed_behind(symbols: str, space: int) -> bool:
    """Tell whether a word without stress stands behind a space, and one with stress before it."""
    begin = symbols.rfind(" ", 0, space) + 1
    end = symbols.find(" ", space + 1)
    following = symbols[space + 1 : end if end >= 0 else len(symbols)]
    return "ˈ" in symbols[begin:space] and following != "" and not _STRESSES.intersection(following)


def cut(phonemes: Phonemes, limit: int = MODEL_LIMIT, first_limit: int | None = None) -> list[Phonemes]:
    """Return phrases of at most `limit` symbols (the first of about `first_limit`), in order.

    A sentence ends its phrase if that has `SHORT` symbols or more, so that sound starts as soon as possible;
    a shorter one is joined with the next, and one at the very end with the one before it. Only white space
    at the cuts is lost. Raises ValueError for a limit below 1.
    """
    if limit < 1 or (first_limit is not None and first_limit < 1):
        raise ValueError("a phrase needs room for one symbol")
    symbols = phonemes.symbols
    first = limit if first_limit is None else min(limit, first_limit)
    longest_first = min(limit, int(first * FIRST_STRETCH)) if first < limit else limit
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
            middle = _break_before(symbols, start, end, room(), limit if ranges else longest_first)
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
