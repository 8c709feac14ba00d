# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules need to know about a language: its signs, its money, its clock."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kokoro_speechd.text.normalizing.figures import one_by_one
from kokoro_speechd.text.normalizing.ranges import Range


@dataclass(frozen=True, slots=True)
class Currency:
    """One unit with its article ("un euro"), many, and the hundredth part likewise ("" for none)."""

    one: str
    many: str
    cent: str = ""
    cents: str = ""


def long_date(date: dt.date, locale: str) -> str:
    """Return a date as CLDR writes it out: "15 de marzo de 2024"."""
    dates: Any = importlib.import_module("babel.dates")
    return str(dates.format_date(date, "long", locale=locale)).replace("\xa0", " ")


def year_month_day(date: dt.date) -> str:
    """Return a date as CLDR writes it out in Japanese and Mandarin."""
    return f"{date.year}年{date.month}月{date.day}日"


def no_fraction(_above: int, _below: int) -> str | None:
    """Leave fractions to the phonemizer."""
    return None


def no_clock(_hour: int, _minute: int, _second: int | None) -> str | None:
    """Leave times to the phonemizer."""
    return None


@dataclass(frozen=True, slots=True)
class Wording:
    """How one language says what is not written as it is said. Digits are left to its phonemizer."""

    locale: str
    """CLDR's name of the language."""
    decimal: str
    """What its phonemizer takes for the decimal sign; the other one of "," and "." groups thousands."""
    comma: str
    """How that sign is said."""
    point: str
    """The point in versions."""
    minus: str
    plus: str
    to: str
    """Between the ends of a range."""
    ratio: str
    """Between the parts of "16:9"."""
    times_power: str
    """Between a base and an exponent."""
    squared: str
    cubed: str
    number: str
    """What "#" before digits means."""
    hashtag: str
    sharp: str
    """The second half of "C#"."""
    address: Mapping[str, str]
    """Signs in addresses and paths."""
    signs: Mapping[str, str]
    """Mathematical and other signs that the phonemizer drops or says wrong."""
    currencies: Mapping[str, Currency]
    between: Mapping[str, str] = field(default_factory=dict)
    """Words before a range → what is said between its ends instead of `to`: "between 5-10"."""
    span: Callable[[Range], tuple[str, str]] | None = None
    """What is said before a range and between its ends, where that is not "" and `to`."""
    money_and: str = ""
    """Between whole units and cents; "" where cents are said as decimals."""
    price_and: str | None = None
    """Between whole units and ten cents or more, which then have no name: "three pounds fifty"."""
    scales: Mapping[str, str] = field(default_factory=dict)
    """A word behind an amount ("millones") → what is said between it and the currency ("de ")."""
    short_scales: Mapping[str, str] = field(default_factory=dict)
    """A letter at an amount ("$5M") → its word of `scales`."""
    date_order: str = "dmy"
    date: Callable[[dt.date], str] | None = None
    """Another way to say dates than CLDR's."""
    clock: Callable[[int, int, int | None], str | None] = no_clock
    fraction: Callable[[int, int], str | None] = no_fraction
    mixed: str = " "
    """Between a whole number and a fraction."""
    one: Callable[[str], str] | None = None
    """"1" before a unit's name, where that is not the number's own name."""
    words_not_units: frozenset[str] = frozenset()
    """Signs of units that are words of the language: "nel 2020 ha vinto"."""
    phone: str = ""
    """Pattern of the country's own telephone numbers."""
    phone_digits: Callable[[str], str] = one_by_one
    """How a group of a telephone number is said."""
    digit_pairs: bool = False
    """Telephone numbers are said two digits at a time."""
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    """Abbreviation as written, with its stops → its words."""
    numbered: Mapping[str, str] = field(default_factory=dict)
    """Abbreviations that are some only before a number: "p. 3"."""
    spaced: bool = True
    """Words are parted by spaces."""
    difference: str = ""
    """The minus between two numbers, where that is not the one before a number."""
    letter_names: Mapping[str, str] | None = None
    """Initialisms are spelled; letters that the phonemizer would misread → their names. None: it spells."""
    said_initialisms: Mapping[str, str] = field(default_factory=dict)
    """Initialisms that are said as words → the words, where the phonemizer does not say them by itself."""
    percent: str = ""
    """How "%" behind a number is said; "" where the phonemizer says it."""
    says_minus: bool = False
    """The phonemizer itself says the minus before a number."""

    def say_date(self, date: dt.date) -> str:
        """Return a date as it is said."""
        return self.date(date) if self.date else long_date(date, self.locale)


def words_around(found: Range, wording: Wording) -> tuple[str, str]:
    """Return what is said before a range ("" for nothing), and between its ends."""
    if between := wording.between.get(found.before):
        return "", between
    return wording.span(found) if wording.span else ("", wording.to)
