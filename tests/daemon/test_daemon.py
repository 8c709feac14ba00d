# SPDX-License-Identifier: GPL-3.0-or-later
"""The resident daemon as a process: start, stop, memory, and who may talk to it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kokoro_speechd.ipc.protocol import MAX_PAYLOAD, PROTOCOL, Message
from tests.daemon_driver import COMMAND, Daemon, plain_connection, socket_of
from tests.desktop import wait_until
from tests.private_home import daemon_pid, private_environment

LONG = "This is a long message that goes on for quite a while, so that it can be interrupted. " * 2


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return private_environment(tmp_path)


@pytest.fixture
def home_with_model(tmp_path: Path, random_model: Path) -> dict[str, str]:
    return private_environment(tmp_path, random_model)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_an_ordered_end_leaves_no_file_behind(environment: dict[str, str], ending: signal.Signals) -> None:
    runtime = Path(environment["XDG_RUNTIME_DIR"])
    with Daemon(environment) as daemon:
        client = daemon.client()
        assert client.expect("hello").fields == {
            "protocol": PROTOCOL,
            "version": client_version(),
            "pid": daemon.process.pid,
        }
        assert daemon_pid(environment) == daemon.process.pid
        daemon.process.send_signal(ending)
        assert daemon.process.wait(10) == 0
        assert client.receive() is None or client.receive() is None  # the state, then the end
        client.close()
    assert [path for path in runtime.rglob("*") if not path.is_dir()] == []


def client_version() -> str:
    from kokoro_speechd import __version__

    return __version__


def test_a_second_daemon_leaves_at_once(environment: dict[str, str]) -> None:
    with Daemon(environment) as daemon:
        ran = subprocess.run(COMMAND, env=environment, capture_output=True, timeout=30, check=False)
        assert ran.returncode == 0
        assert b"another daemon" in ran.stderr
        says_hello(daemon)
        assert daemon_pid(environment) == daemon.process.pid


def test_a_broken_frame_ends_its_connection_and_no_other(environment: dict[str, str]) -> None:
    with Daemon(environment) as daemon:
        good = daemon.client()
        good.expect("state")
        for breach in (
            b"no frame\n",
            b'{"type":"speak"}\n',
            b'{"type":"sing"}\n',
            b'{"type":"speak","length":%d}\n' % (MAX_PAYLOAD + 1),
            b"x" * (1 << 20),
            b'{"type":"speak","generation":1,"kind":"song","voice":"v","language":"en","parameters":{}}\n',
            b'{"type":"speak","generation":1,"kind":"text","voice":"v","language":"en","parameters":{"a":1}}\n',
            b'{"type":"speak","length":100}\nshort',
        ):
            with plain_connection(environment) as sock:
                try:
                    sock.sendall(breach)
                    sock.shutdown(socket.SHUT_WR)
                    while sock.recv(1 << 16):
                        pass
                except ConnectionError:
                    pass  # it did not read to the end
        good.send(Message("ping"))
        good.expect("alive")
        assert daemon.process.poll() is None
        good.close()


def test_another_user_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can be another user")
    place = socket_of(environment)
    with Daemon(environment) as daemon:
        for folder in (*tmp_path.parents, tmp_path, place.parent, place.parent.parent):
            folder.chmod(folder.stat().st_mode | 0o055)  # as if the folder's protection had failed
        place.chmod(0o666)
        code = (
            f"import socket; s = socket.socket(socket.AF_UNIX); s.connect({str(place)!r}); s.settimeout(20)\n"
            "try: print(s.recv(100))\nexcept ConnectionError: print(b'')"
        )
        ran = subprocess.run(
            ["/usr/bin/python3", "-c", code],
            user=65534,
            group=65534,
            capture_output=True,
            check=False,
            cwd="/",
        )
        assert ran.stdout == b"b''\n", ran.stderr
        assert "user 65534 was refused" in daemon.log.read_text()
        says_hello(daemon)


def says_hello(daemon: Daemon) -> None:
    client = daemon.client()
    client.expect("hello")
    client.close()


def test_another_users_daemon_is_not_trusted(tmp_path: Path) -> None:
    """A socket that another user put into our folder, were that possible, gets nothing of us."""
    if os.getuid() != 0:
        pytest.skip("only root can be another user")
    environment = private_environment(tmp_path)
    for folder in (*tmp_path.parents, tmp_path):
        folder.chmod(folder.stat().st_mode | 0o055)
    place = socket_of(environment)
    place.parent.mkdir(mode=0o700)
    os.chown(place.parent, 65534, 65534)
    place.parent.parent.chmod(0o755)
    code = (
        f"import socket; s = socket.socket(socket.AF_UNIX); s.bind({str(place)!r}); s.listen()\n"
        "print(1, flush=True)\n"
        "c, _ = s.accept(); print(c.recv(100))"
    )
    with subprocess.Popen(
        ["/usr/bin/python3", "-c", code], user=65534, group=65534, stdout=subprocess.PIPE, cwd="/"
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"1\n"
        os.chown(place.parent, 0, 0)
        place.chmod(0o777)
        ran = subprocess.run(
            [sys.executable, "-c", "from kokoro_speechd.ipc import endpoint; endpoint.connect()"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "PermissionError" in ran.stderr
        assert other.communicate(timeout=20)[0] == b"b''\n"


def test_systemds_socket_is_taken_over_and_left_in_place(environment: dict[str, str]) -> None:
    """What systemd does: it listens, starts us at the first connection and keeps the socket."""
    place = socket_of(environment)
    place.parent.mkdir(mode=0o700)
    with listening_at(place) as listening:
        waiting = plain_connection(environment)  # before the daemon runs
        process = start_with(listening, environment)
        assert waiting.recv(1000).startswith(b'{"type":"hello"')
        waiting.close()
        process.terminate()
        assert process.wait(10) == 0
        assert place.exists()
        assert daemon_pid(environment) is None


def test_systemds_daemon_sends_one_away_that_was_there_before(environment: dict[str, str]) -> None:
    place = socket_of(environment)
    with Daemon(environment) as daemon:
        place.unlink()  # systemd does so when it begins to listen
        with listening_at(place) as listening:
            process = start_with(listening, environment)
            assert daemon.process.wait(20) == 0
            waiting = plain_connection(environment)
            assert waiting.recv(1000).startswith(b'{"type":"hello"')
            assert daemon_pid(environment) == process.pid
            assert place.exists()
            waiting.close()
            process.terminate()
            assert process.wait(10) == 0


def listening_at(place: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX)
    descriptor = os.open(place.parent, os.O_PATH)
    listening.bind(f"/proc/self/fd/{descriptor}/{place.name}")
    os.close(descriptor)
    listening.listen()
    return listening


def start_with(listening: socket.socket, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a daemon as systemd does."""
    starter = (
        f"import os, sys; os.dup2({listening.fileno()}, 3); os.environ['LISTEN_PID'] = str(os.getpid())\n"
        f"os.execv(sys.executable, {list(COMMAND)!r})"
    )
    return subprocess.Popen(
        [sys.executable, "-c", starter],
        env={**environment, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "engine"},
        pass_fds=(listening.fileno(),),
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.slow
def test_the_model_comes_with_the_first_request_and_goes(
    home_with_model: dict[str, str],
) -> None:
    with Daemon(home_with_model) as daemon:
        client = daemon.client()
        assert client.expect("state").string("state") == "unloaded"
        small = daemon.rss()
        client.speak("Hello")
        assert client.expect("failed").string("reason") == "the model is loading"
        client.state("ready")
        client.speak("Hello", 2)
        assert client.expect("audio").payload
        client.expect("end")
        large = daemon.rss()
        (Path(home_with_model["XDG_CONFIG_HOME"]) / "kokoro-speechd").mkdir(exist_ok=True)
        settings = Path(home_with_model["XDG_CONFIG_HOME"]) / "kokoro-speechd/config.toml"
        # On a busy machine it would begin to make sounds ahead before it is time to unload.
        settings.write_text("[daemon]\nunload_after_min = 0.01\n[cache]\nwarm = false\n")
        daemon.process.send_signal(signal.SIGHUP)
        client.expect("settings")
        client.state("unloaded")
        wait_until(
            lambda: daemon.rss() < 0.7 * large,
            20,
            lambda: f"{daemon.rss() >> 20} of {large >> 20} MB are still there",
        )
        sizes = [size >> 20 for size in (small, large, daemon.rss())]
        print("resident at the start {}, with the model {}, without it {} MB".format(*sizes))
        client.speak("Hello", 3)
        client.state("ready")
        client.close()


@pytest.mark.slow
def test_idle_means_idle(home_with_model: dict[str, str]) -> None:
    """With the model loaded and a module connected, no thread of the daemon wakes up."""
    with Daemon(home_with_model) as daemon:
        client = daemon.client()
        client.load()
        client.speak("Hello")
        client.expect("end")
        time.sleep(3)  # what the last utterance needed is given back after one
        before, cpu = switches(daemon.process.pid), cpu_seconds(daemon.process.pid)
        time.sleep(4)
        assert switches(daemon.process.pid) == before
        assert cpu_seconds(daemon.process.pid) == cpu
        client.close()


def switches(pid: int) -> dict[str, str]:
    """Return each thread's number of voluntary context switches."""
    return {
        task.name: (task / "status").read_text().split("voluntary_ctxt_switches:")[1].split()[0]
        for task in Path(f"/proc/{pid}/task").iterdir()
    }


def cpu_seconds(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


@pytest.mark.slow
def test_two_listeners_hear_only_their_own(home_with_model: dict[str, str]) -> None:
    with Daemon(home_with_model) as daemon:
        reader, typist = daemon.client(), daemon.client()
        reader.load()
        reader.speak(LONG + "<mark name='reader'/>", 7)
        reader.expect("audio")
        for generation in range(100, 105):
            typist.speak("<speak>a<mark name='typist'/></speak>", generation)
            seen = []
            while not seen or seen[-1].type != "end":
                seen.append(typist.expect("audio", "mark", "end", "failed"))
            assert {message.integer("generation") for message in seen} == {generation}
            assert [message.string("name") for message in seen if message.type == "mark"] == ["typist"]
        reader.send(Message("cancel", {"generation": 7}))
        reader.send(Message("ping"))
        while (message := reader.expect("audio", "mark", "alive")).type != "alive":
            assert message.integer("generation") == 7
            # On a busy machine the whole message may be made before it is cancelled.
            assert message.type == "audio" or message.string("name") == "reader"
        for client in (reader, typist):
            client.close()


@pytest.mark.slow
def test_reload_keeps_the_speech(home_with_model: dict[str, str]) -> None:
    with Daemon(home_with_model) as daemon:
        client = daemon.client()
        client.load()
        client.speak(LONG * 5)  # so much that it cannot have ended before the settings are read
        client.expect("audio")
        daemon.process.send_signal(signal.SIGHUP)
        client.expect("settings")
        while (message := client.expect("audio", "end", "failed", "state")).type != "end":
            assert message.type == "audio" or message.fields.get("state") == "ready"
        client.close()
