# SPDX-License-Identifier: GPL-3.0-or-later
"""Where in the text is a word of Open JTalk's? It widens letters, joins marks and spells out numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_VOICING = "\u3099\u309a\uff9e\uff9f"
_NUMERAL = re.compile("[〇零一二三四五六七八九十百千万億兆京垓．.・，,]+")
_DIGITS = re.compile(r"[0-9][0-9,.]*")
_FARTHEST = 20  # characters that Open JTalk may have left out before a word


class Places:
    """Follows Open JTalk's words through the text they were made from. `find` goes forward only."""

    def __init__(self, text: str) -> None:
        """Take the text that Open JTalk reads."""
        self._length = len(text)
        self._here = 0
        self._starts: Sequence[int]
        self._ends: Sequence[int]
        if _plain(text) == text:
            self._plain, self._starts, self._ends = text, range(len(text)), range(1, len(text) + 1)
        else:
            self._plain, self._starts, self._ends = _in_groups(text)

    def find(self, written: str) -> tuple[int, int, bool]:
        """Return where the next word `written` begins and ends, and whether it is of a number in digits."""
        wanted = _plain(written)
        self._skip_spaces(wanted)
        digits = _DIGITS.match(self._plain, self._here)
        numeral = _NUMERAL.match(wanted)
        if digits and numeral and not self._plain.startswith(wanted, self._here):
            rest = wanted[numeral.end() :]
            if not rest:
                return *self._range(digits.start(), digits.end()), True
            if self._plain.startswith(rest, digits.end()):
                self._here = digits.end() + len(rest)
                return *self._range(digits.start(), self._here), True
        if digits and wanted in {".", ","}:
            return *self._range(digits.start(), digits.end()), True
        found = self._plain.find(wanted, self._here, self._here + _FARTHEST + len(wanted)) if wanted else -1
        if found < 0:
            return *self._range(self._here, self._here), False
        self._here = found + len(wanted)
        return *self._range(found, self._here), False

    def _skip_spaces(self, wanted: str) -> None:
        while wanted != " " and self._here < len(self._plain) and self._plain[self._here].isspace():
            self._here += 1

    def _range(self, first: int, last: int) -> tuple[int, int]:
        start = self._starts[first] if first < len(self._starts) else self._length
        return start, max(start, self._ends[last - 1]) if last > first else start


def _in_groups(text: str) -> tuple[str, list[int], list[int]]:
    """Return the text in plain form, and where in it each character begins and ends with its marks."""
    plain: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    place = 0
    while place < len(text):
        after = place + 1
        while after < len(text) and text[after] in _VOICING:
            after += 1
        group = _plain(text[place:after])
        plain.append(group)
        starts += [place] * len(group)
        ends += [after] * len(group)
        place = after
    return "".join(plain), starts, ends


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
