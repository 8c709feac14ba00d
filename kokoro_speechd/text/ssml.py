# SPDX-License-Identifier: GPL-3.0-or-later
"""SSML as speech-dispatcher really sends it → a script, by a scanner that refuses nothing.

After PAUSE and RESUME the server sends tails of documents: no root, two roots, end tags without a start. An
XML parser would refuse them and a listener would hear nothing. Every step moves forward, so the time is
linear in the length of the document, whatever it holds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kokoro_speechd.text.character_names import name_parts
from kokoro_speechd.text.modes import AS_WRITTEN, Modes
from kokoro_speechd.text.script import Mark, Script
from kokoro_speechd.text.spelling import NAMED

if TYPE_CHECKING:
    from collections.abc import Iterator

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
# Elements whose border is also a border between words; all others stand inside a word as well.
_SEPARATING = frozenset(
    {
        "audio",
        "blockquote",
        "br",
        "break",
        "dd",
        "desc",
        "div",
        "dl",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    }
    | {"li", "ol", "p", "par", "paragraph", "s", "sent", "sentence", "speak", "table", "td", "th", "tr", "ul"}
)
# What begins like this ends like that and is never spoken.
_UNSPOKEN = (("<!--", "-->"), ("<?", "?>"), ("<!", ">"))
_GREENLANDIC_DIGIT = re.compile(r"(?<!\d)[08](?!\d)")
_CDATA = "<![CDATA["


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED[name]
    digits = (hexadecimal or decimal).lstrip("0")
    # Longer numbers cannot be code points, and int() refuses thousands of digits.
    code = int(digits or "0", 16 if hexadecimal else 10) if len(digits) <= 7 else 0
    allowed = code in (0x9, 0xA, 0xD) or 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
    return chr(code) if allowed else "\ufffd"


def unescape(text: str) -> str:
    """Return `text` with XML's five named entities and numeric ones resolved; anything else stays."""
    return _ENTITY.sub(_character, text) if "&" in text else text


class _Writer:
    """Collects text and marks; knows whether a border between words is still to be written."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._spaced = True  # nothing, or white space, was written last
        self._border = False
        self._marks: list[Mark] = []

    def text(self, text: str) -> None:
        if not text:
            return
        if self._border and not text[0].isspace():
            self._space()
        self._border = False
        self._append(text)

    def mark(self, name: str) -> None:
        # A mark behind a border belongs to the word that follows it.
        if self._border:
            self._space()
        self._marks.append(Mark(name, self._length))

    def border(self) -> None:
        self._border = True

    def script(self) -> Script:
        return Script("".join(self._parts), tuple(self._marks))

    def _space(self) -> None:
        self._border = False
        if not self._spaced:
            self._append(" ")

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
        self._spaced = text[-1].isspace()


def _mark_name(attributes: str) -> str | None:
    for match in _ATTRIBUTE.finditer(attributes):
        if match[1].lower() == "name":
            return unescape(next(value for value in match.groups()[1:] if value is not None))
    return None


def _pieces(document: str) -> Iterator[tuple[str, str]]:
    """Cut `document` into ("text", raw text), ("data", CDATA) and ("tag", name, attributes) pieces."""
    absent: set[str] = set()  # ends that do not come any more: looked for once, not once for each beginning
    done = position = 0
    while (position := document.find("<", position)) >= 0:
        end, data = position, None
        if document.startswith(_CDATA, position):
            close = _find(document, "]]>", position + len(_CDATA), absent)
            if close >= 0:
                data, end = document[position + len(_CDATA) : close], close + 3
        else:
            for begin, finish in _UNSPOKEN:
                if document.startswith(begin, position):
                    close = _find(document, finish, position + len(begin), absent)
                    end = close + len(finish) if close >= 0 else position
                    break
        tag = _TAG.match(document, position) if end == position else None
        if tag:
            end = tag.end()
        if end == position:  # no tag: a character of the text
            position += 1
            continue
        yield "text", document[done:position]
        if data is not None:
            yield "data", data
        elif tag:
            attributes = tag["attributes"] if tag["attributes"] is not None else tag["broken"]
            name = tag["name"].rpartition(":")[2].lower()
            yield ("end" if tag["close"] else "start"), f"{name} {attributes}"
        done = position = end
    yield "text", document[done:]


def _find(document: str, end: str, start: int, absent: set[str]) -> int:
    if end in absent:
        return -1
    found = document.find(end, start)
    if found < 0:
        absent.add(end)
    return found


def scan(document: str) -> Script:
    """Return the characters and marks of an SSML document, a piece of one, or plain text.

    Never raises. A `<` or `&` that begins nothing stays a character. Comments, processing instructions and
    declarations vanish; `<break>`, `<p>`, `<s>` and other block elements part words by one space; any other
    element vanishes without a trace. Mark names are unescaped and otherwise kept as they are.
    """
    writer = _Writer()
    for kind, value in _pieces(document):
        if kind == "text":
            writer.text(unescape(value))
        elif kind == "data":
            writer.text(value)
        else:
            name, _, attributes = value.partition(" ")
            if name == "mark":
                mark = _mark_name(attributes) if kind == "start" else None
                if mark is not None:
                    writer.mark(mark)
            elif name in _SEPARATING:
                writer.border()
    return writer.script()


def escape(text: str) -> str:
    """Return text as SSML that says just this."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_espeak_ssml(
    script: Script, start: int = 0, language: str = "en", modes: Modes = AS_WRITTEN
) -> tuple[str, tuple[str, ...]]:
    """Return clean SSML of `script` from character `start` on, and the names its numbered marks stand for.

    The document is well-formed whatever the script holds: characters that XML forbids are left out, numbers
    that the server broke are whole again, and mark N of the document is element N of the names. Marks before
    `start` are left out.
    """
    reading = modes.read(script.text[start:], language)
    names: list[str] = []
    parts = ["<speak>"]
    done = place = 0
    for mark in script.marks:
        if mark.offset < start:
            continue
        while place < len(reading.text) and reading.origins[place] < mark.offset - start:
            place += 1
        parts.append(_speakable(reading.text[done:place], language, modes))
        parts.append(f'<mark name="{len(names)}"/>')
        names.append(mark.name)
        done = place
    parts.append(_speakable(reading.text[done:], language, modes))
    parts.append("</speak>")
    return "".join(parts), tuple(names)


def _speakable(text: str, language: str, modes: Modes) -> str:
    """Return text as SSML, in which characters are named that are to be named."""
    own_word = modes.espeak_tells_capitals(language)
    return NAMED.sub(lambda match: _named(match[1], language, own_word), _safe(text, language))


def _named(char: str, language: str, own_word: bool) -> str:
    """Return SSML that names a character; `own_word`: espeak-ng says "capital" before capitals in text."""
    parts: list[str] = []
    for part in name_parts(unescape(char), language):
        text = _safe(part.text, language)
        if part.kind == "letter" and not (own_word and part.text.isupper()):
            # A capital would be called so in any mode.
            small = part.text.lower() if len(part.text.lower()) == 1 else part.text
            text = f'<say-as interpret-as="characters">&#{ord(small)};</say-as>'
        elif part.kind == "english":
            text = f'<voice xml:lang="en">{text}</voice>'
        parts.append(text)
    return f" {' '.join(parts)} "


def _safe(text: str, language: str) -> str:
    """Return text as SSML; espeak-ng 1.52 ends the process at a single 0 or 8 in Greenlandic."""
    if language.partition("-")[0] == "kl":
        text = _GREENLANDIC_DIGIT.sub(lambda match: "nul" if match[0] == "0" else "arfineq pingasut", text)
    return escape(text)
