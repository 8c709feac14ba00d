# SPDX-License-Identifier: GPL-3.0-or-later
"""A script as one readable line.

{a}        the mark a
<500>      a break of 500 ms; <500~> one at the normal rate, which shrinks with a faster one
[…: text]  a span and what is special about it; `as` is what it is said as, `st` are semitones

All stand at their offset: first what ends there, then marks, then the break (whose white space follows), then
what begins.
"""

from __future__ import annotations

from dataclasses import fields

from kokoro_speechd.text.script import PLAIN, Script, SpeechAttributes

_SHORT = {
    "language": "lang",
    "voice_type": "type",
    "pitch_hz": "hz",
    "semitones": "st",
    "shift_hz": "shift",
    "emphasis": "emph",
    "say_as": "as",
}


def attributes(value: SpeechAttributes) -> str:
    parts = []
    for field in fields(SpeechAttributes):
        asked = getattr(value, field.name)
        if asked != getattr(PLAIN, field.name):
            shown = f"{asked:.3g}" if isinstance(asked, float) else asked
            parts.append(f"{_SHORT.get(field.name, field.name)}={shown}")
    return " ".join(parts)


def line(script: Script) -> str:
    events: dict[int, list[tuple[int, str]]] = {}

    def add(offset: int, order: int, shown: str) -> None:
        events.setdefault(offset, []).append((order, shown))

    for span in script.spans:
        add(span.start, 3, f"[{attributes(span.attributes)}: ")
        add(span.end, 0, "]")
    for mark in script.marks:
        add(mark.offset, 1, f"{{{mark.name}}}")
    for pause in script.breaks:
        add(pause.offset, 2, f"<{1000 * pause.seconds:g}{'~' if pause.paced else ''}>")
    shown = []
    for place in range(len(script.text) + 1):
        shown += [text for _, text in sorted(events.get(place, []), key=lambda event: event[0])]
        shown.append(script.text[place : place + 1])
    return "".join(shown)
