# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of a text instead of the text: letters become x, digits 0; markup, lengths and punctuation stay.

What a fault of the protocol needs is where things stand and how long they are, not what is said.
"""

from __future__ import annotations

import re
import unicodedata

# A tag or a comment; then an entity. Everything else is text. No input makes these search for long.
_PARTS = re.compile(r"(<[^<>]*>)|(&(?:amp|lt|gt|quot|apos);)|(&#[0-9A-Fa-fxX]{1,8};)")
_ATTRIBUTE = re.compile(r"""(?<![\w:.-])([\w:.-]+)(\s*=\s*)("[^"]*"|'[^']*')""")
# Attributes whose values are terms of SSML and no text of anybody's.
_TERMS = frozenset(
    {"version", "xmlns", "xml:lang", "lang", "rate", "pitch", "range", "volume", "time", "strength", "level"}
    | {"interpret-as", "format"}
)
_SERVERS_MARK = "__spd_"


def shape(text: str) -> str:
    """Return a text without its contents; a whole that is redacted again stays as it is."""
    found, at = [], 0
    for part in _PARTS.finditer(text):
        found.append(_plain(text[at : part.start()]))
        tag, entity, number = part.groups()
        if tag:
            found.append(_plain(tag) if tag.startswith("<!--") else _tag(tag))
        else:
            found.append(entity or "x" * len(number))
        at = part.end()
    found.append(_plain(text[at:]))
    return "".join(found)


def mark_shape(name: str) -> str:
    """Return the name of an index mark without what a client may have put into it."""
    return name if name.startswith(_SERVERS_MARK) else _plain(name, digits=True)


def _tag(tag: str) -> str:
    """Keep a tag's name and what SSML defines; the values of other attributes are redacted."""
    head = re.match(r"</?\s*[\w:.-]*|<[?!]", tag)
    start = head.end() if head else 0
    found, at = [tag[:start]], start
    for attribute in _ATTRIBUTE.finditer(tag, start):
        found.append(_plain(tag[at : attribute.start()]))
        name, equals, quoted = attribute.groups()
        value = quoted[1:-1]
        if name == "name":
            value = mark_shape(value)
        elif name not in _TERMS:
            value = _plain(value)
        found.append(f"{name}{equals}{quoted[0]}{value}{quoted[0]}")
        at = attribute.end()
    found.append(_plain(tag[at:]))
    return "".join(found)


def _plain(text: str, *, digits: bool = False) -> str:
    return "".join(_character(character, digits=digits) for character in text)


def _character(character: str, *, digits: bool) -> str:
    category = unicodedata.category(character)
    if category[0] in "LM":
        return "X" if category == "Lu" else "x"
    if category[0] == "N":
        return character if digits and character.isascii() else "0"
    if category == "So":
        return "*"  # an emoji says as much as a word
    return character
