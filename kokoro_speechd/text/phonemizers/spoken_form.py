# SPDX-License-Identifier: GPL-3.0-or-later
"""From a script's text to the words that a phonemizer of the language gets, stage by stage.

Each stage takes a `Reading` and returns one, so that every character keeps its place in the script.
"""

from __future__ import annotations

from typing import Protocol

from kokoro_speechd.text.language_tags import kokoro_language
from kokoro_speechd.text.mapped_text import MappedText
from kokoro_speechd.text.naming.modes import AS_WRITTEN, Modes
from kokoro_speechd.text.normalizing.stage import normalize


class Pronouncer(Protocol):
    """Knows how the user wants words to be read."""

    def apply(self, mapped: MappedText, language: str) -> MappedText:
        """Return the reading with these words as the user wants them. Never raises."""


def spoken_form(
    text: str, language: str, modes: Modes = AS_WRITTEN, pronouncer: Pronouncer | None = None
) -> MappedText:
    """Return what is to be read aloud for a script's text in a language that Kokoro speaks. Never raises."""
    mapped = modes.read(text, language)
    if modes.verbatim:
        return mapped
    if pronouncer is not None:  # before the rules, so that the user's words are found as they are written
        mapped = pronouncer.apply(mapped, language)
    return normalize(mapped, kokoro_language(language) or "")
