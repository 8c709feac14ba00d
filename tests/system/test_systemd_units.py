# SPDX-License-Identifier: GPL-3.0-or-later
"""The unit files as systemd reads them: it says nothing only where it understood every line."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from kokoro_speechd.dbus import NAME, SPIEL_NAME

UNITS = Path(__file__).parents[2] / "systemd"
ANALYZE = shutil.which("systemd-analyze")
COMMAND = Path(sys.prefix) / "bin" / "kokoro-speechd"

needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")


def install(folder: Path) -> list[Path]:
    """Copy the units with the command of this environment in place of the packaged one."""
    folder.mkdir()
    installed = []
    for unit in sorted(UNITS.glob("kokoro-speechd.*")):
        installed.append(folder / unit.name)
        installed[-1].write_text(unit.read_text().replace("/usr/bin/kokoro-speechd", str(COMMAND)))
    return installed


def verify(units: list[Path], home: Path) -> tuple[int, str]:
    """Return exit status and everything that systemd-analyze says."""
    # A short name: the socket's path in it must have no more than 107 characters, and pytest's are long.
    with tempfile.TemporaryDirectory() as runtime:
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": runtime}
        finished = subprocess.run(
            [str(ANALYZE), "verify", "--user", *map(str, units)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    return finished.returncode, finished.stdout + finished.stderr


def keys_of(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, delimiters="=", comment_prefixes="#")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text())
    return parser


@needs_systemd
def test_systemd_has_nothing_to_say(tmp_path: Path) -> None:
    assert COMMAND.exists()
    assert verify(install(tmp_path / "units"), tmp_path) == (0, "")


@needs_systemd
@pytest.mark.parametrize(
    ("unit", "right", "wrong"),
    [
        ("service", "RestrictAddressFamilies", "RestrictAddressFamily"),
        ("service", "MemoryMax=3G", "MemoryMax=a lot"),
        ("service", str(COMMAND), "/nowhere/kokoro-speechd"),
        ("socket", "SocketMode=0600", "SocketMode=private"),
    ],
    ids=["key", "value", "command", "mode"],
)
def test_systemd_would_say_it(tmp_path: Path, unit: str, right: str, wrong: str) -> None:
    units = install(tmp_path / "units")
    broken = next(path for path in units if path.suffix == f".{unit}")
    assert right in broken.read_text()
    broken.write_text(broken.read_text().replace(right, wrong))
    _, said = verify(units, tmp_path)
    assert wrong.rpartition("=")[2] in said


@pytest.mark.parametrize("name", [NAME, SPIEL_NAME])
def test_the_bus_starts_what_systemd_starts(name: str) -> None:
    bus = keys_of(UNITS / f"{name}.service")["D-BUS Service"]
    assert bus["Name"] == name
    assert (UNITS / bus["SystemdService"]).exists()
    assert bus["Exec"] == keys_of(UNITS / bus["SystemdService"])["Service"]["ExecStart"]


def test_promises_of_the_service() -> None:
    service = keys_of(UNITS / "kokoro-speechd.service")["Service"]
    assert service["RestrictAddressFamilies"] == "AF_UNIX"
    assert service["LimitCORE"] == "1"
    assert "MemoryDenyWriteExecute" not in service  # torch's compiled kernels
    assert "PrivateUsers" not in service  # would keep it from starting where user namespaces are forbidden
    listener = keys_of(UNITS / "kokoro-speechd.socket")["Socket"]
    assert listener["ListenStream"] == "%t/kokoro-speechd/engine.sock"
    assert (listener["SocketMode"], listener["DirectoryMode"]) == ("0600", "0700")
