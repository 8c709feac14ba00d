# SPDX-License-Identifier: GPL-3.0-or-later
"""What speech-dispatcher's dictionaries on this machine know: 0.12 names more in Hindi than 0.11."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kokoro_speechd.text.naming.symbols import Symbol, SymbolFile, parse

FOLDER = Path("/usr/share/speech-dispatcher/locale")


FILES = ("symbols.dic", "orca.dic", "orca-chars.dic", "emojis.dic")  # the earlier one counts


def entry(language: str, sign: str) -> Symbol:
    """Return a sign's line in a language's dictionaries; one without a name where there is none."""
    lines = (found.symbols[sign] for found in _dictionaries(language) if sign in found.symbols)
    return next(lines, Symbol(""))


@cache
def _dictionaries(language: str) -> list[SymbolFile]:
    paths = (FOLDER / language / name for name in FILES)
    return [parse(path.read_text(encoding="utf-8-sig")) for path in paths if path.exists()]
