# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for the words whose pronunciation depends on their part of speech: read, live, close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokoro_speechd.text import english_words as words
from kokoro_speechd.text.english_sentence import NOMINAL, OBJECTS

if TYPE_CHECKING:
    from kokoro_speechd.text.english_sentence import Sentence

UNKNOWN = "XX"
"""The tag of a homograph that its neighbours do not tell: the lexicon's default pronunciation."""


def auxiliary_asks(sentence: Sentence, index: int) -> str | None:
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


def homograph_tag(sentence: Sentence, index: int) -> str:
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
    if asked := auxiliary_asks(sentence, index):
        return asked
    if low == "close" and (
        following in ("to", "by", "enough", "together")
        or sentence.word(index - 1) in words.DEGREES
        or previous in words.LINKING
    ):
        return "JJ"
    if tag in NOMINAL or low == "invalid":
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
    if tag == "CC" and (closed in OBJECTS or usual == "VB"):
        return "VB"
    if tag in ("IN", "WRB"):
        return ("NNS" if plural else "NN") if usual == UNKNOWN else usual
    if sentence.opens(index) or previous in ("and", "or", "then"):
        return _at_beginning(sentence, index, usual)
    if tag in ("NN", "NNS", "NNP"):
        return _after_noun(sentence, index, tag, usual)
    return "VB" if closed in OBJECTS and not plural else usual


def _after_subject(sentence: Sentence, index: int, at: int) -> str:
    low, subject = sentence.low[index], sentence.word(at)
    if subject in ("it", "you", "them", "us", "me", "him") and sentence.tag(at - 1).startswith("VB"):
        # An object: "keep it live", "make it perfect".
        return "JJ" if sentence.closed_next(index) not in OBJECTS else "VB"
    if low in ("read", "reread", "wound"):
        past = sentence.past or subject in words.THIRD_PERSON or low == "wound"
        return "VBD" if past else "VB"
    if low.endswith("ed"):
        return "VBD"
    return "VBZ" if low.endswith("s") and not low.endswith("ss") else "VBP"


def _at_beginning(sentence: Sentence, index: int, usual: str) -> str:
    """Tell a command ("Record the sound", "Live in peace") from a label ("Record 5", "Object of study")."""
    low, following, closed = sentence.low[index], sentence.word(index + 1), sentence.closed_next(index)
    if closed in OBJECTS and not low.endswith("s"):
        return "VB"
    if low == "live" and following in ("in", "at", "on", "with", "for"):
        return "VB"
    if following == "of" and usual == UNKNOWN:
        return "NNS" if low.endswith("s") else "NN"
    return usual


def _after_noun(sentence: Sentence, index: int, tag: str, usual: str) -> str:
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
        closed in OBJECTS
        or closed in ("CD", "RB")
        or following in words.NUMBER_WORDS
        or following[:1].isdigit()
    )
    if low in words.VERBS_S:
        verb = verb or sentence.open_next(index)
    return "VBZ" if verb and tag != "NNS" else "NNS"
