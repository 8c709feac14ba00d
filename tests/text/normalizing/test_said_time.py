# SPDX-License-Identifier: GPL-3.0-or-later
"""Times of day that a document says are some, in every language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.normalizing.said_time import said_time

ON_THE_HOUR = {
    "en-US": "15 hundred",
    "en-GB": "15 hundred",
    "es": "15 horas",
    "fr": "15 heures",
    "hi": "15 बजे",
    "it": "15",
    "ja": "15時",
    "pt-BR": "15 horas",
    "zh": "15:00",
}


@pytest.mark.parametrize("language", ON_THE_HOUR)
def test_on_the_hour(language):
    assert said_time("15:00", language) == ON_THE_HOUR[language]


@pytest.mark.parametrize(
    ("text", "words"), [("3:00 pm", "3 PM"), ("9:05 a.m.", "9 oh 5 AM"), ("10h30", "10 30"), ("noon", "noon")]
)
def test_english_times(text, words):
    assert said_time(text, "en-US") == words


@given(
    st.text(max_size=30) | st.from_regex(r"[0-9.,/: +-]{0,40}"),
    st.sampled_from([*LANGUAGES, "de", ""]),
)
def test_nothing_is_silent_and_nothing_raises(text, language):
    assert said_time(text, language).strip() or not any(char.isalnum() for char in text)
