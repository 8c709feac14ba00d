# SPDX-License-Identifier: GPL-3.0-or-later
"""The translations: every message is in the template, German is complete, the protocol never sees it."""

from __future__ import annotations

import ast
import os
import re
import string
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po

from distribution.__main__ import ROOT
from distribution.messages import extract

LANGUAGES = sorted(path.stem for path in (ROOT / "po").glob("*.po"))


def messages(path):
    with (ROOT / "po" / path).open("rb") as file:
        return [message for message in read_po(file) if message.id]


def forms(text):
    return text if isinstance(text, tuple | list) else (text,)


def fields(text):
    return sorted((name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name is not None)


def test_german_is_there():
    assert "de" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_complete(language):
    template = {message.id for message in messages("kokoro-speechd.pot")}
    assert len(template) > 60
    translated = messages(f"{language}.po")
    assert {message.id for message in translated} == template
    for message in translated:
        assert not message.fuzzy, message.id
        assert all(forms(message.string)), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_same_fields_and_commands(language):
    for message in messages(f"{language}.po"):
        for ours, theirs in zip(forms(message.id), forms(message.string), strict=True):
            assert fields(ours) == fields(theirs)
            assert sorted(re.findall(r"`[^`]+`", ours)) == sorted(re.findall(r"`[^`]+`", theirs))


def calls(tree):
    """The first arguments of all calls of _ and ngettext."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext"):
            yield node.args[0]


def test_nothing_that_is_to_be_translated_is_missing_in_the_template():
    known = {forms(message.id)[0] for message in extract(ROOT)}
    found = 0
    for path in (ROOT / "kokoro_speechd").rglob("*.py"):
        for argument in calls(ast.parse(path.read_text(encoding="utf-8"))):
            assert isinstance(argument, ast.Constant), f"{path.name}: _() takes a plain text"
            assert argument.value in known, argument.value
            found += 1
    assert found > 20


def command(*arguments, **variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    return subprocess.run(
        [sys.executable, "-m", "kokoro_speechd.cli.main", *arguments],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("variables", [{"LANG": "de_DE.UTF-8"}, {"LANG": "C.UTF-8", "LANGUAGE": "de:fr"}])
def test_help_is_german_for_germans(variables):
    shown = command("say", "--help", **variables).stdout
    assert "Einen Text sprechen oder in eine WAV-Datei schreiben." in shown
    assert "--voice NAME" in shown


@pytest.mark.parametrize(
    "variables", [{}, {"LANG": "C"}, {"LANG": "xx_YY.UTF-8"}, {"LANGUAGE": "en", "LANG": "de_DE"}]
)
def test_others_read_english(variables):
    assert "Speak a text, or write it into a WAV file." in command("say", "--help", **variables).stdout


def test_errors_are_german_too():
    done = command("say", "--rate", "300", "x", LANG="de_DE.UTF-8")
    assert done.returncode == 2
    assert "muss zwischen -100 und 100 liegen" in done.stderr


def test_what_programs_read_is_the_same_in_every_language():
    english, german = (command("cache", "info", "--json", LANG=name).stdout for name in ("C", "de_DE.UTF-8"))
    assert english == german != ""


def test_the_module_knows_no_translation():
    code = "import sys, kokoro_speechd.speechd.module; print('kokoro_speechd.system.messages' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "False\n"
