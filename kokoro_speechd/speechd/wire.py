# SPDX-License-Identifier: GPL-3.0-or-later
"""The output-module protocol as data: bytes become commands, replies and events become bytes.

Pure: no I/O, no state but the half-read input. Source: speech-dispatcher's module protocol as its
versions 0.11.4 to 0.12.1 speak it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kokoro_speechd.utterance import Parameters

_log = logging.getLogger(__name__)

# Longest input kept for one line and for one body, in bytes. A screen reader's longest message is some
# 20 kB; the bound only keeps hostile input from filling the memory. What is beyond it is dropped.
MAX_BODY = 1 << 20

BODY_COMMANDS = frozenset({"SPEAK", "CHAR", "KEY", "SOUND_ICON", "SET", "AUDIO", "LOGLEVEL"})

# Replies, each a whole block.
INIT_OK = b"299 OK LOADED SUCCESSFULLY\n"
RECEIVING = {
    "SPEAK": b"202 OK RECEIVING MESSAGE\n",
    "CHAR": b"202 OK RECEIVING MESSAGE\n",
    "KEY": b"202 OK RECEIVING MESSAGE\n",
    "SOUND_ICON": b"202 OK RECEIVING MESSAGE\n",
    "SET": b"203 OK RECEIVING SETTINGS\n",
    "AUDIO": b"207 OK RECEIVING AUDIO SETTINGS\n",
    "LOGLEVEL": b"207 OK RECEIVING LOGLEVEL SETTINGS\n",
}
SPEAKING = b"200 OK SPEAKING\n"
SETTINGS_RECEIVED = b"203 OK SETTINGS RECEIVED\n"
AUDIO_INITIALIZED = b"203 OK AUDIO INITIALIZED\n"
LOGLEVEL_SET = b"203 OK LOGLEVEL SET\n"
DEBUGGING_ON = b"200 OK DEBUGGING ON\n"
DEBUGGING_OFF = b"200 OK DEBUGGING OFF\n"
QUIT_OK = b"210 OK QUIT\n"
UNKNOWN_COMMAND = b"300 ERR UNKNOWN COMMAND\n"

# Events.
BEGIN = b"701 BEGIN\n"
END = b"702 END\n"
STOPPED = b"703 STOP\n"
PAUSED = b"704 PAUSE\n"


@dataclass(frozen=True, slots=True)
class Command:
    """A command of one line: its name and the rest of the line."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A command whose body follows; the server waits for the reply before it sends the body."""

    name: str


@dataclass(frozen=True, slots=True)
class Body:
    """The body of the command opened last, dots un-stuffed, without the final `.`."""

    name: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as the client wrote them."""
        return "\n".join(self.lines)


Input = Command | Opened | Body


class InputParser:
    """Turns the bytes on stdin, in pieces of any size, into commands and bodies. Never raises on input."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._scanned = 0  # bytes of _rest known to hold no newline: a long line is searched only once
        self._overlong = False  # the rest of the current line is beyond MAX_BODY
        self._open: str | None = None
        self._lines: list[str] = []
        self._size = 0

    @property
    def receiving(self) -> bool:
        """Whether a body is being received."""
        return self._open is not None

    def feed(self, data: bytes) -> Iterator[Input]:
        """Yield what `data` completes."""
        self._rest += data
        start = 0
        while (end := self._rest.find(b"\n", max(start, self._scanned))) >= 0:
            line = bytes(self._rest[start:end])
            start = end + 1
            if self._overlong:
                # Its kept part was taken already; outside a body the whole was no command we know.
                self._overlong, line = False, b"" if self._open else b"?"
            yield from self._line(line.decode("utf-8", "replace"))
        del self._rest[:start]
        if len(self._rest) > MAX_BODY:
            _log.warning("a line of more than %d bytes was cut", MAX_BODY)
            self._keep_line(self._rest[:MAX_BODY].decode("utf-8", "replace"))
            self._rest.clear()
            self._overlong = True
        self._scanned = len(self._rest)

    def _line(self, line: str) -> Iterator[Input]:
        if self._open is None:
            name, argument = _split_command(line)
            if name in BODY_COMMANDS:
                self._open, self._lines, self._size = name, [], 0
                yield Opened(name)
            elif name:
                yield Command(name, argument)
        elif line == ".":
            name, self._open = self._open, None
            lines, self._lines = tuple(self._lines), []
            yield Body(name, lines)
        else:
            self._keep_line(line)

    def _keep_line(self, line: str) -> None:
        if self._open is None:
            return
        # The server doubles a dot at the start of a line; one of the two is ours to take away.
        line = line.removeprefix(".") if line.startswith("..") else line
        self._size += len(line) + 1  # empty ones fill the memory, too
        if self._size <= MAX_BODY:
            self._lines.append(line)


def _split_command(line: str) -> tuple[str, str]:
    name, _, argument = line.strip().partition(" ")
    if name == "LIST":
        sub, _, argument = argument.strip().partition(" ")
        return f"LIST {sub}", argument.strip()
    return name, argument.strip()


def _number(value: str) -> int:
    return max(-100, min(100, int(value)))


def _or_none(value: str) -> str | None:
    return None if value in ("", "NULL") else value


def apply_settings(parameters: Parameters, lines: Iterable[str]) -> tuple[Parameters, list[str]]:
    """Return `parameters` with the `key=value` lines of a SET body applied, and the keys that were refused.

    `voice=` is absent when the caller named a `synthesis_voice`, so every SET starts without a type.
    """
    changes: dict[str, object] = {"voice_type": None}
    refused: list[str] = []
    for line in lines:
        key, equals, value = line.partition("=")
        key, value = key.strip(), value.strip()
        try:
            if not equals:
                raise ValueError  # noqa: TRY301 - one place names the bad line
            if key in ("pitch", "pitch_range", "rate", "volume"):
                changes[key] = _number(value)
            elif key == "punctuation_mode":
                changes["punctuation"] = value
            elif key == "spelling_mode":
                changes["spelling"] = value == "on"
            elif key == "cap_let_recogn":
                changes["capitals"] = value
            elif key == "voice":
                changes["voice_type"] = _or_none(value.lower())
            elif key == "language":
                changes["language"] = _or_none(value)
            elif key == "synthesis_voice":
                changes["voice"] = _or_none(value)
            else:
                refused.append(key)
        except ValueError:
            refused.append(key)
    return replace(parameters, **changes), refused  # type: ignore[arg-type]


def settings_of(lines: Iterable[str]) -> Mapping[str, str]:
    """Return the `key=value` lines of an AUDIO or LOGLEVEL body."""
    pairs = (line.partition("=") for line in lines)
    return {key.strip(): value.strip() for key, equals, value in pairs if equals}


def mark(name: str) -> bytes:
    """Return the event for an index mark that was reached."""
    return b"700-" + _one_line(name).encode("utf-8", "replace") + b"\n700 INDEX MARK\n"


def voice_list(voices: Iterable[tuple[str, str, str]]) -> bytes:
    """Return the reply to LIST VOICES: (name, language, variant) each; `none` stands for unknown.

    An empty list is a reply of its own: the server would take a bare 200 for a broken one.
    """
    lines = []
    for fields in voices:
        if any("\t" in field or "\n" in field for field in fields):
            continue  # it would break the list, and with it the whole module
        lines.append("200-" + "\t".join(field or "none" for field in fields) + "\n")
    if not lines:
        return b"304 CANT LIST VOICES\n"
    return "".join(lines).encode("utf-8", "replace") + b"200 OK VOICE LIST SENT\n"


def audio(samples: bytes, sample_rate: int) -> bytes:
    """Return one block of server audio.

    `samples`: mono, 16 bit, little endian; at least one. The data is HDLC-stuffed: 0x0A and 0x7D become
    0x7D followed by the byte with bit 5 flipped. Raises ValueError for an empty or odd number of bytes,
    because the server would give up on such a block.
    """
    if not samples or len(samples) % 2:
        raise ValueError("a block of audio needs whole samples")
    stuffed = samples.replace(b"\x7d", b"\x7d\x5d").replace(b"\x0a", b"\x7d\x2a")
    header = (
        f"705-bits=16\n705-num_channels=1\n705-sample_rate={sample_rate}\n"
        f"705-num_samples={len(samples) // 2}\n705-big_endian=0\n705-AUDIO"
    )
    return header.encode() + b"\0" + stuffed + b"\n705 AUDIO\n"


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")
