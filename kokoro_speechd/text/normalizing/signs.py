# SPDX-License-Identifier: GPL-3.0-or-later
"""Signs by name: mathematics, superscripts, "#5" and "C#", skin tones behind emoji."""

from __future__ import annotations

import re
import unicodedata

from kokoro_speechd.text.naming.symbols import symbol_name
from kokoro_speechd.text.normalizing.figures import spelled
from kokoro_speechd.text.normalizing.rules import Edit, Edits, Rule, instead, rule
from kokoro_speechd.text.normalizing.wording import Wording

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
_EMOJI = "\U0001f300-\U0001faff"  # with the tones of skin, which espeak-ng does not part from what has them
_TONES = "\U0001f3fb-\U0001f3ff"
_ANY_EMOJI = "[\u2190-\u2bff\U0001f000-\U0001faff]"
_SEQUENCE = re.compile(
    f"{_ANY_EMOJI}[{_TONES}]?(?:\u200d{_ANY_EMOJI}[{_TONES}]?)+|(?![{_TONES}]){_ANY_EMOJI}[{_TONES}]"
    "|[\U0001f1e6-\U0001f1ff]{2}"
)
_ROMAN = "Ⅰ-Ⅻⅰ-ⅻ"
_ENCLOSED = "①-⑳"


def rules(wording: Wording) -> list[Rule]:
    """Return the rules for signs."""
    space = " " if wording.spaced else ""

    def say_exponent(match: re.Match[str]) -> Edits:
        exponent = unicodedata.normalize("NFKC", match["exponent"]).replace("\u2212", "-")
        if exponent in ("2", "3"):
            said = wording.squared if exponent == "2" else wording.cubed
        elif match["word"] and exponent[0] not in "-+":
            said = spelled(exponent)  # a note
        else:
            minus = f"{wording.minus}{space}"
            power = exponent.replace("-", minus).replace("+", "")
            said = f"{wording.times_power}{space}{power}"
        return [(*match.span("exponent"), said)]

    def say_sign(match: re.Match[str]) -> str:
        return wording.signs[match[0]]

    def say_plain(match: re.Match[str]) -> str:
        plain = unicodedata.normalize("NFKC", match[0])
        value = unicodedata.numeric(match[0], None)
        return str(int(value)) if value is not None and not plain.isdecimal() else plain

    signs = "|".join(re.escape(sign) for sign in sorted(wording.signs, key=len, reverse=True))
    return [
        rule(
            rf"(?:(?<![^\W_])(?P<base>[^\W\d_])|(?P<word>[^\W\d_])|[0-9)\]])(?P<exponent>[⁺⁻]?[{_SUPERSCRIPTS}]{{1,9}})",
            say_exponent,
            _SUPERSCRIPTS,
        ),
        rule(r"(?<!\w)[A-Z](\#)(?![\w#])", lambda match: [(*match.span(1), wording.sharp)], "#"),
        rule(r"(?<![\w&#])[#＃](?=[0-9])", lambda match: [(*match.span(), wording.number)], "#＃"),
        # Of "<b>" and "<a@b.org>" the brackets are no less-than signs.
        rule(
            r"<(?=/?[A-Za-z])[^<>\n]{0,200}>",
            lambda match: [(match.start(), match.start() + 1, " "), (match.end() - 1, match.end(), " ")],
            "<",
        ),
        rule(signs, instead(say_sign), "".join(wording.signs)),
        rule(rf"[{_ROMAN}{_ENCLOSED}{_SUPERSCRIPTS}{_SUBSCRIPTS}]", instead(say_plain), (), beyond="²"),
        rule(
            rf"(?<=\S)(?=[{_EMOJI}])|(?<=[{_EMOJI}])(?=\w)",
            lambda match: [(*match.span(), " ")],
            (),
            beyond="\U0001f300",
        ),
    ]


def emoji_sequence_rule(wording: Wording) -> Rule:
    """Return the rule for emoji of several characters; before the one for single emoji."""

    def say_sequence(match: re.Match[str]) -> Edits:
        """Say emoji that are joined, or have a tone of skin, by one name; else part them."""
        edits: list[Edit] = []
        for sequence in _SEQUENCE.finditer(match[0]):
            start, end = match.start() + sequence.start(), match.start() + sequence.end()
            if (country := _flag(sequence[0])) and not wording.spaced:
                edits.append((start, end, f" {country}旗 "))  # espeak-ng knows the countries' names
                continue
            plain = re.sub(f"[{_TONES}]", "", sequence[0])
            said = symbol_name(sequence[0], wording.locale) or symbol_name(plain, wording.locale)
            if said:
                edits.append((start, end, said if wording.spaced else f" {said} "))
            else:
                edits += [
                    (start + place, start + place + 1, " ")
                    for place, char in enumerate(sequence[0])
                    if char == "\u200d"
                ]
        return edits

    return rule(rf"{_ANY_EMOJI}(?:{_ANY_EMOJI}|\u200d)+", say_sequence, (), beyond="\u2190")


def _flag(sequence: str) -> str:
    """Return the letters of a flag: "🇫🇷" → "FR"; "" for anything else."""
    letters = [ord(char) - 0x1F1E6 for char in sequence]
    return "".join(chr(65 + letter) for letter in letters) if all(0 <= at < 26 for at in letters) else ""
