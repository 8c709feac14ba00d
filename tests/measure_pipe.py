# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure at the module's pipe, beside Debian's espeak-ng module, A B A B; print medians and ratios.

    .venv/bin/python -m tests.measure_pipe

Both speak with espeak-ng here: what is compared is the module around the voice.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.module_driver import SETTINGS, OutputParser
from tests.private_home import end_daemon, private_environment

STOCK = "/usr/lib/speech-dispatcher-modules/sd_espeak-ng"
ROUNDS = 15


class Pipe:
    """A module process, driven without threads so that nothing but the module takes time."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._parser = OutputParser()
        self._waiting: list[str] = []
        self.sample_rate = 0  # of the latest audio
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )

    def send(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def wait(self, *codes: str) -> None:
        """Read until one of these codes comes."""
        assert self.process.stdout is not None
        while True:
            for number, code in enumerate(self._waiting):
                if code in codes:
                    del self._waiting[: number + 1]
                    return
            self._waiting.clear()
            data = self.process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
            if not data:
                raise EOFError("the module ended")
            for line in self._parser.feed(data):
                self.sample_rate = line.sample_rate or self.sample_rate
                if not line.continues:
                    self._waiting.append(line.code)

    def ask(self, text: str, code: str) -> None:
        self.send(text)
        self.wait(code)

    def first_sound(self, text: str) -> float:
        """Return the seconds from the message's last dot to the first block of audio, then stop it."""
        self.ask("SET\n", "203")
        self.ask(SETTINGS + ".\n", "203")
        self.ask("SPEAK\n", "202")
        begun = time.perf_counter()
        self.ask(text + "\n.\n", "705")
        sounded = time.perf_counter() - begun
        self.send("STOP\n")
        self.wait("702", "703")
        return sounded

    def stop(self, text: str, after: float = 0.3, since: str = "705") -> float:
        """Return the seconds from STOP to its answer; it comes so long after the first sound, or reply."""
        self.ask("SET\n", "203")
        self.ask(SETTINGS + ".\n", "203")
        self.ask("SPEAK\n", "202")
        self.ask(text + "\n.\n", since)
        time.sleep(after)
        begun = time.perf_counter()
        self.send("STOP\n")
        self.wait("702", "703")
        return time.perf_counter() - begun

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


def main() -> int:
    if not Path(STOCK).exists():
        print(f"{STOCK} is missing: install Debian's package speech-dispatcher-espeak-ng", file=sys.stderr)
        return 1
    rows: dict[str, tuple[list[float], list[float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        environment = private_environment(Path(folder))
        commands = (
            [str(Path(sys.prefix) / "bin/sd_kokoro")],
            [STOCK, "/etc/speech-dispatcher/modules/espeak-ng.conf"],
        )
        for round_number in range(ROUNDS + 2):
            for side, command in enumerate(commands):
                begun = time.perf_counter()
                pipe = Pipe(command, environment)
                pipe.ask("INIT\n", "299")
                results = {"start to the answer of INIT": time.perf_counter() - begun}
                pipe.ask("AUDIO\n", "207")
                pipe.ask("audio_output_method=server\n.\n", "203")
                pipe.ask("LOGLEVEL\n", "207")
                pipe.ask("log_level=3\n.\n", "203")
                results["start to ready (INIT, AUDIO, LOGLEVEL)"] = time.perf_counter() - begun
                time.sleep(0.5)  # the engine process starts meanwhile
                pipe.first_sound("<speak>warm</speak>")
                results["last dot to first sound, a letter"] = pipe.first_sound("<speak>t</speak>")
                results["last dot to first sound, a sentence"] = pipe.first_sound(
                    "<speak>The quick brown fox jumps over the lazy dog.</speak>"
                )
                results["STOP to its answer"] = pipe.stop("<speak>" + "many words " * 60 + "</speak>")
                pipe.close()
                end_daemon(environment)
                if round_number >= 2:  # the first two warm the disk's cache
                    for name, seconds in results.items():
                        rows.setdefault(name, ([], []))[side].append(seconds)
    print(f"{'median of ' + str(ROUNDS):40} sd_kokoro  sd_espeak-ng  ratio")
    for name, sides in rows.items():
        ours, stock = (1000 * statistics.median(side) for side in sides)
        print(f"{name:40} {ours:6.1f} ms {stock:9.1f} ms  {ours / stock:5.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
