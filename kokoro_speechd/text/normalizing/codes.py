# SPDX-License-Identifier: GPL-3.0-or-later
"""Digits and letters that count nothing: versions, IP addresses, hexadecimals, telephone and card numbers."""

from __future__ import annotations

import re

from kokoro_speechd.text.normalizing.figures import in_groups, in_pieces, one_by_one, spelled
from kokoro_speechd.text.normalizing.rules import DIGITS, Edits, Rule, instead, rule
from kokoro_speechd.text.normalizing.wording import Wording

_HEX = "[0-9A-Fa-f]"
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15  # of a telephone number (E.164)


def telephone(written: str, wording: Wording) -> str:
    """Return a telephone number digit by digit, its groups apart: "+1 555 12" → "plus 1, 5 5 5, 1 2"."""
    groups = re.findall("[0-9]+", written)
    if wording.digit_pairs and all(len(group) <= 2 for group in groups):
        said = ", ".join(" ".join(group) if group[0] == "0" else group for group in groups)
    else:
        pieces = (piece for group in groups for piece in (in_pieces(group) if len(group) > 5 else [group]))
        said = ", ".join(wording.phone_digits(piece) for piece in pieces)
    return f"{wording.plus} {said}" if written.lstrip().startswith("+") else said


def _is_hash(code: str) -> bool:
    return bool(DIGITS & set(code)) and any(char.isalpha() for char in code)


def zeros_rule() -> Rule:
    """Return the rule for numbers that begin with a zero, which nobody would say as an amount."""
    return rule(
        r"(?<![\w.,:/-])0[0-9]{1,9}(?![\w:/-]|[.,][0-9])",
        instead(lambda match: one_by_one(match[0])),
        "0",
    )


def rules(wording: Wording) -> list[Rule]:
    """Return the rules for codes."""

    def say_pairs(match: re.Match[str]) -> str:
        return ", ".join(spelled(pair) for pair in match[0].split(":"))

    def say_ipv6(match: re.Match[str]) -> str | None:
        address = match[0]
        if "::" not in address and address.count(":") < 7:
            return None
        colon = wording.address[":"]
        said = re.sub(":", f" {colon} ", re.sub(f"{_HEX}+", lambda group: spelled(group[0]), address))
        return " ".join(said.split()) if any(char.isalnum() for char in address) else None

    def say_groups(match: re.Match[str]) -> str:
        return ", ".join(spelled(group) for group in match[0].split("-"))

    def say_hash(match: re.Match[str]) -> str | None:
        code = match[0]
        if not _is_hash(code):
            return None
        return ", ".join(spelled(code[first : first + 4]) for first in range(0, len(code), 4))

    def say_colour(match: re.Match[str]) -> str | None:
        code = match[1]
        if not (_is_hash(code) or set(code) == {"f"} or code[0] == "0"):
            return None
        return f"{wording.address['#']} {spelled(code)}"

    def say_points(match: re.Match[str]) -> Edits:
        numbers = re.findall("[0-9]+", match[0])
        if (
            (wording.decimal == "," or any(number > "255" or number[0] == "0" for number in numbers[1:]))
            and len(numbers) == match[0].count(".") + 1
            and all(len(number) == 3 for number in numbers[1:])
            and match[0][0] not in "vV"
            and (
                len(numbers) != 4
                or any(int(number) > 255 for number in numbers)
                or any(number[0] == "0" for number in numbers[1:])
            )
        ):
            return []  # thousands
        address = len(numbers) == 4 and all(int(number) < 256 for number in numbers)
        said = wording.address["."] if address else wording.point
        places = (match.start() + place for place, char in enumerate(match[0]) if char == ".")
        return [(place, place + 1, said) for place in places]

    def say_telephone(match: re.Match[str]) -> str | None:
        count = sum(char in DIGITS for char in match[0])
        return telephone(match[0], wording) if _FEWEST_DIGITS <= count <= _MOST_DIGITS else None

    def say_card(match: re.Match[str]) -> str | None:
        groups = re.findall("[0-9]+", match[0])
        if all(1900 <= int(group) < 2100 for group in groups):
            return None  # years
        return ", ".join(one_by_one(group) for group in groups)

    def say_long(match: re.Match[str]) -> str:
        return in_groups(match[0])

    return [
        rule(rf"(?<![\w:]){_HEX}{{2}}(?::{_HEX}{{2}}){{5}}(?![\w:])", instead(say_pairs)),
        rule(rf"(?<![\w:.])(?:{_HEX}{{0,4}}:){{2,7}}{_HEX}{{0,4}}(?![\w:])", instead(say_ipv6), ":"),
        rule(
            rf"(?<![\w-]){_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}(?![\w-])",
            instead(say_groups),
        ),
        rule(rf"(?<!\w)0[xX]{_HEX}{{1,64}}(?!\w)", instead(lambda match: spelled(match[0]))),
        rule(rf"(?<![\w&])\#({_HEX}{{8}}|{_HEX}{{6}}|{_HEX}{{3}})(?!\w)", instead(say_colour), "#"),
        rule(r"(?<!\w)(?:[0-9a-f]{7,64}|[0-9A-F]{7,64})(?!\w)", instead(say_hash)),
        rule(
            r"(?<![\w.,])(?:[vV][0-9]{1,9}(?:\.[0-9]{1,9}){1,8}|[0-9]{1,9}(?:\.[0-9]{1,9}){2,8})(?![0-9]|[.,][0-9])",
            say_points,
        ),
        rule(
            r"(?<![\w+])\+[0-9]{1,3}(?:[ ]?[.-]?\(?[0-9]{1,12}\)?){1,7}(?![\w-])", instead(say_telephone), "+"
        ),
        rule(
            r"""(?<![\w.,:/+-])(?:1[ .-])?
                (?:\([0-9]{3}\)[ ]?[0-9]{3}[ .-][0-9]{4}|[0-9]{3}(?P<sign>[ .-])[0-9]{3}(?P=sign)[0-9]{4})
                (?![\w-]|[.,][0-9])""",
            instead(say_telephone),
        ),
        rule(
            r"(?<![\w.,:/+-])(?<![0-9][ ])0[0-9]{1,4}(?:[ -][0-9]{2,4}){2,4}(?![\w-]|[.,][0-9])",
            instead(say_telephone),
        ),
        *(
            [
                rule(
                    rf"""(?<![\w.,:/+-])(?<![0-9][ ])(?:{wording.phone})
                         (?![\w-]|[.,][0-9]|[ ][0-9]{{3}}(?![0-9]))""",
                    instead(say_telephone),
                )
            ]
            if wording.phone
            else []
        ),
        rule(r"(?<![\w.,-])[0-9]{4}(?:[ ][0-9]{4}|-[0-9]{4}){3}(?![\w-]|[.,][0-9])", instead(say_card)),
        rule(r"(?<![0-9.,])[0-9]{10,}", instead(say_long)),
    ]
