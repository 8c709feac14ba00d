# SPDX-License-Identifier: GPL-3.0-or-later
"""`voices --listen` and `pronounce --listen`: a real daemon with a model, bus and sound server."""

from __future__ import annotations

import json
import signal
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_remote import User
from tests.desktop import wait_until
from tests.private_bus import session_bus

pytestmark = [pytest.mark.desktop, pytest.mark.slow]


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory, random_model: Path) -> Iterator[User]:
    root = tmp_path_factory.mktemp("listener")
    with session_bus(root / "bus") as address:
        user = User(root / "user", address)
        voices = root / "voices"
        voices.mkdir()
        for name in ("bf_emma", "bm_george", "ff_siwis"):
            (voices / f"{name}.pt").symlink_to(random_model / f"voices/{name}.pt")
        config = Path(user.environment["XDG_CONFIG_HOME"]) / "kokoro-speechd/config.toml"
        config.write_text(
            f'[model]\nmodel_path = "{random_model}"\nvoice_path = "{voices}"\n'
            '[voices]\ncalm = "bf_emma+bm_george"\n[cache]\nwarm = false\n'
        )
        try:
            user.desktop.start_sound()
            yield user
        finally:
            user.desktop.close()


def test_each_voice_of_a_language_says_its_name(user: User) -> None:
    recorder = user.desktop.recorder
    assert recorder is not None
    begun = time.monotonic()
    ran = user.run("voices", "--listen", "--language", "en-GB")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert [line.split()[:3] for line in ran.stdout.splitlines()] == [
        ["bf_emma", "en-GB", "female"],
        ["bm_george", "en-GB", "male"],
        ["calm", "en-GB", "female"],
    ]
    assert recorder.loudness_since(begun) > 300
    statistics = user.status()["statistics"]
    assert isinstance(statistics, dict)
    assert statistics["finished"] == 3  # all three by Kokoro
    ran = user.run("voices", "--listen", "--language", "de")
    assert (ran.returncode, ran.stdout) == (1, "")


def test_a_model_that_comes_back_is_seen_without_a_reload(user: User, random_model: Path) -> None:
    config = Path(user.environment["XDG_CONFIG_HOME"]) / "kokoro-speechd/config.toml"
    settings = config.read_text()
    place = user.desktop.root / "disk"
    place.symlink_to(random_model)
    config.write_text(settings.replace(str(random_model), str(place)))
    try:
        assert user.run("say", "x").returncode == 0
        assert user.run("reload").returncode == 0
        assert user.status()["model"] == str(place / "kokoro-v1_0.pth")
        place.unlink()
        assert user.run("reload").returncode == 0
        assert user.status()["model"] == ""
        place.symlink_to(random_model)
        assert user.status()["model"] == str(place / "kokoro-v1_0.pth")
    finally:
        config.write_text(settings)
        user.run("reload")


def test_the_times_of_words_by_the_daemon(user: User, tmp_path: Path) -> None:
    """The same for what is heard and for a file, and where the words are in the sound."""
    text, heard = "One two, three.", {}
    for name, how in (("spoken", ()), ("file", ("--output", str(tmp_path / "a.wav")))):
        marks = tmp_path / f"{name}.json"
        ran = user.run("say", text, "--voice", "bf_emma", "--marks", str(marks), *how)
        assert ran.returncode == 0, ran.stderr
        heard[name] = json.loads(marks.read_text())
    for rows in heard.values():
        assert [text[row["start"] : row["end"]] for row in rows] == ["One", "two", "three"]
    assert [row["start_s"] for row in heard["spoken"]] == [row["start_s"] for row in heard["file"]]
    assert heard["spoken"][-1]["end_s"] is None
    with wave.open(str(tmp_path / "a.wav")) as sound:
        assert heard["file"][-1]["end_s"] == pytest.approx(sound.getnframes() / 24_000, abs=0.001)
    assert user.run("say", text, "--voice", "bf_emma", "--marks", str(tmp_path / "a.vtt")).returncode == 0
    assert (tmp_path / "a.vtt").read_text().startswith("WEBVTT\n\n00:00:00.")


def test_an_interrupt_ends_the_walk_at_once(user: User) -> None:
    walking = user.begin("voices", "--listen")
    assert walking.stdout is not None
    assert walking.stdout.readline().startswith("bf_emma")
    wait_until(user.is_speaking, 20, "it does not speak")
    walking.send_signal(signal.SIGINT)
    rest, _ = walking.communicate(timeout=20)
    assert walking.returncode == 130
    assert len(rest.splitlines()) < 3
    wait_until(lambda: not user.is_speaking(), 20, "it speaks on")


def test_a_word_is_heard_as_it_was_written_down(user: User) -> None:
    recorder = user.desktop.recorder
    assert recorder is not None
    begun = time.monotonic()
    ran = user.run("pronounce", "GNOME", "one two three", "--language", "en-GB", "--listen")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert recorder.loudness_since(begun) > 300
