# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.speechd.recorder import Recorder, recordings, switch_file
from kokoro_speechd.speechd.redaction import mark_shape, shape
from kokoro_speechd.speechd.wire import Body
from kokoro_speechd.text.ssml.parser import scan
from tests.module_driver import Module, marks_of
from tests.speechd.test_replay import replay

SAID = '<speak>My PIN is <mark name="0:12"/>4711, <sub alias="Jo Doe">J.</sub> Caf\u00e9 &amp; &#65;!</speak>'
SHAPE = '<speak>Xx XXX xx <mark name="0:12"/>0000, <sub alias="Xx Xxx">X.</sub> Xxxx &amp; xxxxx!</speak>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SAID, SHAPE),
        ("a < b & c", "x < x & x"),
        ("<!-- secret 1 -->", "<!-- xxxxxx 0 -->"),
        (
            "<prosody rate='-20%' pitch=\"high\">No</prosody>",
            "<prosody rate='-20%' pitch=\"high\">Xx</prosody>",
        ),
        (
            '<mark name="__spd_7"/><mark name="my friend 3"/>',
            '<mark name="__spd_7"/><mark name="xx xxxxxx 3"/>',
        ),
        ("<password>", "<password>"),
        ("<a secret>", "<a xxxxxx>"),
        ('<!-- rate="Jo" > Jo -->', '<!-- xxxx="Xx" > Xx -->'),
        ("\u4f60\u597d \u0661\u0662 \U0001f600", "xx 00 *"),
        ("line one\n.line two", "xxxx xxx\n.xxxx xxx"),
        ("", ""),
    ],
)
def test_shapes(text: str, expected: str) -> None:
    assert shape(text) == expected


@given(st.text())
def test_a_shape_keeps_no_letter_and_its_length(text: str) -> None:
    plain = text.replace("<", "(").replace("&", "+")
    found = shape(plain)
    assert len(found) == len(plain)
    assert not [letter for letter in found if letter.isalpha() and letter not in "xX"]
    assert not [digit for digit in found if digit.isnumeric() and digit != "0"]


@given(st.text(alphabet="<>/ abc\"'=&;#12!-mark\n"))
def test_shapes_of_anything_are_stable(text: str) -> None:
    assert shape(shape(text)) == shape(text)


@pytest.mark.parametrize(
    "text", ["<!--" * 250_000, f"<{'a' * 1_000_000}>", "<a" + " b" * 500_000 + ">", "&#" * 500_000]
)
def test_hostile_texts_take_no_time(text: str) -> None:
    assert len(shape(text)) == len(text)


def test_marks() -> None:
    assert mark_shape("0:12") == "0:12"
    assert mark_shape("__spd_3") == "__spd_3"
    assert mark_shape("Anna 2") == "Xxxx 2"


def record(module: Module, *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "kokoro_speechd.cli.main", "record", *arguments],
        env=module.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ran.stdout


def transcripts(module: Module) -> list[Path]:
    return sorted(Path(module.environment["XDG_STATE_HOME"]).glob("kokoro-speechd/recordings/*.jsonl"))


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().rstrip("\n").split("\n")]


def test_it_is_off(module: Module) -> None:
    module.speak("Hello")
    module.until_end()
    assert not transcripts(module)


@pytest.mark.parametrize("with_text", [False, True], ids=["shape", "text"])
def test_a_session_is_recorded_and_can_be_replayed(
    start_module: Callable[..., Module], with_text: bool
) -> None:
    module = start_module()
    record(module, "on", *(["--with-text"] if with_text else []))
    module.init()
    module.speak(SAID)
    events = module.until_end()
    module.speak("a", command="CHAR")
    module.until_end()
    assert module.quit() == 0
    said = record(module, "off")
    [path] = transcripts(module)
    assert str(path) in said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    text = path.read_text()
    assert ("4711" in text) == ("PIN" in text) == ("Jo Doe" in text) == with_text
    found = rows(path)
    assert [row["t"] for row in found] == sorted(row["t"] for row in found)
    assert sum(row.get("audio_samples", 0) for row in found) > 0
    sides = {
        row["dir"]: [r["text"] for r in found if r["dir"] == row["dir"] and "text" in r] for row in found
    }
    assert (SAID if with_text else SHAPE) + "\n\n.\n" in sides["server"] or (
        (SAID if with_text else SHAPE) + "\n.\n" in sides["server"]
    )
    assert "701 BEGIN\n" in sides["module"]
    assert marks_of(events) == ["0:12"]
    assert "700-0:12\n700 INDEX MARK\n" in sides["module"]

    renamed = path.with_name("startup.jsonl")  # it says INIT itself
    path.rename(renamed)
    assert replay(start_module(), renamed, 0.0) == "startup: 2 messages, 0 stopped"


def test_it_is_turned_on_and_off_while_it_runs(module: Module) -> None:
    record(module, "on")
    time.sleep(0.6)
    module.speak("Hello")
    module.until_end()
    record(module, "off")
    time.sleep(0.6)
    module.speak("Secret")
    module.until_end()
    [path] = transcripts(module)
    assert "xxxxx" in path.read_text().lower()
    assert "xxxxxx" not in path.read_text().lower()
    record(module, "clear")
    assert not transcripts(module)


def test_the_marks_of_a_shape_are_those_of_the_text() -> None:
    assert [mark.name for mark in scan(SHAPE).marks] == [mark.name for mark in scan(SAID).marks]


def test_it_ends_at_its_largest_size_and_keeps_only_so_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("kokoro_speechd.speechd.recorder._LARGEST", 5000)
    switch_file().parent.mkdir()
    switch_file().write_text("shape")
    for number in range(12):
        folder = tmp_path / "kokoro-speechd/recordings"
        folder.mkdir(exist_ok=True)
        (folder / f"2020010{number:02}.jsonl").write_text("old")
    recorder = Recorder()
    for _ in range(100):
        recorder.server(Body("SPEAK", ("x" * 400,)))
    assert len(recordings()) == 8
    assert recordings()[-1].stat().st_size <= 5000


def test_a_folder_that_cannot_be_written_disturbs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    switch_file().parent.mkdir()
    switch_file().write_text("text")
    (tmp_path / "kokoro-speechd/recordings").write_text("a file in the way")
    Recorder().server(Body("SPEAK", ("Hello",)))
    Recorder().module(b"701 BEGIN\n")
