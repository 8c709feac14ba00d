# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions of real Orca, spd-say and Python clients, as speech-dispatcher 0.11.4 wrote them to a module.

Only the server's side is kept. It is replayed by the server's own rules: a body follows its 202, and a
message follows the end of the one before it; between them the recorded times, or none.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kokoro_speechd.text.ssml.parser import scan
from tests.module_driver import TERMINAL, Line, Module, marks_of, wait_for_kokoro

TRACES = sorted((Path(__file__).parent.parent / "protocol").glob("*.jsonl"))
ORCA = [trace for trace in TRACES if "orca" in trace.name]
BODIES = ("SPEAK", "CHAR", "KEY", "SOUND_ICON", "SET", "AUDIO", "LOGLEVEL")


def commands(trace: Path) -> list[tuple[float, str, str | None]]:
    """Return (time, command, body) of a trace; the body ends with its dot."""
    lines: list[tuple[float, str]] = []
    # Only "\n" ends a line: the texts hold U+2028 and its like.
    for record in map(json.loads, trace.read_text().rstrip("\n").split("\n")):
        if record.get("dir") == "module":  # what `kokoro-speechd record` wrote has both sides
            continue
        *whole, rest = record["text"].split("\n")
        lines += [(record["t"], line + "\n") for line in whole]
        lines += [(record["t"], rest)] if rest else []
    # What the server wrote in two pieces is one line again.
    joined: list[tuple[float, str]] = []
    for moment, piece in lines:
        if joined and not joined[-1][1].endswith("\n"):
            joined[-1] = (joined[-1][0], joined[-1][1] + piece)
        else:
            joined.append((moment, piece))
    found: list[tuple[float, str, str | None]] = []
    body: list[str] | None = None
    for moment, line in joined:
        if body is not None:
            body.append(line)
            if line == ".\n":
                found[-1] = (found[-1][0], found[-1][1], "".join(body))
                body = None
            continue
        found.append((moment, line.rstrip("\n"), None))
        if line.strip() in BODIES:
            body = []
    return found


class Replay:
    """Plays the server for one trace."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.speaking: str | None = None  # the document of the message in progress
        self.messages = 0
        self.ends: list[str] = []
        self.stopped = self.paused = False

    def play(self, trace: Path, pace: float) -> None:
        previous = None
        for moment, command, body in commands(trace):
            if previous is not None and pace:
                time.sleep(min(3.0, (moment - previous) * pace))
            previous = moment
            if command in ("STOP", "PAUSE"):
                self.module.send(command + "\n")
                self.stopped |= command == "STOP" and self.speaking is not None
                self.paused |= command == "PAUSE" and self.speaking is not None
                continue
            if command == "QUIT":
                self.end_message()
                assert self.module.ask("QUIT") == "210"
                return
            if command == "SET":
                self.end_message()
            code = self.module.ask(command, None if body is None else body.removesuffix(".\n"))
            assert code[0] == "2", (command, code)
            if body is not None and command in ("SPEAK", "CHAR", "KEY", "SOUND_ICON"):
                self.messages += 1
                self.speaking = body.removesuffix("\n.\n") if command == "SPEAK" else ""
        self.end_message()
        assert self.module.silent()

    def end_message(self) -> None:
        """Wait for the one terminal event of the message in progress, and check its marks."""
        if self.speaking is None:
            assert not self.module.kept, "an event while idle"
            return
        events: list[Line] = self.module.until_end(timeout=120)
        document = "\n".join(line.removeprefix(".") for line in self.speaking.split("\n"))
        expected = [mark.name for mark in scan(document).marks]
        got = marks_of(events)
        end = events[-1].code
        if end == "702":
            assert got == expected
        elif end == "703":
            assert self.stopped
            assert got == expected[: len(got)]
        else:
            assert self.paused
            assert [name for name in got if name != "__spd_999"] == expected[
                : len(got) - ("__spd_999" in got)
            ]
        self.ends.append(end)
        self.speaking, self.stopped, self.paused = None, False, False


def replay(module: Module, trace: Path, pace: float, *, kokoro: bool = False) -> str:
    """Play one trace to a module of its own; return what happened to its messages."""
    player = Replay(module)
    if "startup" not in trace.name:  # that one says INIT itself
        module.init()
    if kokoro:
        wait_for_kokoro(module)
    player.play(trace, pace)
    assert len(player.ends) == player.messages
    assert set(player.ends) <= set(TERMINAL)
    return f"{trace.stem}: {player.messages} messages, {player.ends.count('703')} stopped"


@pytest.mark.parametrize("pace", [0.0, 1.0], ids=["fast", "original speed"])
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_replay_with_espeak(start_module: Callable[..., Module], pace: float) -> None:
    """Sixteen servers at a time: the sound of a session takes its time, whoever listens."""
    with ThreadPoolExecutor(len(TRACES)) as pool:
        runs = [pool.submit(replay, start_module(), trace, pace) for trace in TRACES]
        assert len([run.result() for run in runs]) == 16


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_replay_orca_with_kokoro(start_module: Callable[..., Module], random_model: Path) -> None:
    """Two at a time: each has a model of its own."""
    with ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(lambda trace: replay(start_module(random_model), trace, 0.0, kokoro=True), trace)
            for trace in ORCA
        ]
        assert len([run.result() for run in runs]) == 6
