# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates whose order a document tells ("mdy"), as the language writes them out.

The months are no field of `Language`: there are some of languages that only espeak-ng speaks, too.
"""

from __future__ import annotations

import re

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "hi": "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
_FORMS = frozenset({"mdy", "dmy", "ymd", "ydm", "md", "dm", "ym", "my", "d", "m", "y"})
_LENGTHS = {"y": 4, "m": 2, "d": 2}
_ISO = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*")


def spoken_date(text: str, form: str | None, language: str) -> str:
    """Return a date of numbers in words; `text` where it is none that `form` describes. Never raises."""
    if form is None and _ISO.fullmatch(text):
        form = "ymd"
    numbers = re.findall(r"\d+", text)
    if form not in _FORMS or not re.fullmatch(r"[\d\s./-]+", text):
        return text
    if len(numbers) == 1 and len(form) > 1 and len(numbers[0]) == sum(_LENGTHS[part] for part in form):
        numbers = _cut(numbers[0], form)
    if len(numbers) != len(form) or any(len(number) > 4 for number in numbers):
        return text
    parts = {part: int(number) for part, number in zip(form, numbers, strict=True)}
    month, day, year = parts.get("m"), parts.get("d"), parts.get("y")
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        return text
    if language in ("ja", "zh"):
        units = (("y", "年"), ("m", "月"), ("d", "日"))
        return "".join(f"{parts[part]}{unit}" for part, unit in units if part in parts)
    if language not in _MONTHS:
        return text
    return _written(language, month, day, year)


def _cut(digits: str, form: str) -> list[str]:
    numbers, place = [], 0
    for part in form:
        numbers.append(digits[place : place + _LENGTHS[part]])
        place += _LENGTHS[part]
    return numbers


def _written(language: str, month: int | None, day: int | None, year: int | None) -> str:
    name = _MONTHS[language].split()[month - 1] if month is not None else ""
    if language == "en":
        first = " ".join(part for part in (name, _english_ordinal(day) if day is not None else "") if part)
        return ", ".join(part for part in (first, str(year) if year is not None else "") if part)
    between = " de " if language in ("es", "pt") else " "
    number = "" if day is None else f"{day}." if language == "de" else str(day)
    if day == 1 and language == "fr":
        number = "1er"
    return between.join(part for part in (number, name, str(year) if year is not None else "") if part)


def _english_ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
