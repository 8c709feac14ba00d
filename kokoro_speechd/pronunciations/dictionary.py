# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds a user's words in a reading and has them read as the user wants.

Of the entries that match at a place the one that takes the most characters counts; then the one of the more
specific file, one that minds case, one with fewer wildcards, one that stands further down. What was put in is
not looked at again. The time is bounded: entries are compared as strings, and a pattern is a regular
expression with at most two wildcards of bounded length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from kokoro_speechd.pronunciations.entries import WILDCARD, Pronunciation
from kokoro_speechd.text.mapped_text import MappedText, Sounds
from kokoro_speechd.text.phonemes.ipa import kokoro_symbols

# Scripts that write words without spaces: between their letters there is a border everywhere.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Letters and digits of all others, with what stands above or below them.
_LETTER = rf"[^\s\0-/:-@\[-`{{-\xbf\u2000-\u206f\u3000-\u303f\uff00-\uff0f{_UNSPACED}]"
_LONGEST = 40  # characters for which a wildcard stands
_has_no_spaces = re.compile(f"[{_UNSPACED}]").match


@dataclass(frozen=True, slots=True)
class Match:
    """An entry where it was found: the characters `start` … `end - 1`, and what is said instead."""

    start: int
    end: int
    entry: Pronunciation
    says: str


@dataclass(frozen=True, slots=True)
class _Rule:
    entry: Pronunciation
    rank: tuple[int, bool, int, int]  # the highest counts
    match: Callable[[str, str, int], tuple[int, str] | None]  # text, folded text, place → end, what is said


class Dictionary:
    """The entries that count for one language."""

    def __init__(self, files: Iterable[Iterable[tuple[int, Pronunciation]]], language: str) -> None:
        """`files`: the entries of each file with their lines, the most specific file first."""
        self._language = language
        # By what they begin with, up to two characters; "" for those that begin with a wildcard.
        self._whole: dict[str, list[_Rule]] = {}  # at the beginning of a word
        self._part: dict[str, list[_Rule]] = {}  # anywhere
        for place, entries in enumerate(files):
            for line, entry in entries:
                rank = (-place, entry.case, -entry.wildcards, line)
                for written in {entry.word, unicodedata.normalize("NFKC", entry.word)}:
                    rule = _Rule(entry, rank, _matcher(entry, written))
                    begins = written.partition(WILDCARD)[0] if entry.wildcards else written
                    rules = self._part if entry.part and begins else self._whole
                    rules.setdefault(_fold(begins[:2]), []).append(rule)

    def apply(self, mapped: MappedText) -> MappedText:
        """Return the reading with every word as the user wants it; IPA as its known sounds."""
        matches = self.matches(mapped)
        if not matches:
            return mapped
        ipa = [
            Sounds(match.start, match.end, symbols)
            for match in matches
            if match.entry.ipa and (symbols := kokoro_symbols(match.says, self._language))
        ]
        sounds = sorted([*mapped.sounds, *ipa], key=lambda sound: sound.start)
        return _respelled(replace(mapped, sounds=tuple(sounds)), matches)

    def respell(self, mapped: MappedText) -> MappedText:
        """Return the reading with respellings alone, for a voice that takes no IPA."""
        return _respelled(mapped, self.matches(mapped, ipa=False))

    def matches(self, mapped: MappedText, *, ipa: bool = True) -> list[Match]:
        """Return what is found, in order and apart; nothing where sounds are known already.

        A message of a single letter or digit is a key or a character under the cursor: it keeps its name.
        """
        text = mapped.text
        if not (self._whole or self._part) or (len(text) == 1 and (text.isalpha() or text.isdecimal())):
            return []
        folded = _fold(text)
        taken = iter([*((sound.start, sound.end) for sound in mapped.sounds), (len(text), len(text))])
        barred, free = next(taken)
        found: list[Match] = []
        place = 0
        while place < len(text):
            if place >= barred:
                place = max(place, free)
                barred, free = next(taken, (len(text), len(text)))
                continue
            best = self._at(text, folded, place, barred, ipa=ipa)
            if best is not None:
                found.append(best)
            place = best.end if best is not None else place + 1
        return found

    def _at(self, text: str, folded: str, place: int, limit: int, *, ipa: bool) -> Match | None:
        begins = (folded[place : place + 2], folded[place], "")
        rules = [rule for key in begins for rule in self._part.get(key, ())]
        if not _within(text, place):
            rules += [rule for key in begins for rule in self._whole.get(key, ())]
        best: tuple[int, tuple[int, bool, int, int], Match] | None = None
        for rule in rules:
            if rule.entry.ipa and not ipa:
                continue
            hit = rule.match(text, folded, place)
            if hit is None or hit[0] > limit:
                continue
            if best is None or (hit[0], rule.rank) > best[:2]:
                best = hit[0], rule.rank, Match(place, hit[0], rule.entry, hit[1])
        return best[2] if best else None


def _respelled(mapped: MappedText, matches: Iterable[Match]) -> MappedText:
    text = mapped.text
    edits = [
        (match.start, match.end, match.says)
        for match in matches
        if not match.entry.ipa and text[match.start : match.end] != match.says
    ]
    return mapped.replaced(edits) if edits else mapped


def _is_letter(char: str) -> bool:
    """Tell whether a word goes on with this character."""
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def _within(text: str, place: int) -> bool:
    """Tell whether a word goes on across the border before `place`."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    if not (_is_letter(before) and _is_letter(after)):
        return False
    return not (_has_no_spaces(before) or _has_no_spaces(after))


def _matcher(entry: Pronunciation, written: str) -> Callable[[str, str, int], tuple[int, str] | None]:
    if entry.wildcards:
        return _pattern_matcher(entry, written)
    wanted = written if entry.case else _fold(written)

    def match(text: str, folded: str, place: int) -> tuple[int, str] | None:
        end = place + len(wanted)
        if not (text if entry.case else folded).startswith(wanted, place):
            return None
        if not entry.part and _within(text, end):
            return None
        return end, entry.says

    return match


def _pattern_matcher(entry: Pronunciation, written: str) -> Callable[[str, str, int], tuple[int, str] | None]:
    wild = f"({_LETTER}{{0,{_LONGEST}}})"
    source = wild.join(re.escape(piece) for piece in written.split(WILDCARD))
    if not entry.part or written[-1] == WILDCARD:
        source += f"(?!{_LETTER})" if written[-1] == WILDCARD or _is_letter(written[-1]) else ""
    pattern = re.compile(source, 0 if entry.case else re.IGNORECASE)

    def match(text: str, _folded: str, place: int) -> tuple[int, str] | None:
        found = pattern.match(text, place)
        if found is None or found.end() == place:
            return None
        if entry.ipa or entry.quoted:
            return found.end(), entry.says
        said, *rest = entry.says.split(WILDCARD)
        return found.end(), said + "".join(map("".join, zip(found.groups(), rest, strict=False)))

    return match


def _fold(text: str) -> str:
    """Return the text in lower case, every character in its place."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
