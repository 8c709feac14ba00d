# SPDX-License-Identifier: GPL-3.0-or-later
"""Part-of-speech tags by rules, as far as pronunciation depends on them.

Of misaki's 90,000 words 790 are pronounced by their tag (Penn Treebank). Function words are known by name; a
word whose pronunciation does not depend on its tag needs one only as the neighbour of one that does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kokoro_speechd.text import english_words as words

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from kokoro_speechd.text.english_tokens import Token

UNKNOWN = "XX"
"""The tag of a homograph that its neighbours do not tell: the lexicon's default pronunciation."""

_SENTENCE_END = re.compile(r"\.|[.!?]*[!?][.!?]*")
_PAUSE = re.compile(r"[;:…—–-]+|\.{2,}")
_DIGITS = re.compile(r"-?[\d.,]*\d[\d.,]*")
_SIGNS = {
    ",": ",", "(": "-LRB-", "[": "-LRB-", "{": "-LRB-", ")": "-RRB-", "]": "-RRB-", "}": "-RRB-", "“": "``",
    "«": "``", "”": "''", "»": "''", "$": "$", "£": "$", "€": "$", "¥": "$", "#": "#", "%": "NN",
}  # fmt: skip
_ENDINGS = (
    (("ly",), "RB"),
    (("ing",), "VBG"),
    (("ed",), "VBD"),
    (("ful", "ous", "ive", "able", "ible", "al", "ic", "less"), "JJ"),
    (("ss", "us", "is"), "NN"),
    (("s",), "NNS"),
)
_NOMINAL = frozenset({"DT", "PRP$", "POS", "JJ", "CD", "$"})
_OPENS_CLAUSE = frozenset({"", ".", ",", ":", "``", "''", "-LRB-", "-RRB-", "UH"})
_OBJECTS = frozenset({"DT", "PRP", "PRP$"})


class _Sentence:
    """The tokens under work, with what the rules ask of a word's neighbours."""

    def __init__(self, tokens: list[Token], homographs: Mapping[str, Container[str]]) -> None:
        self.tokens = tokens
        self.low = [token.text.lower().replace("’", "'") for token in tokens]
        self.homographs = homographs
        self.past = False
        self.open_double = self.open_single = False

    def word(self, index: int) -> str:
        return self.low[index] if 0 <= index < len(self.low) else ""

    def tag(self, index: int) -> str:
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


def _sign(sentence: _Sentence, index: int) -> str | None:
    """Return the tag of a punctuation mark or symbol, None for a word."""
    token = sentence.tokens[index]
    text = token.text
    if text[0].isalnum():
        return None
    if text in _SIGNS:
        return _SIGNS[text]
    if text == "-" and index and not token.space and not sentence.tokens[index - 1].space:
        return "HYPH"  # inside a word: no pause
    if text == '"':
        sentence.open_double = not sentence.open_double
        return "``" if sentence.open_double else "''"
    if text in ("'", "‘", "’"):
        opening = text == "‘" or (not token.space and (not index or sentence.tokens[index - 1].space))
        if opening or sentence.open_single:
            sentence.open_single = opening
            return "``" if opening else "''"
        return "POS"
    if _SENTENCE_END.fullmatch(text):
        return "."
    if _PAUSE.fullmatch(text):
        return ":"
    if any(char.isalnum() for char in text):
        return None
    # No punctuation tag: emoji and arrows then reach espeak-ng, which knows their names.
    return "SYM"


def _function_word(sentence: _Sentence, index: int) -> str | None:
    """Return the tag of a number or function word, None for any other."""
    text, low, following = sentence.tokens[index].text, sentence.low[index], sentence.word(index + 1)
    previous = sentence.word(index - 1)
    if _DIGITS.fullmatch(text) or low in words.NUMBER_WORDS:
        return "CD"
    if low == "a":
        # Before anything but a word it is the letter: "vitamin a", "a, b and c".
        return (
            "DT"
            if following[:1].isalnum() or following[:1] in ("'", '"', "“", "‘", "(", "$", "£", "€")
            else "NN"
        )
    if low == "to":
        return "TO"
    if low == "that":
        if following in words.BE or following == "'s":
            return "DT"
        opens = sentence.opens(index) or sentence.tag(index - 1) in ("IN", "VB")
        return "DT" if opens and following and words.CLOSED.get(following) not in _OBJECTS else "IN"
    if low == "'s":
        return (
            "VBZ"
            if previous in words.SUBJECTS or previous in ("that", "there", "what", "let", "here")
            else "POS"
        )
    if low == "her":
        return "PRP$" if sentence.open_next(index) else "PRP"
    if low == "used":
        passive = previous in words.BE or previous in words.LINKING
        return "VBD" if following == "to" and not passive else "VBN"
    if low in ("am", "us", "it", "may") and text.isupper() and low != "it":
        return "NN"  # letters, a country: not the function word
    if low in words.CLOSED and low not in sentence.homographs:
        return words.CLOSED[low]
    return words.CLOSED.get(low)


def _auxiliary(sentence: _Sentence, index: int) -> str | None:
    """Return the tag that an auxiliary verb before the word asks for: "will", "did you", "have they"."""
    at = sentence.before(index)
    low, tag = sentence.word(at), sentence.tag(at)
    if tag == "PRP":
        earlier = sentence.before(at)
        if sentence.word(earlier) in words.BARE_AFTER_OBJECT:
            return "VB"
        if sentence.tag(earlier) == "MD" or sentence.word(earlier) in words.DO | words.HAVE | words.BE:
            at, low, tag = earlier, sentence.word(earlier), sentence.tag(earlier)
    own = sentence.low[index]
    if tag in ("TO", "MD") or low in words.DO or low in words.BARE_AFTER:
        return "VB"
    participle = own.endswith(("ed", "en")) or own in ("read", "reread", "wound")
    if low in words.HAVE:
        return "VBN" if participle else None
    if low in words.BE:
        if own.endswith("ing"):
            return "VBG"
        return "VBN" if participle else "NNS" if own.endswith("s") and not own.endswith("ss") else "JJ"
    return None


def _homograph(sentence: _Sentence, index: int) -> str:
    """Return the tag of a word whose pronunciation depends on it."""
    low, forms = sentence.low[index], sentence.homographs[sentence.low[index]]
    following, closed = sentence.word(index + 1), sentence.closed_next(index)
    at = sentence.before(index)
    previous, tag = sentence.word(at), sentence.tag(at)
    plural = low.endswith("s") and not low.endswith("ss")
    usual = words.USUAL.get(low, UNKNOWN)
    if low == "lead" and following in words.LEADEN:
        return "METAL"
    if low == "bass":
        return "NN" if following in words.FISH else "JJ"
    if low == "minute":
        return "JJ" if following in words.TINY or sentence.word(index - 1) in ("very", "most") else "NN"
    if auxiliary := _auxiliary(sentence, index):
        return auxiliary
    if low == "close" and (
        following in ("to", "by", "enough", "together")
        or sentence.word(index - 1) in words.DEGREES
        or previous in words.LINKING
    ):
        return "JJ"
    if tag in _NOMINAL or low == "invalid":
        if low == "close":
            return "JJ" if sentence.open_next(index) and following not in words.CONTROLS else "VB"
        if low == "invalid" or (sentence.open_next(index) and "ADJ" in forms):
            return "JJ"
        return "NNS" if plural else "NN"
    if tag in ("PRP", "WP", "WDT", "EX") or (previous == "that" and sentence.tag(at - 1).startswith("NN")):
        return _after_subject(sentence, index, at)
    if tag.startswith("VB") and tag != "VBZ" and not sentence.opens(index) and usual == UNKNOWN:
        return "NNS" if plural else "NN"
    if tag == "CC" and sentence.tag(at - 1).startswith("VB") and not plural:
        return sentence.tag(at - 1)
    if tag == "CC" and (closed in _OBJECTS or usual == "VB"):
        return "VB"
    if tag in ("IN", "WRB"):
        return ("NNS" if plural else "NN") if usual == UNKNOWN else usual
    if sentence.opens(index) or previous in ("and", "or", "then"):
        return _at_beginning(sentence, index, usual)
    if tag in ("NN", "NNS", "NNP"):
        return _after_noun(sentence, index, tag, usual)
    return "VB" if closed in _OBJECTS and not plural else usual


def _after_subject(sentence: _Sentence, index: int, at: int) -> str:
    low, subject = sentence.low[index], sentence.word(at)
    if subject in ("it", "you", "them", "us", "me", "him") and sentence.tag(at - 1).startswith("VB"):
        # An object: "keep it live", "make it perfect".
        return "JJ" if sentence.closed_next(index) not in _OBJECTS else "VB"
    if low in ("read", "reread", "wound"):
        past = sentence.past or subject in words.THIRD_PERSON or low == "wound"
        return "VBD" if past else "VB"
    if low.endswith("ed"):
        return "VBD"
    return "VBZ" if low.endswith("s") and not low.endswith("ss") else "VBP"


def _at_beginning(sentence: _Sentence, index: int, usual: str) -> str:
    """Tell a command ("Record the sound", "Live in peace") from a label ("Record 5", "Object of study")."""
    low, following, closed = sentence.low[index], sentence.word(index + 1), sentence.closed_next(index)
    if closed in _OBJECTS and not low.endswith("s"):
        return "VB"
    if low == "live" and following in ("in", "at", "on", "with", "for"):
        return "VB"
    if following == "of" and usual == UNKNOWN:
        return "NNS" if low.endswith("s") else "NN"
    return usual


def _after_noun(sentence: _Sentence, index: int, tag: str, usual: str) -> str:
    low, closed, following = sentence.low[index], sentence.closed_next(index), sentence.word(index + 1)
    plural = low.endswith("s") and not low.endswith("ss")
    if low in ("read", "wound"):
        bare = tag == "NNS" and not sentence.past and low == "read"
        return "VB" if bare else UNKNOWN if sentence.open_next(index) or following == "-" else "VBD"
    if not plural:
        if tag == "NNS":
            return "VBP"
        return usual if usual != UNKNOWN else "NN"
    if usual != UNKNOWN:
        return usual
    if low == "lives":
        return "VBZ" if closed in ("IN", "RB") and tag != "NNS" else "NNS"
    verb = (
        closed in _OBJECTS
        or closed in ("CD", "RB")
        or following in words.NUMBER_WORDS
        or following[:1].isdigit()
    )
    if low in words.VERBS_S:
        verb = verb or sentence.open_next(index)
    return "VBZ" if verb and tag != "NNS" else "NNS"


def _open_word(sentence: _Sentence, index: int) -> str:
    """Return the tag of a word that matters only as a neighbour."""
    text, low = sentence.tokens[index].text, sentence.low[index]
    if text.isupper() and len(text) > 1:
        return "NNP"
    if auxiliary := _auxiliary(sentence, index):
        return auxiliary
    at = sentence.before(index)
    tag = sentence.tag(at)
    plural = low.endswith("s") and not low.endswith(("ss", "us", "is"))
    if tag == "PRP" and sentence.word(at) in words.SUBJECTS:
        return "VBD" if low.endswith("ed") else "VBZ" if plural else "VBP"
    if sentence.opens(index):
        if sentence.closed_next(index) in _OBJECTS and not plural and not low.endswith("ed"):
            return "VB"
    elif text[:1].isupper():
        return "NNP"
    if tag in _NOMINAL and not plural:
        # "the program uses memory": what such a verb follows is a noun.
        return "JJ" if sentence.open_next(index) and sentence.word(index + 1) not in words.VERBS_S else "NN"
    for endings, ending_tag in _ENDINGS:
        if low.endswith(endings) and len(low) > 3:
            return ending_tag
    return "NN"


def tag(tokens: list[Token], homographs: Mapping[str, Container[str]]) -> None:
    """Set `tag` of each token; `homographs`: word in lower case → the tags its pronunciation depends on."""
    sentence = _Sentence(tokens, homographs)
    sentence.past = not words.PAST_TIMES.isdisjoint(sentence.low)
    for index, token in enumerate(tokens):
        found = _sign(sentence, index)
        if found is None and not any(char.isalpha() for char in token.text):
            found = "CD"
        if found is None:
            found = _function_word(sentence, index)
        if found is None:
            found = (
                _homograph(sentence, index)
                if sentence.low[index] in homographs
                else _open_word(sentence, index)
            )
        token.tag = found
