# SPDX-License-Identifier: GPL-3.0-or-later
"""A text that a document says is a time of day, as words that the language's phonemizer says."""

from __future__ import annotations

import re

from kokoro_speechd.text.normalizing import dates
from kokoro_speechd.text.normalizing.numbers import any_digits_as_ascii
from kokoro_speechd.text.normalizing.stage import wording_and_rules

_TIME = re.compile(
    r"\s*([01]?[0-9]|2[0-4])[:hH.]([0-5][0-9])(?:[:m.]([0-5][0-9])s?)?\s*(?:([AaPp])\.?[Mm]\.?)?\s*"
)


def said_time(text: str, language: str) -> str:
    """Return a time of day: "9:05" → "9 oh 5"; the text itself where it is none.

    `language` is a key of LANGUAGES.
    """
    found = _TIME.fullmatch(any_digits_as_ascii(text))
    known = wording_and_rules(language)
    if found is None or known is None:
        return text
    hour, minute = int(found[1]), int(found[2])
    half = f" {found[4].upper()}M" if found[4] else ""
    if half and language.startswith("en") and minute == 0:
        return f"{hour}{half}"
    return dates.say_clock(hour, minute, None if found[3] is None else int(found[3]), known[0]) + half
