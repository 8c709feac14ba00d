# SPDX-License-Identifier: GPL-3.0-or-later
"""The world's punctuation in the thirteen signs that Kokoro's voices learnt to pause and sing by."""

from __future__ import annotations

_TABLE = {
    ".": ".。．｡।॥۔",
    ",": ",，、､،",
    ";": ";；؛",
    ":": ":：",
    "!": "!！",
    "?": "?？؟",
    "…": "…‥⋯",
    "—": "—–―〜～",
    '"': '"＂',
    "“": "“„«「『《〈【｢",
    "”": "”»」』》〉】｣",
    "(": "(（",
    ")": ")）",
}
SIGNS: dict[str, str] = {written: sign for sign, all_written in _TABLE.items() for written in all_written}
"""Punctuation as written → Kokoro's sign for it."""

OPENING = frozenset("(“")
"""Signs that stand before a word without a space behind them."""

ENCLOSING = frozenset('"“”()')
"""Signs that are no pause by themselves."""


def signs(written: str) -> str:
    """Return Kokoro's signs for the punctuation in `written`; all else is left out."""
    return "".join(SIGNS.get(char, "") for char in written)
