# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd pronounce`, in a user's own folders."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_main import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def folder_of(home: Home) -> Path:
    return Path(home.environment["XDG_CONFIG_HOME"]) / "kokoro-speechd/pronunciations"


def lines(ran: subprocess.CompletedProcess[bytes]) -> list[str]:
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.decode().splitlines()


def test_a_word_is_looked_up_written_listed_and_forgotten(home: Home) -> None:
    folder = folder_of(home)
    assert lines(home.run("pronounce", "GNOME")) == [
        "GNOME, in en-US, by Kokoro: /nˈOm/",
        "No pronunciation of yours applies.",
    ]
    assert lines(home.run("pronounce", "GNOME", "guh-nome")) == [
        "GNOME = guh-nome",
        f"Is in {folder}/en.txt and counts from the next message.",
    ]
    assert lines(home.run("pronounce", "gnome")) == [
        "gnome, in en-US, by Kokoro: /ɡˈʌnˈOm/",
        f"Because of {folder}/en.txt, line 1: GNOME = guh-nome",
    ]
    assert lines(home.run("pronounce", "--language", "fr", "--case", "--part", "KDE", "/ka", "de", "ø/"))[
        0
    ] == ("KDE [case, part] = /ka de ø/")
    found = json.loads(home.run("pronounce", "KDE", "--language", "fr-CA", "--json").stdout)
    assert (found["phonemes"], found["by"], found["language"]) == ("ka de ø", "kokoro", "fr-CA")
    assert [(entry["says"], entry["file"], entry["line"]) for entry in found["entries"]] == [
        ("/ka de ø/", f"{folder}/fr.txt", 1)
    ]
    assert lines(home.run("pronounce", "--list")) == [
        f"{folder}/en.txt:1: GNOME = guh-nome",
        f"{folder}/fr.txt:1: KDE [case, part] = /ka de ø/",
    ]
    assert len(json.loads(home.run("pronounce", "--list", "--language", "fr", "--json").stdout)) == 1
    assert lines(home.run("pronounce", "--remove", "gnome")) == [f"gnome is no longer in {folder}/en.txt"]
    ran = home.run("pronounce", "--remove", "gnome")
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert lines(home.run("pronounce", "GNOME"))[1] == "No pronunciation of yours applies."


def test_espeak_reads_respellings_and_no_ipa(home: Home) -> None:
    before = lines(home.run("pronounce", "GNOME", "--language", "de"))[0]
    ran = home.run("pronounce", "GNOME", "/ɡnoːm/", "--language", "de")
    assert ran.returncode == 0
    assert b"takes no IPA" in ran.stderr
    assert lines(home.run("pronounce", "GNOME", "--language", "de"))[0] == before
    home.run("pronounce", "GNOME", "genom", "--language", "de")
    assert lines(home.run("pronounce", "GNOME", "--language", "de"))[0] != before


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("x", "/привет/"), "no IPA"),
        (("x", "/h"), "two slashes"),
        (('"', "quote"), "quotes"),
        (("x", "y", "--language", "xx"), "language"),
        (("*", "y"), "pattern"),
    ],
)
def test_what_cannot_be_written_is_refused(home: Home, arguments: tuple[str, ...], reason: str) -> None:
    ran = home.run("pronounce", *arguments)
    assert ran.returncode == 1
    assert reason in ran.stderr.decode()
    assert not folder_of(home).exists()


@pytest.mark.parametrize(
    "arguments",
    [(), ("--remove",), ("--list", "x"), ("--remove", "x", "y"), ("x", "--case"), ("--list", "--remove")],
)
def test_a_wrong_command_line(home: Home, arguments: tuple[str, ...]) -> None:
    ran = home.run("pronounce", *arguments)
    assert (ran.returncode, ran.stdout) == (2, b"")


def test_the_doctor_and_the_list_name_wrong_lines(home: Home) -> None:
    folder = folder_of(home)
    folder.mkdir(parents=True)
    (folder / "en.txt").write_text("GNOME = guh-nome\nKDE\n")
    ran = home.run("doctor", "--json")
    found = [row for row in json.loads(ran.stdout)["findings"] if row["subject"] == "Pronunciations"]
    assert [row["state"] for row in found] == ["ok", "missing"]
    assert found[0]["detail"] == f"1: {folder}/en.txt"
    assert found[1]["detail"].startswith(f"{folder}/en.txt:2: needs a word")
    assert f"{folder}/en.txt:2: needs a word" in home.run("pronounce", "--list").stderr.decode()


def test_a_folder_that_cannot_be_written_is_named(home: Home) -> None:
    folder_of(home).parent.mkdir(exist_ok=True)
    folder_of(home).write_text("a file")
    ran = home.run("pronounce", "x", "y")
    assert ran.returncode == 1
    assert b"pronunciations" in ran.stderr
    assert b"Traceback" not in ran.stderr
