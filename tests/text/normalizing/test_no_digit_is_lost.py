# SPDX-License-Identifier: GPL-3.0-or-later
"""No digit is ever lost: of numbers, groups, signs, units and their neighbours is spoken what was written.

Twenty thousand cases go through the rules; fewer through phonemizers, down to the phonemes. Others, and as
many as you like:

    NO_DIGIT_DRAWS=2000 python -m pytest tests/text/normalizing/test_no_digit_is_lost.py --hypothesis-seed=1
"""

import os
import re
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from num2words import num2words

from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.mapped_text import read
from kokoro_speechd.text.normalizing.stage import normalize
from tests.text.normalizing.wording_tables import form, sounds

_DRAWS, _CASES_OF_A_DRAW = int(os.environ.get("NO_DIGIT_DRAWS", "75")), 30  # in each language
_IN_WORDS = {"es": "es", "fr": "fr", "it": "it", "pt-BR": "pt_BR"}
_COMMA = ("es", "fr", "it", "pt-BR")  # languages with a decimal comma
_BEFORE = ["", "(", "- ", "x, ", "AB. ", "“", "$5, ", "€7; ", "8 %, ", "3 km, ", "№ 4: "]
_BEHIND = ["", ")", ", x", ". AB", "!", "” b", ", 6", "; $9", ". 12"]
_UNITS = ["", "%", " %", " km", " kg", " GB", " °C", " €", " $", "€", " min", " Ω"]
_SIGNS = ["", "", "", "-", "−", "$", "€", "£", "¥", "₹"]


@dataclass(frozen=True)
class Figure:
    """A number as it is written, its digits before the decimal sign, and those behind it."""

    written: str
    whole: str
    decimals: str = ""


def _figure(chance, language):
    """Return a number grouped in a way that its language, or any language, has."""
    own = "." if language in _COMMA else ","
    whole = str(chance.randint(1, 10 ** chance.randint(1, 12)))
    groups = re.findall(r"\d{1,3}(?=(?:\d{3})*$)", whole)
    joiner = chance.choice(["", own, "'", "’", " "])
    if joiner == " " and len(groups) < 3 and not (len(groups) == 2 and groups[1][0] == "0"):
        joiner = ""  # in some languages two numbers
    if joiner == "." and len(groups) == 4 and all(int(group) < 256 for group in groups):
        joiner = ""  # an address of the internet
    decimals = chance.choice(["", "", "5", "25", "05", "125", "1415", "007"])
    sign = ("," if language in _COMMA else ".") if decimals else ""
    return Figure(joiner.join(groups) + sign + decimals, whole, decimals)


def _case(chance, language):
    """Return a figure, and a text with it among other things."""
    figure = _figure(chance, language)
    before, sign, behind = chance.choice(_BEFORE), chance.choice(_SIGNS), chance.choice(_BEHIND)
    unit = "" if sign and sign in "$€£¥₹" else chance.choice(_UNITS)
    return figure, f"{before}{sign}{figure.written}{unit}{behind}"


def _plain(words):
    """Return words without gender, elision, hyphens and spaces."""
    words = re.sub(r"(?<=ent)as\b", "os", words.lower().replace("catorze", "quatorze"))
    words = re.sub(r"[\s-]", "", words)
    words = re.sub("un['’]|una|une|uma|uno|ún|um", "un", words)
    words = re.sub(r"[,'’]", "", words)
    return words.replace("duas", "dois")


def _words_of(digits, language):
    return num2words(int(digits), lang=_IN_WORDS[language]).replace(",", "")


def _is_said(figure, said, language):
    """Tell whether the figure's digits are in what is said, in this order and apart from other digits."""
    cents = figure.decimals.ljust(2, "0") if len(figure.decimals) < 3 else figure.decimals
    behind = [figure.decimals, cents, cents.lstrip("0")] if figure.decimals else [""]
    if language in _IN_WORDS:
        words = _plain(said)
        return any(way in words for way in _in_words(figure.whole, language)) and any(
            way in words for digits in behind for way in _in_words(digits, language)
        )
    plain = re.sub(r"(?<=\d),(?=\d{2,3}(?!\d))", "", said)
    century = f"{figure.whole[:2]} सौ {int(figure.whole[2:] or 0)}".removesuffix(" 0")
    whole = _in_digits(figure.whole, plain) or (figure.whole == "2" and "两" in said)
    whole = whole or (language == "hi" and len(figure.whole) == 4 and century in said)
    return whole and any(_in_digits(digits, plain) for digits in behind)


def _in_words(digits, language):
    if not digits:
        return [""]
    return [
        _plain(_words_of(digits, language)),
        _plain(" ".join(_words_of(digit, language) for digit in digits).replace(",", "")),
    ]


def _in_digits(digits, said):
    """Tell whether digits stand in a text, maybe one by one and in groups."""
    return not digits or bool(re.search(rf"(?<!\d){'(?:,? )?'.join(digits)}(?!\d)", said))


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_digits_that_are_said_are_those_that_were_written(language):
    @settings(max_examples=_DRAWS, deadline=None)
    @given(st.randoms(use_true_random=False))
    def check(chance):
        for _ in range(_CASES_OF_A_DRAW):
            figure, written = _case(chance, language)
            mapped = normalize(read(written), language)
            assert len(mapped.text) == len(mapped.origins)
            assert _is_said(figure, mapped.text, language), (written, mapped.text)

    assert _DRAWS * _CASES_OF_A_DRAW * len(LANGUAGES) >= 20_000
    check()


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize(
    ("figure", "written"),
    [
        (Figure("10 000", "10000"), "10 000 x"),
        (Figure("50", "50"), "$5, 50%"),
        (Figure("6", "6"), "$5, 6"),
        (Figure("1'000'000", "1000000"), "1'000'000"),
        (Figure("2024", "2024"), "(2024 007)"),
    ],
)
def test_digits_that_were_lost(figure, written, language):
    assert _is_said(figure, form(written, language), language)


def test_a_lost_digit_is_found_out():
    assert not _is_said(Figure("1,250", "1250"), "1 25", "en-US")
    assert not _is_said(Figure("2,05", "2", "05"), "dos coma cincuenta", "es")
    assert not _is_said(Figure("1.250", "1250"), "mil doscientos", "es")


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.from_regex(r"\A[0-9]{1,5}\Z"), min_size=1, max_size=5),
    st.sampled_from([" ", ", ", "; ", " – ", "' ", " x "]),
    st.sampled_from(["en-US", "en-GB", "hi", "ja", "zh"]),
)
def test_rows_of_digits_keep_every_one(numbers, joiner, language):
    written = joiner.join(numbers)
    said = re.sub(r"double (\S+)", r"\1\1", form(written, language))
    # "90 minutes" and "the year 19 85" are said otherwise, the digits stay.
    assert re.sub(r"[^\d]", "", said.replace("oh", "0").replace("两", "2")).replace("0", "") == re.sub(
        r"[^\d]", "", written
    ).replace("0", ""), said


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_a_number_sounds_the_same_whatever_stands_around_it(language):
    pause = "、" if language in ("ja", "zh") else ", "

    @settings(max_examples=25, deadline=None)
    @given(st.integers(1, 10**9), st.sampled_from(["$5", "€20", "3 km", "50%", "£1.50", "x"]), st.booleans())
    def check(number, neighbour, first):
        alone = _heard(str(number), language)
        text = f"{neighbour}{pause}{number}" if first else f"{number}{pause}{neighbour}"
        assert alone in _heard(text, language)

    check()


def _heard(text, language):
    return re.sub("[ˈˌ ,.]", "", sounds(form(text, language), language))
