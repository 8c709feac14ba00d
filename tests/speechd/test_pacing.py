# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.speechd.pacing import Pacer, blocks


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.tuples(st.floats(0.001, 0.2), st.floats(0, 1)), max_size=60))
def test_audio_never_leads_by_more_than_the_bound(steps: list[tuple[float, float]]) -> None:
    """Sent blocks, each `synthesis` seconds after the one before: what is not heard yet stays bounded."""
    clock = Clock()
    pacer = Pacer(0.5, clock)
    heard_until = clock.now
    for seconds, synthesis in steps:
        clock.now += synthesis
        clock.now += pacer.delay(seconds)
        heard_until = max(heard_until, clock.now) + seconds
        assert heard_until - clock.now <= 0.5 + 1e-6


def test_early_audio_is_not_held_back() -> None:
    clock = Clock()
    pacer = Pacer(0.5, clock)
    assert [pytest.approx(pacer.delay(0.1)) for _ in range(7)] == [0, 0, 0, 0, 0, 0.1, 0.2]


def test_the_end_of_the_message_ends_the_wait() -> None:
    over = threading.Event()
    pacer = Pacer(0.5)
    assert pacer.wait(0.4, over)
    threading.Timer(0.05, over.set).start()
    assert not pacer.wait(60, over)


def test_blocks() -> None:
    samples = bytes(range(256)) * 50
    cut = list(blocks(samples, 24_000))
    assert b"".join(cut) == samples
    assert {len(block) for block in cut[:-1]} == {4800}
