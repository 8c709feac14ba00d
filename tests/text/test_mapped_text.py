# SPDX-License-Identifier: GPL-3.0-or-later
"""The reading: what the server broke is whole again, and every character knows where it came from."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kokoro_speechd.text.mapped_text import MappedText, read
from kokoro_speechd.text.script import Phonemes


@pytest.mark.parametrize(
    ("script", "mapped"),
    [
        ("3 .14", "3.14"),
        ("it costs $3 .50 now", "it costs $3.50 now"),
        ("3 ,14 euros", "3,14 euros"),
        ("version 2 .7 .18", "version 2.7.18"),
        ("3  .14", "3.14"),
        ("end . 5", "end . 5"),
        ("in 1999 , yes", "in 1999 , yes"),
        ("a .5", "a .5"),
        ("  left   paren(e right paren)  ", "left paren(e right paren)"),
        ("a\tb\nc\r\nd", "a b c d"),
        ("x\x01y\x1bz", "xyz"),
        ("\ufeffbom", "bom"),
        ("zero\u200bwidth", "zerowidth"),
        ("syl\u00adlable", "syllable"),
        ("a\u2028b\u2029c", "a b c"),
        ("no\u00a0break", "no break"),
        ("an \ufffc object", "an object"),
        ("lost\ufffdchar", "lost char"),
        ("\ud800half", "half"),
        ("icon\ue000font", "icon font"),
        ("क्\u200dष", "क्\u200dष"),
        ("man\u200dwoman", "manwoman"),
        ("❤\ufe0f", "❤"),
        ("e\u0301", "é"),
        ("", ""),
        (" \u200b\n", ""),
    ],
)
def test_reading(script, mapped):
    assert read(script).text == mapped


@example("𝕊")
@example("e\u0301")
@given(st.text(alphabet=st.characters() | st.sampled_from(" .,0123\x01\u200b\ud800")))
def test_every_character_has_its_place(script):
    mapped = read(script)
    assert len(mapped.text) == len(mapped.origins)
    assert all(first < second for first, second in zip(mapped.origins, mapped.origins[1:], strict=False))
    for char, origin in zip(mapped.text, mapped.origins, strict=True):
        # A letter in another style, or with its accent behind it, is read as the plain one.
        assert char in (script[origin], " ") or read(script[origin:]).text.startswith(char)
    assert "  " not in mapped.text
    assert mapped.text == mapped.text.strip()
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in mapped.text)
    assert read(mapped.text).text == mapped.text


def test_phonemes_are_placed_in_the_script():
    mapped = read("\u200b pi  3 .14")
    assert (mapped.text, mapped.origins) == ("pi 3.14", (2, 3, 4, 6, 8, 9, 10))
    placed = mapped.place(Phonemes("pI θ.", (0, 0, 2, 3, 7), (2, 2, 3, 7, 7)))
    assert placed == Phonemes("pI θ.", (2, 2, 4, 6, 11), (4, 4, 6, 11, 11))


def test_phonemes_of_nothing_are_placed():
    assert read("").place(Phonemes("", (), ())) == Phonemes("", (), ())


@pytest.mark.parametrize(
    ("edits", "text", "origins"),
    [
        ([], "a 12 b", (1, 2, 3, 4, 5, 6)),
        ([(2, 4, "twelve")], "a twelve b", (1, 2, *[3] * 6, 5, 6)),
        ([(0, 1, ""), (6, 6, "!")], " 12 b!", (2, 3, 4, 5, 6, 7)),
        ([(0, 0, "an "), (2, 3, "x"), (3, 4, "y")], "an a xy b", (1, 1, 1, 1, 2, 3, 4, 5, 6)),
    ],
)
def test_what_is_replaced_keeps_its_place(
    edits: list[tuple[int, int, str]], text: str, origins: tuple[int, ...]
) -> None:
    assert MappedText("a 12 b", (1, 2, 3, 4, 5, 6)).replaced(edits) == MappedText(text, origins)
