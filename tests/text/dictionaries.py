# SPDX-License-Identifier: GPL-3.0-or-later
"""What speech-dispatcher's dictionaries on this machine know: 0.12 names more in Hindi than 0.11."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kokoro_speechd.text.symbols import Symbol, SymbolFile, parse

FOLDER = Path("/usr/share/speech-dispatcher/locale")


def entry(language: str, sign: str) -> Symbol:
    """Return a sign's line in symbols.dic; one without a name where there is none."""
    return _symbols(language).symbols.get(sign, Symbol(""))


@cache
def _symbols(language: str) -> SymbolFile:
    path = FOLDER / language / "symbols.dic"
    return parse(path.read_text(encoding="utf-8") if path.exists() else "")
