# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that rewrite parts of a reading; all look at the same text, and the first that takes a part has it.

So no rule works on another's words, and time is linear: every pattern is bounded and begins at a border.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kokoro_speechd.text.mapped_text import MappedText

Edit = tuple[int, int, str]
"""Begin, end and what to say instead. Words are kept apart from their neighbours by `rewrite`."""
Edits = Sequence[Edit]

DIGITS = frozenset("0123456789")
_TIGHT_BEFORE = frozenset("([{«“‘'¿¡#@/-–—")
_APART_BEHIND = frozenset("/<>=+~@#$€£&|*")


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern and what becomes of each of its matches; no edits leave the match to later rules."""

    pattern: re.Pattern[str]
    edits: Callable[[re.Match[str]], Edits]
    needs: frozenset[str] = DIGITS
    """The rule is tried only on texts that have one of these; all texts if it is empty."""
    beyond: str = ""
    """The rule is tried only on texts that have this character or one behind it in Unicode."""


def rule(
    pattern: str, edits: Callable[[re.Match[str]], Edits], needs: Iterable[str] = DIGITS, *, beyond: str = ""
) -> Rule:
    """Return a rule; `pattern` is verbose, so blanks in it are written as `[ ]`."""
    return Rule(re.compile(pattern, re.VERBOSE), edits, frozenset(needs), beyond)


def instead(say: Callable[[re.Match[str]], str | None]) -> Callable[[re.Match[str]], Edits]:
    """Return the edits that say one text for the whole match, none for None."""

    def edits(match: re.Match[str]) -> Edits:
        said = say(match)
        return [] if said is None else [(*match.span(), said)]

    return edits


def rewrite(mapped: MappedText, rules: Iterable[Rule], *, spaced: bool) -> MappedText:
    """Return the reading as the rules say it; `spaced` languages part words by spaces."""
    text = mapped.text
    present = set(text)
    highest = max(present, default="")
    taken = bytearray(len(text))  # neighbouring edits have different numbers, never 0
    for sound in mapped.sounds:  # what the user says how to speak is not to be said otherwise
        taken[sound.start : sound.end] = bytes((255,)) * (sound.end - sound.start)
    edits: list[Edit] = []
    for each in rules:
        if (each.needs and each.needs.isdisjoint(present)) or highest < each.beyond:
            continue
        for match in each.pattern.finditer(text):
            found = each.edits(match)
            if found and not any(_is_taken(taken, start, end) for start, end, _ in found):
                for edit in found:
                    start, end, _ = edit
                    taken[start:end] = bytes((len(edits) % 255 + 1,)) * (end - start)
                    edits.append(edit)
    if not edits:
        return mapped
    edits.sort(key=lambda edit: edit[:2])
    return mapped.replaced(_kept_apart(text, edits) if spaced else edits)


def _is_taken(taken: bytearray, start: int, end: int) -> bool:
    if start == end:  # something put in must not fall into what is taken out
        return 0 < start < len(taken) and taken[start - 1] == taken[start] > 0
    return any(taken[start:end])


def _kept_apart(text: str, edits: Edits) -> Iterable[Edit]:
    """Yield the edits with a space where words would run together."""
    last = ""
    done = 0
    for number, (start, end, words) in enumerate(edits):
        before = text[start - 1] if start > done else last
        said = words
        if words:
            if words[0].isalnum() and before and not before.isspace() and before not in _TIGHT_BEFORE:
                said = " " + words
            following = edits[number + 1][0] if number + 1 < len(edits) else len(text)
            behind = text[end] if end < following else " "
            if words[-1].isalnum() and (behind.isalnum() or behind in _APART_BEHIND):
                said += " "
            last = said[-1]
        elif start > done:
            last = before
        done = end
        yield start, end, said
