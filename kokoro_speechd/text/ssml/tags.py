# SPDX-License-Identifier: GPL-3.0-or-later
"""Cuts a document into text and tags, whatever it holds: comments, CDATA, quotes that never end.

Every step moves forward, so the time is linear in the length of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

# A quoted value may hold ">" but not "<": a quote that was never closed must not swallow the next tag and the
# words before it. The second form is such a tag.
_TAG = re.compile(
    r"""<(?P<close>/?)(?P<name>[A-Za-z_][\w:.-]*)
    (?: (?P<attributes>(?:[\s/](?:[^<>"']|"[^"<]*"|'[^'<]*')*)?)>
      | (?P<broken>(?:[\s/][^<>]*)?)> )""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""(?<![^\s"'/])([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>/]+))""")
_ENTITY = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]+)|([0-9]+))|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
# What begins like this ends like that and is never spoken.
_UNSPOKEN = (("<!--", "-->"), ("<?", "?>"), ("<!", ">"))
_CDATA = "<![CDATA["
# A document type with declarations of its own. What they declare stays unknown: no entity is ever replaced by
# a text of the document's making.
_DECLARATIONS = re.compile(r"<!DOCTYPE[^<>\[]*\[", re.IGNORECASE)
_DECLARATIONS_END = re.compile(r"\]\s*>")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text to speak, or a tag: its local name in lower case and its attributes as they are written."""

    kind: Literal["text", "start", "end"]
    text: str
    attributes: str = ""
    end: int = 0  # where the document goes on

    @property
    def closed(self) -> bool:
        """Whether a start tag is its own end."""
        return self.attributes.endswith("/")


def unescape(text: str) -> str:
    """Return `text` with XML's five named entities and numeric ones resolved; anything else stays."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED[name]
    digits = (hexadecimal or decimal).lstrip("0")
    # Longer numbers cannot be code points, and int() refuses thousands of digits.
    code = int(digits or "0", 16 if hexadecimal else 10) if len(digits) <= 7 else 0
    allowed = code in (0x9, 0xA, 0xD) or 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
    return chr(code) if allowed else "\ufffd"


def attributes_of(written: str) -> dict[str, str]:
    """Return a tag's attributes by their local names in lower case; the first of a name counts.

    `xml:lang` is `lang`, as in HTML.
    """
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(written):
        value = next(value for value in match.groups()[1:] if value is not None)
        found.setdefault(match[1].lower().removeprefix("xml:"), unescape(value))
    return found


def pieces(document: str) -> Iterator[Piece]:
    """Yield everything in `document` that is spoken or could say how. A `<` that begins nothing is text."""
    absent: set[str] = set()  # ends that do not come any more: looked for once, not once for each beginning
    done = position = 0
    while (position := document.find("<", position)) >= 0:
        end, data = _unspoken(document, position, absent)
        tag = _TAG.match(document, position) if end == position else None
        if tag:
            end = tag.end()
        if end == position:  # no tag: a character of the text
            position += 1
            continue
        if done < position:
            yield Piece("text", unescape(document[done:position]))
        if data is not None:
            yield Piece("text", data)
        elif tag:
            attributes = tag["attributes"] if tag["attributes"] is not None else tag["broken"]
            name = tag["name"].rpartition(":")[2].lower()
            yield Piece("end" if tag["close"] else "start", name, attributes, end)
        done = position = end
    if done < len(document):
        yield Piece("text", unescape(document[done:]))


def _unspoken(document: str, position: int, absent: set[str]) -> tuple[int, str | None]:
    """Return where what begins here and is no tag ends, and the characters that it holds (CDATA)."""
    if document.startswith(_CDATA, position):
        close = _find(document, "]]>", position + len(_CDATA), absent)
        return (close + 3, document[position + len(_CDATA) : close]) if close >= 0 else (position, None)
    declarations = _DECLARATIONS.match(document, position)
    if declarations and "declarations" not in absent:
        if finish := _DECLARATIONS_END.search(document, declarations.end()):
            return finish.end(), None
        absent.add("declarations")
    for begin, ending in _UNSPOKEN:
        if document.startswith(begin, position):
            close = _find(document, ending, position + len(begin), absent)
            return (close + len(ending) if close >= 0 else position), None
    return position, None


def _find(document: str, end: str, start: int, absent: set[str]) -> int:
    if end in absent:
        return -1
    found = document.find(end, start)
    if found < 0:
        absent.add(end)
    return found
