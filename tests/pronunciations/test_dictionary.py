# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of the user in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.pronunciations.dictionary import Dictionary
from kokoro_speechd.pronunciations.entries import parse
from kokoro_speechd.text.mapped_text import MappedText, Sounds, read


def dictionary(*files: str, language: str = "en-US") -> Dictionary:
    """Return the dictionary of some files' texts, the most specific first."""
    parsed = [parse(text.encode(), "x") for text in files]
    assert not any(problems for _, problems in parsed)
    return Dictionary([entries for entries, _ in parsed], language)


WORDS = dictionary(
    """
    GNOME = guh-nome
    GNOME Shell = guh-nome shell
    SQL [case] = sequel
    sql = s q l
    ware [part] = where
    *gate = *-gate
    un*ed = un *ed
    lib*.so* = lib * dot s o *
    C++ = C plus plus
    C# = C sharp
    :) = smiles
    "a*b" = a star b
    "*" = star
    ½ = one half
    été = aytay
    हिन्द = hind
    नमस्ते = namaste
    中 = zhong
    nada = ""
    keep = keep
    x.org = ex org
    co-op = co op
    """
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # whole words, in any case
        ("GNOME", "guh-nome"),
        ("I use gnome.", "I use guh-nome."),
        ('(Gnome), "GNOME" gnome\'s GNOME-like', '(guh-nome), "guh-nome" guh-nome\'s guh-nome-like'),
        ("gnomes gnomeland agnome gnome2 2gnome", "gnomes gnomeland agnome gnome2 2gnome"),
        ("gnome_shell", "guh-nome_shell"),
        ("我用GNOME桌面", "我用guh-nome桌面"),
        # the longest
        ("GNOME Shell and GNOME shells", "guh-nome shell and guh-nome shells"),
        # case
        ("SQL sql Sql", "sequel s q l s q l"),
        # parts
        ("software hardware-ware Warehouse", "softwhere hardwhere-where wherehouse"),
        # patterns
        ("Watergate, gate", "Water-gate, -gate"),
        ("gates", "gates"),
        ("undecided uneaten", "un decided uneaten"),
        ("libfoo.so libfoo.so6", "lib foo dot s o  lib foo dot s o 6"),
        # signs
        ("C++ C++x C#, f:)", "C plus plus C plus plusx C sharp, fsmiles"),
        ("a*b aab *", "a star b aab star"),
        ("½", "one half"),
        ("1\u20442", "one half"),  # as the server sends it
        ("Été", "aytay"),
        ("x.org X.Org max.org", "ex org ex org max.org"),
        ("co-op", "co op"),
        # a word goes on with what stands above and below its letters
        ("हिन्दी हिन्द", "हिन्दी hind"),
        ("नमस्ते", "namaste"),
        # no borders between words: everywhere one
        ("中文", "zhong文"),
        # nothing, and itself
        ("nada", ""),
        ("keep", "keep"),
        ("", ""),
        ("İstanbul GNOME", "İstanbul guh-nome"),
    ],
)
def test_words_are_respelled(text: str, expected: str) -> None:
    assert WORDS.apply(read(text)).text == expected


def test_the_more_specific_file_wins() -> None:
    british, english, everywhere = (
        "data = dahta\n",
        "data = dayta\nsudo = soo doo\n",
        "sudo = pseudo\nKDE = k d e\n",
    )
    words = dictionary(british, english, everywhere)
    assert words.apply(read("data sudo KDE")).text == "dahta soo doo k d e"
    undone = dictionary("sudo = sudo", everywhere)
    assert undone.apply(read("sudo KDE")).text == "sudo k d e"


def test_the_later_line_and_the_plain_word_win() -> None:
    assert dictionary("a1 = x\na1 = y").apply(read("a1")).text == "y"
    assert dictionary("KDE = x\nKD* = y").apply(read("KDE")).text == "x"
    assert dictionary("KD* = y").apply(read("KDE")).text == "y"


def test_what_was_put_in_is_not_looked_at_again() -> None:
    assert dictionary("one = two\ntwo = one").apply(read("one two")).text == "two one"


def test_a_key_or_character_keeps_its_name() -> None:
    words = dictionary("a = eh\n5 = fife\n★ = star")
    assert [words.apply(read(text)).text for text in ("a", "5", "a 5", "★")] == ["a", "5", "eh fife", "star"]


def test_ipa_becomes_known_sounds_and_the_text_stays() -> None:
    words = dictionary("nginx = /ˈɛndʒɪnˈɛks/\nGNOME = guh-nome")
    found = words.apply(read("GNOME and nginx."))
    assert found.text == "guh-nome and nginx."
    assert found.sounds == (Sounds(13, 18, "ˈɛnʤɪnˈɛks"),)
    british = dictionary("goat = /ɡoʊt/", language="en-GB").apply(read("goat"))
    assert british.sounds == (Sounds(0, 4, "ɡQt"),)


def test_a_voice_without_ipa_gets_the_next_respelling() -> None:
    words = dictionary("nginx = /ˈɛndʒɪnˈɛks/\nSQL = /ɛs/", "nginx = engine x")
    assert words.respell(read("nginx SQL")).text == "engine x SQL"
    assert words.respell(read("nginx SQL")).sounds == ()


def test_known_sounds_are_left_alone() -> None:
    words = dictionary("GNOME = guh-nome\nGNOME Shell = gs")
    mapped = MappedText("GNOME GNOME Shell", tuple(range(17)), (Sounds(6, 11, "x"),))
    found = words.apply(mapped)
    assert (found.text, found.sounds) == ("guh-nome GNOME Shell", (Sounds(9, 14, "x"),))


def test_every_character_keeps_its_place() -> None:
    found = WORDS.apply(read("a GNOME b"))
    assert (found.text, found.origins) == ("a guh-nome b", (0, 1, *[2] * 8, 7, 8))


@given(st.text(alphabet="GNOMEgnome C+#*½été中.-_ '", max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    mapped = read(text)
    found = WORDS.apply(mapped)
    assert len(found.text) == len(found.origins)
    assert list(found.origins) == sorted(found.origins)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.text(alphabet="xy", max_size=3)), max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3)), max_size=4),
)
def test_known_sounds_move_with_their_characters(
    edits: list[tuple[int, int, str]], sounds: list[tuple[int, int]]
) -> None:
    """Every character is told apart, so that what a sound stands for can be compared."""
    text = "abcdefghijklmnopqrstuvw"
    place = 0
    placed_edits = []
    for gap, length, new in edits:
        placed_edits.append((place + gap, place + gap + length, new))
        place += gap + max(1, length)
    place = 0
    placed = []
    for gap, length in sounds:
        placed.append(Sounds(place + gap, place + gap + length, "ə"))
        place += gap + length
    moved = MappedText(text, tuple(range(len(text))), tuple(placed)).replaced(placed_edits)
    untouched = [
        sound
        for sound in placed
        if not any(
            (start < sound.end and end > sound.start) and (start < end or start > sound.start)
            for start, end, _ in placed_edits
        )
    ]
    assert [moved.text[s.start : s.end] for s in moved.sounds] == [text[s.start : s.end] for s in untouched]
