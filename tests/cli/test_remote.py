# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line and the daemon: real bus, real sound server, espeak-ng's voice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop import Desktop, wait_until
from tests.private_bus import session_bus
from tests.private_home import daemon_pid

pytestmark = [pytest.mark.desktop, pytest.mark.slow]
LONG = "One two three four five six seven eight nine ten. " * 6


class User:
    """Somebody at a terminal of a desktop."""

    def __init__(self, root: Path, address: str, pulse_server: str | None = None) -> None:
        self.desktop = Desktop(root, pulse_server=pulse_server)
        self.environment = self.desktop.environment
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = address

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "kokoro_speechd.cli.main", *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def status(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.run("status", "--json").stdout)
        return found

    def is_speaking(self) -> bool:
        return self.status().get("state") == "speaking"  # not before the daemon is there


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    root = tmp_path_factory.mktemp("terminal")
    with session_bus(root / "bus") as address:
        user = User(root / "user", address)
        try:
            user.desktop.start_sound()
            yield user
        finally:
            user.desktop.close()


def test_say_starts_one_daemon_and_waits(user: User) -> None:
    assert user.status()["running"] is False
    assert user.run("status").returncode == 1
    assert user.run("pause").returncode == 1
    recorder = user.desktop.recorder
    assert recorder is not None
    begun = time.monotonic()
    ran = user.run("say", "Hello", "--rate", "20")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert recorder.loudness_since(begun) > 1000
    pid = daemon_pid(user.environment)
    assert pid is not None
    assert user.run("say", "Again").returncode == 0
    found = user.status()
    assert (found["running"], found["pid"], found["state"]) == (True, pid, "idle")
    assert found["socket"] == f"{user.environment['XDG_RUNTIME_DIR']}/kokoro-speechd/engine.sock"
    assert found["model"] == ""
    assert "idle" in user.run("status").stdout


def test_stop_pause_and_resume(user: User) -> None:
    speaking = user.begin("say", LONG)
    wait_until(user.is_speaking, 20, "it does not speak")
    assert user.run("pause").returncode == 0
    assert user.status()["state"] == "paused"
    assert user.run("resume").returncode == 0
    assert user.status()["state"] == "speaking"
    assert user.run("stop").returncode == 0
    speaking.communicate(timeout=20)
    assert speaking.returncode == 1  # it was not spoken to its end


def test_an_interrupt_stops_the_speech(user: User) -> None:
    speaking = user.begin("say", LONG)
    wait_until(user.is_speaking, 20, "it does not speak")
    speaking.send_signal(signal.SIGINT)
    speaking.communicate(timeout=20)
    assert speaking.returncode == 130
    wait_until(lambda: not user.is_speaking(), 20, "it speaks on")


def test_a_file(user: User, tmp_path: Path) -> None:
    ran = user.run("say", "Hello", "-o", str(tmp_path / "hello.wav"))
    assert ran.returncode == 0, ran.stderr
    with wave.open(str(tmp_path / "hello.wav")) as sound:
        assert sound.getframerate() == 24_000
        assert f"{sound.getnframes() / 24_000:.2f} seconds" in ran.stdout


def test_a_refusal_is_one_sentence(user: User) -> None:
    ran = user.run("say", "Hello", "--voice", "nobody")
    assert ran.returncode == 1
    reason = "there is no voice 'nobody' here; `kokoro-speechd voices` lists them"
    assert ran.stderr == f"kokoro-speechd: {reason}\n"


def test_a_refusal_leaves_the_file_as_it_was(user: User, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"precious")
    ran = user.run("say", "Hello", "--voice", "nobody", "-o", str(tmp_path / "a.wav"))
    assert ran.returncode == 1
    assert "`kokoro-speechd voices`" in ran.stderr
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.wav", b"precious")]


def test_watching_sees_a_change_and_the_end(user: User) -> None:
    watching = user.begin("status", "--watch", "--json")
    assert watching.stdout is not None
    assert json.loads(watching.stdout.readline())["state"] == "idle"
    assert user.run("reload").returncode == 0
    user.run("say", "x")
    assert user.run("quit").returncode == 0
    rest, _ = watching.communicate(timeout=30)
    assert watching.returncode == 0
    assert "speaking" in {json.loads(line)["state"] for line in rest.splitlines()}
    wait_until(lambda: daemon_pid(user.environment) is None, 20, "it does not end")


def test_the_bus_activates_the_daemon(user: User, tmp_path: Path) -> None:
    """What a desktop without systemd does with the file of ours."""
    root = tmp_path / "bus"
    (root / "services").mkdir(parents=True)
    file = Path(__file__).parent.parent.parent / "systemd/io.github.kokoro_speechd.service"
    command = str(Path(sys.prefix) / "bin/kokoro-speechd")
    (root / "services" / file.name).write_text(file.read_text().replace("/usr/bin/kokoro-speechd", command))
    with session_bus(root, user.environment) as address:
        other = User(tmp_path / "user", address, user.environment["PULSE_SERVER"])
        other.environment = {**user.environment, "DBUS_SESSION_BUS_ADDRESS": address}
        ran = other.run("say", "Hello")
        assert (ran.returncode, ran.stderr) == (0, "")
        assert other.status()["running"] is True
        assert other.run("quit").returncode == 0
        wait_until(lambda: daemon_pid(user.environment) is None, 20, "it does not end")


def test_without_a_bus_the_socket_tells_the_status(user: User) -> None:
    environment = {
        name: value for name, value in user.environment.items() if name != "DBUS_SESSION_BUS_ADDRESS"
    }
    with subprocess.Popen(
        [sys.executable, "-m", "kokoro_speechd.daemon"], env=environment, stderr=subprocess.PIPE, text=True
    ) as daemon:
        assert daemon.stderr is not None
        assert "no D-Bus interface" in daemon.stderr.readline()
        wait_until(lambda: daemon_pid(environment) == daemon.pid, 20, "no daemon")
        assert "ready" in daemon.stderr.readline()
        ran = subprocess.run(
            user.command("status", "--json"), env=environment, capture_output=True, text=True, check=False
        )
        found = json.loads(ran.stdout)
        assert (found["running"], found["pid"], found["state"]) == (True, daemon.pid, "unloaded")
        assert steer(user, "stop", environment) == (0, "")
        assert steer(user, "pause", environment) == (1, "kokoro-speechd: no daemon is on the session bus\n")
        os.kill(daemon.pid, signal.SIGSTOP)
        assert steer(user, "stop", environment) == (
            1,
            "kokoro-speechd: the daemon does not answer, or is of an older version\n",
        )
        os.kill(daemon.pid, signal.SIGCONT)
        assert steer(user, "quit", environment) == (0, "")
        assert daemon.wait(20) == 0
    assert steer(user, "quit", environment)[0] == 1


def test_who_has_no_bus_stops_what_is_spoken_over_it(user: User) -> None:
    """By ssh, for instance: the daemon is on the session's bus, and its caller is not."""
    environment = {
        name: value for name, value in user.environment.items() if name != "DBUS_SESSION_BUS_ADDRESS"
    }
    speaking = user.begin("say", LONG)
    wait_until(user.is_speaking, 20, "it does not speak")
    assert steer(user, "stop", environment) == (0, "")
    speaking.communicate(timeout=20)
    assert speaking.returncode == 1
    assert steer(user, "quit", environment) == (0, "")
    wait_until(lambda: daemon_pid(user.environment) is None, 20, "it does not end")


def steer(user: User, command: str, environment: dict[str, str]) -> tuple[int, str]:
    ran = subprocess.run(
        user.command(command), env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return ran.returncode, ran.stderr
