# SPDX-License-Identifier: GPL-3.0-or-later
"""Emacspeak's commands, cut out of whatever comes in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.emacspeak.commands import LONGEST, CommandParser, EmacspeakCommand


def commands(text: str) -> list[EmacspeakCommand]:
    return list(CommandParser().feed(text))


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("s\n", [EmacspeakCommand("s")]),
        ("q {Hello, world. }\nd\n", [EmacspeakCommand("q", ("Hello, world.",)), EmacspeakCommand("d")]),
        ("tts_say { yes}\n", [EmacspeakCommand("tts_say", ("yes",))]),
        ("tts_say yes\n", [EmacspeakCommand("tts_say", ("yes",))]),
        ("l {a}\n", [EmacspeakCommand("l", ("a",))]),
        ("l {{}\nl {}}\nl { }\n", [EmacspeakCommand("l", (name,)) for name in "{} "]),
        ("q {two\nlines }\n", [EmacspeakCommand("q", ("two\nlines",))]),
        ("q {f {x} }\n", [EmacspeakCommand("q", ("f {x}",))]),
        ("q {a \\} b }\n", [EmacspeakCommand("q", ("a \\} b",))]),
        ("t 440 50\nd\n", [EmacspeakCommand("t", ("440", "50")), EmacspeakCommand("d")]),
        (
            "tts_sync_state some 0 0 1 225 \n",
            [EmacspeakCommand("tts_sync_state", ("some", "0", "0", "1", "225"))],
        ),
        ('a "/usr/share/x.ogg"\n', [EmacspeakCommand("a", ("/usr/share/x.ogg",))]),
        ("\n \nd\n", [EmacspeakCommand("d")]),
        ("} d\n", [EmacspeakCommand("}", ("d",))]),
    ],
)
def test_forms(written: str, wanted: list[EmacspeakCommand]) -> None:
    assert commands(written) == wanted


def test_a_brace_that_is_not_closed_ends_with_the_next_stop() -> None:
    assert commands("q {lost \nq {more }\ns\nq {heard }\nd\n") == [
        EmacspeakCommand("s"),
        EmacspeakCommand("q", ("heard",)),
        EmacspeakCommand("d"),
    ]


def test_a_text_without_end_is_dropped() -> None:
    parser = CommandParser()
    found = [command for _ in range(30) for command in parser.feed("q {" + "x" * (LONGEST // 20))]
    assert found == [EmacspeakCommand("")]
    assert list(parser.feed("}" * 40 + "\ns\n"))[-1] == EmacspeakCommand("s")


PIECES = st.lists(
    st.sampled_from(["q {", "}", "\n", "s\n", "l {", "a", " ", "\\", "d\n", "é", "{"]), max_size=40
)


@given(PIECES, st.integers(1, 7))
def test_pieces_of_any_size_say_the_same(pieces: list[str], size: int) -> None:
    whole = "".join(pieces)
    parser = CommandParser()
    found = [c for at in range(0, len(whole), size) for c in parser.feed(whole[at : at + size])]
    assert found == commands(whole)


@given(PIECES)
def test_a_stop_is_heard_whatever_came_before(pieces: list[str]) -> None:
    assert EmacspeakCommand("s") in commands("".join(pieces) + "\ns\ns\n")
