# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that a phonemizer would say wrong: foreign groups, long decimals, fractions, ranges, minus."""

from __future__ import annotations

import re
import unicodedata

from kokoro_speechd.text.normalizing.figures import one_by_one, parts
from kokoro_speechd.text.normalizing.ranges import range_of
from kokoro_speechd.text.normalizing.rules import DIGITS, Edits, Rule, instead, rule
from kokoro_speechd.text.normalizing.wording import Wording, words_around

_VULGAR = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_USUAL_DENOMINATORS = frozenset({2, 3, 4, 5, 6, 8, 10, 12, 16, 32, 64})
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_MOST_DECIMALS = 3  # more are said one by one


def _fraction(above: int, below: int, wording: Wording) -> str | None:
    return wording.fraction(above, below) if 0 < above < below else None


def _value(written: str) -> int:
    return int(re.sub(r"\D", "", written))


def rules(wording: Wording) -> list[Rule]:
    """Return the rules for numbers."""
    space = " " if wording.spaced else ""

    def say_vulgar(match: re.Match[str]) -> str | None:
        above, _, below = unicodedata.normalize("NFKC", match[2]).partition("\u2044")
        said = _fraction(int(above), int(below), wording)
        if said is None:
            return None
        return f"{match[1]}{wording.mixed}{said}" if match[1] else said

    def say_fraction(match: re.Match[str]) -> str | None:
        above, below = int(match[2]), int(match[3])
        if above != 1 and below not in _USUAL_DENOMINATORS:
            return None  # "type 6/7"
        said = _fraction(above, below, wording)
        return said and (f"{match[1]}{wording.mixed}{said}" if match[1] else said)

    def say_minus(match: re.Match[str]) -> Edits:
        return [(*match.span(), wording.minus + space)]

    def say_difference(match: re.Match[str]) -> Edits:
        return [(*match.span("sign"), wording.difference or wording.minus)]

    def say_range(match: re.Match[str]) -> Edits:
        start, end = match.span("sign")
        low, high = (
            int(parts(match[side].partition(":")[0].rstrip(".,"), wording.decimal)[0] or 0) for side in "ab"
        )
        if match["sign"] == "-" and ":" not in match["a"] and low >= high:
            return []
        found = range_of(match, match["a"], match["sign"], match["b"])
        before, between = words_around(found, wording)
        first = match.start("a")
        edits = [(start, end, f" {between} " if wording.spaced else between)]
        return [(first, first, before), *edits] if before else edits

    def say_foreign(match: re.Match[str]) -> str:
        whole, decimals = parts(match[0], wording.decimal)
        if wording.decimal == "." and wording.spaced and len(whole) == 4:
            whole = f"{int(whole):,}"  # "1 000" is no year
        return f"{whole}{wording.decimal}{decimals}" if decimals else whole

    def say_decimals(match: re.Match[str]) -> str:
        sign = wording.comma if match[2] == wording.decimal else wording.point
        return f"{match[1]}{space}{sign}{space}{one_by_one(match[3])}"

    def say_scientific(match: re.Match[str]) -> Edits:
        minus = f"{wording.minus}{space}" if match[2] == "-" else ""
        power = f"{wording.times_power}{space}{minus}{int(match[3])}"
        return [(match.start(1), match.end(), f"{wording.signs['×']}{space}10{space}{power}")]

    def say_power(match: re.Match[str]) -> Edits:
        exponent = match[1].replace("-", f"{wording.minus}{space}")
        return [(*match.span(), f"{space}{wording.times_power}{space}{exponent}")]

    # "10 000" has one group; where no thousands are written so, only one that can be no number of its own.
    one_group = (
        "[1-9][0-9]{0,2}(?:[ ][0-9]{3}){1,4}" if wording.decimal == "," else "[1-9][0-9]{0,2}[ ]0[0-9]{2}"
    )
    own, other = (",", r"\.") if wording.decimal == "," else (r"\.", ",")
    return [
        rule(rf"(?<![0-9/.,])([0-9]{{1,9}})?[ ]?([{_VULGAR}])", instead(say_vulgar), _VULGAR),
        # What speech-dispatcher makes of these: "1½" → "11⁄2".
        rule(r"(?<![\w/.,])([0-9]{1,9})?([0-9])⁄([0-9]{1,2})(?!\w)", instead(say_fraction), "⁄"),
        rule(
            r"(?<![\w/.,:-])(?:([0-9]{1,6})[ ])?([0-9]{1,2})/([0-9]{1,3})(?![\w/]|[.,][0-9])",
            instead(say_fraction),
            "/",
        ),
        # "5 - 3 = 2": a dash between numbers is a minus in a sum, alone or before a sign that sums have.
        rule(
            r"""(?:(?<=[0-9])|(?<=[0-9)][ ]))(?P<sign>[-−–])
                (?=[ ]?\(?[0-9][0-9.,]{0,12}\)?(?:[ ]?[-−–+*/×÷][ ]?[0-9][0-9.,]{0,12}){0,4}[ ]?=)""",
            say_difference,
            "=",
        ),
        rule(
            r"""\A(?P<a>[0-9][0-9.,]{0,12})[ ](?P<sign>[-−])[ ](?P<b>[0-9][0-9.,]{0,12})\Z""",
            lambda match: say_difference(match) if _value(match["a"]) >= _value(match["b"]) else [],
            "-−",
        ),
        rule(r"(?:(?<=[=×÷+*/(][ ])|(?<=[=×÷+*(]))(?P<sign>[-−])(?=[0-9])", say_minus, "-−"),
        *([] if wording.says_minus else [rule(r"(?<![\w.,:;)/%°-])[-−](?=[.,]?[0-9])", say_minus, "-−")]),
        rule(
            r"""(?<![\w/–.,-])(?P<a>[0-9][0-9.,:]{0,9})(?P<sign>-|[ ]?–[ ]?)(?P<b>[0-9][0-9.,:]{0,9})
                (?![0-9/–-])""",
            say_range,
            "-–",
        ),
        # "1,234,567.8" in Spanish, "1.234,56" in English, "1 234 567" in any language.
        rule(
            rf"""(?<![\w.,])[0-9]{{1,3}}
                 (?:(?:{own}[0-9]{{3}}){{2,6}}(?:{other}[0-9]{{1,9}})?|{own}[0-9]{{3}}{other}[0-9]{{1,9}})
                 (?![0-9]|[.,][0-9])""",
            instead(say_foreign),
            ".,",
        ),
        rule(
            rf"""(?<![\w.,])(?<![0-9][ ])
                 (?:[1-9][0-9]?(?:[ ][0-9]{{3}}){{2,5}}(?:[.,][0-9]{{1,9}})?
                   |[1-9][0-9]{{2}}(?=(?:[ ][0-9]{{3}}){{0,4}}[ ]0)
                    (?:[ ][0-9]{{3}}){{2,5}}(?:[.,][0-9]{{1,9}})?
                   |[1-9][0-9]{{0,2}}(?:[ ][0-9]{{3}}){{1,5}}{own}[0-9]{{1,9}}
                   |{one_group})
                 (?![0-9]|[.,][0-9]|[ ][0-9])""",
            instead(say_foreign),
            " ",
        ),
        rule(
            r"""(?<![\w.,'’])[1-9][0-9]{0,2}(?:['’][0-9]{3}){1,5}(?:[.,][0-9]{1,9})?(?!\w|['’][0-9]|[.,][0-9])""",
            instead(say_foreign),
            "'’",
        ),
        # A group that groups no thousands would be said without its zeros.
        rule(r"(?<=[0-9]['’])0[0-9]{1,9}(?![\w.,])", instead(lambda match: one_by_one(match[0])), "'’"),
        *(
            [
                rule(
                    r"(?<=[0-9])[ ]?%(?!\w)",
                    lambda match: [(*match.span(), f"{space}{wording.percent}")],
                    "%",
                )
            ]
            if wording.percent
            else []
        ),
        rule(
            rf"(?<![\w.,])([0-9]{{1,15}})([.,])([0-9]{{{_MOST_DECIMALS + 1},}})(?![0-9]|[.,][0-9])",
            instead(say_decimals),
            ".,",
        ),
        rule(
            r"(?<![\w.,])[0-9]{1,9}(?:[.,][0-9]{1,18})?([eE])([+-]?)([0-9]{1,3})(?!\w)",
            say_scientific,
            "eE",
        ),
        rule(r"(?<=[\w)])\^(-?[0-9]{1,6}|[A-Za-z])(?!\w)", say_power, "^"),
    ]


def hyphen_rule() -> Rule:
    """Return the rule that keeps phonemizers from a minus inside "1-2-3"; for the end of the list."""
    return rule(r"(?<=[0-9])-(?=[0-9])", lambda match: [(*match.span(), " ")], "-")


def apostrophe_rule() -> Rule:
    """Return the rule that keeps phonemizers from one number in "5'11"; for the end of the list."""
    return rule(r"(?<=[0-9])['’](?=[0-9])", lambda match: [(*match.span(), " ")], "'’")


def decimal_point_rule(wording: Wording) -> Rule:
    """Return the rule for phonemizers that say no point in "3.14" because their decimal sign is the comma."""

    def say(match: re.Match[str]) -> Edits:
        return [(*match.span(), f" {wording.point} ")]

    return rule(r"(?<=[0-9])\.(?=(?:[0-9]{1,2}|[0-9]{4,9})(?![0-9]|[.,][0-9]))", say, ".")


def list_rule() -> Rule:
    """Return the rule for commas that group no thousands ("1,2,3"); for languages with a decimal point."""

    def say(match: re.Match[str]) -> Edits:
        places = [match.start() + place for place, char in enumerate(match[0]) if char == ","]
        return [(place, place + 1, ", ") for place in places]

    thousands = r"[0-9]{1,3}(?:,[0-9]{3})+(?!,?[0-9])"
    lakhs = r"[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}(?!,?[0-9])"
    continental = r"[0-9]{1,3}(?:\.[0-9]{3})+,"
    return rule(
        rf"(?<![\w.,])(?!{thousands}|{lakhs}|{continental})[0-9]{{1,9}}(?:,[0-9]{{1,9}}){{1,30}}(?!,?[0-9])",
        say,
        ",",
    )


def any_digits_as_ascii(text: str) -> str:
    """Return `text` with the decimal digits of every script as 0 … 9; its length stays."""
    if text.isascii() or not _FOREIGN_DIGIT.search(text):
        return text
    return "".join(
        str(unicodedata.decimal(char)) if char not in DIGITS and char.isdecimal() else char for char in text
    )
