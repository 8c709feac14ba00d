# SPDX-License-Identifier: GPL-3.0-or-later
"""The stage between reading and phonemes: everything that is not written as it is said becomes words."""

from __future__ import annotations

import importlib
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.mapped_text import MappedText
from kokoro_speechd.text.normalizing.number_words import in_words
from kokoro_speechd.text.normalizing.numbers import any_digits_as_ascii
from kokoro_speechd.text.normalizing.rules import Rule, rewrite

if TYPE_CHECKING:
    from kokoro_speechd.text.normalizing.wording import Wording


def module_of(language: str) -> str | None:
    """Return the module with the rules of a key of LANGUAGES; None where there is none."""
    known = LANGUAGES.get(language)
    return known.normalizing or None if known else None


def wording_and_rules(language: str) -> tuple[Wording, tuple[Rule, ...]] | None:
    """Return what is known of a key of LANGUAGES; None for any other language."""
    module = module_of(language)
    return _built(module, language) if module else None


@cache
def _built(module: str, language: str) -> tuple[Wording, tuple[Rule, ...]]:
    wording, rules = importlib.import_module(module).build(language)
    return wording, tuple(rules)


def normalize(mapped: MappedText, language: str) -> MappedText:
    """Return the reading with its numbers, dates, addresses and signs as they are said. Never raises."""
    known = wording_and_rules(language)
    if known is None or not mapped.text:
        return mapped
    wording, rules = known
    ascii_digits = replace(mapped, text=any_digits_as_ascii(mapped.text))
    return in_words(rewrite(ascii_digits, rules, spaced=wording.spaced), language)
