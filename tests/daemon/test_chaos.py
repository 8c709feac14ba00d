# SPDX-License-Identifier: GPL-3.0-or-later
"""Three clients speak through the real speech-dispatcher while the daemon is killed and stopped beside it.

PulseAudio is restarted between the rounds. speech-dispatcher 0.11.4 itself aborts then, whatever its modules
are (`pa_simple_write: Assertion 'p' failed` in its audio plugin, also with its own espeak-ng module), so it
is started again with the sound server, as a desktop does; the daemon goes on.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.desktop import Desktop, wait_until
from tests.private_home import daemon_log, daemon_pid
from tests.ssip import TERMINAL

pytestmark = [pytest.mark.desktop, pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
WORDS = ("xylophone", "zucchini", "quagmire", "rhubarb", "mnemonic", "kumquat", "obelisk", "pangolin")
ROUNDS = ((7, 2), (7, 2), (6, 1))  # how often the daemon is killed and stopped
CLIENTS, MESSAGES = 3, 34  # of each client in a round: 306 in all


def speak(desktop: Desktop, seed: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.daemon.chaos_client", str(seed), str(MESSAGES), *WORDS],
        env=desktop.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def strike(desktop: Desktop, chance: random.Random, kills: int, stops: int) -> None:
    """Kill and stop the daemon at random moments, also while it starts or loads."""
    blows = [signal.SIGKILL] * kills + [signal.SIGSTOP] * stops
    chance.shuffle(blows)
    for blow in blows:
        time.sleep(chance.choice((0.3, 1.0, 2.0, 4.0, 6.0)))
        if (pid := daemon_pid(desktop.environment)) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, blow)


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def processes_of(desktop: Desktop) -> list[str]:
    """Return the state and command of every process in this desktop's folders: zombies too."""
    runtime = f"XDG_RUNTIME_DIR={desktop.environment['XDG_RUNTIME_DIR']}".encode()
    found = []
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if process.name.isdigit() and runtime in (process / "environ").read_bytes().split(b"\0"):
                state = (process / "stat").read_text().rsplit(")", 1)[1].split()[0]
                found.append(f"{'Z ' if state == 'Z' else ''}{(process / 'comm').read_text().strip()}")
    return sorted(found)


def switch_of(desktop: Desktop) -> Path:
    return Path(desktop.environment["XDG_STATE_HOME"]) / "kokoro-speechd/recording"


def what_was_said(desktop: Desktop) -> str:
    """Return the end of what module and server wrote, and of what passed between them."""
    recordings = sorted((switch_of(desktop).parent / "recordings").glob("*.jsonl"))
    files = [desktop.logs / "speech-dispatcher.log", *recordings[-1:]]
    texts = [desktop.module_log(), *(file.read_text(errors="replace") for file in files)]
    return "\n".join(text[-6000:] for text in texts)


def zombies_of(pid: int) -> list[str]:
    children = [
        child
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [child for child in children if ") Z " in Path(f"/proc/{child}/stat").read_text()]


def test_chaos(tmp_path: Path, random_model: Path) -> None:
    desktop = Desktop(tmp_path, random_model, settings="[speechd]\nengine_timeout_s = 1\n")
    chance = random.Random(7)
    switch = switch_of(desktop)
    switch.parent.mkdir(parents=True)
    switch.write_text("shape")  # lengths and kinds of what passes, no words
    try:
        desktop.start()
        for number, (kills, stops) in enumerate(ROUNDS):
            if number:
                desktop.restart_sound_and_speech()
            wait_until(desktop.kokoro_speaks, 90, "Kokoro does not speak before the chaos")
            module = desktop.module_pid()
            before = descriptors(module), descriptors(desktop.server.pid)
            processes = processes_of(desktop)
            clients = [speak(desktop, 10 * number + client) for client in range(CLIENTS)]
            strike(desktop, chance, kills, stops)
            for client in clients:
                said, _ = client.communicate(timeout=400)
                events = json.loads(said)
                assert len(events) == MESSAGES
                ended = [sum(event in TERMINAL for event in got) for got in events]
                # Each message got exactly one terminal event.
                assert ended == [1] * MESSAGES, f"{events}\n{what_was_said(desktop)}"
            assert desktop.module_pid() == module
            wait_until(desktop.kokoro_speaks, 120, "Kokoro does not come back")
            assert zombies_of(module) == []
            # The server may still have held the connection of the last spd-say before.
            wait_until(
                lambda: descriptors(module) <= before[0] and descriptors(desktop.server.pid) <= before[1],  # noqa: B023
                30,
                f"descriptors are left open; before {before}",
            )
            wait_until(
                lambda: processes_of(desktop) == processes,  # noqa: B023
                30,
                lambda: f"processes are left behind: {processes_of(desktop)}, before {processes}",  # noqa: B023
            )
        logs = [path.read_text(errors="replace") for path in desktop.logs.glob("*.log")]
        ours = [desktop.module_log(), daemon_log(desktop.environment)]
        assert "Output module terminated abnormally" not in "".join(logs)
        assert not any(word in log for word in WORDS for log in ours)
    finally:
        desktop.close()
