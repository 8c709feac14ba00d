# SPDX-License-Identifier: GPL-3.0-or-later
"""A script → runs: text of one choice, with the silence behind it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from kokoro_speechd.text.script import Script, SpeechAttributes

Chosen = TypeVar("Chosen")

_CLOSING = frozenset('.,;:!?…)]}"”»。，、！？；：।॥؟،')


@dataclass(frozen=True, slots=True)
class Run(Generic[Chosen]):
    """The characters `start` … `end - 1`, and what comes after them.

    `rate` is that of its last characters. `pause` is in seconds; `paced` of them get fewer at a faster rate.
    `handed_on`: another choice follows at once.
    """

    start: int
    end: int
    choice: Chosen
    rate: float
    pause: float = 0.0
    paced: float = 0.0
    handed_on: bool = False


def runs_of(script: Script, cast: Callable[[SpeechAttributes], Chosen]) -> Iterator[Run[Chosen]]:
    """Yield runs that cover the script; breaks end a run, and so does a new choice.

    Punctuation belongs to the words before it.
    """
    breaks = deque(script.breaks)
    begun: Run[Chosen] | None = None
    text = script.text
    for span in script.segments():
        start, choice, rate = span.start, cast(span.attributes), span.attributes.rate
        if begun and begun.choice != choice and not span.attributes.replaces:
            while start < span.end and text[start] in _CLOSING:
                start += 1
        if begun and start > span.start:
            begun = Run(begun.start, start, begun.choice, begun.rate)
            if start == span.end:
                continue
        if begun and begun.choice != choice:
            yield replace(begun, handed_on=True)
            begun = None
        begun = Run(begun.start if begun else start, span.end, choice, rate)
        while breaks and breaks[0].offset < span.end:
            place, exact, paced = breaks[0].offset, 0.0, 0.0
            while breaks and breaks[0].offset == place:
                pause = breaks.popleft()
                exact, paced = (
                    (exact, paced + pause.seconds) if pause.paced else (exact + pause.seconds, paced)
                )
            yield Run(begun.start, max(begun.start, place), choice, rate, exact, paced)
            begun = Run(max(begun.start, place), span.end, choice, rate)
    if begun:
        yield begun
