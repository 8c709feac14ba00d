# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of a user's pronunciations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.errors import PronunciationError
from kokoro_speechd.pronunciations.entries import Pronunciation, make, parse, parse_line, write_line


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("GNOME = guh-nome", Pronunciation("GNOME", "guh-nome")),
        ("GNOME=guh-nome", Pronunciation("GNOME", "guh-nome")),
        ("  GNOME   Shell =  guh-nome   shell ", Pronunciation("GNOME Shell", "guh-nome shell")),
        ("nginx = /ˈɛndʒɪnˈɛks/", Pronunciation("nginx", "ˈɛndʒɪnˈɛks", ipa=True)),
        ("nginx = / ˈɛndʒɪn ˈɛks /  # the server", Pronunciation("nginx", "ˈɛndʒɪn ˈɛks", ipa=True)),
        ("SQL [case] = sequel", Pronunciation("SQL", "sequel", case=True)),
        ("SQL[Case,PART] = sequel", Pronunciation("SQL", "sequel", case=True, part=True)),
        ("SQL [part case] = sequel", Pronunciation("SQL", "sequel", case=True, part=True)),
        ("SQL [] = sequel", Pronunciation("SQL", "sequel")),
        ("*gate = *-gate", Pronunciation("*gate", "*-gate")),
        ("C# = C sharp", Pronunciation("C#", "C sharp")),
        ("C++ = C plus plus # not see", Pronunciation("C++", "C plus plus")),
        ('"#" = hash', Pronunciation("#", "hash", literal=True)),
        ('"!=" = not equal to', Pronunciation("!=", "not equal to", literal=True)),
        ('"a*" [part] = "/ # \'"', Pronunciation("a*", "/ # '", part=True, literal=True, quoted=True)),
        ('"a*" = "x" # why', Pronunciation("a*", "x", literal=True, quoted=True)),
        ('★ = ""', Pronunciation("★", "", quoted=True)),
        ("cafe\u0301 = kaffay", Pronunciation("café", "kaffay")),
        ("日本 = にっぽん", Pronunciation("日本", "にっぽん")),
        ("or = oar", Pronunciation("or", "oar")),
        ("", None),
        ("   ", None),
        ("# GNOME = guh-nome", None),
        ("#GNOME = guh-nome", None),
    ],
)
def test_what_a_line_says(line: str, expected: Pronunciation | None) -> None:
    assert parse_line(line) == expected
    if expected is not None:
        assert parse_line(write_line(expected)) == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("GNOME", "needs a word"),
        ("= guh", "needs a word"),
        ("[case] = guh", "needs a word"),
        ('"" = guh', "needs a word"),
        ('a"b = c', "needs a word"),
        ("GNOME =", "says nothing"),
        ("GNOME = # guh", "says nothing"),
        ("GNOME [whole] = guh", "in brackets stand options: case or part"),
        ("foo[0] = foo zero", "in brackets stand options: case or part"),
        ("!= = not equal", "has two ="),
        ("nginx = /ˈɛndʒɪn", "two slashes"),
        ("nginx = /", "two slashes"),
        ("nginx = /engine X 3/", "no IPA"),
        ("nginx = /ˈ/", "nothing between the slashes"),
        ("nginx = //", "nothing between the slashes"),
        ("* = x", "a pattern has a letter"),
        ("a*b*c*d = x", "at most 2 times"),
        ("a*b*c [part] = x", "at most 1 times"),
        ("a* = *x*", "more * on the right"),
        ("a\x07b = c", "control characters"),
        ("a = b\x07", "control characters"),
        ("x" * 101 + " = y", "too long"),
        ("x = " + "y" * 401, "too long"),
    ],
)
def test_what_is_wrong_is_said_without_the_line(line: str, reason: str) -> None:
    with pytest.raises(PronunciationError, match=reason.replace("*", r"\*")) as raised:
        parse_line(line)
    assert "guh" not in str(raised.value)


def test_a_wrong_line_is_named_and_the_rest_counts() -> None:
    data = "\ufeff# mine\r\nGNOME = guh-nome\r\nKDE\n\n".encode() + b"caf\xe9 = x\nSQL = sequel\n\xffx = y"
    entries, problems = parse(data, "/x/en.txt")
    assert [(line, entry.word) for line, entry in entries] == [(2, "GNOME"), (6, "SQL")]
    assert [problem.partition(": ")[0] for problem in problems] == [
        "/x/en.txt:3",
        "/x/en.txt:5",
        "/x/en.txt:7",
    ]
    assert problems[1].endswith("not UTF-8; this line does not count")


def test_a_book_does_not_fill_the_log() -> None:
    entries, problems = parse(b"It was a dark night.\n" * 1000 + b"GNOME = guh-nome\n", "f")
    assert len(entries) == 1
    assert len(problems) == 51
    assert problems[-1] == "f: 950 more lines are wrong and do not count"


@pytest.mark.parametrize(
    ("word", "says", "line"),
    [
        ("GNOME", "guh-nome", "GNOME = guh-nome"),
        ("nginx", "/ˈɛndʒɪnˈɛks/", "nginx = /ˈɛndʒɪnˈɛks/"),
        ("#", "hash", '"#" = hash'),
        ("a=b", "a is b", '"a=b" = a is b'),
        ("[x]", "x", '"[x]" = x'),
        ("foo[0]", "x", '"foo[0]" = x'),
        ("gate*", "gate-*", "gate* = gate-*"),
        ("x", "a # b", 'x = "a # b"'),
        ("x", "", 'x = ""'),
    ],
)
def test_quotes_are_put_where_they_are_needed(word: str, says: str, line: str) -> None:
    assert write_line(make(word, says)) == line


lines = st.text(alphabet="aɛé☃  #=[]\"*/\\'\n", min_size=1, max_size=8)


@given(lines, lines | st.just(""), st.booleans(), st.booleans())
def test_what_is_made_may_be_read_again(word: str, says: str, case: bool, part: bool) -> None:
    try:
        entry = make(word, says, case=case, part=part)
    except PronunciationError:
        return
    assert parse_line(write_line(entry)) == entry
    assert entry.is_for(word)
    assert "\n" not in write_line(entry)


@given(st.binary(max_size=200))
def test_any_file_can_be_read(data: bytes) -> None:
    entries, problems = parse(data, "x")
    assert len(entries) + len(problems) <= len(data.splitlines())
