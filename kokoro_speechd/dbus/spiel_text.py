# SPDX-License-Identifier: GPL-3.0-or-later
"""A Spiel client's text as SSML with a mark wherever the client is to hear of a word, a sentence or a mark.

Marks reach their sample by the way that all marks go. Here the client's own ones get other names, so that
theirs and ours can't be mistaken for each other, and each is kept with its place in the client's text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from kokoro_speechd.dbus.spiel_stream import EventType, SpielEvent
from kokoro_speechd.text.language_tags import base
from kokoro_speechd.text.ssml import parser

# The borders of markup are those of text.ssml; a test compares what both find.
_TAG = re.compile(
    r"""<(?P<close>/?)(?P<name>[A-Za-z_][\w:.-]*)
    (?: (?P<attributes>(?:[\s/](?:[^<>"']|"[^"<]*"|'[^'<]*')*)?)>
      | (?P<broken>(?:[\s/][^<>]*)?)> )""",
    re.VERBOSE,
)
_NAME = re.compile(r"""(?<![^\s"'/])name\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>/]+))""", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[xX][0-9a-fA-F]+|#[0-9]+|lt|gt|amp|quot|apos);")
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_UNSPOKEN = (("<!--", "-->"), ("<?", "?>"), ("<!", ">"))
# Elements that part sentences.
_BLOCKS = frozenset(
    {"p", "par", "paragraph", "s", "sent", "sentence", "speak", "div", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"li", "dd", "dt", "td", "th", "tr"}
)
_BORDER = "\x1e"  # stands for one of them; Unicode's record separator, which is white space

_TOKEN = re.compile(r"[^\s—–…]+")
_HAN, _KANA = "\u3400-\u9fff\uf900-\ufaff々", "\u3041-\u30ff"
# Without spaces between words: a Japanese one is its characters and their ending; of Chinese, characters.
_JAPANESE = re.compile(
    rf"[{_HAN}]+[\u3041-\u309f]*|(?:[\u30a0-\u30ff][\u3099\u309a]?)+|[\u3041-\u309f]+|[^{_HAN}{_KANA}]+"
)
_CHINESE = re.compile(rf"[{_HAN}]|[^{_HAN}]+")
# Bounded, so that the time is linear in the length of a text of nothing but full stops.
_SENTENCE_END = re.compile(
    r"""[.!?…]{1,8}["'”’»)\]]{0,4}\s+(?=\S) | [。！？]+[」』”’）]*\s* | \n\s*\n | \x1e""", re.VERBOSE
)
_NAMES = "spiel-"  # of our marks


@dataclass(frozen=True, slots=True)
class Prepared:
    """SSML to speak, and what each of its marks tells the client."""

    document: str
    events: dict[str, tuple[SpielEvent, ...]]


@dataclass(slots=True)
class _Found:
    """The characters to speak, each with its place in the client's text, and the marks."""

    characters: list[str]
    starts: list[int]
    ends: list[int]
    marks: list[tuple[int, int, str]]  # of the tag, and the name
    data: list[tuple[int, int]]  # places within CDATA, where a tag would be text
    brackets: list[int]  # places of "<" that begin no tag

    def add(self, text: str, offset: int, *, entities: bool) -> None:
        position = 0
        while position < len(text):
            if entities and text[position] == "<":
                self.brackets.append(offset + position)
            match = _ENTITY.match(text, position) if entities and text[position] == "&" else None
            end = match.end() if match else position + 1
            self.characters.append(_unescaped(text[position:end]) if match else text[position])
            self.starts.append(offset + position)
            self.ends.append(offset + end)
            position = end

    def border(self, offset: int) -> None:
        self.characters.append(_BORDER)
        self.starts.append(offset)
        self.ends.append(offset)


def prepare(text: str, language: str, *, is_ssml: bool) -> Prepared:
    """Return what to speak for a client's text. `language` tells how words are found in it."""
    found = _find_all(text) if is_ssml else _Found(list(text), [*range(len(text))], [], [], [], [])
    if not is_ssml:
        found.ends = [*range(1, len(text) + 1)]
    told: list[tuple[int, int, tuple[SpielEvent, ...]]] = [
        (start, end, (SpielEvent(EventType.MARK, start, start, name),)) for start, end, name in found.marks
    ]
    told += [(events[0].start, events[0].start, events) for events in _spoken(found, language)]
    # What we put in ends with ">", and that could be what a "<" of the text lacks to swallow words.
    told += [(place, place + 1, ()) for place in found.brackets]
    told.sort(key=lambda place: place[:2])
    parts: list[str] = []
    events: dict[str, tuple[SpielEvent, ...]] = {}
    data = iter([*found.data, (len(text) + 1, len(text) + 1)])
    inside = next(data)
    done = 0
    for start, end, what in told:
        before = text[done:start]
        parts.append(before if is_ssml else parser.escape(before))
        done = end
        if not what:
            parts.append("&lt;")
            continue
        name = f"{_NAMES}{len(events)}"
        events[name] = what
        mark = f'<mark name="{name}"/>'
        while inside[1] <= start:
            inside = next(data)
        parts.append(f"{_CDATA_END}{mark}{_CDATA}" if inside[0] <= start else mark)
    parts.append(text[done:] if is_ssml else parser.escape(text[done:]))
    return Prepared("".join(parts), events)


def _spoken(found: _Found, language: str) -> Iterator[tuple[SpielEvent, ...]]:
    """Yield the events of each word; those of a sentence come with its first word."""
    text = "".join(found.characters)
    words = list(_words(text, language))
    borders = [match.end() for match in _SENTENCE_END.finditer(text) if _ends_sentence(text, match)]
    borders.append(len(text))
    current = -1
    for start, end in words:
        word = SpielEvent(EventType.WORD, found.starts[start], found.ends[end - 1])
        place = current
        while place < 0 or borders[place] <= start:
            place += 1
        if place == current:
            yield (word,)
            continue
        current = place
        last = start + len(text[start : borders[place]].rstrip()) - 1
        yield SpielEvent(EventType.SENTENCE, word.start, max(word.end, found.ends[last])), word


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    """Return whether a sentence ends here; after an initial, or before a small letter, it does not."""
    if match[0][0] != "." or "\n\n" in match[0] or _BORDER in match[0]:
        return True
    before = text[max(0, match.start() - 2) : match.start()]
    initial = before[-1:].isupper() and not before[:-1].isalnum()
    return not initial and not text[match.end() : match.end() + 1].islower()


def _words(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield the places of words: what stands between spaces, without the punctuation around it."""
    parts = _JAPANESE if base(language) == "ja" else _CHINESE
    for token in _TOKEN.finditer(text):
        for part in parts.finditer(token[0]):
            start, end = token.start() + part.start(), token.start() + part.end()
            while start < end and _is_around(text[start]):
                start += 1
            while start < end and _is_around(text[end - 1]):
                end -= 1
            if start < end:
                yield start, end


def _is_around(character: str) -> bool:
    """Return whether a character is no part of a word it stands beside."""
    return not character.isalnum() and unicodedata.category(character)[0] in "PZC"


def _find_all(document: str) -> _Found:
    """Return what is spoken of an SSML document and its marks, with their places in it."""
    found = _Found([], [], [], [], [], [])
    absent: set[str] = set()  # ends that do not come any more: looked for once
    done = position = 0
    while (position := document.find("<", position)) >= 0:
        end, data = _unspoken_end(document, position, absent)
        tag = _TAG.match(document, position) if end == position else None
        if tag:
            end = tag.end()
        if end == position:  # a character of the text
            position += 1
            continue
        found.add(document[done:position], done, entities=True)
        if data:
            begin = position + len(_CDATA)
            found.add(document[begin : end - len(_CDATA_END)], begin, entities=False)
            found.data.append((begin, end))
        elif tag:
            _note_tag(found, tag)
        done = position = end
    found.add(document[done:], done, entities=True)
    return found


def _note_tag(found: _Found, tag: re.Match[str]) -> None:
    name = tag["name"].rpartition(":")[2].lower()
    if name in _BLOCKS:
        found.border(tag.start())
    elif name == "mark" and not tag["close"]:
        written = tag["attributes"] if tag["attributes"] is not None else tag["broken"]
        if match := _NAME.search(written):
            value = next(value for value in match.groups() if value is not None)
            found.marks.append((tag.start(), tag.end(), _unescaped(value)))


def _unescaped(text: str) -> str:
    return parser.scan(text).text if "&" in text else text


def _unspoken_end(document: str, position: int, absent: set[str]) -> tuple[int, bool]:
    """Return where a comment, a declaration or CDATA ends that begins here, and whether it is CDATA."""
    for begin, ending in ((_CDATA, _CDATA_END), *_UNSPOKEN):
        if document.startswith(begin, position):
            close = -1 if ending in absent else document.find(ending, position + len(begin))
            if close < 0:
                absent.add(ending)
                return position, False
            return close + len(ending), begin == _CDATA
    return position, False
