# SPDX-License-Identifier: GPL-3.0-or-later
"""Which source word does each spoken word belong to? Answered by what every source word sounds like alone."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

Expected = Sequence[tuple[int, str]]

_STRESS = str.maketrans("", "", "ˈˌ")
_LARGEST_MATCH = 250_000  # symbols × symbols; matching takes about a second for every ten million


def owners(words: Sequence[str], expected: Expected) -> list[list[int]]:
    """Return for every symbol of every word the index of the source word it comes from.

    `expected` lists, in order, (index of a source word, one phoneme word that it yields when read alone); it
    must not be empty. The indices never decrease.
    """
    if len(words) == len(expected):
        return [[index] * len(word) for word, (index, _) in zip(words, expected, strict=True)]
    if len({index for index, _ in expected}) == 1:
        return [[expected[0][0]] * len(word) for word in words]
    found: list[list[int]] = []
    plain, alone = [_plain(word) for word in words], [_plain(word) for _, word in expected]
    if len(words) * len(expected) > _LARGEST_MATCH:
        return _spread(words, expected)
    for _, first, last, begin, end in SequenceMatcher(None, plain, alone, autojunk=False).get_opcodes():
        if last - first == end - begin:
            found += owners(words[first:last], expected[begin:end])
        else:
            # What was said too much belongs to the word before it.
            found += _match_symbols(words[first:last], expected[begin:end] or [expected[max(0, begin - 1)]])
    return _never_back(found)


def _plain(word: str) -> str:
    return word.translate(_STRESS)


def _match_symbols(words: Sequence[str], expected: Expected) -> list[list[int]]:
    """Match words that run together or fall apart, symbol by symbol."""
    said = [(number, symbol) for number, word in enumerate(words) for symbol in word]
    alone = [(index, symbol) for index, word in expected for symbol in word]
    if len(said) * len(alone) > _LARGEST_MATCH:
        return _spread(words, expected)
    found: list[int | None] = [None] * len(said)
    matcher = SequenceMatcher(
        None, [symbol for _, symbol in said], [symbol for _, symbol in alone], autojunk=False
    )
    for first, begin, size in matcher.get_matching_blocks():
        for step in range(size):
            found[first + step] = alone[begin + step][0]
    owner = next((index for index in found if index is not None), expected[0][0])
    result: list[list[int]] = [[] for _ in words]
    for (number, _), index in zip(said, found, strict=True):
        owner = owner if index is None else index
        result[number].append(owner)
    return result


def _spread(words: Sequence[str], expected: Expected) -> list[list[int]]:
    """Spread source words evenly over spoken ones, where anything better would take too long."""
    return [
        [expected[number * len(expected) // len(words)][0]] * len(word) for number, word in enumerate(words)
    ]


def _never_back(found: list[list[int]]) -> list[list[int]]:
    highest = 0
    for word in found:
        for place, index in enumerate(word):
            highest = word[place] = max(highest, index)
    return found
