# SPDX-License-Identifier: GPL-3.0-or-later
"""Punctuation modes as the user wants them."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from kokoro_speechd.text.naming import own_punctuation
from kokoro_speechd.text.naming.modes import Modes


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user writes; the system's file is in `system` beside it."""
    folders = [tmp_path / "own", tmp_path / "system"]
    for folder in folders:
        (folder / "kokoro-speechd").mkdir(parents=True)
    monkeypatch.setattr("kokoro_speechd.system.paths.config_folders", lambda: folders)
    return tmp_path / "own" / own_punctuation.NAME


def spoken(text: str, mode: str) -> str:
    return Modes(punctuation=mode).read(text, "en-US").text


@pytest.mark.parametrize(
    ("file", "mode", "text", "wanted"),
    [
        ("", "some", "a (b) & c", "a (b) and c"),
        ("some ( )", "some", "a (b) & c", "a left paren( b right paren) and c"),
        ("all &", "some", "a (b) & c", "a (b) & c"),
        ("all &", "all", "b & c", "b and c"),
        ("never ,", "all", "a, b!", "a, b bang!"),
        ("some .", "some", "3.14. B", "3.14 dot. B"),  # a decimal point is no full stop
        ("some !", "none", "a!", "a!"),
        ("some !", "some", "a!!!", "a 3 bang"),
        ("# a comment\n\n# some !", "some", "a!", "a!"),
    ],
)
def test_levels(written: Path, file: str, mode: str, text: str, wanted: str) -> None:
    written.write_text(file)
    assert spoken(text, mode) == wanted


def test_a_change_counts_at_once_and_the_users_file_wins(written: Path) -> None:
    system = written.parents[2] / "system" / own_punctuation.NAME
    system.write_text("never &\nsome (\n")
    assert spoken("a & (b", "some") == "a & left paren( b"
    written.write_text("some &\n")
    assert spoken("a & (b", "some") == "a and left paren( b"
    written.unlink()
    assert spoken("a & (b", "some") == "a & left paren( b"


def test_what_is_wrong_is_named_with_its_line(written: Path, caplog: pytest.LogCaptureFixture) -> None:
    written.write_text("sometimes ,\nsome\nsome , ab 7\n")
    with caplog.at_level(logging.WARNING):
        assert spoken("a, b", "some") == "a comma, b"
    found = [record.getMessage().removeprefix(str(written)) for record in caplog.records]
    assert [message.split(": ")[0] for message in found] == [":1", ":2", ":3", ":3"]
    caplog.clear()
    spoken("a, b", "some")
    assert not caplog.records  # once


@pytest.mark.parametrize("content", [b"\xff\xfe,", b"x" * 200_000])
def test_a_file_that_is_none_changes_nothing(written: Path, content: bytes) -> None:
    written.write_bytes(content)
    assert spoken("a & b", "some") == "a and b"
