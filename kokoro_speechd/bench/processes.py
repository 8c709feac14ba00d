# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole processes beside each other: loading, memory, and modules at speech-dispatcher's pipe."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kokoro_speechd.bench.pairs import Pair
from kokoro_speechd.errors import EngineError
from kokoro_speechd.ipc.endpoint import daemon_pid
from kokoro_speechd.ipc.protocol import Connection
from kokoro_speechd.rendering.synthesizer import statistics_folder
from kokoro_speechd.scheduling.model_state import ModelState
from kokoro_speechd.synthesis.files.model_files import ModelFiles

STOCK_MODULE = Path("/usr/lib/speech-dispatcher-modules/sd_espeak-ng")
_STOCK_SETTINGS = "/etc/speech-dispatcher/modules/espeak-ng.conf"
_PATIENCE = 120.0  # seconds
_LETTERS = "abcdefghijklmnopqrsuvwxyz"  # all but "t", which is the one that was heard before

_UPSTREAM = """
import sys, kokoro
model = kokoro.KModel(repo_id="none", config=sys.argv[1], model=sys.argv[2]).eval()
pipeline = kokoro.KPipeline(lang_code="e", repo_id="none", model=model)
print("ready", flush=True)
sys.stdin.read()
"""
_IMPORTS = {
    "upstream": "import kokoro",
    "ours": "import kokoro_speechd.rendering.synthesizer, kokoro_speechd.synthesis.fast.model",
}
_SETTINGS = (
    "pitch=0\npitch_range=0\nrate=0\nvolume=100\npunctuation_mode=none\nspelling_mode=off\n"
    "cap_let_recogn=none\nvoice=male1\nlanguage=en-us\nsynthesis_voice=NULL\n"
)


def private_environment(
    folder: Path, files: ModelFiles, threads: int, load: str, voice: str = "af_heart"
) -> dict[str, str]:
    """Return an environment with folders and settings of its own below `folder`; `voice` speaks."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DBUS_", "NOTIFY_"))
    }
    for kind in ("CONFIG_HOME", "DATA_HOME", "CACHE_HOME", "STATE_HOME", "RUNTIME_DIR"):
        place = folder / kind.lower()
        (place / "kokoro-speechd").mkdir(mode=0o700, parents=True, exist_ok=True)
        environment[f"XDG_{kind}"] = str(place)
    (folder / "runtime_dir").chmod(0o700)
    voices = files.voices[0] if files.voices else files.weights.parent / "voices"
    (folder / "config_home/kokoro-speechd/config.toml").write_text(
        f'[model]\nmodel_path = "{files.weights}"\nconfig_path = "{files.config}"\nvoice_path = "{voices}"\n'
        f'device = "cpu"\nthreads = {threads}\n[speech]\ndefault_voice = "{voice}"\n'
        f'[daemon]\nload = "{load}"\n[cache]\nwarm = false\n',
        encoding="utf-8",
    )
    return environment


def status(pid: int, field: str) -> int:
    """Return a field of /proc/PID/status in bytes: VmRSS, VmHWM."""
    found = re.search(rf"^{field}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def imports(rounds: int) -> Pair:
    """Return the times to import upstream's package and our engine, in processes of their own."""
    times: dict[str, list[float]] = {side: [] for side in _IMPORTS}
    for _ in range(rounds):
        for side, code in _IMPORTS.items():
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=_PATIENCE)
            times[side].append(time.perf_counter() - began)
    return Pair(tuple(times["upstream"]), tuple(times["ours"]))


def start_to_ready(files: ModelFiles, folder: Path, rounds: int) -> tuple[Pair, dict[str, int]]:
    """Return the times from a process's start to a loaded model, and both sides' memory then, in bytes.

    Upstream's is `import kokoro`, KModel and a KPipeline for Spanish: its English one needs a download.
    Ours is the daemon with a Spanish voice, which makes a first sound for nobody before it is ready.
    """
    theirs, ours = [], []
    memory: dict[str, int] = {}
    for _ in range(rounds):
        began = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-c", _UPSTREAM, str(files.config), str(files.weights)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as upstream:
            assert upstream.stdout is not None  # noqa: S101 - asked for above
            if b"ready" not in upstream.stdout.readline():
                raise EngineError("upstream's package could not load the model")
            theirs.append(time.perf_counter() - began)
            memory["upstream"] = status(upstream.pid, "VmRSS")
            memory["upstream_peak"] = status(upstream.pid, "VmHWM")
            upstream.kill()
        environment = private_environment(folder, files, 1, "start", "ef_dora")
        began = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "kokoro_speechd.daemon"], env=environment, stderr=subprocess.DEVNULL
        ) as daemon:
            try:
                _wait_for_model(Path(environment["XDG_RUNTIME_DIR"]) / "kokoro-speechd/engine.sock")
                ours.append(time.perf_counter() - began)
                memory["ours"] = status(daemon.pid, "VmRSS")
                memory["ours_peak"] = status(daemon.pid, "VmHWM")
            finally:
                daemon.kill()
    return Pair(tuple(theirs), tuple(ours)), memory


def _wait_for_model(address: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(_PATIENCE)
        try:
            sock.connect(str(address))
            break
        except OSError:
            sock.close()
            if time.monotonic() > deadline:
                raise EngineError("the daemon does not listen") from None
            time.sleep(0.01)
    connection = Connection(sock)
    while (message := connection.receive()) is not None:
        # It may be connected to before it begins to load.
        if message.type == "state" and message.string("state") in (ModelState.READY, ModelState.UNAVAILABLE):
            break
    connection.close()
    if message is None or message.string("state") != ModelState.READY:
        raise EngineError("the daemon could not load the model")


class ModulePipe:
    """An output module and speech-dispatcher's side of its pipe."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self._rest = b""
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
        )
        self.ask("INIT\n", b"\n299 ")
        self.ask("AUDIO\n", b"207 ")
        self.ask("audio_output_method=server\n.\n", b"203 ")

    def send(self, text: str) -> None:
        """Write a command or a text."""
        assert self.process.stdin is not None  # noqa: S101 - asked for above
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def wait(self, *wanted: bytes) -> bytes:
        """Read until one of these comes, and return what came before it. Raises EngineError at the end."""
        assert self.process.stdout is not None  # noqa: S101 - asked for above
        while True:
            for end in wanted:
                if (place := self._rest.find(end)) >= 0:
                    before, self._rest = self._rest[:place], self._rest[place + len(end) :]
                    return before
            data = self.process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
            if not data:
                raise EngineError("the module ended")
            self._rest += data

    def ask(self, text: str, *wanted: bytes) -> bytes:
        """Send and wait."""
        self.send(text)
        return self.wait(*wanted)

    def first_sound(self, text: str) -> float:
        """Return the seconds from a message's last dot to the first block of audio."""
        self.ask("SET\n", b"203 ")
        self.ask(_SETTINGS + ".\n", b"203 ")
        self.ask("SPEAK\n", b"202 ")
        began = time.perf_counter()
        self.ask(f"<speak>{text}</speak>\n.\n", b"\n705 AUDIO\n")
        return time.perf_counter() - began

    def stop(self) -> None:
        """Stop the message that is spoken, which has begun."""
        self.ask("STOP\n", b"703 STOP\n", b"702 END\n")

    def close(self) -> None:
        """End the module."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def modules(files: ModelFiles, folder: Path, threads: int) -> Iterator[tuple[ModulePipe, ModulePipe]]:
    """Yield our module, which speaks with Kokoro, and espeak-ng's. Raises EngineError."""
    environment = private_environment(folder, files, threads, "first-use")
    if (kept := statistics_folder()).is_dir():  # of the voice, as after the model's import
        shutil.copytree(kept, Path(environment["XDG_CACHE_HOME"]) / "kokoro-speechd" / kept.name)
    pipes = [ModulePipe([sys.executable, "-m", "kokoro_speechd.speechd.entry"], environment)]
    try:
        deadline = time.monotonic() + _PATIENCE
        sample_rate = b""
        while sample_rate != b"24000":
            if time.monotonic() > deadline:
                raise EngineError("Kokoro does not speak")
            pipes[0].ask("SET\n", b"203 ")
            pipes[0].ask(_SETTINGS + ".\n", b"203 ")
            pipes[0].ask("SPEAK\n", b"202 ")
            pipes[0].ask("<speak>hello</speak>\n.\n", b"sample_rate=")
            sample_rate = pipes[0].wait(b"\n")
            pipes[0].wait(b"702 END\n")
            time.sleep(0.2)
        pipes.append(ModulePipe([str(STOCK_MODULE), _STOCK_SETTINGS], environment))
        yield pipes[0], pipes[1]
    finally:
        for pipe in pipes:
            pipe.close()
        if (pid := daemon_pid(Path(environment["XDG_RUNTIME_DIR"]) / "kokoro-speechd")) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def new_letters(ours: ModulePipe, stock: ModulePipe, rounds: int) -> Pair:
    """Return the times from a letter's last dot to its sound, espeak-ng's first; each is spoken once."""

    def measure(pipe: ModulePipe, letter: str) -> float:
        time.sleep(0.05)
        took = pipe.first_sound(letter)
        pipe.stop()
        return took

    measured = [(measure(stock, letter), measure(ours, letter)) for letter in _LETTERS[:rounds]]
    return Pair(tuple(a for a, _ in measured), tuple(b for _, b in measured))


def cached_letter(ours: ModulePipe, stock: ModulePipe, rounds: int) -> Pair:
    """Return the times from a letter's last dot to its sound, espeak-ng's first; ours was heard before."""

    def measure(pipe: ModulePipe) -> float:
        time.sleep(0.05)
        took = pipe.first_sound("t")
        pipe.stop()
        return took

    # To its end: what was stopped in its midst is not kept.
    ours.first_sound("t")
    ours.wait(b"702 END\n")
    measure(stock)
    measured = [(measure(stock), measure(ours)) for _ in range(rounds)]
    return Pair(tuple(a for a, _ in measured), tuple(b for _, b in measured))


def say_all(ours: ModulePipe, rounds: int) -> tuple[list[float], list[float]]:
    """Return the seconds from a sentence's end to the next one's sound, and from silence to a sentence's."""
    gaps, firsts = [], []
    for number in range(rounds):
        firsts.append(ours.first_sound(_sentence(3 * number)))
        ours.wait(b"702 END\n")
        gaps.append(ours.first_sound(_sentence(3 * number + 1)))
        ours.wait(b"702 END\n")
    return gaps, firsts


def _sentence(number: int) -> str:
    """Return a sentence of about 60 phonemes that was not heard before."""
    words = "zero one two three four five six seven eight nine".split()  # noqa: SIM905 - a list to be read
    room = f"{words[number // 10 % 10]} {words[number % 10]}"
    return f"In room {room} the quick brown fox jumps over the lazy dog."
