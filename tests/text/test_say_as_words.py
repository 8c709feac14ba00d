# SPDX-License-Identifier: GPL-3.0-or-later
"""What say-as asks for, in every language, and what becomes of texts that are something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.text.languages import KOKORO_LANGUAGES
from kokoro_speechd.text.normalizing import say_as

LANGUAGES = ("en-US", "en-GB", "es", "fr", "hi", "it", "ja", "pt-BR", "zh")
TABLE = [
    (say_as.cardinal, "1999", ("1,999", "1,999", "1999", "1999", "1999", "1999", "1999", "1999", "1999")),
    (
        say_as.cardinal,
        "-007",
        ("minus 7", "minus 7", "menos 7", "moins 7", "माइनस 7", "meno 7", "マイナス7", "menos 7", "负7"),
    ),
    (
        say_as.ordinal,
        "3",
        ("3rd", "3rd", "tercero", "troisième", "तीसरा", "terzo", "3番目", "terceiro", "第3"),
    ),
    (say_as.digits, "1999", ("1 9 9 9",) * 9),
    (
        say_as.telephone,
        "+1 555-1234",
        (
            *("plus 1, 5 5 5, 1 2 3 4", "plus 1, 5 5 5, 1 2 3 4", "más 1, 5 5 5, 1 2 3 4"),
            *("plus 1, 5 5 5, 1 2 3 4", "प्लस 1, 5 5 5, 1 2 3 4", "più 1, 5 5 5, 1 2 3 4"),
            *("プラス 1, 5 5 5, 1 2 3 4", "mais 1, 5 5 5, 1 2 3 4", "加 1, 5 5 5, 1 2 3 4"),
        ),
    ),
    (
        say_as.time,
        "15:00",
        (
            *("15 hundred", "15 hundred", "15 horas", "15 heures", "15 बजे"),
            *("15 in punto", "15時", "15 horas", "15:00"),
        ),
    ),
    (
        say_as.date,
        "2024-03-15",
        (
            *("March 15th, 2024", "15th March 2024", "15 de marzo de 2024", "15 mars 2024", "15 मार्च 2024"),
            *("15 marzo 2024", "2024年3月15日", "15 de março de 2024", "2024年3月15日"),
        ),
    ),
]
ONES = [say_as.cardinal, say_as.ordinal, say_as.digits, say_as.telephone, say_as.time, say_as.date]


@pytest.mark.parametrize(
    ("say", "text", "language", "words"),
    [
        (say, text, language, words)
        for say, text, all_words in TABLE
        for language, words in zip(LANGUAGES, all_words, strict=True)
    ],
)
def test_words(say, text, language, words):
    assert say(text, language) == words


@pytest.mark.parametrize(
    ("text", "layout", "words"),
    [
        ("3/4/2024", "mdy", "March 4th, 2024"),
        ("3/4/2024", "dmy", "April 3rd, 2024"),
        ("2024.4.3", "ymd", "April 3rd, 2024"),
        ("20240403", "ymd", "20240403"),
        ("3/4", "md", "March 4"),
        ("3/2024", "my", "March 2024"),
        ("31/31/2024", "dmy", "31/31/2024"),
        ("March 4", "md", "March 4"),
        ("3/4/2024", "nonsense", "March 4th, 2024"),
    ],
)
def test_dates_by_their_layout(text, layout, words):
    assert say_as.date(text, "en-US", layout) == words


@pytest.mark.parametrize(
    ("text", "words"), [("3:00 pm", "3 PM"), ("9:05 a.m.", "9 oh 5 AM"), ("10h30", "10 30"), ("noon", "noon")]
)
def test_english_times(text, words):
    assert say_as.time(text, "en-US") == words


@given(
    st.text(max_size=30) | st.from_regex(r"[0-9.,/: +-]{0,40}"),
    st.sampled_from([*KOKORO_LANGUAGES, "de", ""]),
)
def test_nothing_is_silent_and_nothing_raises(text, language):
    for say in ONES:
        said = say(text, language)
        assert said.strip() or not any(char.isalnum() for char in text)
