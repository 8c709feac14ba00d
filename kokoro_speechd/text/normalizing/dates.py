# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates and times in digits, as they are said."""

from __future__ import annotations

import datetime as dt
import re

from kokoro_speechd.text.normalizing.rules import Rule, instead, rule
from kokoro_speechd.text.normalizing.wording import Wording


def date_of(year: int, month: int, day: int) -> dt.date | None:
    """Return a date, None if there is no such day."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def say_clock(hour: int, minute: int, second: int | None, wording: Wording) -> str:
    """Return a time as it is said, in digits where the phonemizer says these."""
    said = wording.clock(hour, minute, second)
    if said is None:
        said = f"{hour}:{minute:02}" if second is None else f"{hour}:{minute:02}:{second:02}"
    return said


def numeric_date(first: int, second: int, year: int, wording: Wording) -> dt.date | None:
    """Return the date of "3/15/2024", in the language's order if that is a date, else in the other."""
    day, month = (second, first) if wording.date_order == "mdy" else (first, second)
    return date_of(year, month, day) or date_of(year, day, month)


def rules(wording: Wording) -> list[Rule]:
    """Return the rules for dates and times."""

    def say_iso(match: re.Match[str]) -> str | None:
        year, month, day, hour, minute, second = (match[number] for number in range(1, 7))
        date = date_of(int(year), int(month), int(day))
        if date is None:
            return None
        said = wording.say_date(date)
        if hour is None:
            return said
        said += ", " + say_clock(int(hour), int(minute), None if second is None else int(second), wording)
        if match[7] == "Z":
            return said + " UTC"
        if match[7]:
            sign = wording.plus if match[7][0] == "+" else wording.minus
            return f"{said} UTC {sign} {int(match[7][1:3])}"
        return said

    def say_slashes(match: re.Match[str]) -> str | None:
        date = date_of(int(match[1]), int(match[2]), int(match[3]))
        return wording.say_date(date) if date else None

    def say_numeric(match: re.Match[str]) -> str | None:
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        day_first = match[2] == "."  # written so only where the day comes first
        date = date_of(year, second, first) if day_first else numeric_date(first, second, year, wording)
        return wording.say_date(date) if date else None

    def say_time(match: re.Match[str]) -> str | None:
        return wording.clock(int(match[1]), int(match[2]), None if match[3] is None else int(match[3]))

    def say_ratio(match: re.Match[str]) -> str | None:
        if len(match[2]) == 2 and int(match[2]) < 60 and int(match[1]) < 25:
            return None  # a time that the phonemizer says
        space = " " if wording.spaced else ""
        return f"{match[1]}{space}{wording.ratio}{space}{match[2]}"

    return [
        rule(
            r"""(?<![\w.,:/-])([0-9]{4})-([0-9]{2})-([0-9]{2})
                (?:[Tt]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?
                (?![\w-])""",
            instead(say_iso),
            "-",
        ),
        rule(r"(?<![\w.,:/-])([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(?![\w/-])", instead(say_slashes), "/"),
        # "2024-03-15" when the server has taken its hyphens out.
        rule(
            r"""(?<![\w.,:/-])(?<![0-9][ ])((?:19|20)[0-9]{2})[ ](0[1-9]|1[0-2])[ ](0[1-9]|[12][0-9]|3[01])
                (?![\w/-]|[ ]?[.,]?[0-9])""",
            instead(say_slashes),
            " ",
        ),
        rule(
            r"(?<![\w.,:/-])([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})(?![\w/-]|[.,][0-9])",
            instead(say_numeric),
        ),
        rule(
            r"(?<![\w:.,])([01]?[0-9]|2[0-4]):([0-5][0-9])(?::([0-5][0-9]))?(?![0-9:_]|[.,][0-9])",
            instead(say_time),
            ":",
        ),
        rule(r"(?<![\w:.,])([0-9]{1,4}):([0-9]{1,2}|[0-9]{4})(?![\w:]|[.,][0-9])", instead(say_ratio), ":"),
    ]
