# SPDX-License-Identifier: GPL-3.0-or-later
"""Roman numerals, only where they surely are some: "Chapter IV", "Henry VIII", never "I"."""

from __future__ import annotations

import re

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
