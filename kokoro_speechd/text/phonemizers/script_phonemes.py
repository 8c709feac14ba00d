# SPDX-License-Identifier: GPL-3.0-or-later
"""Text of one language → phonemes, with everything that its spans say is to be read instead of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from kokoro_speechd.text.mapped_text import MappedText
from kokoro_speechd.text.naming.modes import AS_WRITTEN, Modes
from kokoro_speechd.text.naming.spelling import named
from kokoro_speechd.text.phonemes.ipa import kokoro_symbols
from kokoro_speechd.text.phonemes.overrides import phonemes_of_mapped
from kokoro_speechd.text.phonemes.punctuation import SIGNS
from kokoro_speechd.text.phonemizers.phonemizer import Phonemizer
from kokoro_speechd.text.phonemizers.spoken_form import Pronouncer, spoken_form
from kokoro_speechd.text.script import Phonemes, Script, Span
from kokoro_speechd.text.ssml.say_as import spoken_as

NOTHING = Phonemes("", (), ())

_RUN = re.compile(r"(\S)\1*")
_MOST_SIGNS = 5  # of a text that has nothing else, such as a line under a heading


def phonemes_of(
    script: Script,
    within: tuple[int, int],
    language: str,
    phonemizer: Callable[[], Phonemizer],
    *,
    modes: Modes = AS_WRITTEN,
    pronouncer: Pronouncer | None = None,
) -> Phonemes:
    """Return the phonemes of the script's characters (start, end), with their places in the script.

    `phonemizer` is called where text must be read. Raises what it and its phonemizer raise.
    """

    def read(mapped: MappedText) -> Phonemes:
        form = spoken_form(mapped.text, language, modes, pronouncer)
        return mapped.place(_phonemes(form, language, phonemizer))

    parts = [part for part in _parts(script, within, language, read) if part.symbols]
    if not any(symbol not in SIGNS.values() and symbol != " " for part in parts for symbol in part.symbols):
        lone = _signs_named(script, within) if not modes.verbatim else None
        return lone.place(phonemizer().phonemes(lone.text)) if lone else NOTHING
    joined = parts[0]
    for part in parts[1:]:
        joined = _joined(joined, part, script.text)
    return joined


def _signs_named(script: Script, within: tuple[int, int]) -> MappedText | None:
    """Return a text that has no sound with its signs named, None where there are none or it is not alone."""
    start, end = within
    if script.text[:start].strip() or script.text[end:].strip():
        return None
    text = script.text[start:end]
    runs = [match for match in _RUN.finditer(text) if _can_be_named(match[1])]
    if not runs or any(span.attributes.replaces for span in script.segments(*within)):
        return None
    said: list[str] = []
    origins: list[int] = []
    runs = runs[:_MOST_SIGNS]
    for run in runs:
        name = f" {named(run[1])}" if said else named(run[1])
        said.append(name)
        origins += [start + run.start()] * len(name)
    return MappedText("".join(said), tuple(origins), end=start + runs[-1].end())


def _can_be_named(char: str) -> bool:
    return unicodedata.category(char)[0] in "PSM" and char not in "\ufffc\ufffd"


def _parts(
    script: Script, within: tuple[int, int], language: str, read: Callable[[MappedText], Phonemes]
) -> Iterator[Phonemes]:
    """Yield the phonemes of IPA, and of the text between."""
    waiting: list[Span] = []
    for span in script.segments(*within):
        ipa = span.attributes.ipa and kokoro_symbols(span.attributes.ipa, language)
        if not ipa:
            waiting.append(span)  # also where IPA has nothing that the voices know
            continue
        if waiting:
            yield read(_written(script, waiting, language))
        waiting = []
        yield Phonemes(ipa, (span.start,) * len(ipa), (span.end,) * len(ipa))
    if waiting:
        yield read(_written(script, waiting, language))


def _written(script: Script, spans: list[Span], language: str) -> MappedText:
    """Return the text of neighbouring spans, with what is said instead of it."""
    begin, end = spans[0].start, spans[-1].end
    return MappedText(script.text[begin:end], tuple(range(begin, end)), end=end).replaced(
        (span.start - begin, span.end - begin, _said(script, span, language))
        for span in spans
        if span.attributes.say_as is not None
    )


def _phonemes(form: MappedText, language: str, phonemizer: Callable[[], Phonemizer]) -> Phonemes:
    """Return the phonemes of a spoken form, with their places in what it was made of."""
    if form.sounds or any(character.isalnum() or ord(character) > 0x7F for character in form.text):
        return phonemes_of_mapped(form, language, lambda text: phonemizer().phonemes(text))
    # Blank or plain punctuation: no phonemizer needed.
    signs = [(SIGNS[char], place) for place, char in enumerate(form.text) if char in SIGNS]
    places = tuple(place for _, place in signs)
    ends = tuple(place + 1 for place in places)
    return form.place(Phonemes("".join(sign for sign, _ in signs), places, ends))


def _said(script: Script, span: Span, language: str) -> str:
    text = script.text[span.start : span.end]
    said = spoken_as(text, span.attributes.say_as or "", span.attributes.form, language)
    # What stands around it must not become part of it: "12" said as digits, then "3".
    after = script.text[span.end : span.end + 1]
    return f"{said} " if said and after.isalnum() else said


def _joined(first: Phonemes, second: Phonemes, text: str) -> Phonemes:
    """Return both, a space between them where the script has one."""
    border = second.starts[0]
    spaced = text[border - 1 : border + 1] != text[border - 1 : border + 1].strip()
    starts = tuple(max(start, first.starts[-1]) for start in second.starts)
    if spaced and first.symbols[-1] != " " and second.symbols[0] != " ":
        # A space that began where the next word does would be taken for its first phoneme.
        gap = max(first.starts[-1], min(first.ends[-1], starts[0] - 1))
        return Phonemes(
            f"{first.symbols} {second.symbols}",
            (*first.starts, gap, *starts),
            (*first.ends, max(gap, starts[0]), *second.ends),
        )
    return Phonemes(first.symbols + second.symbols, first.starts + starts, first.ends + second.ends)
