# SPDX-License-Identifier: GPL-3.0-or-later
"""The server on PipeWire: when a line helps it, and a server that does not end a message."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kokoro_speechd.cli.desktop import speech_server, speechd_conf


@pytest.fixture
def pipewire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A session with PipeWire and a server that has a plugin for it."""
    (tmp_path / "pipewire-0").touch()
    plugins = tmp_path / "x86_64/speech-dispatcher"
    plugins.mkdir(parents=True)
    (plugins / "spd_pipewire.so").touch()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("PIPEWIRE_REMOTE", raising=False)
    monkeypatch.setattr(speechd_conf, "_PLUGINS", (f"{tmp_path}/*/speech-dispatcher",))
    return tmp_path


@pytest.mark.parametrize(
    ("line", "waits"),
    [
        ("", True),
        ('#AudioOutputMethod "pipewire"\n', True),
        ('AudioOutputMethod "pulse"\n', True),
        ('AudioOutputMethod "pulse,alsa"\n', True),
        ('AudioOutputMethod "pipewire"\n', False),
        ('AudioOutputMethod "pulse"\nAudioOutputMethod "pipewire,pulse"\n', False),
        ('AudioOutputMethod "alsa"\n', False),
    ],
)
def test_a_server_that_plays_by_pulseaudios_interface_on_pipewire(
    pipewire: Path, line: str, waits: bool
) -> None:
    (pipewire / "speechd.conf").write_text(line)
    lines = tuple(speechd_conf._lines(pipewire / "speechd.conf", pipewire))
    config = speechd_conf.ServerConfig(pipewire / "speechd.conf", lines)
    assert speechd_conf.waits_for_pipewire(config) == waits


@pytest.mark.parametrize("gone", ["pipewire-0", "x86_64/speech-dispatcher/spd_pipewire.so"])
def test_without_pipewire_or_the_plugin_nothing_is_advised(pipewire: Path, gone: str) -> None:
    (pipewire / gone).unlink()
    assert not speechd_conf.waits_for_pipewire(speechd_conf.ServerConfig(None))


@pytest.mark.parametrize(
    ("script", "outcome"), [("exit 0", "spoken"), ("exit 1", "refused"), ("exec sleep 60", "unfinished")]
)
def test_how_a_sentence_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, outcome: str
) -> None:
    program = tmp_path / "spd-say"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(speech_server, "_SENTENCE", 1.0)
    begun = time.monotonic()
    assert speech_server.say("Hello") == outcome
    assert time.monotonic() - begun < 30
