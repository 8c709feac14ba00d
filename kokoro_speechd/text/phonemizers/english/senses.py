# SPDX-License-Identifier: GPL-3.0-or-later
"""Homographs that only their sense tells apart: a metal, a quarrel, a ship's bow, a rip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokoro_speechd.text.phonemizers.english import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kokoro_speechd.text.phonemizers.english.sentence import Sentence


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_MEASURED = _set(
    "made out lump lumps piece pieces pound pounds ton tons tonne tonnes sheet sheets amount amounts "
    "level levels trace traces ounce ounces bit bits mixture alloy alloys bar bars block layer full "
    "grams kilos kilograms"
)
_MADE_WITH = _set("with without of from")
_METALS = _set("zinc copper tin iron mercury cadmium arsenic silver gold nickel asbestos steel brass")
_QUARRELS = _set(
    "terrible huge blazing furious bitter diplomatic heated public family political angry almighty flaming "
    "stand-up fierce violent dreadful awful noisy loud blistering major ongoing flaming"
)
_QUARREL_BEHIND = _set("over about erupted broke breaks between with continues escalates escalated rumbles")
_SHIPS = _set("ship boat vessel yacht canoe ferry ship's boat's vessel's stern prow")
_AUDIENCE = _set("audience queen king crowd emperor judge judges")
_TEARFUL = _set("eye eyes cheek cheeks")


def sense_of(sentence: Sentence, index: int) -> str | None:
    """Return the tag of the sense that the words around tell, None where they do not."""
    rule = _SENSES.get(sentence.low[index])
    return rule(sentence, index) if rule else None


def _lead(sentence: Sentence, index: int) -> str | None:
    following, previous = sentence.word(index + 1), sentence.word(index - 1)
    if following in words.LEADEN:
        return "METAL"
    if previous == "of" and sentence.word(index - 2) in _MEASURED:
        return "METAL"
    if previous in ("molten", "contain", "contains", "contained", "containing", "white", "red"):
        return "METAL"
    if previous in _MADE_WITH and not sentence.open_next(index):
        return "METAL"  # "solder with lead", not "with lead singer" or "with a lead"
    around = (following in ("and", "or", ","), previous in ("and", "or", ","))
    if around[0] and sentence.word(index + 2) in _METALS:
        return "METAL"
    if around[1] and sentence.word(index - 2) in _METALS:
        return "METAL"
    behind = {sentence.word(index + 2), sentence.word(index + 3)}
    return "METAL" if following == "in" and behind & _set("water paint blood soil pipes petrol air") else None


def _row(sentence: Sentence, index: int) -> str | None:
    previous, following = sentence.word(index - 1), sentence.word(index + 1)
    if following == "of" or previous in ("to", "in", "per", "each", "every"):
        return None
    if previous in _QUARRELS or sentence.word(index - 2) in _QUARRELS or following in _QUARREL_BEHIND:
        return "QUARREL"
    had = sentence.word(index - 2) in words.HAVE and previous == "a"
    return "QUARREL" if had else None


def _bow(sentence: Sentence, index: int) -> str | None:
    previous, following = sentence.word(index - 1), sentence.word(index + 1)
    nearby = {sentence.word(place) for place in range(index - 3, index + 5)}
    if following == "and" and sentence.word(index + 2) == "arrow":
        return None
    if nearby & _SHIPS or nearby & _AUDIENCE:
        return "BENDING"
    taken = {sentence.word(index - 2), sentence.word(index - 3)}
    if taken & _set("take takes took taken taking final deep low slight polite") or previous in (
        *("deep", "low", "slight", "polite", "final", "little", "respectful"),
    ):
        return "BENDING"
    return "BENDING" if following in ("down", "out", "before", "low", "their", "his", "your", "her") else None


def _tear(sentence: Sentence, index: int) -> str | None:
    previous, following = sentence.word(index - 1), sentence.word(index + 1)
    if sentence.word(index - 2) == "wear" and previous == "and":
        return "VB"
    if following in ("down", "up", "apart", "off", "open", "out", "through", "away", "along"):
        return "VB"
    behind = {sentence.word(place) for place in range(index + 2, index + 5)}
    if following in ("in", "to", "on") and sentence.tag(index - 1) in ("DT", "JJ", "CD", "NN", "PRP$"):
        return None if behind & _TEARFUL else "VB"
    return "NN" if previous in ("single", "tiny", "a") and not following[:1].isalpha() else None


_SENSES: dict[str, Callable[[Sentence, int], str | None]] = {
    "lead": _lead,
    "row": _row,
    "rows": _row,
    "bow": _bow,
    "bows": _bow,
    "tear": _tear,
    "tears": lambda sentence, index: (
        "NNS" if sentence.word(index - 1) in ("in", "to", "of", "with", "into", "and") else None
    ),
}
