# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.dbus.spiel import to_pitch, to_rate
from kokoro_speechd.dbus.spiel_stream import EventType
from kokoro_speechd.dbus.spiel_text import Prepared, prepare
from kokoro_speechd.text.ssml import parser

WORD, SENTENCE, MARK = EventType.WORD, EventType.SENTENCE, EventType.MARK


def told(text: str, language: str = "en-US", *, is_ssml: bool = False) -> list[tuple[EventType, str]]:
    """Return what a client is told, in the order of the marks in the script: type, and characters or name."""
    prepared = prepare(text, language, is_ssml=is_ssml)
    return [
        (event.kind, event.name or text[event.start : event.end])
        for mark in parser.scan(prepared.document).marks
        for event in prepared.events[mark.name]
    ]


def words(text: str, language: str = "en-US", *, is_ssml: bool = False) -> list[str]:
    return [what for kind, what in told(text, language, is_ssml=is_ssml) if kind is WORD]


def sentences(text: str, *, is_ssml: bool = False) -> list[str]:
    return [what for kind, what in told(text, is_ssml=is_ssml) if kind is SENTENCE]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, “dear” world!", ["Hello", "dear", "world"]),
        ("well-known don't 3.14 $5 50% #tag", ["well-known", "don't", "3.14", "$5", "50", "tag"]),
        ("one—two … three", ["one", "two", "three"]),
        ("a < b & c > d", ["a", "<", "b", "c", ">", "d"]),
        ("&amp; <mark name='x'/>", ["amp", "<mark", "name='x'/>"]),  # not SSML: characters
        ("नमस्ते दुनिया।", ["नमस्ते", "दुनिया"]),
        ("cafe\u0301, ole\u0301!", ["cafe\u0301", "ole\u0301"]),
        ("  \n ... —", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_words_without_spaces_between_them() -> None:
    assert words("今日は東京です。", "ja-JP") == ["今日は", "東京です"]
    assert words("ハ\u309aソコンか\u3099すき", "ja-JP") == ["ハ\u309aソコン", "か\u3099すき"]
    assert words("你好 world", "zh-CN") == ["你", "好", "world"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two? Three", ["One.", "Two?", "Three"]),
        ("He said “no.” Then J. Smith left, e.g. home.", ["He said “no.”", "Then J. Smith left, e.g. home."]),
        ("Version 3.14 is out", ["Version 3.14 is out"]),
        ("A title\n\nA text", ["A title", "A text"]),
        ("一。二。", ["一。", "二。"]),
        ("...", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_ssml_with_marks_entities_and_data() -> None:
    text = (
        "<speak><p>One <mark name='a&amp;b'/>t<b>w</b>o</p>AT&amp;T <!-- no <mark name='z'/> -->"
        "<![CDATA[<x> y]]> &lt;b&gt;<mark name=c></mark></speak>"
    )
    assert told(text, is_ssml=True) == [
        (SENTENCE, "One <mark name='a&amp;b'/>t<b>w</b>o"),
        (WORD, "One"),
        (MARK, "a&b"),
        (WORD, "t<b>w</b>o"),
        (SENTENCE, "AT&amp;T <!-- no <mark name='z'/> --><![CDATA[<x> y]]> &lt;b&gt;"),
        (WORD, "AT&amp;T"),
        (WORD, "<x>"),
        (WORD, "y"),
        (WORD, "&lt;b&gt;"),
        (MARK, "c"),
    ]
    assert parser.scan(prepare(text, "en", is_ssml=True).document).text == parser.scan(text).text


def test_a_mark_that_is_called_like_ours_stays_a_mark() -> None:
    text = "<mark name='spiel-1'/>one <mark name='spiel-0'/>two"
    assert [what for kind, what in told(text, is_ssml=True) if kind is MARK] == ["spiel-1", "spiel-0"]


PIECES = st.sampled_from(
    [
        *(
            "<speak>",
            "</speak>",
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<mark name='m'/>",
            '<mark name="n">',
            "<mark/>",
        ),
        *("<!--", "-->", "<![CDATA[", "]]>", "<?x", "?>", "<!D", ">", "<", "&amp;", "&#65;", "&x;", "&"),
        *("<a b='c", "'>", '"', "word", "two words", " ", ". ", "\n\n", "漢字", "...", "\x1e", "<break/>"),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_ssml_is_spoken_as_before(document: str) -> None:
    prepared = prepare(document, "en", is_ssml=True)
    before, after = parser.scan(document), parser.scan(prepared.document)
    assert after.text.split() == before.text.split()
    assert [mark.name for mark in after.marks] == list(prepared.events)  # each once, in order
    assert marks_of(prepared) == [mark.name for mark in before.marks]
    assert in_order_and_within(prepared, document)


# U+FDD0 and U+FDD1, which are no characters, stand around what is named: in a text they become U+FDD2.
@given(st.text(st.characters(exclude_characters="\ufdd0\ufdd1", exclude_categories=["Cs"]), max_size=80))
def test_any_text_is_spoken_as_before(text: str) -> None:
    prepared = prepare(text, "ja", is_ssml=False)
    script = parser.scan(prepared.document)
    assert script.text == text
    assert [mark.name for mark in script.marks] == list(prepared.events)
    for mark in script.marks:
        assert prepared.events[mark.name][-1].start == mark.offset
    assert in_order_and_within(prepared, text)


def marks_of(prepared: Prepared) -> list[str]:
    return [event.name for events in prepared.events.values() for event in events if event.kind is MARK]


def in_order_and_within(prepared: Prepared, text: str) -> bool:
    events = [event for events in prepared.events.values() for event in events]
    starts = [event.start for event in events]
    return starts == sorted(starts) and all(0 <= event.start <= event.end <= len(text) for event in events)


@pytest.mark.parametrize(
    "piece", ["<!--", "<![CDATA[", "<a b='", ".", "\n ", "&", "<mark name=", "。", "x", "<p>x. ", "漢", ". "]
)
def test_the_time_is_linear(piece: str) -> None:
    begun = time.monotonic()
    prepare(piece * (100_000 // len(piece)), "ja", is_ssml=True)
    assert time.monotonic() - begun < 20  # quadratic would be minutes


@pytest.mark.parametrize(
    ("pitch", "expected"), [(0.0, -100), (1.0, 0), (1.25, 25), (2.0, 100), (-5.0, -100), (1e300, 100)]
)
def test_pitch(pitch: float, expected: int) -> None:
    assert to_pitch(pitch) == expected


def test_rate() -> None:
    rates = [to_rate(rate) for rate in (float("-inf"), 0.0, 0.1, 0.5, 1.0, 1.5, 2.0, 10.0, float("inf"))]
    assert rates == sorted(rates)
    assert (rates[0], rates[4], rates[-1]) == (-100, 0, 100)
    assert to_rate(float("nan")) == to_pitch(float("nan")) == 0
