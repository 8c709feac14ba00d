# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd doctor` on machines with one fault each, beside one on which all is well."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kokoro_speechd.cli.doctor.bug_report import without_names
from kokoro_speechd.ipc import endpoint
from kokoro_speechd.synthesis.files.model_files import CONFIG_NAME, WEIGHTS_NAME
from tests.desktop import Desktop, speech_dispatcher_version, wait_until
from tests.private_bus import session_bus
from tests.private_home import daemon_pid

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(200)]

CONFIG = Path(__file__).parents[3] / "kokoro_speechd/synthesis/files/kokoro-config.json"


class Machine:
    """A machine on which all is well: sound, bus, server, module, and a model that looks whole."""

    def __init__(self, root: Path, pulse: str) -> None:
        self.root = root
        self.stack = ExitStack()
        desktop = Desktop(root, pulse_server=pulse)
        self.stack.callback(desktop.close)
        self.environment = desktop.environment
        self.data = Path(self.environment["XDG_DATA_HOME"])
        self.state = Path(self.environment["XDG_STATE_HOME"])
        self.model = self.data / "kokoro-speechd/model"
        (self.model / "voices").mkdir(parents=True)
        shutil.copy(CONFIG, self.model / CONFIG_NAME)
        for path in (self.model / WEIGHTS_NAME, self.model / "voices/af_heart.pt"):
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("data", b"x" * 100_000)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.stack.enter_context(session_bus(root / "bus"))
        self.tools = root / "bin"
        self.tools.mkdir()
        self.environment["PATH"] = f"{self.tools}:{self.environment['PATH']}"
        self.wrapper: tuple[str, ...] = ()

    def doctor(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        ran = subprocess.run(
            [*self.wrapper, sys.executable, "-m", "kokoro_speechd.cli.main", "doctor", *arguments],
            env=self.environment, capture_output=True, text=True, check=False, cwd="/", timeout=120,
        )  # fmt: skip
        assert "Traceback" not in ran.stderr, ran.stderr
        return ran

    def start_daemon(self) -> int:
        daemon = subprocess.Popen(
            [sys.executable, "-m", "kokoro_speechd.daemon"],
            env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        self.stack.callback(daemon.wait)
        self.stack.callback(daemon.kill)
        runtime = Path(self.environment["XDG_RUNTIME_DIR"]) / "kokoro-speechd"
        wait_until((runtime / endpoint.SOCKET_NAME).exists, 60, "the daemon did not start")
        wait_until(lambda: daemon_pid(self.environment) is not None, 60, "the daemon did not start")
        pid = daemon_pid(self.environment)
        assert pid is not None
        return pid


@pytest.fixture(scope="module")
def pulse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    desktop = Desktop(tmp_path_factory.mktemp("sound"), install=False)
    try:
        desktop.start_sound()
        yield desktop.environment["PULSE_SERVER"]
    finally:
        desktop.close()


@pytest.fixture
def machine(tmp_path: Path, pulse: str) -> Iterator[Machine]:
    machine = Machine(tmp_path, pulse)
    with machine.stack:
        yield machine


def test_a_machine_on_which_all_is_well(machine: Machine) -> None:
    ran = machine.doctor()
    assert ran.returncode == 0, ran.stdout
    assert ran.stdout.startswith("Everything that speech needs is here.\n")
    assert "[MISSING]" not in ran.stdout
    for subject in ("Sound", "speech-dispatcher", "Output module", "Model", "Voices", "Disk", "Daemon"):
        assert f"[ok]       {subject}: " in ran.stdout, ran.stdout
    assert (
        f"speech-dispatcher: {speech_dispatcher_version()}, {shutil.which('speech-dispatcher')}" in ran.stdout
    )


def no_model(machine: Machine) -> None:
    shutil.rmtree(machine.model)


def truncated_model(machine: Machine) -> None:
    with (machine.model / WEIGHTS_NAME).open("r+b") as file:
        file.truncate(50_000)


def no_espeak(machine: Machine) -> None:
    (machine.root / "path/espeakng_loader").mkdir(parents=True)
    (machine.root / "path/espeakng_loader/__init__.py").touch()
    # What the dynamic linker finds in the place of the system's library is none.
    (machine.root / "path/libespeak-ng.so.1").write_text("not a library")
    machine.environment["PYTHONPATH"] = str(machine.root / "path")
    machine.environment["LD_LIBRARY_PATH"] = str(machine.root / "path")


def no_sound(machine: Machine) -> None:
    machine.environment["PULSE_SERVER"] = f"unix:{machine.root}/nobody"


def add_module(machine: Machine) -> None:
    folder = Path(machine.environment["XDG_CONFIG_HOME"]) / "speech-dispatcher"
    folder.mkdir()
    text = Path("/etc/speech-dispatcher/speechd.conf").read_text()
    (folder / "speechd.conf").write_text(f'{text}\nAddModule "espeak-ng" "sd_espeak-ng" "espeak-ng.conf"\n')


def stopped_daemon(machine: Machine) -> None:
    pid = machine.start_daemon()
    os.kill(pid, signal.SIGSTOP)
    machine.stack.callback(os.kill, pid, signal.SIGCONT)


def wrong_permissions(machine: Machine) -> None:
    (machine.state / "kokoro-speechd").mkdir()
    (machine.state / "kokoro-speechd").chmod(0o500)


def full_disk(machine: Machine) -> None:
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("only root can mount a small disk")
    cache = machine.environment["XDG_CACHE_HOME"]
    script = (
        f'mount -t tmpfs -o size=64k tmpfs "{cache}" && head -c 60000 /dev/zero >"{cache}/big" && exec "$@"'
    )
    machine.wrapper = ("unshare", "-m", "sh", "-c", script, "sh")


def no_bus(machine: Machine) -> None:
    del machine.environment["DBUS_SESSION_BUS_ADDRESS"]


def unknown_version(machine: Machine) -> None:
    tool = machine.tools / "speech-dispatcher"
    tool.write_text("#!/bin/sh\necho speech-dispatcher 2.5.1\n")
    tool.chmod(0o755)


@pytest.mark.parametrize(
    ("break_it", "cause"),
    [
        (no_model, "Model: not found"),
        (truncated_model, "is cut off: 0.1 MB of about 327"),
        (no_espeak, "espeak-ng: no usable libespeak-ng"),
        (no_sound, "Sound: "),
        (add_module, 'AddModule "espeak-ng" "sd_espeak-ng" "espeak-ng.conf"'),
        (stopped_daemon, "Daemon: is stopped by a signal"),
        (wrong_permissions, "kokoro-speechd cannot be written by you"),
        (full_disk, "Disk: full: "),
        (no_bus, "D-Bus: there is no session bus"),
        (unknown_version, "speech-dispatcher: version 2.5.1 is unknown here"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_the_cause_stands_in_the_first_lines(machine: Machine, break_it: object, cause: str) -> None:
    assert callable(break_it)
    break_it(machine)
    ran = machine.doctor()
    assert ran.returncode == 1
    first = "\n".join(ran.stdout.splitlines()[:4])
    assert cause in first, ran.stdout
    missing = [line for line in ran.stdout.splitlines() if line.startswith("[MISSING]")]
    expected = 2 if break_it is no_model else 1  # no voices either
    assert len(missing) == expected, missing
    document = json.loads(machine.doctor("--json").stdout)
    assert not document["ok"]
    assert all(finding["advice"] for finding in document["findings"] if finding["state"] == "missing")


def test_a_users_file_that_lacks_the_systems_lines(machine: Machine) -> None:
    folder = Path(machine.environment["XDG_CONFIG_HOME"]) / "speech-dispatcher"
    folder.mkdir()
    (folder / "speechd.conf").write_text("DefaultModule kokoro\n")
    ran = machine.doctor()
    assert ran.returncode == 1
    assert "no SymbolsPreproc" in ran.stdout
    assert "no DefaultVolume 100" in ran.stdout


def test_a_server_that_cuts_off_what_spd_say_sends(machine: Machine) -> None:
    """Nobody chose `Timeout` here, so it is the server's own 5 seconds."""

    def found() -> list[dict[str, str]]:
        findings = json.loads(machine.doctor("--json").stdout)["findings"]
        return [finding for finding in findings if "without -w" in finding["detail"]]

    own = Path(machine.environment["XDG_CONFIG_HOME"]) / "speech-dispatcher/speechd.conf"
    (finding,) = found()
    assert finding["state"] == "optional"
    assert finding["detail"].startswith("the server ends 5 seconds after its last client")
    assert "kokoro-speechd setup --default" in finding["advice"]
    assert str(own) in finding["advice"]
    own.parent.mkdir()
    system = Path("/etc/speech-dispatcher/speechd.conf").read_text()
    own.write_text(f"{system}\nTimeout 9\n")
    (finding,) = found()
    assert f"{own}:{system.count(chr(10)) + 2}" in finding["advice"]
    own.write_text(f"{system}\nTimeout 3600\n")
    assert not found()


def test_another_users_folder(machine: Machine) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    folder = machine.state / "kokoro-speechd"
    folder.mkdir()
    os.chown(folder, 12_345, 12_345)
    first = machine.doctor().stdout.splitlines()[2:4]
    assert f"{folder} belongs to another user (number 12345)" in first[0]
    assert f'sudo chown -R "$(id -u):$(id -g)" {folder}' in first[1]


def test_a_daemon_that_runs_and_one_that_died(machine: Machine) -> None:
    pid = machine.start_daemon()
    assert f"[ok]       Daemon: runs (process {pid}), " in machine.doctor().stdout
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: daemon_pid(machine.environment) is None, 20, "it does not die")
    assert "Daemon: died without removing its socket" in machine.doctor().stdout


def test_doctor_leaves_no_trace(machine: Machine) -> None:
    before = sorted(machine.root.rglob("*"))
    machine.doctor()
    after = sorted(path for path in machine.root.rglob("*") if "pulse" not in path.parts)
    assert [path for path in after if path not in before] == []


def test_a_report_for_a_bug_names_nobody(machine: Machine) -> None:
    home = machine.environment["HOME"]
    machine.environment["USER"] = "jodoe"
    (Path(machine.environment["XDG_CONFIG_HOME"]) / "kokoro-speechd/config.toml").write_text(
        '[speech]\ndefault_voice = "jodoe-voice"\ndefault_voyce = "x"\n'
    )
    ran = machine.doctor("--report")
    assert ran.returncode == 1
    assert home not in ran.stdout
    assert "~/.config/kokoro-speechd/config.toml:3" in ran.stdout
    assert "kokoro-speechd: " in ran.stdout
    assert "Sound: there is one" in ran.stdout
    if platform.node() not in ("", "localhost"):
        assert platform.node() not in ran.stdout


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/home/jo/x and /home/johanna", "~/x and /home/johanna"),
        ("jo's JO, joke, pro-jo", "USER's USER, joke, pro-jo"),
        ("at /data/jo/model on den", "at /data/USER/model on HOST"),
    ],
)
def test_names_are_replaced(text: str, expected: str) -> None:
    assert without_names(text, {"/home/jo": "~", "jo": "USER", "den": "HOST", "": "NOTHING"}) == expected
