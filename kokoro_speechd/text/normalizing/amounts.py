# SPDX-License-Identifier: GPL-3.0-or-later
"""Money and measures: the number stays for the phonemizer, the sign becomes a word."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from kokoro_speechd.text.normalizing.figures import NUMBER, parts
from kokoro_speechd.text.normalizing.ranges import range_of
from kokoro_speechd.text.normalizing.rules import Edits, Rule, instead, rule
from kokoro_speechd.text.normalizing.unchanging_units import UNCHANGING
from kokoro_speechd.text.normalizing.units import (
    ANY_CASE,
    GLUED_BADLY,
    GLUED_WHERE_NOTHING_IS_SPACED,
    PER_SECOND,
    UNITS,
    WITH_STOP,
)
from kokoro_speechd.text.normalizing.wording import Wording, words_around

_DIGITS = re.compile(r"[0-9](?:[0-9.,\s]*[0-9])?")


@lru_cache(maxsize=1024)
def unit_words(value: float, unit: str, locale: str) -> tuple[str, str]:
    """Return CLDR's words before and behind `value` for a unit of UNITS."""
    if locale in UNCHANGING:
        return UNCHANGING[locale][unit]
    return from_cldr(value, unit, locale)


def from_cldr(value: float, unit: str, locale: str) -> tuple[str, str]:
    """Return the same as Babel has it."""
    units: Any = importlib.import_module("babel.units")
    if unit.endswith(PER_SECOND):
        said = units.format_compound_unit(
            value,
            unit.removesuffix(PER_SECOND),
            denominator_unit="duration-second",
            length="long",
            locale=locale,
        )
    else:
        said = units.format_unit(value, unit, length="long", locale=locale)
    said = (
        str(said).replace("\xa0", " ").replace("’", "'").replace("/秒", "毎秒" if locale == "ja" else "每秒")
    )
    number = _DIGITS.search(said)
    if number is None:
        return "", said.strip()
    return said[: number.start()].strip(), said[number.end() :].strip()


def measure_rules(wording: Wording, own_units: dict[str, tuple[str, str]]) -> list[Rule]:
    """Return the rules for units; `own_units`: those that CLDR lacks → (one, many)."""
    written = sorted({*UNITS, *own_units}, key=len, reverse=True)
    any_case = {symbol.lower(): symbol for symbol in written if symbol.lower() in ANY_CASE}
    stopped = _any_of(symbol for symbol in written if symbol in WITH_STOP)
    glued_badly = GLUED_BADLY if wording.spaced else GLUED_BADLY - GLUED_WHERE_NOTHING_IS_SPACED

    def say(match: re.Match[str]) -> Edits:
        symbol = match["unit"] or match["stopped"] or match["ending"]
        if symbol not in UNITS and symbol not in own_units:
            symbol = any_case.get(symbol.lower(), "")
        if not symbol:
            return []
        if symbol in wording.words_not_units or (not match["gap"] and symbol in glued_badly):
            return []
        whole, decimals = parts(match["number"], wording.decimal)
        value = float(f"{whole}.{decimals}") if decimals else int(whole)
        if symbol in own_units:
            before, behind = "", own_units[symbol][value != 1]
        else:
            before, behind = unit_words(value, UNITS[symbol], wording.locale)
        space = " " if wording.spaced else ""
        start = match.start("number")
        edits = [(start, start, before + space)] if before else []
        if match["number"] == "1" and wording.one:
            edits.append((start, start + 1, wording.one(behind)))
        gap_start = match.end("gap") if wording.spaced else match.end("number")
        return [*edits, (gap_start, match.end(), behind)]

    alternatives = "|".join(re.escape(symbol) for symbol in written)
    return [
        rule(
            rf"""(?<![\w.,])(?P<number>{NUMBER})(?P<gap>[ ]?)
                 (?:(?P<stopped>{stopped})\.(?![ ][A-Z]|\w|\Z)
                   |(?P<ending>{stopped})(?=\.(?:[ ][A-Z]|\Z))
                   |(?P<unit>(?i:{alternatives}))(?![\w²³°/'’]|\.[ ]?[A-Z]))""",
            say,
        )
    ]


def money_rules(wording: Wording) -> list[Rule]:
    """Return the rules for currencies: what is said needs no sign, so no phonemizer counts on with it."""
    space = " " if wording.spaced else ""

    def plain(number: str) -> str:
        whole, decimals = parts(number, wording.decimal)
        whole = whole.lstrip("0") or "0"
        if wording.decimal == "." and len(whole) > 3 and wording.spaced:
            whole = f"{int(whole):,}"  # four digits alone would be a year
        return f"{whole}{wording.decimal}{decimals}" if decimals else whole

    def name(symbol: str, number: str, scale: str | None) -> str:
        currency = wording.currencies[symbol]
        whole, decimals = parts(number, wording.decimal)
        if scale:
            scale = wording.short_scales.get(scale, scale)
            return f"{plain(number)}{space}{scale}{space}{wording.scales[scale]}{currency.many}"
        whole = whole.lstrip("0") or "0"
        cents = decimals.ljust(2, "0") if len(decimals) < 3 else ""
        if decimals.strip("0") and (not cents or not currency.cent or not wording.money_and):
            return f"{plain(number)}{space}{currency.many}"
        units = currency.one if whole == "1" else f"{plain(whole)}{space}{currency.many}"
        if not cents.strip("0"):
            return units
        small = cents.lstrip("0")
        if wording.price_and is not None and len(small) == 2 and whole != "0":
            return f"{units}{wording.price_and}{small}"
        behind = currency.cent if small == "1" else f"{small} {currency.cents}"
        return behind if whole == "0" else f"{units} {wording.money_and} {behind}"

    def say(match: re.Match[str]) -> str:
        minus = f"{wording.minus}{space}" if match["minus"] or match["minus2"] else ""
        said = name(match["symbol"], match["number"], match["scale"] and match["scale"].strip())
        return minus + without_echo(said, match)

    def without_echo(said: str, match: re.Match[str]) -> str:
        """Return an amount without its currency where the writer wrote that, too: "¥1,299元"."""
        word = wording.currencies[match["symbol"]].many
        is_there = match.string[match.end() : match.end() + len(word) + 1].lstrip().startswith(word)
        return said.removesuffix(word).rstrip() if is_there else said

    def say_behind(match: re.Match[str]) -> str:
        scale = match["scale"] and match["scale"].strip()
        return name(match["symbol"], match["number"], scale)

    def say_range(match: re.Match[str]) -> str | None:
        symbol, again = match["symbol"], match.groupdict().get("again")
        if again and again != symbol:
            return None
        found = range_of(match, match["low"], "–", match["high"])
        before, between = words_around(found, wording)
        before = f"{before} " if before else ""
        return f"{before}{plain(match['low'])}{space}{between}{space}{name(symbol, match['high'], None)}"

    signs = sorted(wording.currencies, key=len, reverse=True)
    symbols = "|".join(re.escape(sign) + ("(?![A-Za-z])" if sign[-1].isalpha() else "") for sign in signs)
    scales = _any_of(wording.scales)
    short = _any_of(wording.short_scales)
    # A sign of letters is no part of a word; one of two signs begins before the other.
    before = r"(?<![\w.,$])"
    return [
        rule(
            rf"""{before}(?P<symbol>{symbols})[ ]?(?P<low>{NUMBER})[ ]?[-–][ ]?(?P<again>{symbols})?
                 (?P<high>{NUMBER})(?![\w%-])""",
            instead(say_range),
        ),
        rule(
            rf"""(?<![\w.,$€£¥–-])(?P<low>{NUMBER})[ ]?[-–][ ]?(?P<high>{NUMBER})[ ]?(?P<symbol>{symbols})
                 (?![\w$]|[ ]?[0-9])""",
            instead(say_range),
        ),
        rule(
            rf"""(?<![\w.,$])(?P<minus>[-−])?(?P<symbol>{symbols})[ ]?(?P<minus2>[-−](?=[0-9]))?
                 (?P<number>{NUMBER})(?:(?P<scale>[ ]?(?:{scales})|(?:{short}))(?!\w))?(?![\w%])""",
            instead(say),
        ),
        rule(
            rf"""(?<![\w.,$€£¥])(?P<number>{NUMBER})(?P<scale>[ ](?:{scales})|[ ]?(?:{short}))?
                 [ ]?(?P<symbol>{symbols})(?![\w$]|[ ]?[0-9])""",
            instead(say_behind),
        ),
    ]


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"
