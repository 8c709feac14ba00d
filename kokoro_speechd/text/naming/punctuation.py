# SPDX-License-Identifier: GPL-3.0-or-later
"""Punctuation by name, as far as the caller wants it: the modes some, most and all.

speech-dispatcher does this itself, and then always asks for none, wherever it has a dictionary for the
language. For the rest, and for texts that come another way, it is done here by the same dictionaries: which
symbol belongs to which mode, which stays for its pause, what counts as a decimal point. The user may want a
sign named in other modes (`own_punctuation.py`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from kokoro_speechd.text.mapped_text import MappedText
from kokoro_speechd.text.naming.own_punctuation import NEVER, own_levels
from kokoro_speechd.text.naming.spelling import named
from kokoro_speechd.text.naming.symbols import LEVELS, Symbol, punctuation

_UNKNOWN = Symbol("", "all")
_GROUP = re.compile(r"\\[1-9]")  # a reference to a group
_OWN_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_RUN = "run"
_PATTERN = "pattern"


def name_punctuation(mapped: MappedText, language: str, mode: str) -> MappedText:
    """Return the reading with the symbols named that the mode asks for; "none" changes nothing."""
    wanted = LEVELS.get(mode, 0)
    if not 0 < wanted <= LEVELS["all"]:
        return mapped
    symbols = punctuation(language).symbols
    own = own_levels()
    edits: list[tuple[int, int, str]] = []
    text = mapped.text
    done = 0  # where the last symbol that was named ends
    after = " "  # what stands before the next one
    for match in _finder(language).finditer(text):
        written = match[0]
        identifier = _identifier(match, language)
        symbol = symbols.get(identifier, _UNKNOWN)
        level = own.get(identifier[0], "") if own and identifier[0] in written else ""
        if level == NEVER or LEVELS.get(level or symbol.level, LEVELS["all"]) > wanted:
            continue
        if name := symbol.name or _shared_name(identifier, written, symbols):
            if _GROUP.search(name):
                name = _with_groups(name, punctuation(language).patterns[identifier], match)
            count = f"{len(written)} " if match.lastgroup == _RUN and len(written) > 1 else ""
            kept = written if symbol.preserve == "always" else ""
            # One space on either side, where none stands there.
            if match.start() > done:
                after = text[match.start() - 1]
            before = "" if after == " " else " "
            done = match.end()
            after = "" if text[done : done + 1] in ("", " ") else " "
            edits.append((match.start(), done, f"{before}{count}{name}{kept}{after}"))
    return mapped.replaced(edits)


def _identifier(match: re.Match[str], language: str) -> str:
    """Return under what the dictionary has a match: the name of a pattern, or the symbol."""
    if match.lastgroup == _RUN:
        return match[0][0]
    if match.lastgroup is None:
        return match[0]
    return tuple(punctuation(language).patterns)[int(match.lastgroup.removeprefix(_PATTERN))]


def _shared_name(identifier: str, written: str, symbols: dict[str, Symbol]) -> str:
    """Return what to say where the language has no name for just this.

    ". sentence ending" is then called like any ".", and "." by whatever knows its name. "decimal point" and
    other patterns without a name are left to those who read numbers.
    """
    symbol = identifier[0]
    if symbol not in written:
        return ""
    return symbols.get(symbol, _UNKNOWN).name or named(symbol)


def _with_groups(name: str, pattern: str, match: re.Match[str]) -> str:
    whole = re.compile(pattern).match(match.string, match.start())
    return whole.expand(name) if whole else ""


@lru_cache(maxsize=16)
def _finder(language: str) -> re.Pattern[str]:
    """Return what finds the patterns of a language, then its symbols; a run of one symbol is found whole."""
    content = punctuation(language)
    patterns = [
        # Their own groups would be taken for ours.
        f"(?P<{_PATTERN}{number}>{_OWN_GROUP.sub('(?:', pattern)})"
        for number, pattern in enumerate(content.patterns.values())
        if _compiles(pattern)
    ]
    keys = [key for key in content.symbols if key not in content.patterns]
    longer = sorted((key for key in keys if len(key) > 1), key=len, reverse=True)
    single = "".join(re.escape(key) for key in keys if len(key) == 1 and not key.isalnum() and key.strip())
    runs = [f"(?P<{_RUN}>[{single}])(?P={_RUN})*"] if single else []
    return re.compile("|".join([*patterns, *map(re.escape, longer), *runs]) or "(?!)")


def _compiles(pattern: str) -> bool:
    try:
        return re.compile(pattern).groupindex == {} and not _GROUP.search(pattern)
    except re.error:
        return False
