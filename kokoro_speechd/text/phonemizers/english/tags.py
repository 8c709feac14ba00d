# SPDX-License-Identifier: GPL-3.0-or-later
"""Part-of-speech tags by rules, as far as pronunciation depends on them.

Of misaki's 90,000 words 790 are pronounced by their tag (Penn Treebank). Function words are known by name; a
word whose pronunciation does not depend on its tag needs one only as the neighbour of one that does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kokoro_speechd.text.phonemizers.english import words
from kokoro_speechd.text.phonemizers.english.homographs import auxiliary_asks, homograph_tag
from kokoro_speechd.text.phonemizers.english.sentence import NOMINAL, OBJECTS, Sentence

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from kokoro_speechd.text.phonemizers.english.sentence import Token

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


_OF_ADJECTIVES = ("ful", "ous", "ive", "able", "ible", "al", "ic", "less", "ish", "ary", "ent", "ant", "ed")


def _sign(sentence: Sentence, index: int) -> str | None:
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


def _is_article(sentence: Sentence, index: int) -> bool:
    """Tell whether an "a" is no letter: "a car", but "vitamin a", "a dot b", "Plan A is"."""
    text, following = sentence.tokens[index].text, sentence.word(index + 1)
    if not (following[:1].isalnum() or following[:1] in ("'", '"', "“", "‘", "(", "$", "£", "€")):
        return False
    if following in words.SIGN_WORDS and (text == "A" or len(sentence.word(index + 2)) == 1):
        return False  # not "a dash of salt"
    if text == "a":
        return True
    behind = sentence.tokens[index + 1].text
    if len(behind) == 1 and behind.isupper() and behind != "I":
        return False  # "A B 12"
    before = sentence.tokens[index - 1].text if index else ""
    return not before[:1].isalnum() or (len(before) > 1 and before.isupper())


def _function_word(sentence: Sentence, index: int) -> str | None:
    """Return the tag of a number or function word, None for any other."""
    text, low, following = sentence.tokens[index].text, sentence.low[index], sentence.word(index + 1)
    previous = sentence.word(index - 1)
    if _DIGITS.fullmatch(text) or low in words.NUMBER_WORDS:
        return "CD"
    if low == "a":
        return "DT" if _is_article(sentence, index) else "NN"
    if low == "to":
        return "TO"
    if low == "that":
        if following in words.BE or following == "'s":
            return "DT"
        opens = sentence.opens(index) or sentence.tag(index - 1) in ("IN", "VB")
        return "DT" if opens and following and words.CLOSED.get(following) not in OBJECTS else "IN"
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


def _ends_as_adjective(low: str) -> bool:
    return low.endswith(_OF_ADJECTIVES) and not low.endswith("ment") and low not in words.NOT_ADJECTIVES


def _open_word(sentence: Sentence, index: int) -> str:
    """Return the tag of a word that matters only as a neighbour."""
    text, low = sentence.tokens[index].text, sentence.low[index]
    if text.isupper() and len(text) > 1:
        return "NNP"
    plural = low.endswith("s") and not low.endswith(("ss", "us", "is"))
    if text[:1].isupper() and not sentence.opens(index) and text != "I":
        return "NNP"  # "Can Anna record"
    if asked := auxiliary_asks(sentence, index):
        return "NNS" if asked == "VB" and plural else asked
    at = sentence.before(index)
    tag = sentence.tag(at)
    if tag == "PRP" and sentence.word(at) in words.SUBJECTS:
        return "VBD" if low.endswith("ed") else "VBZ" if plural else "VBP"
    if sentence.opens(index):
        if sentence.closed_next(index) in OBJECTS and not plural and not low.endswith("ed"):
            return "VB"
    elif text[:1].isupper():
        return "NNP"
    if tag in NOMINAL and not plural:
        # "the program uses memory": what such a verb follows is a noun.
        following = sentence.word(index + 1)
        if not sentence.open_next(index) or following in words.VERBS_S:
            return "NN"
        # Before a homograph, which may be the verb, only a sure adjective is one.
        sure = following not in sentence.homographs or low in words.ADJECTIVES or _ends_as_adjective(low)
        return "JJ" if sure else "NN"
    for endings, ending_tag in _ENDINGS:
        if low.endswith(endings) and len(low) > 3:
            return ending_tag
    return "NN"


def _is_name(sentence: Sentence, index: int) -> bool:
    """Tell whether one of ALSO_NAMES is a name: "in Mobile", "the Polish team", not "Polish the lens"."""
    if sentence.low[index] == "mobile":
        following = sentence.word(index + (2 if sentence.word(index + 1) == "," else 1))
        return following in ("alabama", "al", "bay") or sentence.word(index - 1) in ("in", "from", "near")
    return not (sentence.opens(index) and sentence.closed_next(index) in OBJECTS)


def tag(tokens: list[Token], homographs: Mapping[str, Container[str]]) -> None:
    """Set `tag` of each token; `homographs`: word in lower case → the tags its pronunciation depends on."""
    sentence = Sentence(tokens, homographs)
    sentence.past = not words.PAST_TIMES.isdisjoint(sentence.low)
    for index, token in enumerate(tokens):
        if token.text in words.ALSO_NAMES and not _is_name(sentence, index):
            token.text = sentence.low[index]
        found = _sign(sentence, index)
        if found is None and not any(char.isalpha() for char in token.text):
            found = "CD"
        if found is None:
            found = _function_word(sentence, index)
        if found is None:
            found = (
                homograph_tag(sentence, index)
                if sentence.low[index] in homographs
                else _open_word(sentence, index)
            )
        token.tag = found
