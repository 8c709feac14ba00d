# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said before a range and between its ends: "pagine 10-15" → "pagine da 10 a 15"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BEFORE = re.compile(r"([^\W\d_]+)[ ]\Z")
_BEHIND = re.compile(r"[ ]([^\W\d_]+)|[ ]?([%°€$£])")
_LONGEST_WORD = 30


@dataclass(frozen=True, slots=True)
class Range:
    """A range as it is written, among its neighbours; "" where there is none."""

    before: str
    """The word before it, in small letters."""
    low: str
    sign: str
    high: str
    behind: str
    """The word or sign behind it, in small letters."""


def range_of(match: re.Match[str], low: str, sign: str, high: str) -> Range:
    """Return the range that was matched."""
    text, (start, end) = match.string, match.span()
    before = _BEFORE.search(text[max(0, start - _LONGEST_WORD) : start])
    behind = _BEHIND.match(text, end, end + _LONGEST_WORD)
    return Range(
        before[1].lower() if before else "",
        low,
        sign.strip(),
        high,
        (behind[1] or behind[2]).lower() if behind else "",
    )
