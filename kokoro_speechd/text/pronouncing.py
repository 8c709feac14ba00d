# SPDX-License-Identifier: GPL-3.0-or-later
"""Text of one language → phonemes, with everything that its spans say is to be read instead of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kokoro_speechd.text.ipa import kokoro_symbols
from kokoro_speechd.text.known_sounds import phonemes_of_reading
from kokoro_speechd.text.languages import Reader
from kokoro_speechd.text.modes import AS_WRITTEN, Modes
from kokoro_speechd.text.punctuation import SIGNS
from kokoro_speechd.text.reading import Reading
from kokoro_speechd.text.say_as import spoken_as
from kokoro_speechd.text.script import Phonemes, Script, Span
from kokoro_speechd.text.spoken_form import Pronouncer, spoken_form

NOTHING = Phonemes("", (), ())


def phonemes_of(
    script: Script,
    within: tuple[int, int],
    language: str,
    reader: Callable[[], Reader],
    *,
    modes: Modes = AS_WRITTEN,
    pronouncer: Pronouncer | None = None,
) -> Phonemes:
    """Return the phonemes of the script's characters (start, end), with their places in the script.

    `reader` is called where text must be read. Raises what it and its reader raise.
    """

    def read(reading: Reading) -> Phonemes:
        form = spoken_form(reading.text, language, modes, pronouncer)
        return reading.place(_phonemes(form, language, reader))

    parts = [part for part in _parts(script, within, language, read) if part.symbols]
    if not any(symbol not in SIGNS.values() and symbol != " " for part in parts for symbol in part.symbols):
        return NOTHING
    joined = parts[0]
    for part in parts[1:]:
        joined = _joined(joined, part, script.text)
    return joined


def _parts(
    script: Script, within: tuple[int, int], language: str, read: Callable[[Reading], Phonemes]
) -> Iterator[Phonemes]:
    """Yield the phonemes of IPA, and of the text between."""
    waiting: list[Span] = []
    for span in script.segments(*within):
        ipa = span.manner.ipa and kokoro_symbols(span.manner.ipa, language)
        if not ipa:
            waiting.append(span)  # also where IPA has nothing that the voices know
            continue
        if waiting:
            yield read(_written(script, waiting, language))
        waiting = []
        yield Phonemes(ipa, (span.start,) * len(ipa), (span.end,) * len(ipa))
    if waiting:
        yield read(_written(script, waiting, language))


def _written(script: Script, spans: list[Span], language: str) -> Reading:
    """Return the text of neighbouring spans, with what is said instead of it."""
    begin, end = spans[0].start, spans[-1].end
    return Reading(script.text[begin:end], tuple(range(begin, end))).replaced(
        (span.start - begin, span.end - begin, _said(script, span, language))
        for span in spans
        if span.manner.say_as is not None
    )


def _phonemes(form: Reading, language: str, reader: Callable[[], Reader]) -> Phonemes:
    """Return the phonemes of a spoken form, with their places in what it was made of."""
    if form.sounds or any(character.isalnum() or ord(character) > 0x7F for character in form.text):
        return phonemes_of_reading(form, language, lambda text: reader().phonemes(text))
    # Blank or plain punctuation: no reader needed.
    signs = [(SIGNS[char], place) for place, char in enumerate(form.text) if char in SIGNS]
    places = tuple(place for _, place in signs)
    ends = tuple(place + 1 for place in places)
    return form.place(Phonemes("".join(sign for sign, _ in signs), places, ends))


def _said(script: Script, span: Span, language: str) -> str:
    text = script.text[span.start : span.end]
    said = spoken_as(text, span.manner.say_as or "", span.manner.form, language)
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
