# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.audio.gain import with_gains
from kokoro_speechd.audio.silence import GUARD, QUIET, PhraseEdges, Silence


def sound(before: int, heard: int, behind: int) -> np.ndarray:
    """Return noise of so many samples, between others that nobody hears."""
    samples = np.full(before + heard + behind, QUIET / 2, np.float32)
    samples[before : before + heard] = 0.5
    return samples


@given(
    st.integers(0, 3000),
    st.integers(1, 3000),
    st.integers(0, 3000),
    st.lists(st.integers(0, 9000), max_size=5),
)
def test_the_silent_ends_are_cut_however_the_sound_comes(
    before: int, heard: int, behind: int, cuts: list[int]
) -> None:
    whole = sound(before, heard, behind)
    edges = PhraseEdges(np.split(whole, sorted(min(cut, len(whole)) for cut in cuts)))
    left = np.concatenate([*edges.pieces(), np.zeros(0, np.float32)])
    assert edges.cut == max(0, before - GUARD)
    assert edges.ended == max(0, behind - GUARD)
    assert len(left) == len(whole) - edges.cut - edges.ended
    assert (left == 0.5).sum() == heard  # nothing of what is heard is lost or changed


def test_silence_alone_leaves_nothing() -> None:
    edges = PhraseEdges([np.zeros(300, np.float32), np.zeros(0, np.float32)])
    assert edges.cut == 300
    assert list(edges.pieces()) == []


def test_a_pause_within_a_sound_stays() -> None:
    whole = np.concatenate([sound(0, 10, 5000), sound(0, 10, 0)])
    left = np.concatenate(list(PhraseEdges(np.split(whole, [100, 2000, 4000])).pieces()))
    assert np.array_equal(left, whole)


def test_a_message_begins_and_ends_with_its_edge() -> None:
    silence = Silence(1200)
    assert silence.due() == 1200 - GUARD
    assert silence.due() == 0
    silence.sounded(5000)
    assert silence.end() == 1200 - GUARD
    assert Silence(0).due() == 0


def test_between_two_sounds_is_the_first_one_s_pause_or_a_break() -> None:
    silence = Silence(1200)
    silence.due()
    silence.sounded(5000)
    assert silence.due() == 5000
    silence.sounded(5000)
    assert silence.pause(700) == 700 - 2 * GUARD
    assert silence.pause(300) == 300
    assert silence.due() == 0
    silence.sounded(10)
    assert silence.pause(400) == 400 - 2 * GUARD
    assert silence.pause(50) == 50
    assert silence.end() == 0  # a message that ends with a break ends with this


def test_a_pause_can_be_bounded() -> None:
    silence = Silence(1200)
    silence.bound(300)
    assert silence.due() == 1200 - GUARD  # the message's edge is none
    silence.sounded(5000)
    silence.bound(1000)
    assert silence.due() == 1000 - 2 * GUARD
    silence.sounded(500)
    silence.bound(1000)
    assert silence.due() == 500
    silence.sounded(500)
    silence.bound(100)
    assert silence.due() == 0
    silence.sounded(10)
    silence.bound(2000, 1000)
    assert silence.due() == 1000 - 2 * GUARD


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
