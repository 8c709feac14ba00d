# SPDX-License-Identifier: GPL-3.0-or-later
"""An installation in which pip left misaki and kokoro out, as it does on new Pythons, and half of one."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import pty
import select
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kokoro_speechd.system import distributions
from tests.desktop import Desktop
from tests.user_account import Account

pytestmark = [pytest.mark.desktop, pytest.mark.slow, pytest.mark.timeout(400)]

SOURCE = Path(__file__).parents[3]
COMMAND = " -m pip install --no-deps --ignore-requires-python 'misaki>=0.9.4,<0.10' 'kokoro>=0.9.4,<0.10'"


class Installation:
    """A virtual environment that has what ours has, without some packages."""

    def __init__(self, folder: Path, *without: str) -> None:
        self.python = folder / "venv/bin/python"
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        libraries = folder / "libraries"
        libraries.mkdir()
        for place in [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]:
            for entry in Path(place).iterdir():
                # With its metadata; `misaki` is as much in misaki-0.9.4.dist-info.
                if (
                    entry.name.partition("-")[0].lower() not in without
                    and not (libraries / entry.name).exists()
                ):
                    (libraries / entry.name).symlink_to(entry)
        [packages] = (folder / "venv/lib").glob("python*/site-packages")
        (packages / "libraries.pth").write_text(f"{libraries}\n{SOURCE}\n")
        for name, module in (("kokoro-speechd", "cli.main"), ("sd_kokoro", "speechd.entry")):
            script = folder / "venv/bin" / name
            script.write_text(
                f"#!{self.python}\nimport sys\nfrom kokoro_speechd.{module} import main\nsys.exit(main())\n"
            )
            script.chmod(0o755)
        self.command = folder / "venv/bin/kokoro-speechd"


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    desktop = Desktop(tmp_path / "user", install=False)
    try:
        desktop.start_sound()
        yield desktop
    finally:
        desktop.close()


def old_release(folder: Path, name: str) -> None:
    """Write a wheel like the real one: it refuses this Python, and wants what is not to be had."""
    metadata = (
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.9.4\nRequires-Python: >=3.8,<3.9\n"
        "Requires-Dist: a-quarter-of-a-gigabyte\n"
    )
    files = {
        f"{name}/__init__.py": "here = True\n",
        f"{name}-0.9.4.dist-info/METADATA": metadata,
        f"{name}-0.9.4.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(folder / f"{name}-0.9.4-py3-none-any.whl", "w") as wheel:
        record = ""
        for path, text in files.items():
            wheel.writestr(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{path},sha256={digest},{len(text)}\n"
        wheel.writestr(f"{name}-0.9.4.dist-info/RECORD", record + f"{name}-0.9.4.dist-info/RECORD,,\n")


def at_a_terminal(command: list[str], environment: dict[str, str], answer: str) -> str:
    """Run a command at a terminal and answer its question; return all that it said."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd="/", start_new_session=True
    ):
        os.close(theirs)
        said, asked = "", False
        while select.select([ours], [], [], 200)[0]:
            try:
                piece = os.read(ours, 65536).decode("utf-8", "replace")
            except OSError:  # it has ended
                break
            said += piece
            if not asked and "[y/N]" in said:
                os.write(ours, f"{answer}\n".encode())
                asked = True
    os.close(ours)
    return said


def test_setup_offers_what_pip_left_out(tmp_path: Path, desktop: Desktop) -> None:
    installation = Installation(tmp_path, "misaki", "kokoro")
    account = Account(desktop.environment, installation.command)
    try:
        findings = json.loads(account.run("doctor", "--json", code=1).stdout)["findings"]
        [english] = [finding for finding in findings if finding["subject"] == "English"]
        assert english["state"] == "missing"
        assert english["advice"] == f"{installation.python}{COMMAND}"

        # Nobody is there to answer: the command is named, nothing is run, and the rest is done.
        said = account.run("setup").stdout
        assert f"  {installation.python}{COMMAND}\n" in said
        assert "Run this command once" in said
        assert "speech-dispatcher has the module kokoro." in said

        wheels = tmp_path / "wheels"
        wheels.mkdir()
        for name in ("misaki", "kokoro"):
            old_release(wheels, name)
        environment = account.environment | {
            "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_CONFIG_FILE": os.devnull
        }  # fmt: skip
        setup = [str(installation.command), "setup", "--quiet"]
        said = at_a_terminal(setup, environment, "n")
        assert "It needs the network, this once." in said
        assert not list(tmp_path.glob("venv/lib/python*/site-packages/misaki"))
        said = at_a_terminal(setup, environment, "y")
        assert "Successfully installed" in said
        assert list(tmp_path.glob("venv/lib/python*/site-packages/misaki"))
        assert list(tmp_path.glob("venv/lib/python*/site-packages/kokoro"))
        assert "espeak-ng speaks English" not in account.run("setup", "--quiet").stdout
        account.run("setup", "--undo")
    finally:
        account.close()


def test_english_without_its_lexicon(tmp_path: Path) -> None:
    installation = Installation(tmp_path, "misaki", "kokoro")
    script = """
from kokoro_speechd.errors import LanguageError
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
print(phonemizer_for("es", PhonemizerOptions()).phonemes("hola").symbols)
for language in ("en-US", "en-GB"):
    try:
        phonemizer_for(language, PhonemizerOptions())
    except LanguageError as error:
        print(error)
"""
    ran = subprocess.run(
        [installation.python, "-c", script], capture_output=True, text=True, check=False, cwd="/"
    )
    spanish, american, british = ran.stdout.splitlines()
    assert spanish == "ˈola"
    assert american == british == "English needs misaki, which `kokoro-speechd setup` offers to install"


@pytest.mark.parametrize(
    ("without", "detail", "advice"),
    [
        ("torch", "not installed: torch", "-m pip install torch"),
        ("numpy", "not installed: numpy", "-m pip install numpy"),
        ("gi", "not installed: PyGObject; speech-dispatcher is served", distributions.install_line("bus")),
    ],
)
def test_half_an_installation(
    tmp_path: Path, desktop: Desktop, without: str, detail: str, advice: str
) -> None:
    account = Account(desktop.environment, Installation(tmp_path, without).command)
    try:
        findings = json.loads(account.run("doctor", "--json", code=1).stdout)["findings"]
        [libraries] = [finding for finding in findings if finding["subject"] == "Libraries"]
        assert detail in libraries["detail"]
        assert advice in libraries["advice"]
        for command in (["say", "--output", str(tmp_path / "hello.wav"), "Hello"], ["status"], ["voices"]):
            ran = account.run(*command, code=None)
            assert "Error" not in ran.stderr, ran.stderr
    finally:
        account.close()


def test_not_even_the_doctor_can_start(tmp_path: Path, desktop: Desktop) -> None:
    installation = Installation(tmp_path, "xdg", "pyxdg")
    account = Account(desktop.environment, installation.command)
    try:
        for command in ("doctor", "voices"):
            said = account.run(command, code=1).stderr
            assert said == (
                f"kokoro-speechd: xdg is not installed: {installation.python} -m pip install pyxdg\n"
            )
    finally:
        account.close()


@pytest.mark.parametrize(
    ("release", "line"),
    [
        ("ID=debian", "sudo apt install speech-dispatcher"),
        ("ID=ubuntu\nID_LIKE=debian", "sudo apt install speech-dispatcher"),
        ("ID=fedora", "sudo dnf install speech-dispatcher speech-dispatcher-utils"),
        ("ID=manjaro\nID_LIKE=arch", "sudo pacman -S speech-dispatcher"),
        ('ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"', "sudo zypper install speech-dispatcher"),
        ("ID=nixos", "Install what Debian calls speech-dispatcher"),
    ],
)
def test_packages_by_the_distributions_names(
    monkeypatch: pytest.MonkeyPatch, release: str, line: str
) -> None:
    found = dict(row.replace('"', "").split("=", 1) for row in release.splitlines())
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: found)
    distributions.distribution.cache_clear()
    try:
        assert distributions.install_line("speech_dispatcher") == line
    finally:
        distributions.distribution.cache_clear()
