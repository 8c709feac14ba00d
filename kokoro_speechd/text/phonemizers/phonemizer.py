# SPDX-License-Identifier: GPL-3.0-or-later
"""What turns text of one language into phonemes, whatever the language is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kokoro_speechd.text.languages.language import Language
    from kokoro_speechd.text.script import Phonemes


@dataclass(frozen=True, slots=True)
class PhonemizerOptions:
    """What phonemizers need to know from the settings."""

    tagger: Literal["rules", "spacy"] = "rules"
    """How English words get their part of speech."""
    jieba_cache: Path | None = None
    """Folder where the Mandarin segmenter may keep its prepared dictionary; None for nowhere."""
    japanese_dictionary: Path | None = None
    """Open JTalk's dictionary; None for $OPEN_JTALK_DICT_DIR, then Debian's place."""


class Phonemizer(Protocol):
    """Turns text of one language into phonemes."""

    def phonemes(self, text: str) -> Phonemes:
        """Return Kokoro phonemes of `text`; places count characters of `text`.

        Any text will do. Raises EspeakError where it needs espeak-ng and that is missing.
        """


class Builder(Protocol):
    """Builds a language's phonemizer, which any thread may call."""

    def __call__(
        self, language: Language, options: PhonemizerOptions, english: Callable[[str], Phonemes], /
    ) -> Phonemizer:
        """Return the phonemizer; `english` reads American English.

        Raises LanguageError where packages are missing.
        """
