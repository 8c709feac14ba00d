# SPDX-License-Identifier: GPL-3.0-or-later
"""What a message is and how its caller wants it: characters, keys; spelling, punctuation, capitals.

The first of the stages, for Kokoro's phonemizers and for espeak-ng alike. Nothing is done twice: where
speech-dispatcher has named the punctuation itself it asks for none; spelling and capitals it leaves to us.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kokoro_speechd.text.mapped_text import MappedText, read
from kokoro_speechd.text.naming.capitals import capital_places, tell_capitals
from kokoro_speechd.text.naming.keys import capital_pattern, key_text
from kokoro_speechd.text.naming.punctuation import name_punctuation
from kokoro_speechd.text.naming.spelling import NAMED, name_single_letter, named, spell, without_signs
from kokoro_speechd.text.script import Mark, Script
from kokoro_speechd.utterance import Kind, Utterance

CAPITAL_SOUND = "\ufdd0capital"
"""The name of a mark that is no mark of the message: a short sound stands in its place."""

_SEPARATORS = re.compile(r"[-_.\s]+")


@dataclass(frozen=True, slots=True)
class Modes:
    """How a message's text is to be read; the values are SSIP's."""

    kind: Kind = Kind.TEXT
    punctuation: str = "none"
    spelling: bool = False
    capitals: str = "none"

    @property
    def verbatim(self) -> bool:
        """Whether characters or keys are told, so that no rule for running text applies."""
        return self.kind is not Kind.TEXT or self.spelling

    def espeak_tells_capitals(self, language: str) -> bool:
        """Return whether capitals are told by espeak-ng's word, because we have none in the language."""
        return self.capitals == "spell" and capital_pattern(language) == "{}"

    def read(self, text: str, language: str) -> MappedText:
        """Return the reading of a script's text. Never raises."""
        mapped = self._read(text, language)
        return tell_capitals(mapped, language) if self.capitals == "spell" else mapped

    def with_capital_sounds(self, script: Script) -> Script:
        """Return the script with a mark where the caller wants a capital to be told by a sound."""
        if self.capitals != "icon" or (self.kind is not Kind.TEXT and len(script.text) != 1):
            return script
        places = sorted({_word_begin(script.text, place) for place in capital_places(script.text)})
        marks = [*script.marks, *(Mark(CAPITAL_SOUND, place) for place in places)]
        return replace(script, marks=tuple(sorted(marks, key=lambda mark: mark.offset)))

    def _read(self, text: str, language: str) -> MappedText:
        if self.kind is Kind.TEXT:
            mapped = read(text)
            if self.spelling:
                return spell(mapped)
            return name_punctuation(name_single_letter(mapped), language, self.punctuation)
        end = len(text)
        if blank := NAMED.fullmatch(text):
            text = blank[1]
        if self.kind is Kind.CHAR:
            spoken = named(text) if text else ""
        elif self.kind is Kind.KEY:
            spoken = key_text(text, language)
        else:  # a sound icon that is not there
            words = read(_SEPARATORS.sub(" ", without_signs(text))).text
            spoken = words if any(map(str.isalnum, words)) else named(text.strip() or " ")
        return MappedText(spoken, (0,) * len(spoken), end=end)


def script_of_name(utterance: Utterance) -> Script:
    """Return the script of a character, key or icon: its name as it came.

    A blank one is between the signs, so that nobody takes it for nothing; see `Modes.read`.
    """
    text = utterance.text
    return Script(text if text.strip() or (not text and utterance.kind is Kind.CHAR) else named(text or " "))


AS_WRITTEN = Modes()
"""A text that is to be read as it stands."""


def modes_of(utterance: Utterance) -> Modes:
    """Return the modes of an utterance."""
    asked = utterance.parameters
    return Modes(utterance.kind, asked.punctuation, asked.spelling, asked.capitals)


def _word_begin(text: str, place: int) -> int:
    """Return where the word begins in which a place lies: sounds stand between words."""
    while place > 0 and text[place - 1].isalnum():
        place -= 1
    return place
