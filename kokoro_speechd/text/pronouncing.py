# SPDX-License-Identifier: GPL-3.0-or-later
"""Text of one language → phonemes, with everything that its spans say is to be read instead of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kokoro_speechd.text.ipa import kokoro_symbols
from kokoro_speechd.text.languages import Reader, kokoro_language
from kokoro_speechd.text.modes import AS_WRITTEN, Modes
from kokoro_speechd.text.punctuation import SIGNS
from kokoro_speechd.text.reading import Reading
from kokoro_speechd.text.say_as import spoken_as
from kokoro_speechd.text.script import Phonemes, Script, Span
from kokoro_speechd.text.spoken_form import spoken_form

NOTHING = Phonemes("", (), ())


def phonemes_of(
    script: Script,
    start: int,
    end: int,
    language: str,
    reader: Callable[[], Reader],
    *,
    modes: Modes = AS_WRITTEN,
) -> Phonemes:
    """Return the phonemes of the script's characters `start` … `end - 1`, with their places in the script.

    `reader` is called where text must be read. Raises what it and its reader raise.
    """
    parts = [part for part in _parts(script, start, end, language, reader, modes=modes) if part.symbols]
    if not any(symbol not in SIGNS.values() and symbol != " " for part in parts for symbol in part.symbols):
        return NOTHING
    joined = parts[0]
    for part in parts[1:]:
        joined = _joined(joined, part, script.text)
    return joined


def _parts(
    script: Script, start: int, end: int, language: str, reader: Callable[[], Reader], *, modes: Modes
) -> Iterator[Phonemes]:
    """Yield the phonemes of IPA, and of the text between."""
    waiting: list[Span] = []
    for span in script.segments(start, end):
        ipa = span.manner.ipa and kokoro_symbols(span.manner.ipa, kokoro_language(language) or "")
        if not ipa:
            waiting.append(span)  # also where IPA has nothing that the voices know
            continue
        yield _read(script, waiting, language, reader, modes=modes)
        waiting = []
        yield Phonemes(ipa, (span.start,) * len(ipa), (span.end,) * len(ipa))
    yield _read(script, waiting, language, reader, modes=modes)


def _read(
    script: Script, spans: list[Span], language: str, reader: Callable[[], Reader], *, modes: Modes
) -> Phonemes:
    if not spans:
        return NOTHING
    begin, end = spans[0].start, spans[-1].end
    written = Reading(script.text[begin:end], tuple(range(begin, end))).replaced(
        (span.start - begin, span.end - begin, _said(script, span, language))
        for span in spans
        if span.manner.say_as is not None
    )
    read = spoken_form(written.text, language, modes)
    if not any(character.isalnum() or ord(character) > 0x7F for character in read.text):
        # Blank or plain punctuation: no reader needed.
        signs = [(SIGNS[char], place) for place, char in enumerate(read.text) if char in SIGNS]
        places = tuple(place for _, place in signs)
        found = Phonemes("".join(sign for sign, _ in signs), places, tuple(place + 1 for place in places))
    else:
        found = reader().phonemes(read.text)
    return written.place(read.place(found))


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
