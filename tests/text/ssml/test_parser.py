# SPDX-License-Identifier: GPL-3.0-or-later
"""The SSML scanner against what speech-dispatcher sends, and against what nobody should send."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.rendering.espeak_ssml import to_espeak_ssml
from kokoro_speechd.text.script import Mark
from kokoro_speechd.text.ssml.parser import scan

TEXTS = [
    ("<speak>Hello world</speak>", "Hello world"),
    ("plain text", "plain text"),
    ("<speak></speak>", ""),
    ("<speak> </speak>", " "),
    ("", ""),
    ("<speak><speak>twice</speak></speak>", "twice"),
    ("<speak>one</speak><speak>two</speak>", "one two"),
    ("tail</emphasis> of it</speak>", "tail of it"),
    ("<speak>broken <unclosed>tag</speak>", "broken tag"),
    ("a<break/>b", "a b"),
    ("a <break time='3s'/> b", "a   b"),
    ("<p>one</p><p>two</p>", "one two"),
    ("<s>one</s>\n<s>two</s>", "one\ntwo"),
    ("<P>one</P>two", "one two"),
    ("un<emphasis>believ</emphasis>able", "unbelievable"),
    ('<prosody rate="fast">qu</prosody>ick', "quick"),
    ('<say-as interpret-as="characters">abc</say-as>d', "abcd"),
    ("&lt;b&gt; &amp; &quot;q&quot; &apos;", '<b> & "q" \''),
    ("&#233;&#xE9;&#Xe9;", "ééé"),
    ("&#0;&#x110000;&#xD800;&#1;&#99999999999999999999;", "\ufffd" * 5),
    ("&#9;&#x1F600;", "\t\U0001f600"),
    ("&#" + "0" * 5000 + "65;", "A"),
    ("a & b &nbsp; &c", "a & b &nbsp; &c"),
    ("AT&T; &; &#; &#x;", "AT&T; &; &#; &#x;"),
    ("a < b, 3<4 <5 <", "a < b, 3<4 <5 <"),
    ("a <b", "a <b"),
    ("<> </> < p>", "<> </> < p>"),
    ("x<!-- <p>no</p> -->y", "xy"),
    ("x<!-- never closed", "x<!-- never closed"),
    ("<?xml version='1.0'?><!DOCTYPE speak>x", "x"),
    ("<![CDATA[a<b>&amp;c]]>d", "a<b>&amp;cd"),
    ("<![CDATA[open", "<![CDATA[open"),
    ("<a title='>'>x</a>", "x"),
    ('<a title=">">x</a>', "x"),
    ('<a title="unbalanced>x</a> y', "x y"),
    ("<ssml:p>x</ssml:p>y", "x y"),
    ("&amp;lt;", "&lt;"),
]

MARKS = [
    ('<mark name="0:5"/>word <mark name="6:9"/>next', "word next", [("0:5", 0), ("6:9", 5)]),
    ("no root <mark name='x y'/> here", "no root  here", [("x y", 8)]),
    ('Mr.<mark name="__spd_0"/> Smith', "Mr. Smith", [("__spd_0", 3)]),
    ('<speak>end<mark name="a"/><mark name="b"/></speak>', "end", [("a", 3), ("b", 3)]),
    ('<mark name="only"/>', "", [("only", 0)]),
    ('<mark name="a&amp;b&#58;&lt;"/>', "", [("a&b:<", 0)]),
    ('<mark name="a>b"/>x', "x", [("a>b", 0)]),
    ('<mark name=bare/>x<mark name = "spaced" />', "x", [("bare", 0), ("spaced", 1)]),
    ('<mark id="no" xname="no"/><mark/><mark name=""/>', "", [("", 0)]),
    ('<mark name="m"></mark>x</mark>', "x", [("m", 0)]),
    ('<mark\nname="m"\n/>x', "x", [("m", 0)]),
    ('<MARK NAME="m"/>x', "x", [("m", 0)]),
    ('a<break/><mark name="m"/>b', "a b", [("m", 2)]),
    ('a<mark name="m"/><break/>b', "a b", [("m", 1)]),
    ('&amp;<mark name="m"/>', "&", [("m", 1)]),
    ('wo<mark name="in"/>rd', "word", [("in", 2)]),
    ('<mark name="twice"/>a<mark name="twice"/>', "a", [("twice", 0), ("twice", 1)]),
]


@pytest.mark.parametrize(("document", "text"), TEXTS)
def test_text_of_a_document(document, text):
    script = scan(document)
    assert (script.text, script.marks) == (text, ())


@pytest.mark.parametrize(("document", "text", "marks"), MARKS)
def test_marks_of_a_document(document, text, marks):
    script = scan(document)
    assert (script.text, script.marks) == (text, tuple(Mark(*mark) for mark in marks))


TAGS = ("<mark name='n'/>", "<p>", "</s>", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "<mark ")
PIECES = (
    "<",
    ">",
    "&",
    ";",
    "'",
    '"',
    "/",
    "&#",
    "&#x41;",
    "&amp;",
    " ",
    "word",
    "3 .14",
    "\x01",
    "\ud800",
    "=",
)
FRAGMENTS = st.sampled_from(TAGS + PIECES)


@given(st.lists(FRAGMENTS | st.text(max_size=5)).map("".join))
def test_no_document_is_refused(document):
    script = scan(document)
    offsets = [mark.offset for mark in script.marks]
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(script.text) for offset in offsets)
    for start in (0, len(script.text) // 2, len(script.text)):
        clean, names = to_espeak_ssml(script, start)
        root = ET.fromstring(clean)  # noqa: S314 - our own document
        assert [mark.get("name") for mark in root.iter("mark")] == [
            str(number) for number in range(len(names))
        ]
        assert names == tuple(mark.name for mark in script.marks if mark.offset >= start)


@given(st.text())
def test_escaped_text_comes_back(text):
    allowed = "".join(char for char in text if char.isprintable())
    escaped = allowed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert scan(f"<speak>{escaped}</speak>").text == allowed


# Each makes a backtracking or re-searching scanner quadratic; at this length that hits the time limit.
@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a ",
        '<a "',
        "<a '",
        "<!--",
        "<![CDATA[",
        "<?",
        "<mark name='",
        "&",
        "&#",
        "&#1",
        "<a b=",
        '"',
        "<p/>",
        "<mark name='x'/>",
        "<mark a ",
        "<mark aaaa",
        "<br ",
        "&#x0",
        "<a:",
    ],
)
def test_time_is_linear(unit):
    scan(unit * (400_000 // len(unit)))
    scan("<mark " + unit.strip("<>") * (400_000 // len(unit)) + ">")


def test_espeak_document_has_whole_numbers_and_numbered_marks():
    script = scan('<mark name="a"/>Pi is 3 .14 &amp; <mark name="b&amp;"/>more\x01<mark name="c"/>')
    assert to_espeak_ssml(script) == (
        '<speak><mark name="0"/>Pi is 3.14 &amp; <mark name="1"/>more<mark name="2"/></speak>',
        ("a", "b&", "c"),
    )


def test_espeak_document_from_the_middle():
    script = scan('<mark name="a"/>one <mark name="b"/>two <mark name="c"/>three')
    assert to_espeak_ssml(script, 4) == (
        '<speak><mark name="0"/>two <mark name="1"/>three</speak>',
        ("b", "c"),
    )
    assert to_espeak_ssml(script, 5) == ('<speak>wo <mark name="0"/>three</speak>', ("c",))
    assert to_espeak_ssml(script, 99) == ("<speak></speak>", ())
