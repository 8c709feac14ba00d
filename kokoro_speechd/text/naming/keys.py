# SPDX-License-Identifier: GPL-3.0-or-later
"""SSIP's KEY names, and X's, as somebody at the keyboard would say them: "shift_a", "kp-enter", "Page_Up"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kokoro_speechd.text.languages.all import by_base
from kokoro_speechd.text.languages.english import AMERICAN
from kokoro_speechd.text.naming.key_names import ALIASES, CHARACTERS
from kokoro_speechd.text.naming.spelling import named, without_signs

_MODIFIERS = "shift|control|ctrl|alt|super|meta|hyper"
# X's names of the two keys of a kind; "shift_l" is SSIP's for shift and l.
_SIDE = re.compile(rf"(?i:({_MODIFIERS}))_([LR])(?=_|$)")
_FUNCTION_KEY = re.compile(r"[Ff](\d{1,2})")
_KEYPAD = re.compile(r"(?i:kp)[-_](?=.)")
_DEAD = re.compile(r"(?i:dead)[-_](?=.)")
_LONGEST = 3  # words of a key's name
_CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z])")  # XF86AudioRaiseVolume
_SEPARATORS = re.compile(r"[_\s]+")


def key_text(key: str, language: str) -> str:
    """Return text that tells a key or combination of keys; single characters in it are to be named."""
    key = without_signs(key.strip()) or " "
    if len(key) == 1:
        return named(key)
    names = list(_names(key.rstrip("_"), language))
    if key.endswith("_"):  # "control__" or "control_": the underscore itself
        names.append(named("_"))
    known = by_base(language)
    return (known.between_keys if known else " ").join(names)


def capital_pattern(language: str) -> str:
    """Return how a capital letter is told, {} being its name; "{}" where the language is none of ours."""
    return _pattern("capital", language)


def key_name(key: str, language: str) -> str:
    """Return the name of a key by its English one; "" where language or key are none of ours."""
    known = by_base(language)
    return known.keys.get(key, "") if known else ""


def both_sides(key: str, language: str) -> tuple[str, str]:
    """Return the names of the left and right key of a kind."""
    name = key_name(key, language) or key
    left, right = _pattern("left of two", language), _pattern("right of two", language)
    return left.replace("{}", name), right.replace("{}", name)


def _names(key: str, language: str) -> Iterator[str]:
    """Yield the name of each key of a combination."""
    while key:
        if side := _SIDE.match(key):
            yield both_sides(_english(side[1]), language)["LR".index(side[2])]
            key = key[side.end() :].removeprefix("_")
            continue
        pattern = "{}"
        for kind, prefix in (("keypad", _KEYPAD), ("dead", _DEAD)):
            if found := prefix.match(key):
                pattern = _pattern(kind, language)
                key = key[found.end() :]
        name, key = _first(key, language)
        yield pattern.replace("{}", name)


def _first(key: str, language: str) -> tuple[str, str]:
    """Return the name of the first key, the longest that is known, and what is left."""
    words = _SEPARATORS.split(key)
    for count in range(min(_LONGEST, len(words)), 0, -1):
        if name := _known("_".join(words[:count]), language):
            return name, "_".join(words[count:])
    unknown = _CAMEL.sub(" ", words[0]).replace("-", " ").strip()
    return unknown or " ".join(map(named, words[0])), "_".join(words[1:])


def _known(key: str, language: str) -> str:
    if len(key) == 1:
        return named(key)
    if function := _FUNCTION_KEY.fullmatch(key):
        return f"{named('F')} {int(function[1])}"
    if char := CHARACTERS.get(key.lower()):
        return named(char)
    english = _english(key)
    return key_name(english, language) or (english if english in AMERICAN.keys else "")


def _english(key: str) -> str:
    words = re.sub(r"[-_\s]+", " ", key.lower())
    return ALIASES.get(words, words)


def _pattern(kind: str, language: str) -> str:
    known = by_base(language)
    if known and kind in known.patterns:
        return known.patterns[kind]
    return "{}" if kind == "capital" else AMERICAN.patterns[kind]
