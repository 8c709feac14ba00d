# SPDX-License-Identifier: GPL-3.0-or-later
"""What SSML's say-as asks for, by language: functions from a text to words that the language's reader says.

Each takes a key of KOKORO_LANGUAGES and returns the text itself where it is not what was promised, so that
nothing is ever silent.
"""

from __future__ import annotations

import importlib
import re

from kokoro_speechd.text.normalizing import codes, dates
from kokoro_speechd.text.normalizing.figures import one_by_one, parts
from kokoro_speechd.text.normalizing.numbers import any_digits_as_ascii
from kokoro_speechd.text.normalizing.stage import module_of, wording_and_rules

_LONGEST_NUMBER = 15  # digits; nobody counts further, and num2words would
_NUMBER = re.compile(r"\s*([-+−]?)\s*([0-9](?:[0-9.,\s]*[0-9])?)\s*\D{0,3}\s*", re.ASCII)
_TIME = re.compile(
    r"\s*([01]?[0-9]|2[0-4])[:hH.]([0-5][0-9])(?:[:m.]([0-5][0-9])s?)?\s*(?:([AaPp])\.?[Mm]\.?)?\s*"
)
_DATE_PARTS = re.compile(r"[0-9]+")
_DATE_ORDERS = {"y": "year", "m": "month", "d": "day"}


def cardinal(text: str, language: str) -> str:
    """Return a number as an amount: "007" → "7", "1999" → "1,999", which no reader takes for a year."""
    text = any_digits_as_ascii(text)
    found = _NUMBER.fullmatch(text)
    known = wording_and_rules(language)
    if found is None or known is None:
        return text
    wording, _ = known
    whole, decimals = parts(found[2], wording.decimal)
    whole = whole.lstrip("0") or "0"
    if len(whole) > _LONGEST_NUMBER:
        return digits(text, language)
    if language.startswith("en"):
        whole = f"{int(whole):,}"
    sign = {"-": wording.minus, "−": wording.minus, "+": wording.plus}.get(found[1], "")
    space = " " if wording.spaced and sign else ""
    return f"{sign}{space}{whole}{wording.decimal}{decimals}" if decimals else f"{sign}{space}{whole}"


def ordinal(text: str, language: str) -> str:
    """Return a whole number as a rank: "3" → "3rd", "tercero"."""
    number = re.sub(r"[\s.,]", "", any_digits_as_ascii(text))
    found = re.fullmatch(r"([0-9]{1,15})\D{0,3}", number)
    module = module_of(language)
    if found is None or module is None or int(found[1]) == 0:
        return text
    return str(importlib.import_module(module).ordinal(int(found[1])))


def digits(text: str, language: str) -> str:  # noqa: ARG001 - every reader says single digits
    """Return the digits one by one, with all else between them."""
    spoken = re.sub(r"[0-9]+", lambda run: f" {one_by_one(run[0])} ", any_digits_as_ascii(text))
    return " ".join(spoken.split())


def telephone(text: str, language: str) -> str:
    """Return a telephone number digit by digit, with a pause behind each group."""
    known = wording_and_rules(language)
    ascii_text = any_digits_as_ascii(text)
    if known is None or not re.search("[0-9]", ascii_text) or re.search(r"[^\W\d_]", ascii_text):
        return digits(text, language)
    return codes.telephone(ascii_text, known[0])


def time(text: str, language: str) -> str:
    """Return a time of day: "9:05" → "9 oh 5"."""
    found = _TIME.fullmatch(any_digits_as_ascii(text))
    known = wording_and_rules(language)
    if found is None or known is None:
        return text
    hour, minute = int(found[1]), int(found[2])
    half = f" {found[4].upper()}M" if found[4] else ""
    if half and language.startswith("en") and minute == 0:
        return f"{hour}{half}"
    return dates.say_clock(hour, minute, None if found[3] is None else int(found[3]), known[0]) + half


def date(text: str, language: str, layout: str = "") -> str:
    """Return a date; `layout` is SSML's format: "mdy", "dmy", "ymd", "md", "dm", "ym" or "my"."""
    known = wording_and_rules(language)
    numbers = _DATE_PARTS.findall(any_digits_as_ascii(text))
    if known is None or re.search(r"[^\W\d_]", text):
        return text
    wording, _ = known
    layout = "".join(part for part in layout.lower() if part in _DATE_ORDERS)
    if len(layout) != len(numbers):
        layout = "ymd" if len(numbers) == 3 and len(numbers[0]) == 4 else wording.date_order
    if len(numbers) != len(layout) or any(len(number) > 4 for number in numbers):
        return text
    found = {_DATE_ORDERS[part]: int(number) for part, number in zip(layout, numbers, strict=True)}
    if set(layout) == set("ymd"):
        day = dates.date_of(found["year"], found["month"], found["day"])
        return wording.say_date(day) if day else text
    if set(layout) == set("md"):
        return dates.say_day(found["month"], found["day"], wording) or text
    if set(layout) == set("ym"):
        return dates.say_month(found["year"], found["month"], wording) or text
    return text
