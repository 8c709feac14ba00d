# SPDX-License-Identifier: GPL-3.0-or-later
"""When each word of a text is heard, as `say --marks` writes it: WebVTT, or JSON."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kokoro_speechd.cli.terminal.output_file import written_whole
from kokoro_speechd.dbus.spiel_stream import EventType, SpielEvent

_LAST = 1.0  # seconds that the last word is shown where nobody knows how long the sound is


@dataclass(frozen=True, slots=True)
class Word:
    """The characters `start` … `end - 1` of the text are heard from `begins` on, in seconds."""

    start: int
    end: int
    begins: float


@dataclass(slots=True)
class WordTimes:
    """Collects words; `events` has what the marks of a text are that was spoken in this process."""

    events: dict[str, tuple[SpielEvent, ...]] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)
    length: float | None = None  # of the sound, in seconds

    def mark(self, name: str, seconds: float) -> None:
        """Note the word behind a mark."""
        for event in self.events.get(name, ()):
            if event.kind is EventType.WORD:
                self.words.append(Word(event.start, event.end, seconds))

    def add(self, words: Iterable[tuple[int, int, float]]) -> None:
        """Note words as D-Bus has them."""
        self.words += [Word(*word) for word in words]

    def write(self, path: Path, text: str) -> None:
        """Write them: WebVTT where the name ends in .vtt, else JSON. Raises OSError."""
        ends = [*(word.begins for word in self.words[1:]), self.length]
        written = _vtt(self.words, ends, text) if path.suffix.lower() == ".vtt" else _json(self.words, ends)
        with written_whole(path) as file:
            file.write(written.encode())


def _json(words: Sequence[Word], ends: Sequence[float | None]) -> str:
    rows = [
        {
            "start": word.start,
            "end": word.end,
            "start_s": round(word.begins, 3),
            "end_s": None if end is None else round(end, 3),
        }
        for word, end in zip(words, ends, strict=False)
    ]
    return json.dumps(rows, indent=1) + "\n"


def _vtt(words: Sequence[Word], ends: Sequence[float | None], text: str) -> str:
    parts = ["WEBVTT\n"]
    for word, end in zip(words, ends, strict=False):
        shown = html.escape(html.unescape(text[word.start : word.end]), quote=False)
        last = word.begins + _LAST if end is None else end
        parts.append(f"{_time(word.begins)} --> {_time(max(last, word.begins + 0.001))}\n{shown}\n")
    return "\n".join(parts)


def _time(seconds: float) -> str:
    milliseconds = round(1000 * seconds)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
