# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure how soon espeak-ng is heard when the daemon hangs on a busy machine, beside an idle one.

    .venv/bin/python -m tests.measure_stand_in [ROUNDS [BUSY]]

In each round a new module speaks its first word with Kokoro, the daemon is stopped (SIGSTOP), BUSY
processes that only count begin to compete for the cores, and a sentence is asked for; in every other round
the daemon is stopped in the midst of a long message. Prints how long nothing came, less `engine_timeout_s`,
in milliseconds. Random weights: they cost what the real ones cost.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kokoro_speechd.synthesis.reference.random_model import write_model_files
from tests.measure_pipe import Pipe
from tests.measure_stop import begin
from tests.module_driver import SETTINGS
from tests.private_home import daemon_pid, end_daemon, private_environment

ROUNDS = 12
BUSY = 10
MODULE = str(Path(sys.prefix) / "bin/sd_kokoro")
TIMEOUT = 2.0  # seconds, as config.toml has it
TEXT = "<speak>The quick brown fox jumps over the lazy dog, and then it rests.</speak>"
LONG = "<speak>" + "This goes on for half a minute, so that there is something left to say. " * 6 + "</speak>"


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Let so many processes compete for the cores, at the priority of everybody else."""
    counting = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in counting:
            process.kill()
            process.wait()


def ask_for(pipe: Pipe, text: str) -> None:
    pipe.ask("SET\n", "203")
    pipe.ask(SETTINGS + ".\n", "203")
    pipe.ask("SPEAK\n", "202")
    pipe.send(text + "\n.\n")


def before_a_message(pipe: Pipe, daemon: int, processes: int) -> float:
    """Return the seconds from a message's last dot to its first sound, while the daemon hangs."""
    os.kill(daemon, signal.SIGSTOP)
    with busy(processes):
        time.sleep(0.5)
        ask_for(pipe, TEXT)
        begun = time.perf_counter()
        pipe.wait("705")
        return time.perf_counter() - begun


def in_a_message(pipe: Pipe, daemon: int, processes: int) -> float:
    """Return the longest time between two blocks of a message in which the daemon begins to hang."""
    ask_for(pipe, LONG)
    pipe.wait("705")
    os.kill(daemon, signal.SIGSTOP)
    with busy(processes):
        silent = 0.0
        while silent < TIMEOUT / 2:  # what is written ahead is never that long
            latest = time.perf_counter()
            pipe.wait("705")
            silent = time.perf_counter() - latest
        return silent


def fresh(environment: dict[str, str]) -> tuple[Pipe, int]:
    """Return a module that has spoken with Kokoro alone, and the daemon's process id.

    What it has not done yet it must do while somebody waits.
    """
    while True:
        pipe = begin([MODULE], environment)
        time.sleep(2)  # until it is connected
        pipe.first_sound("<speak>a</speak>")
        daemon = daemon_pid(environment)
        if pipe.sample_rate == 24_000 and daemon is not None:
            return pipe, daemon
        pipe.close()


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else BUSY
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        write_model_files(Path(folder) / "model")
        environment = private_environment(Path(folder) / "user", Path(folder) / "model")
        for _ in range(rounds):
            for silence in (before_a_message, in_a_message):
                pipe, daemon = fresh(environment)
                try:
                    late = silence(pipe, daemon, processes) - TIMEOUT
                finally:
                    with suppress(ProcessLookupError):  # the module has killed it
                        os.kill(daemon, signal.SIGCONT)
                found.setdefault(silence.__name__.replace("_", " "), []).append(late)
                pipe.close()
        end_daemon(environment)
    print(f"| {rounds} rounds, {processes} busy processes, milliseconds | median | largest |\n|---|--:|--:|")
    for place, late in found.items():
        print(f"| {place} | {1000 * statistics.median(late):.0f} | {1000 * max(late):.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
