# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.synthesis.phrase.contour import move_parts, paced
from kokoro_speechd.synthesis.phrase.prosody import VOICED_THRESHOLD, move_pitch
from kokoro_speechd.text.tone import EVEN, Tone

FRAMES = st.lists(st.integers(1, 20), min_size=1, max_size=60)


@given(FRAMES, st.floats(0.2, 1.5))
def test_lengths_are_met_to_half_a_frame(frames: list[int], pace: float) -> None:
    durations = torch.tensor([2, *frames, 3])
    result = paced(durations, [pace] * len(frames))
    assert (result[0], result[-1]) == (2, 3)
    assert int(result[1:-1].min()) >= 1
    if all(frame / pace >= 1 for frame in frames):
        assert abs(int(result[1:-1].sum()) - sum(frames) / pace) <= 0.5 + 1e-6


@given(FRAMES)
def test_an_even_pace_changes_nothing(frames: list[int]) -> None:
    durations = torch.tensor([2, *frames, 3])
    assert torch.equal(paced(durations, [1.0] * len(frames)), durations)


def test_even_tones_are_the_phrase_as_a_whole() -> None:
    f0 = torch.tensor([[0.0, 100, 120, 90, 0, 200, 210, 180, 0, 0]])
    durations = torch.tensor([1, 2, 1, 1])
    whole = move_pitch(f0, 3.0, 1.4)
    torch.testing.assert_close(move_parts(f0, durations, (EVEN, EVEN), 3.0, 1.4), whole)


def test_parts_have_their_own_pitch() -> None:
    f0 = torch.tensor([[0.0, 0, 100, 100, 200, 200, 0, 0]])
    durations = torch.tensor([1, 1, 1, 1])
    moved = move_parts(f0, durations, (Tone(semitones=12), Tone(hz=300, shift_hz=30)), 0.0, 1.0)
    assert moved.tolist()[0] == pytest.approx([0, 0, 200, 200, 330, 330, 0, 0])


def test_voiced_stays_voiced_and_silence_silent() -> None:
    f0 = torch.tensor([[0.0, 0, 100, 100, 0, 0]])
    durations = torch.tensor([1, 1, 1])
    assert move_parts(torch.zeros_like(f0), durations, (Tone(semitones=5),), 0, 1).tolist() == [[0.0] * 6]
    moved = move_parts(f0, durations, (Tone(shift_hz=-800),), 0.0, 1.0)
    assert float(moved[0, 2]) > VOICED_THRESHOLD
