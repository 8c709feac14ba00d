# SPDX-License-Identifier: GPL-3.0-or-later
"""The statistics in the program: for this model and these voices only, whatever became of the file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.files.model_files import find_model
from kokoro_speechd.synthesis.files.weights_sketch import WeightsSketch
from kokoro_speechd.synthesis.voice.shipped_statistics import (
    FILE,
    MOMENTS,
    SHARES,
    ShippedStatistics,
    cosines,
    joined,
    parted,
    voice_digest,
)
from kokoro_speechd.synthesis.voice.statistics_store import StatisticsStore
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack, mix_voices
from kokoro_speechd.synthesis.voice.voice_statistics import VoiceStatistics
from tests.ship_statistics import steps_of, written

NORMS = {"decoder.norm": 3, "decoder.encode.norm1": 2}
SKETCH = WeightsSketch(np.arange(3, dtype=np.float32), np.ones((2, 4), np.float32))
VOICES = [VoicePack(name, torch.full((2, 1, 256), number)) for number, name in enumerate(("a", "b", "c"), 1)]
STRANGER = VoicePack("a", torch.zeros(2, 1, 256))


def some_statistics(seed: int) -> VoiceStatistics:
    chance = torch.Generator().manual_seed(seed)
    return VoiceStatistics(
        ("decoder.encode.norm1", "decoder.norm"),
        (2, 3),
        torch.tensor([0.1, 0.2, 0.3, 0.5]) + 0.01 * seed,
        torch.randn(4, 5, generator=chance),
        (0.3 * torch.randn(4, 5, generator=chance)).exp(),
    )


STATISTICS = [some_statistics(seed) for seed in range(3)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    there = {voice_digest(voice): each for voice, each in zip(VOICES, STATISTICS, strict=True)}
    path = tmp_path / "voice-statistics.npz"
    path.write_bytes(written(there, SKETCH, steps_of(NORMS)))
    return path


def test_what_was_learned_comes_back_in_steps_that_are_not_heard(file: Path) -> None:
    shipped = ShippedStatistics(SKETCH, NORMS, file)
    for voice, learned in zip(VOICES, STATISTICS, strict=True):
        found = shipped.get(voice)
        assert found is not None
        assert (found.names, found.sizes) == (learned.names, learned.sizes)
        assert torch.equal(found.shares, learned.shares)
        assert float((found.means - learned.means).abs().max()) < 0.06
        assert float((found.variances.log() - learned.variances.log()).abs().max()) < 0.12


def test_a_voice_is_known_by_its_content_and_nobody_elses_is_taken(file: Path) -> None:
    shipped = ShippedStatistics(SKETCH, NORMS, file)
    assert shipped.get(STRANGER) is None
    assert shipped.get(VoicePack("another name", VOICES[0].styles.clone())) is not None


@pytest.mark.parametrize(
    "other",
    [
        None,
        WeightsSketch(1.01 * SKETCH.vectors, SKETCH.matrices),
        WeightsSketch(SKETCH.vectors, SKETCH.vectors),
    ],
)
def test_another_model_has_none_and_nothing_is_logged(
    file: Path, other: WeightsSketch | None, caplog: pytest.LogCaptureFixture
) -> None:
    assert ShippedStatistics(other, NORMS, file).get(VOICES[0]) is None
    assert not caplog.records


def changed(**arrays: np.ndarray | None) -> Callable[[Path], None]:
    """Give the file other arrays, None: no such; `moments` and `shares` are the first voice's."""
    own = {"moments": voice_digest(VOICES[0]) + MOMENTS, "shares": voice_digest(VOICES[0]) + SHARES}

    def change(path: Path) -> None:
        with np.load(path) as archive:
            before = dict(archive)
        after = before | {own.get(name, name): array for name, array in arrays.items()}
        np.savez(path, **{name: array for name, array in after.items() if array is not None})  # type: ignore[arg-type]

    return change


BROKEN: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-60]),
    "damaged": lambda path: path.write_bytes(
        path.read_bytes().replace(b"\x93NUMPY", b"\x93NUMPI").replace(b"\x00\x00\x00", b"\x01\x00\x01")
    ),
    "foreign": lambda path: path.write_bytes(b"RIFF" + bytes(200)),
    "too large": lambda path: path.write_bytes(bytes(10_000_001)),
    "a bomb": lambda path: np.savez_compressed(path, vectors=np.zeros(20_000_000, np.uint8)),
    "a pickle": changed(scales=np.array([{}], object)),
    "not finite": changed(scales=np.full(5, np.nan, np.float32)),
    "infinite": changed(steps=np.full((2, 2), 1e9, np.float32)),
    "other channels": changed(scales=np.ones(4, np.float32)),
    "other norms": changed(steps=np.ones((2, 3), np.float32)),
    "other sets": changed(moments=np.zeros((2, 3, 10), np.uint8)),
    "out of order": changed(shares=np.array([0.5, 0.1, 0.6, 0.7])),
    "something missing": changed(middle=None),
    "half of a voice": changed(shares=None),
}


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN)
def test_a_file_of_no_use_is_named_once_and_voices_are_learned(
    file: Path, tmp_path: Path, spoil: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    spoil(file)
    store = StatisticsStore(tmp_path / "own", "model", NORMS, ShippedStatistics(SKETCH, NORMS, file))
    with caplog.at_level(logging.WARNING):
        assert store.get(VOICES[0]) is None
        assert store.get(VOICES[0]) is None
    assert len(caplog.records) == 1
    store.put(VOICES[0], STATISTICS[0])
    assert store.get(VOICES[0]) is not None


def test_what_was_learned_before_does_not_count_where_the_program_has_it(file: Path, tmp_path: Path) -> None:
    store = StatisticsStore(tmp_path, "model", NORMS, ShippedStatistics(SKETCH, NORMS, file))
    store.put(VOICES[0], STATISTICS[1])
    store.put(STRANGER, STATISTICS[1])
    first, stranger = store.get(VOICES[0]), store.get(STRANGER)
    assert first is not None
    assert stranger is not None
    assert torch.equal(first.shares, STATISTICS[0].shares)
    assert torch.equal(stranger.shares, STATISTICS[1].shares)


def test_a_mix_of_voices_in_the_program_has_the_mixed_statistics(file: Path) -> None:
    shipped = ShippedStatistics(SKETCH, NORMS, file)
    packs = [VoicePack(voice.name, voice.styles, shipped.get(voice)) for voice in VOICES[:2]]
    mixed = mix_voices("both", [(packs[0], 0.25), (packs[1], 0.75)])
    assert mixed.statistics is not None
    assert mixed.statistics.shares.tolist() == pytest.approx([0.1075, 0.2075, 0.3075, 0.5075])


def test_numbers_are_parted_into_bytes_and_joined() -> None:
    numbers = np.array([[0, -1, 1, 127], [-128, 128, 32767, -32767]])
    planes = parted(numbers)
    assert planes.shape == (2, 2, 4)
    assert (joined(planes) == numbers).all()
    assert np.allclose(cosines(4) @ cosines(4).T, np.eye(4), atol=1e-6)


def test_the_programs_file_is_small_and_not_for_a_model_of_random_weights(random_model: Path) -> None:
    assert FILE.stat().st_size < 5_000_000
    with np.load(FILE, allow_pickle=False) as arrays:
        assert len([name for name in arrays.files if name.endswith(MOMENTS)]) == 54
        published = WeightsSketch(arrays["vectors"], arrays["matrices"])
    files = find_model(random_model).files
    assert files is not None
    engine = Engine(files)
    assert engine.sketch is not None
    assert engine.sketch.vectors.shape == published.vectors.shape
    assert not engine.sketch.is_like(published)
    engine.close()
