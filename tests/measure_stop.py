# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure STOP while Kokoro renders half a minute of text, beside Debian's espeak-ng module, A B A B.

    .venv/bin/python -m tests.measure_stop [ROUNDS]

Prints the time from STOP to 703 of both, and the CPU time that the daemon uses after it. Random weights: it
costs what the real ones cost.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from kokoro_speechd.synthesis.reference.random_model import write_model_files
from tests.measure_pipe import STOCK, Pipe
from tests.private_home import daemon_pid, end_daemon, private_environment

ROUNDS = 200
TEXT = (
    "<speak>"
    + "This goes on for half a minute, so that there is always something left to say. " * 6
    + "</speak>"
)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of all threads of a process so far; the kernel counts nanoseconds."""
    return (
        sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9
    )


def stop_kokoro(pipe: Pipe, daemon: int, after: float) -> tuple[float, float]:
    """Return the seconds from STOP to 703, and the daemon's CPU seconds from then on."""
    seconds = pipe.stop(TEXT, after, since="200")
    before = cpu_seconds(daemon)
    time.sleep(0.3)
    return seconds, cpu_seconds(daemon) - before


def begin(command: Sequence[str], environment: dict[str, str]) -> Pipe:
    pipe = Pipe(list(command), environment)
    pipe.ask("INIT\n", "299")
    pipe.ask("AUDIO\n", "207")
    pipe.ask("audio_output_method=server\n.\n", "203")
    return pipe


def begin_with_kokoro(environment: dict[str, str]) -> tuple[Pipe, int]:
    """Return a module that speaks with Kokoro, and its daemon's process id."""
    pipe = begin([str(Path(sys.prefix) / "bin/sd_kokoro")], environment)
    while pipe.sample_rate != 24_000:
        pipe.first_sound("<speak>a</speak>")
        time.sleep(0.2)
    pid = daemon_pid(environment)
    assert pid is not None
    return pipe, pid


def line(name: str, seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    late = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return f"{name:36} {1000 * statistics.median(ordered):7.1f} {1000 * late:7.1f} {1000 * ordered[-1]:7.1f}"


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    chance = random.Random(1)
    ours: list[float] = []
    stock: list[float] = []
    cpu: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        write_model_files(Path(folder) / "model")
        # Whoever stops so early would soon be answered by espeak-ng, and it is Kokoro that is measured.
        environment = private_environment(
            Path(folder) / "user", Path(folder) / "model", "[speechd]\nhurried_bridge_ms = 0\n"
        )
        kokoro, daemon = begin_with_kokoro(environment)
        espeak = begin([STOCK, "/etc/speech-dispatcher/modules/espeak-ng.conf"], environment)
        for _ in range(rounds):
            after = chance.uniform(0.05, 1.5)
            seconds, used = stop_kokoro(kokoro, daemon, after)
            ours.append(seconds)
            cpu.append(used)
            stock.append(espeak.stop(TEXT, after, since="200"))
        assert kokoro.sample_rate == 24_000
        kokoro.close()
        espeak.close()
        end_daemon(environment)
    print(f"{f'{rounds} rounds, milliseconds':36}  median     p99     max")
    print(line("STOP to 703, sd_kokoro", ours))
    print(line("STOP to 703, sd_espeak-ng", stock))
    print(line("CPU of the daemon after 703", cpu))
    return 0


if __name__ == "__main__":
    sys.exit(main())
