# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers as they are written: patterns for them, their value, and their digits one by one."""

from __future__ import annotations

import re

_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,\s'’][0-9]{3})+")

_OTHER_GROUPS = frozenset(" '’")

NUMBER = (
    r"(?:[0-9]{1,3}(?:(?:\.[0-9]{3}){1,5}|(?:,[0-9]{3}){1,5}|(?:[ ][0-9]{3}){1,5}|(?:['’][0-9]{3}){1,5})"
    r"|[0-9]{1,15})"
    r"(?:[.,][0-9]{1,9})?(?![0-9])"
)
"""One number in a verbose pattern, grouped or not, with or without decimals."""


def parts(written: str, decimal: str) -> tuple[str, str]:
    """Return the whole part and the decimals of what NUMBER matched, as digits only.

    The last sign is the decimal sign if two kinds are there, or if it can group no thousands, or if it is
    the language's own `decimal`.
    """
    signs = [char for char in written if char in ".,"]
    if not signs:
        return re.sub(r"\D", "", written), ""
    last = signs[-1]
    groups = _GROUPED.fullmatch(written)
    # Where spaces or apostrophes group the thousands, the sign behind them is a decimal sign.
    is_decimal = signs.count(last) == 1 and (
        not groups or len(set(signs)) > 1 or last == decimal or not _OTHER_GROUPS.isdisjoint(written)
    )
    if not is_decimal:
        return re.sub(r"\D", "", written), ""
    whole, _, decimals = written.rpartition(last)
    return re.sub(r"\D", "", whole), re.sub(r"\D", "", decimals)


def one_by_one(digits: str) -> str:
    """Return digits that are read one by one."""
    return " ".join(digits)


def in_groups(digits: str) -> str:
    """Return a long row of digits for the ear: one by one, with a pause behind each group."""
    return ", ".join(map(one_by_one, in_pieces(digits)))


def in_pieces(digits: str) -> list[str]:
    """Return a long row of digits in groups that are easy to follow."""
    if len(digits) in (10, 11):
        sizes = [3, len(digits) - 7, 4]
    elif len(digits) % 4 == 0:
        sizes = [4] * (len(digits) // 4)
    else:
        sizes = [3] * (len(digits) // 3)
        rest = len(digits) % 3
        if rest == 1 and sizes:
            sizes[-1] = 4
        elif rest:
            sizes.append(rest)
    pieces: list[str] = []
    start = 0
    for size in sizes:
        pieces.append(digits[start : start + size])
        start += size
    return pieces


def spelled(code: str) -> str:
    """Return letters and digits one by one; capitals, so that no phonemizer takes them for words."""
    return " ".join(code.upper())
