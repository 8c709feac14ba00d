# SPDX-License-Identifier: GPL-3.0-or-later
"""Arbitrary bytes and commands in any order: the module never dies, never strays, and becomes idle again."""

from __future__ import annotations

import queue
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.module_driver import TERMINAL, Module

_COMMANDS = [
    b"INIT", b"SET", b"AUDIO", b"LOGLEVEL", b"LIST VOICES", b"LIST VOICES en-US", b"LIST VOICES fr-FR x",
    b"LIST",
    b"SPEAK", b"CHAR", b"KEY", b"SOUND_ICON", b"STOP", b"PAUSE", b"DEBUG ON /tmp/x ", b"RESUME", b"",
    b".", b"..",
    b"<speak>Hello <mark name='a'/>world.<mark name=\"__spd_0\"/> Again</speak>", b"shift_a", b"a", b"space",
    b"rate=100", b"volume=", b"language=fr", b"synthesis_voice=x y", b"no setting", b"log_level=x",
]  # fmt: skip
_bytes = st.binary(max_size=60).filter(lambda data: b"DEBUG" not in data and b"QUIT" not in data)
_message = st.tuples(
    st.sampled_from([b"SPEAK", b"CHAR", b"KEY", b"SOUND_ICON", b"SET"]), _bytes | st.sampled_from(_COMMANDS)
).map(lambda pair: b"%s\n%s\n.\n" % pair)
_piece = st.sampled_from(_COMMANDS).map(lambda command: command + b"\n") | _message | _bytes


class Watch:
    """Counts over the whole life of one process."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.accepted = self.ended = 0

    def until_idle(self) -> None:
        """Close any open body, stop, and read up to the reply that nothing else can cause."""
        self.module.send(b"\n.\nSTOP\nDEBUG OFF\n")
        while True:
            try:
                line = self.module.next(20)
            except queue.Empty:
                raise AssertionError("the module hangs") from None
            if line.text == "200 OK SPEAKING":
                self.accepted += 1
            elif line.code in TERMINAL:
                self.ended += 1
            elif line.text == "200 OK DEBUGGING OFF":
                break
        assert self.ended == self.accepted
        assert self.module.process.poll() is None


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_disorder(start_module: Callable[..., Module]) -> None:
    watch = Watch(start_module())

    @settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(_piece, max_size=12))
    def disorder(pieces: list[bytes]) -> None:
        for piece in pieces:
            watch.module.send(piece)
        watch.until_idle()

    disorder()
    assert watch.accepted > 500
    watch.module.speak("Hello")
    assert watch.module.until_end()[-1].code == "702"
    assert watch.module.quit() == 0
