# SPDX-License-Identifier: GPL-3.0-or-later
"""Phrases in windows: all of the sound, no clicks, and a stop at any moment spoils nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from kokoro_speechd.errors import Cancelled
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.model_files import find_model
from kokoro_speechd.synthesis.voice_pack import VoicePack, load_voice
from kokoro_speechd.synthesis.windows import WindowPlan, growing, plan_windows
from tests.synthesis.fast_parts import stop_at

pytestmark = pytest.mark.slow

PHRASE = "həlˈO ðˈɛɹ, bɹˈAv nˈu wˈɜɹld."
PLANS = {
    "the default": WindowPlan(),
    "single frames": WindowPlan(first=1, growth=1, largest=1, decoder=2, first_stage=1),
    "half seconds": WindowPlan(first=20, growth=1, largest=20),
    "one": WindowPlan(first=1000, largest=1000),
}
STOPS = 50


@pytest.fixture(scope="module")
def engine(rehearsal_model: Path) -> Iterator[Engine]:
    files = find_model(rehearsal_model).files
    assert files is not None
    engine = Engine(files)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def voice(rehearsal_model: Path) -> VoicePack:
    return load_voice(rehearsal_model / "voices/af_heart.pt")


def spoken(engine: Engine, voice: VoicePack, plan: WindowPlan | None) -> list[np.ndarray]:
    sound = engine.begin(PHRASE, voice, seed=5)
    return [sound.whole()] if plan is None else list(sound.pieces(plan))


@pytest.mark.parametrize("frames", [1, 3, 4, 5, 9, 57, 300])
@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_the_windows_are_the_phrase(plan: WindowPlan, frames: int) -> None:
    windows = list(plan_windows(frames, plan, growing(plan)))
    assert [window.start for window in windows] == [0, *(window.end for window in windows[:-1])]
    assert windows[-1].end == frames
    for window in windows:
        outer = window.decoder
        for inner in (*window.stages, (window.start, window.end)):
            assert 0 <= outer[0] <= inner[0] < inner[1] <= outer[1] <= frames
            outer = inner


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_no_sample_is_lost_and_no_join_clicks(engine: Engine, voice: VoicePack, plan: WindowPlan) -> None:
    (whole,) = spoken(engine, voice, None)
    pieces = spoken(engine, voice, plan)
    assert sum(map(len, pieces)) == len(whole)
    sound = np.concatenate(pieces)
    largest = np.abs(np.diff(whole)).max()
    for join in np.cumsum([len(piece) for piece in pieces])[:-1]:
        near = sound[join - 5 : join + plan.fade + 5]
        assert np.abs(np.diff(near)).max() <= largest
    error = 10 * np.log10(np.square(whole).sum() / max(np.square(whole - sound).sum(), 1e-30))
    print(f"{len(pieces)} windows: {error:.1f} dB to the whole")
    if len(pieces) == 1:
        assert error > 60


def test_marks_and_durations_are_those_of_the_whole(engine: Engine, voice: VoicePack) -> None:
    whole, windowed = (engine.begin(PHRASE, voice, seed=5) for _ in range(2))
    list(windowed.pieces(WindowPlan()))
    whole.whole()
    assert np.array_equal(whole.starts, windowed.starts)
    assert whole.length == windowed.length


def test_a_stop_at_any_of_many_moments_spoils_nothing(engine: Engine, voice: VoicePack) -> None:
    expected = np.concatenate(spoken(engine, voice, WindowPlan()))
    checks = 0

    def count() -> None:
        nonlocal checks
        checks += 1

    list(engine.begin(PHRASE, voice, check=count).pieces(WindowPlan()))
    assert checks > STOPS
    moments = random.Random(2).sample(range(1, checks + 1), STOPS)
    for number, moment in enumerate(moments):
        with pytest.raises(Cancelled):
            list(engine.begin(PHRASE, voice, check=stop_at(moment)).pieces(WindowPlan()))
        if number % 10 == 0:
            assert np.array_equal(np.concatenate(spoken(engine, voice, WindowPlan())), expected)
    assert np.array_equal(np.concatenate(spoken(engine, voice, WindowPlan())), expected)


def test_another_phrase_in_the_midst_changes_nothing(engine: Engine, voice: VoicePack) -> None:
    expected = spoken(engine, voice, WindowPlan())
    nested = 0

    def another() -> None:
        nonlocal nested
        nested += 1
        if nested % 40 == 0:
            with torch.random.fork_rng():
                list(engine.begin("ˈA", voice).pieces(WindowPlan()))

    sound = engine.begin(PHRASE, voice, seed=5, check=another)
    pieces = []
    for piece in sound.pieces(WindowPlan()):
        pieces.append(piece)
        with torch.random.fork_rng():
            engine.render("bˈi", voice)
    assert nested > 40
    assert np.array_equal(np.concatenate(pieces), np.concatenate(expected))


def test_the_first_piece_does_not_wait_for_the_rest(engine: Engine, voice: VoicePack) -> None:
    seen = []
    for length in (8, len(PHRASE)):
        checks = 0

        def count() -> None:
            nonlocal checks
            checks += 1

        next(engine.begin(PHRASE[:length], voice, check=count).pieces(WindowPlan()))
        seen.append(checks)
    assert seen[1] < 1.2 * seen[0]
