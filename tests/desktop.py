# SPDX-License-Identifier: GPL-3.0-or-later
"""A private desktop: Debian's PulseAudio with a null sink and its speech-dispatcher, in folders of its own.

Everything runs in the foreground below this process and is ended by pid.
"""

from __future__ import annotations

import array
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from tests import sound_server
from tests.private_home import end_daemon, private_environment

RATE = 24_000


class MissingError(RuntimeError):
    """A program of the desktop is not installed."""


class Recorder:
    """Everything the null sink plays, as int16 mono at RATE, with the time of each piece."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [
                "parec",
                "-d",
                "speakers.monitor",
                "--format=s16le",
                f"--rate={RATE}",
                "--channels=1",
                "--latency-msec=10",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self.pieces: list[tuple[float, array.array[int]]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        rest = b""
        while data := self._process.stdout.read1(4096):  # type: ignore[attr-defined]
            data = rest + data
            whole = len(data) // 2 * 2
            rest = data[whole:]
            self.pieces.append((time.monotonic(), array.array("h", data[:whole])))

    def loudness_since(self, moment: float) -> int:
        """Return the loudest sample heard since a moment of time.monotonic()."""
        return max(
            (max(map(abs, piece)) for when, piece in list(self.pieces) if when >= moment and piece), default=0
        )

    def last_sound(self, threshold: int = 100) -> float:
        """Return the time of the last piece that was louder than `threshold`."""
        return max(
            (when for when, piece in list(self.pieces) if piece and max(map(abs, piece)) > threshold),
            default=0,
        )

    def samples_since(self, moment: float) -> bytes:
        return b"".join(piece.tobytes() for when, piece in list(self.pieces) if when >= moment)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


def speech_dispatcher_version() -> str:
    """Return the version of the server on this machine, such as 0.11.4; 0.0 where there is none."""
    if shutil.which("speech-dispatcher") is None:
        return "0.0"
    said = subprocess.run(["speech-dispatcher", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split("\n")[0].split()[1]


class Desktop:
    """A sound server that is recorded, and speech-dispatcher with our module in the user's folder."""

    def __init__(
        self,
        root: Path,
        model: Path | None = None,
        settings: str = "",
        pulse_server: str | None = None,
        *,
        install: bool = True,
    ) -> None:
        """`install`: link our module; without it, clients start a server at the usual place."""
        for program, package in (
            ("speech-dispatcher", "speech-dispatcher"),
            ("spd-say", "speech-dispatcher"),
            ("parec", "pulseaudio-utils"),
        ):
            if shutil.which(program) is None:
                raise MissingError(f"{program} is missing: install Debian's package {package}")
        if (package := sound_server.missing()) is not None:
            raise MissingError(f"there is no sound server: install Debian's package {package}")
        self.root = root
        self.environment = private_environment(root, model, settings)
        runtime = Path(self.environment["XDG_RUNTIME_DIR"])
        self._own_pulse = pulse_server is None
        self.environment["PULSE_SERVER"] = pulse_server or f"unix:{runtime}/pulse.socket"
        if install:
            self.environment["SPEECHD_ADDRESS"] = f"unix_socket:{runtime}/speechd.socket"
        self.logs = root / "logs"
        self.logs.mkdir()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._files: list[IO[bytes]] = []
        self._beside: list[subprocess.Popen[bytes]] = []  # what the sound server consists of besides
        self.recorder: Recorder | None = None
        if install:
            modules = Path(self.environment["XDG_DATA_HOME"]) / "../libexec/speech-dispatcher-modules"
            modules.mkdir(parents=True)
            (modules / "sd_kokoro").symlink_to(Path(sys.prefix) / "bin/sd_kokoro")

    def start(self) -> Desktop:
        if self._own_pulse:
            self.start_sound()
        self.start_speech()
        return self

    def _spawn(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        log = (self.logs / f"{name}.log").open("ab")
        self._files.append(log)
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment, cwd="/"
        )
        self._processes.append(process)
        return process

    def start_sound(self) -> None:
        """Start a sound server with one null sink and record what it plays."""
        for process in self._beside:
            process.kill()
            process.wait()
        socket = self.environment["PULSE_SERVER"].removeprefix("unix:")
        self.pulse, *self._beside = sound_server.start(self._spawn, self.environment)
        wait_until(
            lambda: Path(socket).exists() and self._sink_is_there(), 30, "the sound server did not start"
        )
        self.recorder = Recorder(self.environment)
        # An idle null sink stalls its first stream; the recorder keeps it awake from here on.
        wait_until(lambda: bool(self.recorder and self.recorder.pieces), 20, "nothing can be recorded")

    def _sink_is_there(self) -> bool:
        ran = subprocess.run(
            ["pactl", "list", "short", "sinks"], env=self.environment, capture_output=True, check=False
        )
        return b"speakers" in ran.stdout

    def start_speech(self) -> None:
        """Start speech-dispatcher with its system-wide configuration."""
        address = self.environment["SPEECHD_ADDRESS"].removeprefix("unix_socket:")
        self.server = self._spawn(
            "speech-dispatcher", "speech-dispatcher", "-s", "-t", "0", "-c", "unix_socket", "-S", address,
            "-L", str(self.logs), "-P", f"{self.environment['XDG_RUNTIME_DIR']}/speechd.pid", "-l", "3",
        )  # fmt: skip
        wait_until(lambda: Path(address).exists(), 60, "speech-dispatcher did not start")

    def restart_sound_and_speech(self) -> None:
        """End the sound server, without warning, and the server after it; start both again."""
        assert self.recorder is not None
        self.recorder.close()
        self.pulse.kill()
        self.pulse.wait()
        self.server.terminate()
        self.server.wait(20)
        for address in (
            self.environment["PULSE_SERVER"].removeprefix("unix:"),
            self.environment["SPEECHD_ADDRESS"].removeprefix("unix_socket:"),
        ):
            Path(address).unlink(missing_ok=True)
        self.start()

    def spd_say(self, *arguments: str, timeout: float = 60) -> str:
        """Run spd-say with these arguments and return what it prints."""
        ran = subprocess.run(
            ["spd-say", *arguments], env=self.environment, capture_output=True, timeout=timeout, check=True
        )
        return ran.stdout.decode()

    def module_pid(self) -> int:
        """Return the process id of our module below speech-dispatcher."""
        for task in Path(f"/proc/{self.server.pid}/task").iterdir():
            for pid in (task / "children").read_text().split():
                if b"sd_kokoro" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return int(pid)
        raise AssertionError("speech-dispatcher runs no sd_kokoro")

    def module_log(self) -> str:
        """Return what our module wrote to its log."""
        return (self.logs / "kokoro.log").read_text(errors="replace")

    def kokoro_speaks(self) -> bool:
        """Speak, and say whether it was Kokoro."""
        self.spd_say("-o", "kokoro", "-w", "now")
        log = self.module_log()
        return log.rfind("Kokoro speaks") > log.rfind("espeak-ng speaks instead")

    def close(self) -> None:
        if self.recorder is not None:
            self.recorder.close()
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        end_daemon(self.environment)
        for file in self._files:
            file.close()


def wait_until(condition: Callable[[], bool], seconds: float, complaint: str | Callable[[], str]) -> None:
    """Wait for a condition; raise AssertionError with `complaint` after a generous bound."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(complaint if isinstance(complaint, str) else complaint())
        time.sleep(0.02)
