# SPDX-License-Identifier: GPL-3.0-or-later
"""Pitch and its range move the fundamental of the harmonic source by what was asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.files.model_files import find_model
from kokoro_speechd.synthesis.phrase.prosody import VOICED_THRESHOLD, energy_weights, heard_median, move_pitch
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack, load_voice

PHRASE = "ɡˈO tə ðə bˈuk."


def test_neutral_is_untouched() -> None:
    curve = torch.tensor([[0.0, 120.0, 180.0, 5.0]])
    assert move_pitch(curve, 0, 1) is curve


@given(st.lists(st.floats(0, 400, width=32), min_size=1, max_size=40), st.floats(-24, 24), st.floats(0, 2))
def test_unvoiced_stays_unvoiced_and_voiced_voiced(
    curve: list[float], semitones: float, factor: float
) -> None:
    before = torch.tensor([curve])
    after = move_pitch(before, semitones, factor)
    assert ((before > VOICED_THRESHOLD) == (after > VOICED_THRESHOLD)).all()
    assert (after[before <= VOICED_THRESHOLD] == before[before <= VOICED_THRESHOLD]).all()
    assert torch.isfinite(after).all()


@given(st.lists(st.floats(80, 300, width=32), min_size=3, max_size=31), st.floats(-12, 12))
def test_voiced_values_move_by_the_semitones(curve: list[float], semitones: float) -> None:
    before = torch.tensor([curve])
    ratio = move_pitch(before, semitones, 1.0) / before
    assert torch.allclose(ratio, torch.full_like(ratio, 2 ** (semitones / 12)), rtol=1e-4)


def test_range_spreads_around_the_median() -> None:
    curve = torch.tensor([[100.0, 150.0, 225.0]])
    assert move_pitch(curve, 0, 0).tolist() == [[150.0] * 3]
    assert torch.allclose(move_pitch(curve, 0, 2), torch.tensor([[150 / 2.25, 150.0, 150 * 2.25]]))


def test_the_median_is_of_what_is_heard() -> None:
    """The model's F0 goes on in silence (before and behind, and where the energy is below 0)."""
    curve = torch.tensor([[90.0, 90, 60, 200, 210, 60, 12, 220, 60, 60, 90, 90]])
    energy = torch.tensor([[7.0, 7, -3, 7, 7, -9, 0.1, 7, -3, -8, 7, 7]])
    weights = energy_weights(energy, (1, 5))
    assert weights.tolist() == [[0, 0, 0, 49, 49, 0, pytest.approx(0.01), 49, 0, 0, 0, 0]]
    assert float(heard_median(curve, weights)) == 210
    flat = move_pitch(curve, 12, 0, weights)
    assert flat.tolist() == [[420.0] * 12]


@given(st.lists(st.floats(11, 400, width=32), min_size=1, max_size=40))
def test_equal_weights_are_none(curve: list[float]) -> None:
    values = torch.tensor([curve])
    ours = heard_median(values, torch.ones_like(values))
    assert ours == heard_median(values) == heard_median(values, torch.zeros_like(values)) == values.median()


@pytest.fixture(scope="module")
def engine(random_model: Path) -> Engine:
    files = find_model(random_model).files
    assert files is not None
    return Engine(files, kind="reference")  # whose sine generator can be listened to


@pytest.fixture(scope="module")
def voice(random_model: Path) -> VoicePack:
    return load_voice(random_model / "voices/af_heart.pt")


def first_sine(engine: Engine, voice: VoicePack, **changes: float) -> np.ndarray:
    """Return the first of the nine sines of the harmonic source, the fundamental, float32 [n] at 24 kHz."""
    sines: list[torch.Tensor] = []
    source = engine.model.decoder.generator.m_source.l_sin_gen
    handle = source.register_forward_hook(lambda _module, _inputs, output: sines.append(output[0]))
    try:
        engine.render(PhraseRequest(PHRASE, voice, seed=0, **changes))
    finally:
        handle.remove()
    return sines[0][0, :, 0].numpy()


def mean_frequency(wave: np.ndarray) -> float:
    """Return the mean frequency of a sine sampled at 24 kHz, by its analytic phase."""
    spectrum = np.fft.fft(wave)
    spectrum[len(wave) // 2 :] = 0
    phase = np.unwrap(np.angle(np.fft.ifft(spectrum)))
    edge = len(wave) // 20  # the transform's edges are no sines
    return float((phase[-edge] - phase[edge]) / (2 * np.pi) * 24_000 / (len(wave) - 2 * edge))


@pytest.mark.slow
@pytest.mark.parametrize("semitones", [-12.0, -6.0, 3.0, 6.0, 12.0])
def test_the_harmonic_source_moves_by_the_semitones(
    engine: Engine, voice: VoicePack, semitones: float
) -> None:
    neutral = mean_frequency(first_sine(engine, voice))
    moved = mean_frequency(first_sine(engine, voice, pitch_semitones=semitones))
    assert 80 < neutral < 300
    assert moved / neutral == pytest.approx(2 ** (semitones / 12), rel=0.01)


@pytest.mark.slow
def test_a_range_of_zero_is_monotonous(engine: Engine, voice: VoicePack) -> None:
    def spread(factor: float) -> float:
        wave = first_sine(engine, voice, range_factor=factor)
        piece = len(wave) // 8
        return float(np.std([mean_frequency(wave[n * piece : (n + 1) * piece]) for n in range(8)]))

    assert spread(0.0) < 1.0 < spread(1.0) < spread(2.0)
