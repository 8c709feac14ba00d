# SPDX-License-Identifier: GPL-3.0-or-later
"""A voice's statistics: between the sets, on the disk whatever lies there, and learned twice alike."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from kokoro_speechd.rendering.synthesizer import Synthesizer, open_synthesizer
from kokoro_speechd.settings import Settings
from kokoro_speechd.synthesis import statistics_learning
from kokoro_speechd.synthesis.voice.statistics_store import StatisticsStore
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack
from kokoro_speechd.synthesis.voice.voice_statistics import VoiceStatistics, pooled, silence_share

NORMS = {"b.norm": 3, "a.norm": 2}
VOICE = VoicePack("af_test", torch.arange(512.0).view(2, 1, 256))
STATISTICS = VoiceStatistics(
    ("a.norm", "b.norm"),
    (2, 3),
    torch.tensor([0.1, 0.5]),
    torch.tensor([[0.0, 1, 2, 3, 4], [10, 11, 12, 13, 14]]),
    torch.tensor([[1.0, 1, 1, 1, 1], [4, 4, 4, 4, 4]]),
)


@pytest.fixture
def store(tmp_path: Path) -> StatisticsStore:
    return StatisticsStore(tmp_path / "statistics", "model", NORMS)


def phrase(share: float) -> torch.Tensor:
    """Return durations with this share of silence at the ends."""
    return torch.tensor([round(50 * share), round(100 * (1 - share)), round(50 * share)])


@pytest.mark.parametrize(
    ("share", "mean", "variance"),
    [(0.1, 0.0, 1.0), (0.3, 5.0, 2.5), (0.5, 10.0, 4.0), (0.0, 0.0, 1.0), (0.9, 10.0, 4.0)],
)
def test_what_lies_between_two_sets_is_interpolated_and_nothing_beyond(
    share: float, mean: float, variance: float
) -> None:
    assert silence_share(phrase(share)) == pytest.approx(share)
    moments = STATISTICS.moments(phrase(share))
    assert list(moments) == ["a.norm", "b.norm"]
    assert moments["a.norm"][0].tolist() == pytest.approx([mean, mean + 1])
    assert moments["b.norm"][1].tolist() == pytest.approx([variance] * 3)


def test_sets_are_weighted_by_length_and_sorted_by_silence() -> None:
    def measured(frames: int, mean: float) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
        return {"a": (torch.tensor([mean]), torch.tensor([1.0]))}

    short = [(torch.tensor([5, 10, 5]), measured(20, 3.0))]
    long = [(torch.tensor([5, 20, 5]), measured(30, 0.0)), (torch.tensor([5, 50, 5]), measured(60, 1.0))]
    statistics = pooled([short, long])
    assert statistics.shares.tolist() == pytest.approx([(30 * 1 / 3 + 60 * 1 / 6) / 90, 0.5])
    assert statistics.means[:, 0].tolist() == pytest.approx([2 / 3, 3.0])
    assert statistics.variances[:, 0].tolist() == pytest.approx([1 + 2 / 9, 1.0])


def test_what_is_kept_comes_back(store: StatisticsStore, tmp_path: Path) -> None:
    assert store.get(VOICE) is None
    store.put(VOICE, STATISTICS)
    kept = store.get(VOICE)
    assert kept is not None
    assert (kept.names, kept.sizes) == (STATISTICS.names, STATISTICS.sizes)
    assert torch.equal(kept.means, STATISTICS.means)
    assert torch.equal(kept.variances, STATISTICS.variances)
    other = replace(VOICE, styles=VOICE.styles + 1)
    assert store.get(other) is None
    assert StatisticsStore(tmp_path / "statistics", "another model", NORMS).get(VOICE) is None
    (file,) = (tmp_path / "statistics").iterdir()
    assert file.stat().st_mode & 0o077 == 0


def saved(**arrays: np.ndarray) -> Callable[[Path], None]:
    def save(path: Path) -> None:
        with path.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]

    return save


FINE = {
    "shares": np.array([0.1, 0.5]),
    "means": np.zeros((2, 5)),
    "deviations": np.ones((2, 5)),
}
BROKEN: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-40]),
    "foreign": lambda path: path.write_bytes(b"RIFF" + bytes(200)),
    "too large": lambda path: path.write_bytes(bytes(10_000_001)),
    "a pickle": saved(**{**FINE, "means": np.array([{}], object)}),
    "not finite": saved(**{**FINE, "means": np.full((2, 5), np.nan)}),
    "of another form": saved(**{**FINE, "deviations": np.ones((2, 4))}),
    "without sets": saved(shares=np.zeros(0), means=np.zeros((0, 5)), deviations=np.zeros((0, 5))),
    "out of order": saved(**{**FINE, "shares": np.array([0.5, 0.1])}),
    "negative": saved(**{**FINE, "deviations": -np.ones((2, 5))}),
    "something missing": saved(shares=FINE["shares"]),
}


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_used_is_as_good_as_missing(
    store: StatisticsStore, tmp_path: Path, spoil: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    store.put(VOICE, STATISTICS)
    (file,) = (tmp_path / "statistics").iterdir()
    spoil(file)
    with caplog.at_level(logging.WARNING):
        assert store.get(VOICE) is None
    assert len(caplog.records) == 1
    store.put(VOICE, STATISTICS)
    assert store.get(VOICE) is not None


def test_where_nothing_can_be_kept_nothing_breaks(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    StatisticsStore(tmp_path / "file", "model", NORMS).put(VOICE, STATISTICS)
    assert "cannot be kept" in caplog.text


@pytest.mark.parametrize(
    ("language", "like"),
    [("en-US", "en"), ("en", "EN-us"), ("pt-BR", "pt"), (None, "en-US"), ("xx", "en-US")],
)
def test_sentences_of_a_language(language: str | None, like: str) -> None:
    assert statistics_learning.sentences_of(language) == statistics_learning.sentences_of(like)
    assert statistics_learning.sentences_of("en-GB") != statistics_learning.sentences_of("en-US")


@pytest.fixture
def synthesizer(random_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Synthesizer:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    shorter = [sentences[:1] for sentences in statistics_learning.sentences_of("en-US")[:2]]
    monkeypatch.setattr(statistics_learning, "sentences_of", lambda _language: shorter)
    return open_synthesizer(Settings(model_path=random_model, memory_mb=0, disk_mb=0))


@pytest.mark.slow
def test_a_voice_is_learned_step_by_step_and_twice_alike(synthesizer: Synthesizer, tmp_path: Path) -> None:
    (voice,) = (voice for voice in synthesizer._voices if voice.name == "am_michael")
    kept = []
    for _ in range(2):
        assert synthesizer._pack(voice).statistics is None
        assert len(list(synthesizer.learn("am_michael", "en-US", lambda: None))) == 3
        statistics = synthesizer._pack(voice).statistics
        assert statistics is not None
        kept.append(statistics.digest())
        for file in (tmp_path / "kokoro-speechd/statistics").iterdir():
            file.unlink()
        synthesizer._packs.clear()
    assert kept[0] == kept[1]
