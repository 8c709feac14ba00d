# SPDX-License-Identifier: GPL-3.0-or-later
"""The same voice by every way that users have to it: each is heard by whisper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kokoro_speechd.audio.silence import QUIET
from tests.real_voice import corpora, judging
from tests.real_voice.lab import Lab
from tests.real_voice.listening import RATE, first_words_right, word_errors
from tests.real_voice.ways import (
    User,
    at_the_pipe,
    at_the_sink,
    by_spiel,
    by_the_command_line,
    by_the_control_interface,
    user_with,
)
from tests.synthesis.test_offline import assert_spoken, without_network
from tests.synthesis.test_offline import speak as speak_offline

pytestmark = [pytest.mark.desktop, pytest.mark.slow, pytest.mark.timeout(600)]

TEXTS = (
    "Firefox is ready to start.",
    "Three children played in the garden.",
    "Hello world, how are you today?",
    "Children learn new words quickly.",
)
EDGE = 0.02  # the setting edge_silence_ms that everybody has


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory, lab: Lab) -> Iterator[User]:
    lab.ours.learn("af_heart", "en-US")  # as `model import` does
    with user_with(lab.model, tmp_path_factory.mktemp("heard")) as user:
        yield user


@pytest.mark.parametrize("way", ["sink", "pipe", "say", "synthesize", "spiel"])
def test_every_way_is_understood(lab: Lab, user: User, way: str, tmp_path: Path) -> None:
    speak = {
        "sink": at_the_sink,
        "pipe": at_the_pipe,
        "say": lambda user, text: by_the_command_line(user, text, tmp_path),
        "synthesize": by_the_control_interface,
        "spiel": by_spiel,
    }[way]
    sounds = [speak(user, text) for text in TEXTS]
    heard = lab.ears.transcribe(sounds, "en-US")
    # Whisper itself mishears a word now and then ("wins" for "winds").
    assert sum(first_words_right(TEXTS, heard)) >= len(TEXTS) - 1, heard
    assert word_errors(TEXTS, heard, "en-US").rate <= 0.1, heard


def test_the_command_line_speaks_without_the_daemon_too(lab: Lab, user: User, tmp_path: Path) -> None:
    empty = tmp_path / "nothing-runs-here"
    empty.mkdir(mode=0o700)
    sound = by_the_command_line(
        user,
        TEXTS[0],
        tmp_path,
        XDG_RUNTIME_DIR=str(empty),
        DBUS_SESSION_BUS_ADDRESS=f"unix:path={empty}/none",
    )
    heard = lab.ears.transcribe([sound], "en-US")
    assert word_errors(TEXTS[:1], heard, "en-US").wrong <= 1, heard


def test_sound_begins_at_once_at_the_pipe(user: User) -> None:
    """What is cut lies below QUIET; a soft consonant ("th") is below the level of the judge for longer."""
    late = {}
    for text, command in (
        *((text, "SPEAK") for text in (*TEXTS, *corpora.INTERFACE_WORDS[:8])),
        *((letter, "CHAR") for letter in "abfhkqsx"),
    ):
        sound = at_the_pipe(user, text, command=command)
        begins = float(np.flatnonzero(np.abs(sound) > QUIET)[0]) / RATE
        if begins > EDGE + 0.006 or judging.silence_before(sound) > EDGE + 0.05:
            late[text] = begins, judging.silence_before(sound)
    assert late == {}


def test_a_voice_is_heard_as_itself(lab: Lab, user: User) -> None:
    """The man is lower than the woman, and both are understood."""
    sounds = {name: at_the_pipe(user, TEXTS[0], name) for name in ("am_michael", "bf_emma")}
    heard = lab.ears.transcribe(list(sounds.values()), "en-US")
    assert word_errors([TEXTS[0]] * 2, heard, "en-US").wrong <= 1, heard
    assert judging.median_pitch(sounds["am_michael"]) < 0.8 * judging.median_pitch(sounds["bf_emma"])


def test_what_is_spoken_is_kept_nowhere(user: User, tmp_path: Path) -> None:
    """Neither in the user's folders nor in any log is there a word of it, nor its phonemes."""
    said, kept = (
        "Rhubarb xylophones vanished.",
        (b"hubarb", b"ylophone", "ɹˈubɑɹb".encode(), "zˈIləf".encode()),
    )
    for speak in (at_the_sink, at_the_pipe, by_the_control_interface, by_spiel):
        assert len(speak(user, said)) > 12_000
    sound = by_the_command_line(user, said, tmp_path)
    assert len(sound) > 12_000
    read = 0
    for path in user.desktop.root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            assert not [word for word in kept if word in content], path
            read += 1
    assert read > 10


def test_the_real_voice_needs_no_network(lab: Lab, tmp_path: Path) -> None:
    report = speak_offline(tmp_path, lab.model, *without_network())
    assert_spoken(report)
    assert report["interfaces"] == ["lo"]
