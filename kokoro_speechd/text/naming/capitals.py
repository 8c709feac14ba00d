# SPDX-License-Identifier: GPL-3.0-or-later
"""Where capitals begin, and how they are told: by a word, or by a short sound."""

from __future__ import annotations

from collections.abc import Iterator

from kokoro_speechd.text.mapped_text import MappedText
from kokoro_speechd.text.naming.keys import capital_pattern
from kokoro_speechd.text.naming.spelling import NAMED


def tell_capitals(mapped: MappedText, language: str) -> MappedText:
    """Put the language's word for "capital" before each run of capitals: "capital USA", "camel capital Case".

    Nothing is put in where the language is none of Kokoro's.
    """
    word = capital_pattern(language).replace("{}", "").strip()
    edits: list[tuple[int, int, str]] = []
    for place in capital_places(mapped.text) if word else ():
        inside = place > 0 and mapped.text[place - 1].isalnum()
        edits.append((place, place, f" {word} " if inside else f"{word} "))
    return mapped.replaced(edits)


def capital_places(text: str) -> Iterator[int]:
    """Yield where runs of capitals begin; for a capital to be named, where its sign stands."""
    after_capital = False
    named = {match.start(1): match.start() for match in NAMED.finditer(text)}
    for place, char in enumerate(text):
        capital = char.isupper() or char.istitle()
        if capital and not after_capital:
            yield named.get(place, place)
        # A mark of a capital letter ("É" in two characters) does not end its run.
        after_capital = capital or (after_capital and "\u0300" <= char <= "\u036f")
