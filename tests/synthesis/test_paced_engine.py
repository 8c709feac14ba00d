# SPDX-License-Identifier: GPL-3.0-or-later
"""Rates beyond the model's own, with the random model: length, marks, and what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kokoro_speechd.audio.tempo import Tempo
from kokoro_speechd.rendering.synthesizer import Synthesizer, open_synthesizer
from kokoro_speechd.settings import Settings
from kokoro_speechd.synthesis import paced_engine
from kokoro_speechd.synthesis.paced_engine import PacedEngine
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.utterance import Item, Kind, MarkReached, Parameters, Utterance

RATE = 24_000
TEXT = "Several words, spoken one after the other; some of them long. Others are not, and so it goes on."


class Source:
    """A sound of one second whose samples are their own places; like an engine, it is asked for it."""

    cost: float | None = None

    def __init__(self) -> None:
        self.starts = np.array([2_400, 9_600, 12_000, 21_600])  # of "a, b"
        self.length = RATE
        self.asked: list[float] = []
        self.pulled = 0
        self.speedup = 0.0

    def begin(self, request: PhraseRequest, **_options: object) -> Source:
        self.asked.append(request.speed)
        return self

    def whole(self) -> NDArray[np.float32]:
        return np.linspace(0, 0.5, self.length, dtype=np.float32)

    def pieces(
        self, _buffered: Callable[[], float] | None = None, speedup: float = 1.0
    ) -> Iterator[NDArray[np.float32]]:
        self.speedup = speedup
        for piece in np.split(self.whole(), 10):
            self.pulled += 1
            yield piece


def paced(source: Source, **tempo: float) -> PacedEngine:
    return PacedEngine(source, Tempo(**tempo))  # type: ignore[arg-type]


@pytest.mark.parametrize("pace", [1 / 3, 0.5, 0.7, 1.0, 1.2, 1.3, 2.0, 6.0])
def test_what_the_model_does_not_do_is_stretched(pace: float) -> None:
    source = Source()
    sound = paced(source).begin(PhraseRequest("a, b", None, speed=pace))  # type: ignore[arg-type]
    speed = min(1.3, max(0.5, pace))
    assert source.asked == [pytest.approx(speed)]
    assert sound.length == pytest.approx(RATE * speed / pace, abs=1)
    evenly = source.starts * speed / pace
    # Stretched speech spares short sounds, so these may begin elsewhere; the first does not.
    assert sound.starts[0] == pytest.approx(evenly[0], abs=1)
    assert sound.starts == pytest.approx(evenly, abs=1 if pace <= 1.3 else 0.05 * sound.length)
    assert len(sound.whole()) == sound.length
    assert sum(map(len, sound.pieces())) == sound.length
    assert source.speedup == pytest.approx(pace / speed if sound is not source else 1)


def test_pauses_can_keep_their_length_or_shrink_more() -> None:
    """The source's pauses: the 2,400 samples before "a", and 12,000 from the comma to "b"."""
    lengths = {
        shrink: paced(Source(), pause_shrink=shrink).begin(PhraseRequest("a, b", None, speed=2.6)).length  # type: ignore[arg-type]
        for shrink in (0.0, 1.0, 2.0)
    }
    words = (RATE - 2_400 - 12_000) / 2
    assert lengths[1.0] == RATE / 2
    assert lengths[0.0] == pytest.approx(words + 14_400 * 1.3, abs=1)
    assert lengths[2.0] == pytest.approx(words + 14_400 * 1.3 / 2.6**2, abs=1)


def test_sound_is_held_back_that_would_be_heard_with_gaps() -> None:
    """Of a source that takes as long as its sound, at 2.6 times the pace half must be there first."""
    for cost, pulled in ((0.1, 1), (1.0, 6)):
        source = Source()
        source.cost = cost
        pieces = paced(source).begin(PhraseRequest("a, b", None, speed=2.6)).pieces(lambda: 0.0)  # type: ignore[arg-type]
        first = next(pieces)
        assert source.pulled == pytest.approx(pulled, abs=1)
        assert len(first) + sum(map(len, pieces)) == RATE / 2


def test_without_a_library_the_model_does_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paced_engine, "can_stretch", lambda: False)
    source = Source()
    assert paced(source).begin(PhraseRequest("a, b", None, speed=6.0)) is source  # type: ignore[arg-type, comparison-overlap]
    assert source.asked == [6.0]


# --- with the random model -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def synthesizer(random_model: Path) -> Synthesizer:
    return open_synthesizer(Settings(model_path=random_model, memory_mb=32, disk_mb=0, edge_silence_ms=0))


def speak(synthesizer: Synthesizer, rate: int, text: str) -> list[Item]:
    utterance = Utterance(1, Kind.TEXT, text, replace(Parameters(), rate=rate))
    return list(synthesizer.speak(utterance, "af_heart", "en-US", lambda: None))


def timeline(items: list[Item]) -> tuple[list[int], int]:
    places, position = [], 0
    for item in items:
        if isinstance(item, MarkReached):
            places.append(position)
        else:
            position += len(item.samples) // 2
    return places, position


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "pace"), [(100, 4.0), (60, 4**0.6), (-80, 3**-0.8), (-100, 1 / 3)])
def test_length_and_marks_at_the_rates_of_ssip(
    synthesizer: Synthesizer, monkeypatch: pytest.MonkeyPatch, rate: int, pace: float
) -> None:
    """Against the model at its own speed for this pace: the marks are there, divided by the stretch."""
    words = TEXT.split()
    text = "".join(f'<mark name="{n}"/>{word} ' for n, word in enumerate(words))
    marks, length = timeline(speak(synthesizer, rate, text))
    own = min(1.3, max(0.5, pace))
    with monkeypatch.context() as patch:
        patch.setattr(PacedEngine, "pace", lambda _self, _rate: own)
        expected, unstretched = timeline(speak(synthesizer, 0, text))
    assert len(marks) == len(expected) == len(words)
    assert length == pytest.approx(unstretched * own / pace, rel=0.005)
    for mark, place in zip(marks, expected, strict=True):
        # In stretched speech short sounds are spared at the cost of others.
        off = 0.005 * RATE if pace <= 1.3 else 0.04 * length
        assert mark == pytest.approx(place * own / pace, abs=off)
    _, normal = timeline(speak(synthesizer, 0, text))
    assert normal / length == pytest.approx(pace, rel=0.05)  # durations are whole frames of 25 ms


@pytest.mark.slow
def test_one_sound_is_kept_for_all_paces_beyond_the_limit(random_model: Path) -> None:
    counted: list[str] = []
    synthesizer = open_synthesizer(Settings(model_path=random_model, disk_mb=0), counted.append)
    speak(synthesizer, 60, "kept")
    counted.clear()
    lengths = {timeline(speak(synthesizer, rate, "kept"))[1] for rate in (60, 70, 80, 100)}
    assert counted == ["cache_hits"] * 4
    assert len(lengths) == 4
