# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers in Chinese text, as they are said: 2024年 → 二零二四年, 15:30 → 十五点三十分, 50% → 百分之五十."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_LONGEST_COUNT = 12  # digits; cn2an ends at 16, and nobody counts that far
_AMOUNT = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_CURRENCIES = {"¥": "元", "$": "美元", "€": "欧元", "£": "英镑"}

NUMBER = re.compile(
    rf"""
      (?<!\d)(?P<date>\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}})(?![\d-])
    | (?<!\d)(?P<time>\d{{1,2}}:\d{{2}}(?::\d{{2}})?)(?![\d:])
    | (?<![\d.])(?P<year>\d{{4}})(?=年)
    | (?<![\d/])(?P<fraction>\d+/\d+)(?![\d/])
    | (?P<percent>(?<![A-Za-z\d])-?{_AMOUNT}%)
    | (?P<celsius>(?<![A-Za-z\d])-?{_AMOUNT}(?:℃|°C))
    | (?P<money>[¥$€£]{_AMOUNT})
    | (?P<version>\d+(?:\.\d+){{2,}})
    | (?P<amount>(?<![A-Za-z\d])-?{_AMOUNT})
    | (?P<digits>\d+)
    """,
    re.VERBOSE | re.ASCII,
)
"""One number with the signs that belong to it, in text with ASCII digits and signs."""


def say_number(match: re.Match[str]) -> str:
    """Return what NUMBER matched, in Chinese characters."""
    kind = match.lastgroup or "digits"
    return _SAY[kind](match[0])


def _one_by_one(number: str) -> str:
    return number.translate(_DIGITS)


def _amount(number: str) -> str:
    cn2an: Any = importlib.import_module("cn2an")
    plain = number.replace(",", "")
    whole = plain.lstrip("-").partition(".")[0]
    phone = len(whole) == 11 and whole.startswith("1")
    if (
        len(whole) > _LONGEST_COUNT
        or phone
        or (len(whole) > 1 and whole.startswith("0"))
        or len(plain) > 2 * _LONGEST_COUNT
    ):
        return _one_by_one(plain).replace("-", "负").replace(".", "点")
    return str(cn2an.an2cn(plain, "low"))


def _date(number: str) -> str:
    year, month, day = re.split("[-/]", number)
    return f"{_one_by_one(year)}年{_amount(month.lstrip('0') or '0')}月{_amount(day.lstrip('0') or '0')}日"


def _time(number: str) -> str:
    return "".join(
        _amount(part.lstrip("0") or "0") + unit
        for part, unit in zip(number.split(":"), "点分秒", strict=False)
    )


def _fraction(number: str) -> str:
    above, _, below = number.partition("/")
    return f"{_amount(below)}分之{_amount(above)}"


_SAY: dict[str, Callable[[str], str]] = {
    "date": _date,
    "time": _time,
    "year": _one_by_one,
    "fraction": _fraction,
    "percent": lambda number: "百分之" + _amount(number[:-1]),
    "celsius": lambda number: _amount(number.rstrip("℃°C")) + "摄氏度",
    "money": lambda number: _amount(number[1:]) + _CURRENCIES[number[0]],
    "version": lambda number: "点".join(_amount(part) for part in number.split(".")),
    "amount": _amount,
    "digits": _one_by_one,
}
