# SPDX-License-Identifier: GPL-3.0-or-later
"""An English sentence under work: its tokens, and what the rules ask of a word's neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kokoro_speechd.text.phonemizers.english import words

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

NOMINAL = frozenset({"DT", "PRP$", "POS", "JJ", "CD", "$"})
"""Tags after which a noun or an adjective comes."""
OBJECTS = frozenset({"DT", "PRP", "PRP$"})
"""Tags with which the object of a verb begins."""
_OPENS_CLAUSE = frozenset({"", ".", ",", ":", "``", "''", "-LRB-", "-RRB-", "UH"})


@dataclass(slots=True)
class Token:
    """A word or punctuation mark; `text` is what the lexicon is asked for and may differ from the source."""

    text: str
    start: int
    end: int
    space: bool = False  # white space follows
    tag: str = ""


class Sentence:
    """`homographs`: word in lower case → the tags its pronunciation depends on."""

    def __init__(self, tokens: list[Token], homographs: Mapping[str, Container[str]]) -> None:
        self.tokens = tokens
        self.low = [token.text.lower().replace("’", "'") for token in tokens]
        self.homographs = homographs
        self.past = False
        self.open_double = self.open_single = False

    def word(self, index: int) -> str:
        """Return the word at `index` in lower case, "" beyond the ends."""
        return self.low[index] if 0 <= index < len(self.low) else ""

    def tag(self, index: int) -> str:
        """Return the tag at `index`, "" before the beginning."""
        return self.tokens[index].tag if index >= 0 else ""

    def before(self, index: int) -> int:
        """Return the index of the last word before `index` that is no adverb, -1 for none."""
        index -= 1
        while index >= 0 and self.tokens[index].tag == "RB":
            index -= 1
        return index

    def opens(self, index: int) -> bool:
        """Tell whether no word of the same clause stands before `index`."""
        return self.tag(index - 1) in _OPENS_CLAUSE

    def closed_next(self, index: int) -> str:
        """Return the tag of the following function word, "" for any other."""
        return words.CLOSED.get(self.word(index + 1), "")

    def open_next(self, index: int) -> bool:
        """Tell whether a noun, verb or adjective follows."""
        following = self.word(index + 1)
        return following.isalpha() and following not in words.CLOSED and following != "to"
