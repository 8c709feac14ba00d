# SPDX-License-Identifier: GPL-3.0-or-later
"""SSML as speech-dispatcher really sends it → a script, by a scanner that refuses nothing.

After PAUSE and RESUME the server sends tails of documents: no root, two roots, end tags without a start. An
XML parser would refuse them and a listener would hear nothing. The time is linear in the length of the
document, whatever it holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kokoro_speechd.text.naming.spelling import without_signs
from kokoro_speechd.text.script import PLAIN, Break, Mark, Script, Span, SpeechAttributes
from kokoro_speechd.text.ssml.attributes import PARAGRAPH_PAUSE, SENTENCE_PAUSE, change, pause
from kokoro_speechd.text.ssml.tags import Piece, attributes_of, pieces

# Elements whose border is also a border between words; all others stand inside a word as well.
_PAUSES = {
    **dict.fromkeys(("p", "par", "paragraph"), PARAGRAPH_PAUSE),
    **dict.fromkeys(("s", "sent", "sentence"), SENTENCE_PAUSE),
}
_SEPARATING = frozenset(
    {"audio", "blockquote", "br", "dd", "desc", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"li", "ol", "speak", "table", "td", "th", "tr", "ul"}
)
_ATTRIBUTES = frozenset({"prosody", "emphasis", "voice", "say-as", "phoneme"})
_EMPTY = frozenset({"mark", "break", "br", "lexicon", "meta"})  # never around anything, closed or not
_UNSPOKEN = frozenset({"desc", "metadata"})  # descriptions and data for machines
_LONGEST_NAME = (
    4000  # characters of a mark's name; one that is longer would not fit into a frame to the module
)
_DEEPEST = 200  # elements within each other; what is deeper changes nothing any more


class _Writer:
    """Collects text, marks, spans and breaks; knows whether a border between words is still to be written."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0
        self._spaced = True  # nothing, or white space, was written last
        self._border = False
        self._pause = 0.0  # what a border is worth, in seconds
        self._silent = False  # the document itself has said how long to be silent here
        self._marks: list[Mark] = []
        self._spans: list[Span] = []
        self._breaks: list[Break] = []

    def text(self, text: str, speech_attributes: SpeechAttributes) -> None:
        if not text:
            return
        self._cross(speech_attributes, spaced=text[0].isspace())
        if text.strip():
            self._silent = False
        self._append(without_signs(text), speech_attributes)

    def mark(self, name: str, speech_attributes: SpeechAttributes) -> None:
        # A mark behind a border belongs to the word that follows it.
        self._cross(speech_attributes, spaced=False)
        self._marks.append(Mark(name, self.length))

    def border(self, seconds: float = 0.0) -> None:
        self._border = True
        self._pause = max(self._pause, seconds)

    def silence(self, seconds: float, speech_attributes: SpeechAttributes, *, paced: bool) -> None:
        """Add a break, which has a white space to itself: what comes before it is not what comes after it."""
        self._border, self._pause, self._silent = False, 0.0, True
        if seconds:
            self._breaks.append(Break(self.length, seconds, paced))
        self._append(" ", speech_attributes)

    def script(self) -> Script:
        return Script("".join(self._parts), tuple(self._marks), tuple(self._spans), tuple(self._breaks))

    def _cross(self, speech_attributes: SpeechAttributes, *, spaced: bool) -> None:
        """Write what a border leaves: a space, unless white space comes or is there, and its pause."""
        if not self._border:
            return
        seconds = 0.0 if self._silent or not self.length else self._pause
        self._border, self._pause = False, 0.0
        place = self.length
        if not spaced and self._spaced:
            place -= 1
        if seconds and (not self._breaks or self._breaks[-1].offset < place):
            self._breaks.append(Break(place, seconds, paced=True))
        if not spaced and not self._spaced:
            self._append(" ", speech_attributes)

    def _append(self, text: str, speech_attributes: SpeechAttributes) -> None:
        begin = self.length
        self._parts.append(text)
        self.length += len(text)
        self._spaced = text[-1].isspace()
        if (
            speech_attributes is PLAIN
            or speech_attributes == PLAIN
            or (speech_attributes.replaces and not text.strip())
        ):
            return
        last = self._spans[-1] if self._spans else None
        # What is replaced is replaced as a whole, element by element.
        same = last is not None and (
            last.attributes is speech_attributes
            or (last.attributes == speech_attributes and not speech_attributes.replaces)
        )
        if last is not None and same and last.end == begin:
            self._spans[-1] = replace(last, end=self.length)
        else:
            self._spans.append(Span(begin, self.length, speech_attributes))


@dataclass(frozen=True, slots=True)
class _Open:
    """An element that was not closed yet: the attributes around it, and where its text begins."""

    name: str
    around: SpeechAttributes
    begin: int


class _Scanner:
    def __init__(self) -> None:
        self._writer = _Writer()
        self._attributes = PLAIN
        self._open: list[_Open] = []
        self._names: Counter[str] = Counter()  # of open elements
        self._too_deep: Counter[str] = Counter()

    def scan(self, document: str) -> Script:
        left = self._read(pieces(document), skip=True)
        # An element that is not spoken was never closed: better one word too many than silence.
        self._writer.border()
        self._read(left, skip=False)
        return self._writer.script()

    def _read(self, found: Iterable[Piece], *, skip: bool) -> list[Piece]:
        """Read pieces; return those behind the beginning of what is not spoken and has no end."""
        skipped: list[Piece] = []
        unspoken = ""
        for piece in found:
            if unspoken:
                skipped.append(piece)
                if piece.kind == "end" and piece.text == unspoken:
                    unspoken = ""
                    for inside in skipped:
                        if inside.text == "mark" and inside.kind == "start":
                            self._mark(inside)
                    self._end(piece)
                    skipped.clear()
            elif piece.kind == "text":
                self._writer.text(piece.text, self._attributes)
            elif piece.kind == "end":
                self._end(piece)
            elif self._start(piece) and skip and not piece.closed:
                unspoken = piece.text
        return skipped

    def _start(self, piece: Piece) -> bool:
        """Begin an element; return whether what is in it is not spoken."""
        name = piece.text
        self._border(name)
        if name == "mark":
            self._mark(piece)
            return False
        if name == "break":
            seconds, paced = pause(attributes_of(piece.attributes))
            self._writer.silence(seconds, self._attributes, paced=paced)
            return False
        if name in _EMPTY:
            return False
        told = name in _ATTRIBUTES or "lang" in piece.attributes
        attributes = attributes_of(piece.attributes) if told or name == "sub" else {}
        inside = change(self._attributes, name, attributes) if told else self._attributes
        if piece.closed:
            if name == "phoneme":
                self._writer.text(attributes.get("ph", ""), inside)
        elif len(self._open) >= _DEEPEST:
            self._too_deep[name] += 1
        else:
            self._open.append(_Open(name, self._attributes, self._writer.length))
            self._names[name] += 1
            self._attributes = inside
        alias = attributes.get("alias", "").strip() if name == "sub" else ""
        self._writer.text(alias, self._attributes)
        return bool(alias) or name in _UNSPOKEN

    def _end(self, piece: Piece) -> None:
        name = piece.text
        if self._too_deep[name]:
            self._too_deep[name] -= 1
        elif self._names[name]:
            while True:
                element = self._open.pop()
                self._names[element.name] -= 1
                if element.name == "phoneme" and element.begin == self._writer.length:
                    self._writer.text(self._attributes.ipa or "", self._attributes)
                self._attributes = element.around
                if element.name == name:
                    break
        self._border(name)

    def _border(self, name: str) -> None:
        if name in _PAUSES:
            self._writer.border(_PAUSES[name])
        elif name in _SEPARATING:
            self._writer.border()

    def _mark(self, piece: Piece) -> None:
        name = attributes_of(piece.attributes).get("name")
        if name is not None and len(name) <= _LONGEST_NAME:
            self._writer.mark(name, self._attributes)


def scan(document: str) -> Script:
    """Return what is to be spoken of an SSML document, a piece of one, or plain text, and how.

    Never raises. A `<` or `&` that begins nothing stays a character. Comments, processing instructions and
    declarations vanish; breaks, paragraphs, sentences and other block elements part words; what is not known
    vanishes without a trace. Mark names are unescaped and otherwise kept as they are; a mark whose name has
    more than `_LONGEST_NAME` characters vanishes, too.
    """
    return _Scanner().scan(document)


def escape(text: str) -> str:
    """Return text as SSML that says just this."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
