# SPDX-License-Identifier: GPL-3.0-or-later
"""Transcripts of the protocol at sd_kokoro's pipe, for reports of faults. Off unless its user turns it on.

    $XDG_STATE_HOME/kokoro-speechd/recording         the switch: there while it is on; "shape" or "text"
    $XDG_STATE_HOME/kokoro-speechd/recordings/*.jsonl

A line is `{"t": seconds, "dir": "server", "text": ...}`, `"dir": "module"` for our side, whose sound is only
counted (`audio_samples`): the form of tests/protocol, so that a report becomes a test. With "shape" the text
is redacted. Nothing here may disturb speech: what cannot be written is not.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from pathlib import Path

from kokoro_speechd.speechd import wire
from kokoro_speechd.speechd.redaction import mark_shape, shape
from kokoro_speechd.system import paths
from kokoro_speechd.system.private_files import make_folder

SWITCH = "recording"
FOLDER = "recordings"
WITH_TEXT = "text"
_LARGEST = 8 << 20  # bytes of one transcript
_KEPT = 8  # transcripts; the oldest go
_LOOK = 0.5  # seconds between two looks at the switch
_SPOKEN = ("SPEAK", "CHAR", "KEY", "SOUND_ICON")
_SAMPLES = re.compile(rb"705-num_samples=(\d+)\n")


def switch_file() -> Path:
    """Return the file that is there while recording is on."""
    return paths.state_folder() / SWITCH


def recordings() -> list[Path]:
    """Return the transcripts, the oldest first."""
    return sorted((paths.state_folder() / FOLDER).glob("*.jsonl"))


class Recorder:
    """Writes both sides down while the switch is there. Any thread may call its methods; none fails."""

    def __init__(self) -> None:
        self._switch = str(switch_file())
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._mode: str | None = None
        self._fd = -1
        self._begun = 0.0
        self._size = 0

    def server(self, received: wire.Input) -> None:
        """Note a piece of the server's side."""
        with self._lock:
            if self._is_on():
                self._write("server", text=_server_text(received, with_text=self._mode == WITH_TEXT))

    def module(self, block: bytes) -> None:
        """Note a block that was written to the server."""
        with self._lock:
            if not self._is_on():
                return
            if block.startswith(b"705-"):
                samples = _SAMPLES.search(block[:200])
                self._write("module", audio_samples=int(samples[1]) if samples else 0)
            else:
                text = block.decode("utf-8", "replace")
                self._write("module", text=text if self._mode == WITH_TEXT else _module_shape(text))

    # --- under the lock ------------------------------------------------------------------------------

    def _is_on(self) -> bool:
        now = time.monotonic()
        if now - self._looked >= _LOOK:
            self._looked = now
            mode = _read_switch(self._switch)
            if mode != self._mode:
                self._close()
                self._mode = mode
                if mode is not None:
                    self._open()
        return self._fd >= 0

    def _open(self) -> None:
        folder = paths.state_folder() / FOLDER
        name = time.strftime("%Y%m%d-%H%M%S") + f"-{os.getpid()}.jsonl"
        try:
            make_folder(folder)
            for old in recordings()[: 1 - _KEPT]:
                old.unlink(missing_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            self._fd = os.open(folder / name, flags, 0o600)
        except OSError:
            self._fd = -1
        self._begun, self._size = time.monotonic(), 0

    def _write(self, direction: str, **fields: object) -> None:
        row = {"t": round(time.monotonic() - self._begun, 4), "dir": direction, **fields}
        line = json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        self._size += len(line)
        try:
            if self._size > _LARGEST:
                self._close()  # until the switch is used again
            else:
                os.write(self._fd, line)
        except OSError:
            self._close()

    def _close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _read_switch(path: str) -> str | None:
    """Return what is to be recorded, None for nothing. Cheap: it is asked while others wait to speak."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:  # noqa: PTH123 - a third of the time
            return file.read(16).strip()
    except OSError:
        return None


def _server_text(received: wire.Input, *, with_text: bool) -> str:
    """Return a piece of input as the server sent it, or its shape."""
    if isinstance(received, wire.Opened):
        return f"{received.name}\n"
    if isinstance(received, wire.Command):
        return f"{received.name} {received.argument}".rstrip() + "\n"
    text = received.text
    if not with_text and received.name in _SPOKEN:
        text = shape(text)
    elif not with_text and received.name == "AUDIO":  # addresses and devices of this machine
        text = "\n".join(line for line in received.lines if line.startswith("audio_output_method="))
    lines = ["." + line if line.startswith(".") else line for line in text.split("\n")]
    return "\n".join([*lines, ".", ""])


def _module_shape(text: str) -> str:
    if not text.startswith("700-"):
        return text
    name, rest = text.removeprefix("700-").split("\n", 1)
    return f"700-{mark_shape(name)}\n{rest}"
