# SPDX-License-Identifier: GPL-3.0-or-later
"""Roman numerals, only where they surely are some: "Chapter IV", "Henry VIII", never "I"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kokoro_speechd.text.normalizing.rules import Edits, Rule, rule

_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
ROMAN = r"(?=[IVXLCDM])(?:M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))(?!\w)"
"""Any Roman numeral below 4000, in capitals."""
SMALL = r"(?:X{0,2}(?:IX|IV|V?I{1,3}|V)|XX?)"
"""The beginning of one below 30, such as kings, parts and centuries have."""
SMALL_WORD = SMALL + r"(?!\w)"


def value(numeral: str) -> int:
    """Return the value of a Roman numeral."""
    total = 0
    highest = 0
    for char in reversed(numeral):
        number = _VALUES[char]
        total += number if number >= highest else -number
        highest = max(highest, number)
    return total


def words(names: str) -> str:
    """Return a pattern for any of the words in `names`, capitalized or not."""
    return "|".join(f"[{name[0].upper()}{name[0].lower()}]{re.escape(name[1:])}" for name in names.split())


def say_numeral(match: re.Match[str]) -> Edits:
    """Return the edit that makes digits of the numeral in the match's first group."""
    return [(*match.span(1), str(value(match[1])))]


def part_rule(parts: str) -> Rule:
    """Return the rule for numerals behind a pattern of words like "chapter"."""
    return rule(rf"(?<!\w)(?:{parts})[ ]((?=[IVX]){ROMAN})", say_numeral, "IVX")


def ruler_rule(kings: str, queens: str, ordinals: Sequence[str]) -> Rule:
    """Return the rule of Spanish and Portuguese: ordinals while there are some, of the ruler's gender."""

    def say(match: re.Match[str]) -> Edits:
        number = value(match["number"])
        if number > len(ordinals):
            return [(*match.span("number"), str(number))]
        word = ordinals[number - 1]
        return [(*match.span("number"), word[:-1] + "a" if match["queen"] else word)]

    return rule(rf"(?<!\w)(?:{kings}|(?P<queen>{queens}))[ ](?P<number>{SMALL_WORD})", say, "IVX")
