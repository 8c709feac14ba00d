# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.audio.shaping import with_gains
from kokoro_speechd.audio.silence import Pause, quiet_end, quiet_start


@given(
    st.integers(0, 3000), st.lists(st.integers(0, 20_000), max_size=3), st.integers(0, 3600), st.booleans()
)
def test_a_pause_is_as_long_as_was_asked_for(
    ending: int, wanted: list[int], beginning: int, before: bool
) -> None:
    """The silence of both sounds counts; only more of it than was asked for cannot be taken back."""
    pause = Pause(reserve=3600)
    if before:
        pause.sounded(ending)
    given_now = sum(pause.add(length) for length in wanted)
    given_now += pause.rest(beginning)
    own = (ending if before else 0) + beginning
    if wanted and sum(wanted) >= own:
        assert given_now + own == sum(wanted)
    else:
        assert given_now <= max(0, sum(wanted) - (ending if before else 0))
    assert pause.rest() == 0


def test_quiet_ends() -> None:
    samples = np.array([0, 0.001, 0.5, 0, -0.5, 0, 0, 0.002], np.float32)
    assert (quiet_start(samples), quiet_end(samples)) == (2, 3)
    silent = np.zeros(5, np.float32)
    assert (quiet_start(silent), quiet_end(silent)) == (5, 5)


def test_a_sound_tells_how_it_ends() -> None:
    pause = Pause(reserve=0)
    pieces = [np.ones(10, np.float32), np.array([1, 0, 0], np.float32)]
    assert len(list(pause.after(iter(pieces), edge=1))) == 2
    assert pause.add(5) == 3
    list(pause.after(iter(pieces), edge=4))
    assert pause.add(5) == 1


@pytest.mark.parametrize("cut", [1, 700, 5000])
def test_gains_go_over_into_each_other(cut: int) -> None:
    whole = np.ones(4000, np.float32)
    pieces = [whole[start : start + cut] for start in range(0, 4000, cut)]
    starts = np.array([100, 1000, 2000, 3000])
    loud = np.concatenate(list(with_gains(pieces, starts, [0.5, 0.5, 2.0, 0.0])))
    assert loud.dtype == np.float32
    assert (loud[:1800] == 0.5).all()
    assert loud[2000] == pytest.approx(1.25, abs=0.01)
    assert (loud[2200:2800] == 2).all()
    assert not loud[3200:].any()
    assert np.abs(np.diff(loud)).max() < 0.02
    same = np.concatenate(list(with_gains(pieces, starts, [1.0] * 4)))
    assert (same == whole).all()
    assert (np.concatenate(list(with_gains(pieces, starts, [0.25] * 4))) == 0.25).all()
