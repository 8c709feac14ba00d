# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kokoro_speechd.system.service_manager import inherited_sockets

# A process as the manager starts it: the sockets are its descriptors 3, 4, … before it runs its first line.
ACTIVATED = """
import os, sys
os.environ.update(LISTEN_PID=os.environ.get("LISTEN_PID") or str(os.getpid()))
from kokoro_speechd.system.service_manager import inherited_sockets
for listener, name in inherited_sockets():
    number = listener.fileno()
    print(number, name, listener.getsockname(), listener.family.name, os.get_inheritable(number))
print(sorted(key for key in os.environ if key.startswith("LISTEN_")), inherited_sockets())
"""


def activated(descriptors: list[int], **variables: str) -> list[str]:
    """Run ACTIVATED with these descriptors as its 3, 4, … and return what it printed."""
    # From numbers above all of them down to 3, 4, …: none overwrites one that is still to be moved.
    first = max(3 + len(descriptors), *descriptors) + 1 if descriptors else 3
    high = [f"{first + index}" for index in range(len(descriptors))]
    moves = [f"{there}<&{here}" for there, here in zip(high, descriptors, strict=True)]
    moves += [f"{3 + index}<&{there} {there}<&-" for index, there in enumerate(high)]
    shell = f'exec {" ".join(moves)}; exec "$0" -c "$1"' if moves else 'exec "$0" -c "$1"'
    finished = subprocess.run(
        ["bash", "-c", shell, sys.executable, ACTIVATED],
        pass_fds=descriptors,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert finished.stderr == ""
    return finished.stdout.splitlines()


def test_sockets_are_taken_over(tmp_path: Path) -> None:
    path = str(tmp_path / "engine.sock")
    with socket.socket(socket.AF_UNIX) as first, socket.socket(socket.AF_UNIX) as second:
        first.bind(path)
        lines = activated([first.fileno(), second.fileno()], LISTEN_FDS="2", LISTEN_FDNAMES="engine:other")
    assert lines == [f"3 engine {path} AF_UNIX False", "4 other  AF_UNIX False", "[] []"]


@pytest.mark.parametrize("count", ["3", "1000000000", "9" * 20])
def test_fewer_sockets_than_promised_and_one_that_is_none(tmp_path: Path, count: str) -> None:
    with (tmp_path / "file").open("w") as file, socket.socket(socket.AF_UNIX) as second:
        lines = activated([file.fileno(), second.fileno()], LISTEN_FDS=count)
    assert lines == ["4 unknown  AF_UNIX False", "[] []"]


@pytest.mark.parametrize(
    "variables",
    [
        {"LISTEN_FDS": "1", "LISTEN_PID": "1"},
        {"LISTEN_FDS": "1", "LISTEN_PID": "me"},
        {"LISTEN_FDS": "one"},
        {"LISTEN_FDS": "-1"},
        {"LISTEN_FDS": "1_0"},
        {"LISTEN_FDS": "١"},
        {"LISTEN_FDS": "9" * 5000},
        {"LISTEN_FDNAMES": "engine"},
    ],
    ids=[
        "other pid",
        "word pid",
        "word",
        "negative",
        "underscore",
        "digit of another script",
        "long",
        "none",
    ],
)
def test_nonsense_and_other_peoples_sockets_are_left(variables: dict[str, str]) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        assert activated([listener.fileno()], **variables) == ["[] []"]


def test_nothing_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LISTEN_FDS", raising=False)
    assert inherited_sockets() == []
