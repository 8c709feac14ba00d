# SPDX-License-Identifier: GPL-3.0-or-later
"""A new account: the built wheel installed as pipx does it, `setup`, a word by spd-say, `setup --undo`."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop import Desktop
from tests.user_account import Account

pytestmark = [pytest.mark.desktop, pytest.mark.slow, pytest.mark.timeout(600)]

SOURCE = Path(__file__).parents[3]


def run(*command: str | Path, cwd: Path) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution, which must hold all that it needs."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=SOURCE)
    [sdist] = folder.glob("*.tar.gz")
    unpacked = folder / "source"
    unpacked.mkdir()
    run("tar", "-xf", sdist, "--strip-components=1", "-C", unpacked, cwd=folder)
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=unpacked)
    [wheel] = folder.glob("*.whl")
    return wheel


def pipx_install(wheel: Path, home: Path) -> Path:
    """Do as pipx does, without a network: the libraries are this environment's. Return the command."""
    venv = home / ".local/share/pipx/venvs/kokoro-speechd"
    run(sys.executable, "-m", "venv", "--system-site-packages", venv, cwd=home)
    [packages] = venv.glob("lib/python*/site-packages")
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "libraries-of-the-tests.pth").write_text("\n".join(ours) + "\n")
    run(venv / "bin/python", "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel, cwd=home)
    commands = home / ".local/bin"
    commands.mkdir(parents=True)
    for name in ("kokoro-speechd", "sd_kokoro"):
        (commands / name).symlink_to(venv / "bin" / name)
    return commands / "kokoro-speechd"


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    desktop = Desktop(tmp_path, install=False)
    try:
        desktop.start_sound()
        yield desktop
    finally:
        desktop.close()


def test_the_wheel_holds_what_setup_needs(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "kokoro_speechd/resources/config/kokoro.conf",
        "kokoro_speechd/resources/config/config.toml",
        "kokoro_speechd/resources/systemd/kokoro-speechd.socket",
        "kokoro_speechd/resources/systemd/kokoro-speechd.service",
        "kokoro_speechd/resources/systemd/io.github.kokoro_speechd.service",
        "kokoro_speechd/dbus/control.xml",
        "kokoro_speechd/synthesis/files/kokoro-config.json",
        "kokoro_speechd/synthesis/voice/voice-statistics.npz",
    } <= names
    assert not [name for name in names if name.startswith("tests/")]


def test_install_set_up_speak_undo(wheel: Path, desktop: Desktop) -> None:
    assert desktop.recorder is not None
    home = Path(desktop.environment["HOME"])
    account = Account(desktop.environment, pipx_install(wheel, home))
    try:
        before = account.tree()
        begun = time.monotonic()
        said = account.run("setup").stdout
        assert "speech-dispatcher has the module kokoro." in said
        assert desktop.recorder.loudness_since(begun) > 1000  # the sentence
        venv = home / ".local/share/pipx/venvs/kokoro-speechd/bin"
        module = account.file(".local/libexec/speech-dispatcher-modules/sd_kokoro")
        assert module.readlink() == venv / "sd_kokoro"

        begun = time.monotonic()
        ran = subprocess.run(
            ["spd-say", "-o", "kokoro", "-w", "Hello"], env=account.environment, check=False, timeout=60
        )
        time.sleep(0.3)
        assert ran.returncode == 0
        assert desktop.recorder.loudness_since(begun) > 1000
        assert account.run("status", code=None).returncode in (0, 1)

        account.run("setup", "--undo")
        account.end_server()
        assert account.tree() == before
    finally:
        account.close()
