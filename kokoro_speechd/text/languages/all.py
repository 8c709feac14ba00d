# SPDX-License-Identifier: GPL-3.0-or-later
"""The one registration of the languages: whoever wants to know one asks here, at each call."""

from __future__ import annotations

from kokoro_speechd.text.languages.english import AMERICAN, BRITISH
from kokoro_speechd.text.languages.french import FRENCH
from kokoro_speechd.text.languages.hindi import HINDI
from kokoro_speechd.text.languages.italian import ITALIAN
from kokoro_speechd.text.languages.japanese import JAPANESE
from kokoro_speechd.text.languages.language import Language
from kokoro_speechd.text.languages.mandarin import MANDARIN
from kokoro_speechd.text.languages.portuguese import PORTUGUESE
from kokoro_speechd.text.languages.spanish import SPANISH

LANGUAGES: dict[str, Language] = {
    language.tag: language
    for language in (
        AMERICAN,
        BRITISH,
        SPANISH,
        FRENCH,
        HINDI,
        ITALIAN,
        JAPANESE,
        PORTUGUESE,
        MANDARIN,
    )
}
"""The languages by their tag; of several with the same base the first is the plain one."""


def by_base(tag: str) -> Language | None:
    """Return the language with the base of a tag, whatever the region: "pt-PT" is "pt-BR"; None for others.

    For what is the same in all regions. Which language reads a text is `language_tags.kokoro_language`'s.
    """
    base = tag.lower().replace("_", "-").partition("-")[0]
    return next((language for language in LANGUAGES.values() if language.tag.partition("-")[0] == base), None)


def by_letter(letter: str) -> Language | None:
    """Return the language of the voices whose names begin with a letter; None where there is none."""
    return next((language for language in LANGUAGES.values() if language.letter == letter), None)
