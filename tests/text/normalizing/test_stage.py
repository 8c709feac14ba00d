# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for numbers and signs in every language: nothing lost, every place kept, no text too long."""

import datetime as dt
import subprocess
import sys
import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.mapped_text import MappedText, read
from kokoro_speechd.text.normalizing.amounts import from_cldr
from kokoro_speechd.text.normalizing.rules import instead, rewrite, rule
from kokoro_speechd.text.normalizing.stage import normalize, wording_and_rules
from kokoro_speechd.text.normalizing.unchanging_units import UNCHANGING
from kokoro_speechd.text.normalizing.units import UNITS
from kokoro_speechd.text.normalizing.wording import long_date, year_month_day
from kokoro_speechd.text.phonemizers.spoken_form import spoken_form

PIECES = [
    *("3 .14", "$3 .50", "3 ,14", "1,234,567", "1.234,56", "1 234 567", "007", "9" * 40, "0x1F", "#ff0000"),
    *(
        "2024-03-15",
        "15/03/2024",
        "2024-03-15T10:30:00+02:00",
        "12:30",
        "9:05 pm",
        "15h30",
        "1/2",
        "½",
        "10-20",
    ),
    *(
        "5 km",
        "20 °C",
        "60 km/h",
        "m²",
        "5 €",
        "R$ 5",
        "$5M",
        "¥1",
        "50%",
        "-5",
        "−5",
        "±5",
        "x²",
        "2^10",
        "√2",
    ),
    *(
        "a@b.com",
        "https://a.b/c?d=1",
        "/usr/lib",
        "C:\\x",
        "os.path",
        "camelCase",
        "snake_case",
        "#tag",
        "C#",
    ),
    *("192.168.0.1", "fe80::1", "2.7.18", "v1.10", "+1 555 123 4567", "4111 1111 1111 1111", "555-1234"),
    *(
        "Chapter IV",
        "Henry VIII",
        "siglo XIX",
        "Ier",
        "3º",
        "1er",
        "Ⅳ",
        "①",
        "३.१४",
        "😀",
        "👍🏽",
        "Mr.",
        "e.g.",
    ),
    *(
        " ",
        " ",
        ",",
        ".",
        "(",
        ")",
        "-",
        "–",
        ":",
        "a",
        "I",
        "和",
        "は",
        "\ud800",
        "\u0301",
        "×",
        "=",
        "@",
        "#",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).flatmap(
    lambda pieces: st.sampled_from([" ".join(pieces), "".join(pieces)])
) | st.text(alphabet=st.characters() | st.sampled_from("0123456789.,-/:$€% aAIVXx°²_@#"), max_size=40)
ANY_LANGUAGE = st.sampled_from(list(LANGUAGES))


@settings(max_examples=600, deadline=None)
@given(TEXTS, ANY_LANGUAGE)
def test_every_character_has_its_place(text, language):
    source = read(text)
    mapped = normalize(source, language)
    assert len(mapped.text) == len(mapped.origins)
    assert list(mapped.origins) == sorted(mapped.origins)
    assert set(mapped.origins) <= set(source.origins)


@settings(max_examples=600, deadline=None)
@given(TEXTS, ANY_LANGUAGE)
@example("1,2,3.4:5/6-7", "en-US")
@example("12:30:99 5/0 0/0 31/31/2024 2024-02-30", "fr")
@example("III IVXLC MCMXCIX IIII", "es")
def test_no_rule_drops_letters_or_digits(text, language):
    source = read(text).text
    _, rules = wording_and_rules(language)
    for each in rules:
        for match in each.pattern.finditer(source):
            for start, end, said in each.edits(match):
                assert match.start() <= start <= end <= match.end()
                if any(char.isalnum() for char in source[start:end]):
                    assert any(char.isalnum() for char in said), (match[0], said)


@settings(max_examples=400, deadline=None)
@given(TEXTS, ANY_LANGUAGE)
def test_what_is_said_is_clean(text, language):
    said = spoken_form(text, language).text
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in said)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([piece for piece in PIECES if len(piece) > 2]), max_size=3), ANY_LANGUAGE)
def test_words_stay_words(pieces, language):
    text = read(" ".join(pieces))
    # Digits that were put in are read as they stand the next time, too: "1 234 567 1/2" takes three.
    passes = [text := normalize(text, language) for _ in range(5)]
    assert passes[-1].text == passes[-2].text


@pytest.mark.parametrize("language", ["en-US", "es", "fr", "it", "pt-BR", "hi", "ja", "zh"])
def test_marks_inside_numbers_find_their_place(language):
    text = "x 2 .7 .18 5 km y"
    mapped = normalize(read(text), language)
    assert mapped.origins[0] == 0
    assert mapped.origins[-1] == len(text) - 1
    places = {mapped.origins[place] for place, char in enumerate(mapped.text) if char != " "}
    assert {text.index(digit) for digit in "257"} <= places


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit",
    [
        *("1", "1.", "1,", "/", "/a", "a.", "1/", "1:", "1-", "1 000 ", "a:", "a@", "#a", "Aa", "a_", "0f"),
        *("ff:", "$1", "C:\\", "1^", "²", "IV ", "www.", "http://", "+1 ", "(555) ", "5 km ", "½", "p. "),
        *("12:30", "Mar 1 ", "-1"),
    ],
)
def test_long_texts_take_linear_time(unit):
    for language in ("en-US", "es", "fr", "ja"):
        text = unit * (20_000 // len(unit))
        source = MappedText(text, tuple(range(len(text))))
        begin = time.monotonic()
        assert normalize(source, language).text
        assert time.monotonic() - begin < 10  # about 0.05 s; with backtracking it would be minutes


@pytest.mark.parametrize(
    "text", ["9" * 5000, "0." + "9" * 5000, "1" + ",000" * 500, "\ud800", "1\ud8002", "0/0", "²" * 99]
)
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_absurd_numbers_are_spoken(text, language):
    mapped = spoken_form(text, language)
    assert len(mapped.text) == len(mapped.origins)
    if any(char.isdigit() for char in text):
        assert any(char.isalnum() for char in mapped.text)


def test_the_first_rule_that_takes_a_part_has_it():
    rules = [
        rule("[0-9]+", instead(lambda match: "many")),
        rule(r"[0-9]\ km", instead(lambda match: "far")),
        rule("km", lambda match: [(*match.span(), "kilometers")], "k"),
        rule("(?=k)", lambda match: [(*match.span(), "the")], "k"),
    ]
    mapped = MappedText("5km 6 km", tuple(range(10, 18)))
    said = rewrite(mapped, rules, spaced=True)
    assert said.text == "many the kilometers many the kilometers"
    assert rewrite(MappedText("km", (0, 1)), rules[:2], spaced=True) == MappedText("km", (0, 1))
    assert said.origins[said.text.index("the")] == 11
    assert rewrite(mapped, rules, spaced=False).text == "manythekilometers many thekilometers"


def test_a_language_without_rules_is_left_alone():
    assert normalize(read("5 km"), "de") == read("5 km")
    assert spoken_form("5 km", "de").text == "5 km"


@pytest.mark.parametrize("locale", sorted(UNCHANGING))
def test_names_of_units_that_need_no_cldr_are_those_of_cldr(locale):
    units = set(UNITS.values())
    assert set(UNCHANGING[locale]) == units
    for unit in units:
        for value in (0, 1, 1.5, 2, 100):
            assert UNCHANGING[locale][unit] == from_cldr(value, unit, locale)
    for date in (dt.date(2024, 3, 15), dt.date(1999, 12, 1)):
        assert year_month_day(date) == long_date(date, locale)


def test_japanese_and_mandarin_are_read_without_loading_cldr():
    ask = """
import sys
from kokoro_speechd.text.normalizing.stage import normalize
from kokoro_speechd.text.mapped_text import read
for language in ("ja", "zh"):
    normalize(read("2024-03-15 5 km 3GB 20℃"), language)
sys.exit("babel" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", ask], check=False).returncode == 0
