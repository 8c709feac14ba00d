# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of every language, in their order: what is longest and surest comes first."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kokoro_speechd.text.normalizing import addresses, codes, dates, identifiers, numbers, signs
from kokoro_speechd.text.normalizing.amounts import measure_rules, money_rules
from kokoro_speechd.text.normalizing.initialisms import initialism_rules
from kokoro_speechd.text.normalizing.rules import Rule, instead, rule
from kokoro_speechd.text.normalizing.wording import Wording

_HIGHEST_ORDINAL = 9999  # num2words is sure of these


def common_rules(
    wording: Wording,
    own: Sequence[Rule] = (),
    *,
    first: Sequence[Rule] = (),
    own_units: Mapping[str, tuple[str, str]] | None = None,
) -> list[Rule]:
    """Return all rules of a language; its `own` come before those for plain numbers, `first` before all.

    `own_units`: units that CLDR lacks → (one, many).
    """
    amid_words: Callable[[Iterable[Rule]], Iterable[Rule]] = list if wording.spaced else _amid_words
    return [
        *first,
        signs.emoji_sequence_rule(wording),
        *addresses.rules(wording),
        *amid_words(dates.rules(wording)),
        *amid_words(codes.rules(wording)),
        *amid_words(money_rules(wording)),
        *amid_words(measure_rules(wording, dict(own_units or {}))),
        *own,
        *amid_words([*numbers.rules(wording), codes.zeros_rule()]),
        *abbreviation_rules(wording),
        *(
            initialism_rules(wording.letter_names, wording.said_initialisms)
            if wording.letter_names is not None
            else []
        ),
        *signs.rules(wording),
        *identifiers.rules(wording),
        numbers.hyphen_rule(),
        numbers.apostrophe_rule(),
    ]


def _amid_words(rules: Iterable[Rule]) -> list[Rule]:
    """Return rules for text without spaces, where words stand right beside figures: "気温は-5℃です".

    For these rules only Latin letters and digits go on as a word beside a figure.
    """
    return [
        replace(each, pattern=re.compile(each.pattern.pattern, (each.pattern.flags & ~re.UNICODE) | re.ASCII))
        for each in rules
    ]


def abbreviation_rules(wording: Wording) -> list[Rule]:
    """Return the rule for the language's abbreviations; a stop that ends the text stays."""
    if not wording.abbreviations and not wording.numbered:
        return []
    # "Pág. 3" begins a line, where "pág." is what the table has.
    known = {_capitalized(short): _capitalized(full) for short, full in wording.abbreviations.items()}
    known |= wording.abbreviations
    numbered = {_capitalized(short): _capitalized(full) for short, full in wording.numbered.items()}
    numbered |= wording.numbered

    def say(match: re.Match[str]) -> str:
        ends = match.end() == len(match.string) and match[0].endswith(".")
        return known[match[0]] + ("." if ends else "")

    return [
        rule(rf"(?<![\w.])(?:{_any_of(numbered)})(?=[ ]?[0-9])", instead(lambda match: numbered[match[0]])),
        rule(rf"(?<![\w.])(?:{_any_of(known)})(?!\w)", instead(say), ()),
    ]


def _any_of(known: Mapping[str, str]) -> str:
    return "|".join(re.escape(short) for short in sorted(known, key=len, reverse=True)) or "(?!)"


def _capitalized(word: str) -> str:
    return word[:1].upper() + word[1:]


def ordinal_word(number: int, language: str) -> str:
    """Return num2words' ordinal; `language` is its name of a language. Large numbers stay as they are."""
    if not 0 < number <= _HIGHEST_ORDINAL:
        return str(number)
    converter: Any = importlib.import_module("num2words")
    return str(converter.num2words(number, lang=language, to="ordinal"))
