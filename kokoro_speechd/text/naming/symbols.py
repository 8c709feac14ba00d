# SPDX-License-Identifier: GPL-3.0-or-later
"""The names and levels of punctuation and other symbols in a hundred languages: speech-dispatcher's own.

They lie in `/usr/share/speech-dispatcher/locale/` or below another data folder, beside every server:
NVDA's symbols, Orca's names and Unicode's names of emoji (CLDR), in one format. So a symbol has the same name
whether the server or we say it. Where they are missing nothing has a name here. A file is read when its first
symbol is looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kokoro_speechd.system import paths

LEVELS = {"none": 0, "some": 1, "most": 2, "all": 3, "char": 4}
"""From which punctuation mode on a symbol is named; "char": only where it stands alone."""

_PREFIXES = (Path("/usr/local/share"), Path("/usr/share"))
_COMMON = "en"  # what a language leaves open is as in English
_FILES = ("symbols.dic", "orca.dic", "orca-chars.dic", "emojis.dic")
_INHERITED = "↑↑↑"  # CLDR's word for "as in the wider language"
_ESCAPES = {"\\0": "\0", "\\t": "\t", "\\n": "\n", "\\r": "\r", "\\f": "\f", "\\#": "#", "\\\\": "\\"}
_ESCAPE = re.compile(r"\\[0tnrf#\\]")
# Where a tag and the name of its folder differ, or a language is written in several scripts.
_FOLDERS = {"zh": ("zh_CN", "zh"), "pt": ("pt_PT", "pt"), "nb": ("nb", "no"), "cmn": ("zh_CN", "zh")}


@dataclass(frozen=True, slots=True)
class Symbol:
    """What one language says of a symbol, or of a pattern; "" for what it leaves open."""

    name: str
    level: str = ""
    preserve: str = ""  # always: the symbol stays for its pause; norep: it stays where it is not named


@dataclass(frozen=True, slots=True)
class SymbolFile:
    """One file: patterns by their identifier, and symbols by the symbol or identifier."""

    patterns: dict[str, str]
    symbols: dict[str, Symbol]


def symbol_name(symbol: str, language: str) -> str:
    """Return what `symbol` is called in the language, "" where its files have no name for it."""
    for folder in _folders(language):
        for file in _FILES:
            if (found := _file(folder, file).symbols.get(symbol)) is not None and found.name.strip():
                return found.name.strip()
    return ""


@lru_cache(maxsize=16)
def punctuation(language: str) -> SymbolFile:
    """Return the patterns and symbols that the punctuation modes of a language need; all fields are filled.

    A name is "" where only English has one. Emoji are not among them.
    """
    files = [_file(folder, file) for folder in _folders(language) for file in _FILES[:2]]
    common = [_file(_COMMON, file) for file in _FILES[:2]]
    patterns: dict[str, str] = {}
    symbols: dict[str, Symbol] = {}
    for own, source in [*((True, file) for file in files), *((False, file) for file in common)]:
        # English patterns serve all languages: what is a decimal point there is one here, or has no name.
        for identifier, pattern in source.patterns.items():
            patterns.setdefault(identifier, pattern)
        for identifier, symbol in source.symbols.items():
            known = symbols.get(identifier)
            symbols[identifier] = (
                Symbol(symbol.name if own else "", symbol.level, symbol.preserve)
                if known is None
                else Symbol(known.name, known.level or symbol.level, known.preserve or symbol.preserve)
            )
    return SymbolFile(patterns, symbols)


def _folders(language: str) -> tuple[str, ...]:
    """Return the names of the folders of a language tag, the nearest first."""
    base, *rest = language.replace("_", "-").split("-")
    near = [f"{base}_{part.upper()}" for part in rest if len(part) == 2]
    return (*near, *_FOLDERS.get(base, (base,)), *((base,) if base in _FOLDERS else ()))


@lru_cache(maxsize=64)
def _file(folder: str, name: str) -> SymbolFile:
    """Return a file's content; an empty one where there is none."""
    if not re.fullmatch(r"[A-Za-z0-9_@]+", folder):
        return SymbolFile({}, {})
    # Its files lie below the prefix that it was built for, whatever the XDG folders are.
    for data in (*(own.parent for own in paths.data_folders()), *_PREFIXES):
        try:
            text = (data / "speech-dispatcher/locale" / folder / name).read_text("utf-8-sig")
        except (OSError, ValueError):
            continue
        return parse(text)
    return SymbolFile({}, {})


def parse(text: str) -> SymbolFile:
    """Return the content of a dictionary's text; lines that mean nothing are left out."""
    patterns: dict[str, str] = {}
    symbols: dict[str, Symbol] = {}
    section = ""
    for line in text.split("\n"):
        line = line.rstrip("\r")  # noqa: PLW2901 - the same line
        if line in ("complexSymbols:", "symbols:"):
            section = line
            continue
        fields = line.split("\t")
        if line.startswith("#") or len(fields) < 2 or not fields[0]:
            continue
        if section == "complexSymbols:":
            patterns[fields[0]] = fields[1]
        elif section == "symbols:":
            identifier = _ESCAPE.sub(lambda match: _ESCAPES[match[0]], fields[0])
            values = [field for field in fields[1:] if not field.startswith("#")]
            name, level, preserve = (*values, "", "", "")[:3]
            symbols[identifier] = Symbol(
                "" if name == _INHERITED else name.strip(), level if level in LEVELS else "", preserve
            )
    return SymbolFile(patterns, symbols)
