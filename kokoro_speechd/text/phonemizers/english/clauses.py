# SPDX-License-Identifier: GPL-3.0-or-later
"""What an English clause tells of a word in it: whether it has a verb, and a subject that wants one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokoro_speechd.text.phonemizers.english import words

if TYPE_CHECKING:
    from kokoro_speechd.text.phonemizers.english.sentence import Sentence

_BORDERS = frozenset({".", ":", "-LRB-", "-RRB-", "``", "''"})
_LINKS = frozenset(
    [
        "that",
        "which",
        "who",
        "because",
        "if",
        "when",
        "while",
        "although",
        "though",
        "since",
        "unless",
        "until",
        "where",
    ]
)
_FINITE = frozenset({"MD", "VBZ", "VBP", "VBD"})
_IN_SUBJECTS = frozenset({"DT", "PRP$", "JJ", "NN", "NNS", "NNP", "CC", "POS", "CD", "VBG", "JJR"})
_LEADS = frozenset({"DT", "PRP$", "POS", "NNP", "PRP"})
_FARTHEST = 14  # words; a clause is seldom longer


def begins(sentence: Sentence, index: int) -> int:
    """Return where the clause of `index` begins: behind a stop, a colon, a bracket, or a linking word."""
    place = index
    while place > 0 and index - place < _FARTHEST:
        if sentence.tag(place - 1) in _BORDERS or sentence.word(place - 1) in _LINKS:
            break
        if sentence.tag(place - 1) == "," and not _is_list(sentence, place - 1):
            break
        place -= 1
    return place


def _is_list(sentence: Sentence, comma: int) -> bool:
    """Tell whether a comma stands in a list of names: "Anna, Peter and Mary"."""
    return sentence.tag(comma - 1) in ("NNP", "NN", "NNS") and not _has_verb_before(sentence, comma)


def _has_verb_before(sentence: Sentence, index: int) -> bool:
    return any(sentence.tag(place) in _FINITE for place in range(max(0, index - _FARTHEST), index))


def has_other_verb(sentence: Sentence, index: int) -> bool:
    """Tell whether the clause has a finite verb, or a command at its beginning, besides the word `index`."""
    start = begins(sentence, index)
    if any(sentence.tag(place) in _FINITE for place in range(start, index)):
        return True
    first = sentence.word(start)
    if start < index and (sentence.tag(start) == "VB" or first in words.COMMANDS):
        return True
    place = index + 1
    while place < len(sentence.low) and place - index < _FARTHEST:
        word = sentence.low[place]
        if word in ".!?;:,()" or word in _LINKS or word in ("and", "or", "but", "to"):
            break
        closed = words.CLOSED.get(word, "")
        if closed in _FINITE or word in words.BE or word in words.DO or word in words.HAVE:
            return True
        plural = sentence.low[index].endswith("s")
        if place == index + 1 and plural and (word in words.COMMON_VERBS or word.endswith("ed")):
            return True
        place += 1
    return False


def has_subject(sentence: Sentence, index: int) -> bool:
    """Tell whether the nouns before `index` begin as a subject does: by an article, a name, a possessive."""
    place = sentence.before(index)
    while place >= 0 and sentence.tag(place) in _IN_SUBJECTS:
        if sentence.tag(place) in _LEADS:
            before = sentence.tag(place - 1)
            # "in the screen presents": behind a preposition it is no subject, unless that belongs to one.
            return before not in ("TO", "VB", "VBG") and (before != "IN" or _noun_before(sentence, place - 1))
        place -= 1
    return place < index - 1 and sentence.tag(index - 1) == "NNS"


def _noun_before(sentence: Sentence, preposition: int) -> bool:
    return sentence.tag(preposition - 1) in ("NN", "NNS", "NNP") and sentence.word(preposition) == "of"


def behind_of(sentence: Sentence, index: int) -> bool:
    """Tell whether "the … of" and nouns stand before `index`, so that a verb there may have its -s."""
    place = sentence.before(index)
    while place > 0 and sentence.tag(place) in _IN_SUBJECTS:
        place -= 1
    if place < 1 or sentence.word(place) != "of" or sentence.tag(place - 1) not in ("NN", "NNP"):
        return False
    return has_subject(sentence, place)


def several_subjects(sentence: Sentence, index: int) -> bool:
    """Tell whether "X and Y" stands before `index`, so that a verb there has no -s."""
    place = sentence.before(index)
    if place < 2 or sentence.tag(place) not in ("NN", "NNP", "NNS", "PRP"):
        return False
    while place > 0 and sentence.tag(place) in ("NN", "NNP", "NNS", "JJ", "DT", "PRP$", "CD", "PRP"):
        place -= 1
    return (
        sentence.word(place) in ("and", "or", "&")
        and sentence.tag(place - 1) in ("NN", "NNP", "NNS", "PRP")
        and not has_other_verb(sentence, index)
    )


def question_or_causative(sentence: Sentence, index: int) -> bool:
    """Tell whether a verb before the subject asks for a bare one: "Can Anna record", "Let Tom present"."""
    place = sentence.before(index)
    nouns = 0
    while place >= 0 and index - place < _FARTHEST and sentence.tag(place) in (*_IN_SUBJECTS, "RB"):
        nouns += sentence.tag(place) in ("NN", "NNS", "NNP")
        place -= 1
    if place < 0 or not nouns:
        return False
    word = sentence.word(place)
    if sentence.tag(place) == "MD" or word in words.DO:
        opening = sentence.opens(place) or sentence.tag(place - 1) in ("WRB", "WP", "WDT", "CC")
        return opening and sentence.word(place + 1) not in ("n't", "not")
    return word in ("let", "lets", "help", "helps", "helped")
