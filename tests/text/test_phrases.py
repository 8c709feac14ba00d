# SPDX-License-Identifier: GPL-3.0-or-later
"""Phrases: nothing lost, no limit passed, cut where a speaker would breathe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.text.phrases import FIRST_STRETCH, SHORT, cut
from kokoro_speechd.text.script import Phonemes


def phonemes(symbols):
    return Phonemes(symbols, tuple(range(len(symbols))), tuple(range(1, len(symbols) + 1)))


def texts(phrases):
    return [phrase.symbols for phrase in phrases]


SENTENCE = "ðɪs ɪz ɐ lˈɔŋ sˈɛntəns."


@pytest.mark.parametrize(
    ("symbols", "limit", "first", "expected"),
    [
        ("", 510, None, []),
        ("   ", 510, None, []),
        ("həlˈO", 510, None, ["həlˈO"]),
        (f"{SENTENCE} {SENTENCE}", 510, None, [SENTENCE, SENTENCE]),
        (f"hˈI. {SENTENCE}", 510, None, [f"hˈI. {SENTENCE}"]),
        (f"{SENTENCE} jˈɛs.", 510, None, [f"{SENTENCE} jˈɛs."]),
        (f"{SENTENCE} jˈɛs.", len(SENTENCE), None, [SENTENCE, "jˈɛs."]),
        (f"{SENTENCE} jˈɛs.", 510, len(SENTENCE), [SENTENCE, "jˈɛs."]),
        (f"“{SENTENCE}” {SENTENCE}", 510, None, [f"“{SENTENCE}”", SENTENCE]),
        ("pˈYnt. wˈʌn. tˈu. θɹˈi. fˈɔɹ", 510, None, ["pˈYnt. wˈʌn. tˈu. θɹˈi. fˈɔɹ"]),
        ("a" * 25 + ", " + "b" * 10 + " " + "c" * 10, 40, None, ["a" * 25 + ",", "b" * 10 + " " + "c" * 10]),
        ("a" * 5 + ", " + "b" * 10 + " " + "c" * 10, 20, None, ["a" * 5 + ", " + "b" * 10, "c" * 10]),
        ("a" * 25, 10, None, ["a" * 10, "a" * 10, "a" * 5]),
        ("aaaaaaaaaˈaː", 10, None, ["aaaaaaaaa", "ˈaː"]),
        ("aaaaaaaaaaː", 10, None, ["aaaaaaaaa", "aː"]),
        ("ˈˈˈˈ", 2, None, ["ˈˈ", "ˈˈ"]),
        ("a" * 30 + " " + "b" * 30, 510, 40, ["a" * 30, "b" * 30]),
        (f"hˈI. {SENTENCE}", len(SENTENCE), None, ["hˈI.", SENTENCE]),
    ],
)
def test_cuts(symbols, limit, first, expected):
    assert texts(cut(phonemes(symbols), limit, first)) == expected


CLAUSE = "ðə ɹˈAn fˈɔlz ɪn ðə nˈɔɹθəɹn dˈɪstɹˌɪkts ʌv ðə kˈʌntɹi"


@pytest.mark.parametrize(
    ("symbols", "limit", "first", "expected"),
    [
        # To the end of the clause, though that is a little farther than wished.
        (f"{CLAUSE}, ænd ɪt ɪz kˈOld ˌWtsˈId.", 400, 40, [f"{CLAUSE},", "ænd ɪt ɪz kˈOld ˌWtsˈId."]),
        # Too far: before a word without stress, not between "the northern" and "districts".
        (
            f"{CLAUSE}, ænd.",
            400,
            30,
            [CLAUSE[: CLAUSE.index(" ɪn ")], CLAUSE[CLAUSE.index("ɪn ") :] + ", ænd."],
        ),
        # Later phrases are long.
        (f"{SENTENCE} {CLAUSE}, {CLAUSE}.", 400, 25, [SENTENCE, f"{CLAUSE}, {CLAUSE}."]),
    ],
)
def test_a_phrase_ends_where_a_speaker_would_breathe(symbols, limit, first, expected):
    assert texts(cut(phonemes(symbols), limit, first)) == expected


SYMBOLS = st.text(alphabet="aɪˈː .,!?…—;:”“()b")
WORDS = st.lists(
    st.sampled_from(["həlˈO", "wˈɜɹld.", "ə", "bˈʌt,", "nˈO!", "…", "“", ".”", "lˈɔŋɡəɹwˈɜɹdz"])
).map(" ".join)


@given(SYMBOLS | WORDS, st.integers(1, 60), st.none() | st.integers(1, 60))
def test_nothing_is_lost_and_limits_hold(symbols, limit, first):
    source = phonemes(symbols)
    phrases = cut(source, limit, first)
    assert "".join(texts(phrases)).replace(" ", "") == symbols.replace(" ", "")
    assert all(1 <= len(phrase) <= limit for phrase in phrases)
    assert all(len(phrase) <= first * FIRST_STRETCH for phrase in phrases[:1] if first is not None)
    for phrase in phrases:
        assert phrase.symbols == phrase.symbols.strip(" ")
        assert source.slice(phrase.starts[0], phrase.ends[-1]) == phrase


@given(WORDS)
def test_short_phrases_only_where_all_is_short(symbols):
    phrases = cut(phonemes(symbols))
    if len(phrases) > 1:
        assert all(len(phrase) >= SHORT for phrase in phrases)


@pytest.mark.parametrize(("limit", "first"), [(0, None), (-1, None), (10, 0)])
def test_a_phrase_needs_room(limit, first):
    with pytest.raises(ValueError, match="room"):
        cut(phonemes("a"), limit, first)
