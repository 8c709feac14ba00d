# SPDX-License-Identifier: GPL-3.0-or-later
"""The fast engine gives what upstream gives, whatever was stopped before.

Upstream's vocoder takes the phase of its source's spectrum as an angle, which jumps by 2π, and sums F0 over
the whole phrase: moving every F0 value by one unit in the last place changes its own output far more than our
rounding does (there is a test below). So the text side and the vocoder are each compared on the same input.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from kokoro_speechd.errors import Cancelled, ModelError, SynthesisError
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.fast.model import FastModel
from kokoro_speechd.synthesis.files.model_files import ModelFiles, find_model
from kokoro_speechd.synthesis.phrase.prosody import Prosody
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.reference.model import ReferenceModel
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack, load_voice
from tests.synthesis.fast.parts import phonemes, snr_db, stop_at, tokens_of

pytestmark = pytest.mark.slow

VOICES = ("af_heart", "am_fenrir", "zf_xiaobei")
SPEEDS = (1.0, 2.5, 5.0)
# 43 strings; the longest ones fast, for their sound would last half a minute.
CASES = [
    *((length, VOICES[length % 3], SPEEDS[length // 3 % 3]) for length in range(1, 31)),
    *((length, VOICES[length % 3], SPEEDS[1 + length % 2]) for length in range(35, 80, 5)),
    (100, VOICES[0], 2.5),
    (150, VOICES[1], 5.0),
    (255, VOICES[1], 5.0),
    (510, VOICES[2], 20.0),
]
PHRASE = "ɡˈO tə."


@pytest.fixture(scope="module")
def files(random_model: Path) -> ModelFiles:
    found = find_model(random_model).files
    assert found is not None
    return found


@pytest.fixture(scope="module")
def reference(files: ModelFiles) -> ReferenceModel:
    torch.set_num_threads(1)
    return ReferenceModel(files)


@pytest.fixture(scope="module")
def fast(files: ModelFiles) -> FastModel:
    torch.set_num_threads(1)
    return FastModel(files, upstream_noise=True)


@pytest.fixture(scope="module")
def voices(random_model: Path) -> dict[str, VoicePack]:
    return {name: load_voice(random_model / f"voices/{name}.pt") for name in VOICES}


@pytest.mark.parametrize("case", CASES)
def test_equal_to_upstream(
    reference: ReferenceModel, fast: FastModel, voices: dict[str, VoicePack], case: tuple[int, str, float]
) -> None:
    length, voice, speed = case
    tokens = tokens_of(reference.vocab, phonemes(length, length))
    style = voices[voice].style(length)
    theirs = reference.prosody(tokens, style, speed=speed)
    ours = fast.prosody(tokens, style, speed=speed)
    assert ours.durations.tolist() == theirs.durations.tolist()
    assert snr_db(theirs.f0, ours.f0) >= 100
    assert snr_db(theirs.energy, ours.energy) >= 80
    assert snr_db(theirs.features, ours.features) >= 100
    torch.manual_seed(length)
    expected = reference.render(theirs, style)
    torch.manual_seed(length)
    samples = fast.render(theirs, style)
    assert snr_db(expected, samples) >= 80


def test_upstream_is_as_sensitive_to_its_own_rounding(
    reference: ReferenceModel, voices: dict[str, VoicePack]
) -> None:
    style = voices[VOICES[0]].style(30)
    phrase = reference.prosody(tokens_of(reference.vocab, phonemes(30, 30)), style)
    moved = Prosody(
        phrase.durations,
        torch.nextafter(phrase.f0, torch.tensor(torch.inf)),
        phrase.energy,
        phrase.features,
    )
    sounds = []
    for each in (phrase, moved):
        torch.manual_seed(1)
        sounds.append(reference.render(each, style))
    assert snr_db(*sounds) < 60


@pytest.fixture(scope="module", params=[1, 2, 3])
def crewed(request: pytest.FixtureRequest, files: ModelFiles) -> Iterator[FastModel]:
    model = FastModel(files, workers=request.param, upstream_noise=True)
    yield model
    model.close()


def spoken(model: FastModel, style: torch.Tensor) -> torch.Tensor:
    torch.manual_seed(3)
    return model.render(model.prosody(tokens_of(model.vocab, PHRASE), style), style)


def test_workers_change_nothing(crewed: FastModel, fast: FastModel, voices: dict[str, VoicePack]) -> None:
    style = voices[VOICES[0]].style(len(PHRASE))
    expected = spoken(fast, style)
    for _ in range(3):
        assert torch.equal(spoken(crewed, style), expected)


def test_a_stop_at_any_moment_spoils_nothing(crewed: FastModel, voices: dict[str, VoicePack]) -> None:
    style = voices[VOICES[0]].style(len(PHRASE))
    tokens = tokens_of(crewed.vocab, PHRASE)
    expected = spoken(crewed, style)
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1

    crewed.render(crewed.prosody(tokens, style, check=count), style, check=count)
    assert calls > 200
    for place in (1, *random.Random(crewed._crew.workers).sample(range(2, calls), 18), calls):
        check = stop_at(place)
        with pytest.raises(Cancelled):
            crewed.render(crewed.prosody(tokens, style, check=check), style, check=check)
        if place % 5 == 0:
            assert torch.equal(spoken(crewed, style), expected)
    assert torch.equal(spoken(crewed, style), expected)


def test_phrases_do_not_disturb_each_other(fast: FastModel, voices: dict[str, VoicePack]) -> None:
    """Samples are the caller's, not a buffer of the next phrase; voices are not mixed up."""
    styles = [voices[name].style(len(PHRASE)) for name in VOICES]
    first = [spoken(fast, style) for style in styles]
    copies = [samples.clone() for samples in first]
    fast.render(fast.prosody(tokens_of(fast.vocab, phonemes(40, 1)), styles[0]), styles[0])
    assert all(map(torch.equal, first, copies))
    assert all(map(torch.equal, [spoken(fast, style) for style in styles], copies))
    assert not torch.equal(first[0], first[1])


@pytest.fixture(scope="module")
def engines(files: ModelFiles) -> tuple[Engine, Engine]:
    return Engine(files, kind="reference"), Engine(files, kind="fast")


def test_the_engines_agree_on_places_and_lengths(
    engines: tuple[Engine, Engine], voices: dict[str, VoicePack]
) -> None:
    theirs, ours = (
        engine.render(PhraseRequest("☃" + PHRASE, voices[VOICES[0]], pitch_semitones=3, seed=1))
        for engine in engines
    )
    assert ours.starts.tolist() == theirs.starts.tolist()
    assert ours.samples.shape == theirs.samples.shape
    assert ours.samples.dtype == np.float32
    levels = [float(np.square(each.samples).mean()) for each in (theirs, ours)]
    assert levels[1] == pytest.approx(levels[0], rel=0.2)  # other noise, the same distribution


def test_a_seed_repeats_the_fast_engines_noise(
    engines: tuple[Engine, Engine], voices: dict[str, VoicePack]
) -> None:
    first, again, other = (
        engines[1].render(PhraseRequest(PHRASE, voices[VOICES[0]], seed=seed)).samples for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_broken_voice_is_refused_and_nothing_stays(
    engines: tuple[Engine, Engine], voices: dict[str, VoicePack]
) -> None:
    whole = voices[VOICES[0]]
    expected = engines[1].render(PhraseRequest(PHRASE, whole, seed=3)).samples
    timbre = whole.styles.clone()
    timbre[..., 64] = float("nan")
    for styles in (timbre, torch.full_like(whole.styles, float("nan"))):
        with pytest.raises(SynthesisError):
            engines[1].render(PhraseRequest(PHRASE, VoicePack("broken", styles)))
    assert np.array_equal(engines[1].render(PhraseRequest(PHRASE, whole, seed=3)).samples, expected)


def test_on_another_device_the_reference_computes(files: ModelFiles) -> None:
    with pytest.raises(ModelError, match="cuda"):
        Engine(files, kind="fast", device="cuda")
