# SPDX-License-Identifier: GPL-3.0-or-later
"""Thousands of a screen reader's messages at full speed: the daemon's memory does not grow."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kokoro_speechd.ipc.protocol import Message
from tests.daemon_driver import Client, Daemon
from tests.private_home import private_environment
from tests.speechd.test_replay import ORCA, commands

KINDS = {"SPEAK": "text", "CHAR": "char", "KEY": "key", "SOUND_ICON": "icon"}
MESSAGES, EARLY = 5000, 500


def messages() -> list[tuple[str, str]]:
    """Return kind and text of every message in the captured sessions of Orca."""
    return [
        (KINDS[command], body.removesuffix("\n.\n"))
        for trace in ORCA
        for _moment, command, body in commands(trace)
        if command in KINDS and body is not None
    ]


def say(client: Client, generation: int, kind: str, text: str, patience: str) -> None:
    """Have a message spoken: not waited for, until its first sound, or to its end."""
    client.speak(text, generation, kind=kind)
    wanted = {"none": ("alive",), "begin": ("audio", "end"), "end": ("end",)}[patience]
    while (answer := client.expect("failed", *wanted)).fields.get("generation", generation) != generation:
        pass
    assert answer.type != "failed", answer.fields


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_memory_stays_where_it_is(tmp_path: Path, random_model: Path) -> None:
    chance = random.Random(3)
    heard = messages()
    assert len(heard) > 100
    # With few sounds in memory: they fill up at once, and nearly all messages are rendered.
    environment = private_environment(tmp_path, random_model, "[cache]\nmemory_mb = 4\nwarm = false\n")
    with Daemon(environment) as daemon:
        client = daemon.client()
        client.load()
        # The longest first: memory that the longest message needs once is no leak.
        say(client, 1, *max(heard, key=lambda message: len(message[1])), "begin")
        for generation in range(2, MESSAGES + 2):
            kind, text = chance.choice(heard)
            short = len(text) < 60  # to hear all of the long ones would take an hour
            patience = chance.choices(("none", "begin", "end"), (98, 1, 1) if short else (1, 0, 0))[0]
            say(client, generation, kind, text, patience)
            if generation == EARLY:
                early = daemon.rss()
        client.send(Message("cancel", {"generation": MESSAGES + 2}))
        late = daemon.rss()
        client.close()
    print(f"resident after {EARLY} messages {early >> 20} MB, after {MESSAGES} {late >> 20} MB")
    assert abs(late - early) < 0.05 * early
