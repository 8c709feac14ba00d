# SPDX-License-Identifier: GPL-3.0-or-later
"""What `python -m distribution` makes is current, and its readers take it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from distribution.__main__ import ROOT, generated, stale
from kokoro_speechd.settings import TABLES

PAGES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("share/man/man?/*"))
INTERFACE = "share/man/man5/io.github.kokoro_speechd.5"
SETTINGS = "share/man/man5/kokoro-speechd-config.5"
COMMAND = "share/man/man1/kokoro-speechd.1"


def run(*command, stdin=None):
    program = shutil.which(command[0])
    assert program, f"{command[0]} is missing; `make setup` installs it"
    return subprocess.run(
        [program, *command[1:]],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=60,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "MANWIDTH": "80", "HOME": "/nonexistent"},
    )


def test_generated_files_are_current():
    assert stale(generated()) == [], "run `make files`"


def test_a_changed_file_is_noticed():
    files = generated()
    files[COMMAND] += b"x"
    assert stale(files) == [COMMAND]


def test_the_four_pages_are_there():
    assert PAGES == [COMMAND, "share/man/man1/sd_kokoro.1", INTERFACE, SETTINGS]


@pytest.mark.parametrize("page", PAGES)
def test_mandoc_has_no_objection(page):
    done = run("mandoc", "-T", "lint", "-W", "warning", page)
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


@pytest.mark.parametrize("page", PAGES)
def test_groff_and_man_have_no_objection(page):
    assert run("groff", "-man", "-ww", "-z", "-Tutf8", page).stderr == ""
    shown = run("man", "--warnings", "-E", "UTF-8", "-l", page)
    assert (shown.stderr, shown.returncode) == ("", 0)
    assert "NAME" in shown.stdout


def shown(page):
    return run("man", "-E", "UTF-8", "-l", page).stdout


def test_every_setting_is_in_its_page():
    text = shown(SETTINGS)
    for table, keys in TABLES.items():
        assert f"\n[{table}]\n" in text
        for key in keys:
            assert re.search(rf"^ +{key} = ", text, re.MULTILINE), key
    assert '\n       engine = "fast"\n' in text


def test_every_member_of_the_interface_is_in_its_page():
    text = shown(INTERFACE)
    described = ET.parse(ROOT / "kokoro_speechd/dbus/control.xml").getroot()  # noqa: S314 - our own file
    names = [member.get("name") for member in described.find("interface")]
    assert len(names) > 20
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []


def test_every_command_and_option_is_in_the_page():
    text = shown(COMMAND)
    for word in (
        "say",
        "stop",
        "status",
        "daemon",
        "voices",
        "doctor",
        "random",
        "warm",
        "--ssml",
        "--output",
    ):
        assert re.search(rf"(?<![\w-]){word}\b", text), word


# --- Completions ---------------------------------------------------------------------------------------

BASH = """
source share/bash-completion/completions/kokoro-speechd
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_shtab_kokoro_speechd kokoro-speechd "${@: -1}" "${@: -2:1}"
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = """
source share/fish/vendor_completions.d/kokoro-speechd.fish
complete -C (string join -- ' ' $argv)
"""


@pytest.mark.parametrize("shell", ["bash", "fish"])
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["kokoro-speechd", "voi"], {"voices"}),
        (["kokoro-speechd", "model", "r"], {"random", "remove"}),
        (["kokoro-speechd", "say", "--l"], {"--language"}),
    ],
)
def test_a_shell_completes(shell, words, expected, tmp_path):
    script = tmp_path / "script"
    script.write_text(BASH if shell == "bash" else FISH)
    done = run(*(["bash", "--norc"] if shell == "bash" else ["fish", "--no-config"]), str(script), *words)
    assert done.stderr == ""
    offered = {line.split("\t")[0] for line in done.stdout.splitlines()}
    assert expected <= offered, done.stdout
    assert "kokoro-speechd" not in offered


def test_bash_completes_files():
    done = run("bash", "--norc", "-c", BASH, "x", "kokoro-speechd", "say", "--output", "README")
    assert done.stdout == "README.md\n"


def test_zsh_reads_its_completion():
    place = "share/zsh/site-functions/_kokoro-speechd"
    assert (ROOT / place).read_text().startswith("#compdef kokoro-speechd\n")
    done = run("zsh", "-f", "-n", place)
    assert (done.stderr, done.returncode) == ("", 0)


# --- Metainfo ------------------------------------------------------------------------------------------


def test_appstream_has_no_objection():
    # There is no page of this project yet, which only AppStream 1.0 and later ask for.
    old = re.search(r"version: 0\.", run("appstreamcli", "--version").stdout)
    page = [] if old else ["--override", "url-homepage-missing=info"]
    metainfo = map(str, ROOT.glob("share/metainfo/*"))
    done = run("appstreamcli", "validate", "--no-net", "--no-color", *page, *metainfo)
    assert done.returncode == 0, done.stdout
    assert "successful" in done.stdout
    assert Path(ROOT / "share/metainfo/io.github.kokoro_speechd.metainfo.xml").is_file()
