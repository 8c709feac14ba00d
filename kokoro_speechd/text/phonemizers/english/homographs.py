# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for the words whose pronunciation depends on their part of speech: read, live, close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokoro_speechd.text.phonemizers.english import words
from kokoro_speechd.text.phonemizers.english.clauses import (
    behind_of,
    has_other_verb,
    has_subject,
    question_or_causative,
    several_subjects,
)
from kokoro_speechd.text.phonemizers.english.senses import sense_of
from kokoro_speechd.text.phonemizers.english.sentence import NOMINAL, OBJECTS

if TYPE_CHECKING:
    from kokoro_speechd.text.phonemizers.english.sentence import Sentence

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
    if sense := sense_of(sentence, index):
        return sense
    if low == "closer":
        return "JJR"
    if low == "live" and sentence.word(index - 1) in words.LIVELY:
        return "JJ"
    if low == "content" and sentence.word(index - 1) in words.DEGREES - {"this", "that", "as", "how"}:
        return "JJ"
    if low == "bass":
        return "NN" if following in words.FISH else "JJ"
    if low == "minute":
        return "JJ" if following in words.TINY or sentence.word(index - 1) in ("very", "most") else "NN"
    if asked := auxiliary_asks(sentence, index):
        return asked
    if low in ("read", "reread") and (found := _participle(sentence, index)):
        return found
    if not plural and not low.endswith("ed") and (found := _bare(sentence, index, following, closed)):
        return found
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


def _bare(sentence: Sentence, index: int, following: str, closed: str) -> str | None:
    """Return the tag of a verb without -s that its clause asks for, None where it asks for none."""
    low, tag = sentence.low[index], sentence.tag(sentence.before(index))
    if tag not in ("NN", "NNP", "NNS", "POS", "JJ", "VBG"):
        return None
    if question_or_causative(sentence, index) and (closed in OBJECTS or following not in ("of", "")):
        return "VB"
    if low in ("read", "reread", "wound"):
        return None
    if closed in OBJECTS and tag in ("NN", "NNP", "NNS") and not has_other_verb(sentence, index):
        return "VBP"
    if several_subjects(sentence, index) and following != "of":
        return "VBP"
    return None


def _participle(sentence: Sentence, index: int) -> str | None:
    """Return the tag of "read" in "mark as read", "12 read.", "already read"."""
    previous, following = sentence.word(index - 1), sentence.word(index + 1)
    ends = following == "" or not following[:1].isalnum()
    if previous in ("as", "already", "recently", "newly") and sentence.before(index) < index - 1:
        subject = sentence.tag(sentence.before(index))
        return None if subject == "PRP" and previous != "as" else "VBN"
    if previous == "as" or (previous == "and" and sentence.word(index - 2) == "unread"):
        return "VBN"
    if previous == "already" or (ends and (previous[:1].isdigit() or previous in words.NUMBER_WORDS)):
        return "VBN"
    if ends and previous in ("all", "messages", "mails", "unread", "not"):
        return "VBN" if not has_subject(sentence, index) else None
    return None


def _told_as_past(sentence: Sentence, index: int) -> bool:
    """Tell whether another verb is in the past: "They read the contract and signed it"."""
    if not words.HABITS.isdisjoint(sentence.low):
        return False
    if any(sentence.tag(place) == "VBD" for place in range(index)):
        return True
    for place in range(index + 1, len(sentence.low)):
        word = sentence.low[place]
        if words.CLOSED.get(word) == "VBD" and word not in words.DO | words.HAVE:
            return True
        if word.endswith("ed") and len(word) > 4 and sentence.low[place - 1] in ("and", "then", "but", ","):
            return True
    return False


def _after_subject(sentence: Sentence, index: int, at: int) -> str:
    low, subject = sentence.low[index], sentence.word(at)
    if subject in ("it", "you", "them", "us", "me", "him") and sentence.tag(at - 1).startswith("VB"):
        # An object: "keep it live", "make it perfect".
        return "JJ" if sentence.closed_next(index) not in OBJECTS else "VB"
    if low in ("read", "reread", "wound"):
        past = (
            sentence.past or subject in words.THIRD_PERSON or low == "wound" or _told_as_past(sentence, index)
        )
        return "VBD" if past else "VB"
    if low.endswith("ed"):
        return "VBD"
    return "VBZ" if low.endswith("s") and not low.endswith("ss") else "VBP"


def _at_beginning(sentence: Sentence, index: int, usual: str) -> str:
    """Tell a command ("Record the sound", "Live in peace") from a label ("Record 5", "Object of study")."""
    low, following, closed = sentence.low[index], sentence.word(index + 1), sentence.closed_next(index)
    if closed in OBJECTS and not low.endswith("s"):
        return "VB"
    if (
        low in words.RECORDING
        and (sentence.open_next(index) or following in ("as", "to", "from"))
        and following not in words.LABELS
    ):
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
            # "Keep your accounts separate": what the object of another verb is, or becomes.
            is_complement = not following[:1].isalnum() and has_other_verb(sentence, index)
            return "JJ" if is_complement else "VBP"
        return usual if usual != UNKNOWN else "NN"
    if usual != UNKNOWN and not (closed in OBJECTS and tag != "NNS"):
        return usual
    if low == "lives" and closed in ("IN", "RB") and tag != "NNS":
        return "VBZ"
    if tag == "NNS":
        # "The number of errors increases": the head of the subject is the noun before "of".
        singular = behind_of(sentence, index) and not has_other_verb(sentence, index)
        return "VBZ" if singular else "NNS"
    verb = (
        closed in OBJECTS
        or closed in ("CD", "RB")
        or following in words.NUMBER_WORDS
        or following[:1].isdigit()
    )
    if not verb and has_subject(sentence, index):
        verb = not has_other_verb(sentence, index)
    if low in words.VERBS_S:
        verb = verb or (sentence.open_next(index) and not has_other_verb(sentence, index))
    return "VBZ" if verb else "NNS"
