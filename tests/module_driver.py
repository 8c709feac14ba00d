# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a real `sd_kokoro` process the way speech-dispatcher does, and reads its output without mercy."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.private_home import daemon_pid

TERMINAL = ("702", "703", "704")
SETTINGS = (
    "pitch=0\npitch_range=0\nrate=0\nvolume=100\npunctuation_mode=none\nspelling_mode=off\n"
    "cap_let_recogn=none\nvoice=male1\nlanguage=en-us\nsynthesis_voice=NULL\n"
)


@dataclass(frozen=True)
class Line:
    """A reply's line, or an event: code 700 has the mark's name, 705 the samples."""

    code: str
    text: str
    time: float
    samples: bytes = b""
    sample_rate: int = 0

    @property
    def continues(self) -> bool:
        return self.text[3:4] == "-"


class ProtocolError(AssertionError):
    """The module wrote something that would silence a desktop."""


def unstuff(data: bytes) -> bytes:
    out = bytearray()
    escaped = False
    for byte in data:
        if escaped:
            out.append(byte ^ 0x20)
            escaped = False
        elif byte == 0x7D:
            escaped = True
        else:
            out.append(byte)
    if escaped:
        raise ProtocolError("escape at the end of a block")
    return bytes(out)


class OutputParser:
    """Reads the module's stdout as strictly as speech-dispatcher 0.11.4: anything unexpected is an error."""

    def __init__(self) -> None:
        self._rest = b""
        self._audio: dict[str, int] = {}
        self._mark: str | None = None

    def feed(self, data: bytes) -> Iterator[Line]:
        self._rest += data
        while True:
            if self._rest.startswith(b"705-AUDIO\0"):
                end = self._rest.find(b"\n")  # data holds no newline: it is stuffed
                if end < 0 or len(self._rest) < end + 11:
                    return
                if self._rest[end : end + 11] != b"\n705 AUDIO\n":
                    raise ProtocolError("a block of audio does not end with 705 AUDIO")
                samples = unstuff(self._rest[10:end])
                if len(samples) != self._audio["num_samples"] * 2 or not samples:
                    raise ProtocolError("a block of audio has another length than it says")
                if self._audio["bits"] != 16 or self._audio["num_channels"] != 1 or self._audio["big_endian"]:
                    raise ProtocolError("not 16 bit mono little endian")
                self._rest = self._rest[end + 11 :]
                rate, self._audio = self._audio["sample_rate"], {}
                yield Line("705", "705 AUDIO", time.monotonic(), samples, rate)
                continue
            end = self._rest.find(b"\n")
            if end < 0:
                return
            text, self._rest = self._rest[:end].decode(), self._rest[end + 1 :]
            if (line := self._line(text)) is not None:
                yield line

    def _line(self, text: str) -> Line | None:
        code = text[:3]
        if len(text) < 5 or not code.isdigit() or text[3] not in " -":
            raise ProtocolError("stray output")
        if code == "705":
            name, _, value = text[4:].partition("=")
            if text[3] != "-" or name not in (
                "bits",
                "num_channels",
                "sample_rate",
                "num_samples",
                "big_endian",
            ):
                raise ProtocolError("unknown audio header")
            self._audio[name] = int(value)
            return None
        if self._audio:
            raise ProtocolError("something stands inside a block of audio")
        if code == "700" and text[3] == "-":
            self._mark = text[4:]
            return None
        if code == "700":
            if self._mark is None or text != "700 INDEX MARK":
                raise ProtocolError("index mark without a name")
            mark, self._mark = self._mark, None
            return Line("700", mark, time.monotonic())
        if self._mark is not None:
            raise ProtocolError("something stands inside an index mark")
        return Line(code, text, time.monotonic())


class Module:
    """One running `sd_kokoro`."""

    COMMAND: tuple[str, ...] = (sys.executable, "-m", "kokoro_speechd.speechd.entry")

    def __init__(self, environment: Mapping[str, str], arguments: tuple[str, ...] = ()) -> None:
        self.environment = environment
        self.log = Path(environment["XDG_STATE_HOME"]) / "module.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.COMMAND, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=dict(environment),
                cwd="/",
            )
        self.lines: queue.Queue[Line | Exception | None] = queue.Queue()
        self.kept: list[Line] = []  # events that came while a reply was awaited
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        parser = OutputParser()
        assert self.process.stdout is not None
        try:
            while data := os.read(self.process.stdout.fileno(), 1 << 16):
                for line in parser.feed(data):
                    self.lines.put(line)
        except (ProtocolError, OSError, ValueError) as error:
            self.lines.put(error)
        self.lines.put(None)

    def send(self, text: str | bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text.encode() if isinstance(text, str) else text)
        self.process.stdin.flush()

    def next(self, timeout: float = 30) -> Line:
        line = self.lines.get(timeout=timeout)
        if isinstance(line, Exception):
            raise line
        if line is None:
            raise EOFError("the module closed its output")
        return line

    def event(self, timeout: float = 30) -> Line:
        return self.kept.pop(0) if self.kept else self.next(timeout)

    def reply(self, timeout: float = 30) -> list[Line]:
        """Return the lines of the next reply; events before it are kept for `event`."""
        lines = []
        while True:
            line = self.next(timeout)
            if line.code.startswith("7"):
                if lines:
                    raise ProtocolError("an event stands inside a reply")
                self.kept.append(line)
                continue
            lines.append(line)
            if not line.continues:
                return lines

    def ask(self, command: str, body: str | None = None) -> str:
        """Send a command, and its body once the module is ready for it; return the last reply's code."""
        self.send(command + "\n")
        code = self.reply()[-1].code
        if body is not None:
            self.send(body + ".\n")
            code = self.reply()[-1].code
        return code

    def init(self) -> None:
        assert self.ask("INIT") == "299"
        assert self.ask("AUDIO", "audio_output_method=server\n") == "203"
        assert self.ask("LOGLEVEL", "log_level=3\n") == "203"

    def speak(self, text: str, settings: str = SETTINGS, command: str = "SPEAK") -> None:
        assert self.ask("SET", settings) == "203"
        stuffed = "\n".join("." + line if line.startswith(".") else line for line in text.split("\n"))
        assert self.ask(command, stuffed + "\n") == "200"

    def until_end(self, timeout: float = 60) -> list[Line]:
        """Return the events of a message up to its terminal event."""
        events = []
        while not events or events[-1].code not in TERMINAL:
            events.append(self.event(timeout))
        return events

    def wait_for(self, wanted: Callable[[Line], bool], timeout: float = 30) -> list[Line]:
        """Return the events up to the first that is wanted."""
        events = [self.event(timeout)]
        while not wanted(events[-1]):
            assert events[-1].code not in TERMINAL, "the message ended before"
            events.append(self.event(timeout))
        return events

    def silent(self, seconds: float = 0.3) -> bool:
        """Say whether nothing is written for a while."""
        try:
            self.kept.append(self.event(seconds))
        except queue.Empty:
            return True
        return False

    def daemon_pid(self) -> int | None:
        """Return the process id of the daemon of this module's user."""
        return daemon_pid(self.environment)

    def quit(self, timeout: float = 10) -> int:
        assert self.ask("QUIT") == "210"
        return self.process.wait(timeout)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(10)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):  # what was still buffered for a dead module
                pipe.close()


def samples_of(events: list[Line]) -> int:
    return sum(len(event.samples) // 2 for event in events)


def marks_of(events: list[Line]) -> list[str]:
    return [event.text for event in events if event.code == "700"]


def wait_for_kokoro(module: Module, timeout: float = 90) -> None:
    """Speak until it is Kokoro that answers (its sample rate tells)."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        module.speak("a")
        if any(event.sample_rate == 24_000 for event in module.until_end()):
            return
        time.sleep(0.3)
    raise AssertionError("Kokoro did not speak: " + module.log.read_text())
