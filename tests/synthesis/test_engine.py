# SPDX-License-Identifier: GPL-3.0-or-later
"""One engine renders phrase after phrase, whatever was asked, stopped or refused before."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from kokoro_speechd.errors import Cancelled, ModelError, SynthesisError
from kokoro_speechd.synthesis.engine import MAX_PHONEMES, Engine, Rendering
from kokoro_speechd.synthesis.fast.kernels import PackedWeights
from kokoro_speechd.synthesis.files.model_files import ModelFiles, find_model
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack, load_voice

pytestmark = pytest.mark.slow

PHRASE = "ɡˈO tə."
FRAME = 600


@pytest.fixture(scope="module")
def files(random_model: Path) -> ModelFiles:
    found = find_model(random_model).files
    assert found is not None
    return found


@pytest.fixture(scope="module", params=["fast", "reference"])
def engine(request: pytest.FixtureRequest, files: ModelFiles) -> Engine:
    return Engine(files, kind=request.param)


@pytest.fixture(scope="module")
def voice(random_model: Path) -> VoicePack:
    return load_voice(random_model / "voices/af_heart.pt")


@pytest.fixture(scope="module")
def expected(engine: Engine, voice: VoicePack) -> Rendering:
    return engine.render(PhraseRequest(PHRASE, voice, seed=3))


def stop_at(number: int) -> Callable[[], None]:
    """Return a check that ends the work at the call of this number, and must not be called after it."""
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        assert calls <= number, "the work went on after it was stopped"
        if calls == number:
            raise Cancelled

    return check


def test_samples_and_starts(expected: Rendering) -> None:
    assert expected.samples.dtype == np.float32
    assert expected.starts.dtype == np.int64
    assert len(expected.starts) == len(PHRASE)
    assert len(expected.samples) % FRAME == 0
    assert (expected.starts % FRAME == 0).all()
    assert 0 < expected.starts[0] <= 4 * FRAME  # of the begin token
    assert (np.diff(expected.starts) >= FRAME).all()
    assert len(expected.samples) - expected.starts[-1] >= FRAME


def test_a_seed_makes_the_noise_repeatable(engine: Engine, voice: VoicePack, expected: Rendering) -> None:
    again, other = (engine.render(PhraseRequest(PHRASE, voice, seed=seed)) for seed in (3, 4))
    assert np.array_equal(again.samples, expected.samples)
    assert not np.array_equal(other.samples, expected.samples)
    assert np.array_equal(other.starts, expected.starts)


def test_a_stop_anywhere_ends_the_work_and_spoils_nothing(
    engine: Engine, voice: VoicePack, expected: Rendering
) -> None:
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1

    engine.render(PhraseRequest(PHRASE, voice, seed=3), check=count)
    places = random.Random(0).sample(range(2, calls), 8)
    for place in (1, *places, calls):
        with pytest.raises(Cancelled):
            engine.render(PhraseRequest(PHRASE, voice, seed=3), check=stop_at(place))
    assert np.array_equal(engine.render(PhraseRequest(PHRASE, voice, seed=3)).samples, expected.samples)


class Multiplications(TorchDispatchMode):
    """Counts those of the operations that cost most, so that a busy machine changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces = [0]

    def __torch_dispatch__(
        self, function: Any, _types: Any, arguments: tuple[Any, ...] = (), options: Any = None
    ) -> Any:
        result = function(*arguments, **(options or {}))
        name = function.overloadpacket.__name__.rstrip("_")
        if name in ("mm", "bmm"):
            self.pieces[-1] += result.numel() * arguments[0].shape[-1]
        elif name in ("addmm", "baddbmm"):
            self.pieces[-1] += result.numel() * arguments[1].shape[-1]
        elif name in ("conv1d", "conv_transpose1d"):
            values = result if name == "conv1d" else arguments[0]
            self.pieces[-1] += values.numel() * arguments[1].numel() // values.shape[1]
        return result

    def check(self) -> None:
        self.pieces.append(0)


def test_no_piece_of_the_work_is_long_between_two_checks(
    engine: Engine, voice: VoicePack, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Multiplications()

    # The compiled kernels are no operators of torch's.
    def multiply(own: PackedWeights, x: torch.Tensor, *rest: Any) -> torch.Tensor:
        result = multiply_one(own, x, *rest)
        counted.pieces[-1] += result.numel() * x.shape[-1]
        return result

    def multiply_points(own: PackedWeights, factors: torch.Tensor, sums: torch.Tensor) -> None:
        multiply_all(own, factors, sums)
        counted.pieces[-1] += factors.numel() * sums.shape[-1]

    def add_to(own: PackedWeights, out: torch.Tensor, x: torch.Tensor) -> None:
        add_one(own, out, x)
        counted.pieces[-1] += out.numel() * x.shape[-1]

    multiply_one, multiply_all, add_one = (
        PackedWeights.multiply,
        PackedWeights.multiply_points,
        PackedWeights.add_to,
    )
    for counting in (multiply, multiply_points, add_to):
        monkeypatch.setattr(PackedWeights, counting.__name__, counting)
    with counted:
        engine.render(PhraseRequest(PHRASE * 4, voice), check=counted.check)
    assert sum(counted.pieces) > 1e9
    assert max(counted.pieces) < 1e9  # a few hundredths of a second on one core


def test_unknown_symbols_make_no_sound_and_keep_their_place(
    engine: Engine, voice: VoicePack, expected: Rendering
) -> None:
    marked = engine.render(PhraseRequest(f"☃{PHRASE[:3]}☃☃{PHRASE[3:]}☃", voice, seed=3))
    assert np.array_equal(marked.samples, expected.samples)
    starts = expected.starts.tolist()
    assert marked.starts.tolist() == [
        starts[0],
        *starts[:3],
        *[starts[3]] * 2,
        *starts[3:],
        marked.starts[-1],
    ]
    # What comes last begins where the phonemes end, before the frames of the end token that are heard.
    assert starts[-1] < marked.starts[-1] <= len(expected.samples)


@pytest.mark.parametrize("symbols", ["", "☃☃", "a" * (MAX_PHONEMES + 1), "☃" + "a" * (MAX_PHONEMES + 1)])
def test_phrases_of_no_possible_length(engine: Engine, voice: VoicePack, symbols: str) -> None:
    with pytest.raises(SynthesisError, match="1 to 510 phonemes") as caught:
        engine.render(PhraseRequest(symbols, voice))
    assert not isinstance(caught.value, Cancelled)


def test_the_longest_phrase_fits_the_model(engine: Engine, voice: VoicePack) -> None:
    with pytest.raises(Cancelled):  # behind the text side, whose positions are what could run out
        engine.render(PhraseRequest("a" * MAX_PHONEMES + "☃", voice, speed=20), check=stop_at(6))


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_impossible_speeds(engine: Engine, voice: VoicePack, speed: float) -> None:
    with pytest.raises(SynthesisError, match="speed"):
        engine.render(PhraseRequest(PHRASE, voice, speed=speed))


def test_values_that_are_not_finite_are_never_heard(
    engine: Engine, voice: VoicePack, expected: Rendering
) -> None:
    timbre = voice.styles.clone()
    timbre[..., 128 // 2] = float("nan")  # the first half goes to the decoder alone
    whole = torch.full_like(voice.styles, float("nan"))
    for styles in (timbre, whole):
        with pytest.raises(SynthesisError):
            engine.render(PhraseRequest(PHRASE, VoicePack("broken", styles)))
    assert np.array_equal(engine.render(PhraseRequest(PHRASE, voice, seed=3)).samples, expected.samples)


def test_pieces_are_the_whole_sound(engine: Engine, voice: VoicePack) -> None:
    sound = engine.begin(PhraseRequest(PHRASE, voice, seed=3))
    pieces = list(sound.pieces())
    assert (
        sum(map(len, pieces))
        == sound.length
        == len(engine.begin(PhraseRequest(PHRASE, voice, seed=3)).whole())
    )


def test_speed_moves_the_marks_with_the_sound(files: ModelFiles, voice: VoicePack) -> None:
    engine = Engine(files)
    slow, fast = (engine.render(PhraseRequest(PHRASE, voice, speed=speed)) for speed in (0.4, 1.6))
    assert len(slow.samples) > 2 * len(fast.samples)
    assert (slow.starts[1:] > fast.starts[1:]).all()


def test_what_is_before_the_first_phoneme_is_not_shortened(files: ModelFiles, voice: VoicePack) -> None:
    """The first phoneme begins to sound in the frames of the begin token."""
    engine = Engine(files)
    usual, fast, slow = (
        engine.begin(PhraseRequest(PHRASE, voice, speed=speed)).excerpt.phrase.durations
        for speed in (1.0, 1.6, 0.4)
    )
    assert fast[0] == usual[0] < slow[0]
    assert fast[1:].sum() < usual[1:].sum() < slow[1:].sum()


def test_silence_is_cut_out_of_the_prosody_of_the_whole(files: ModelFiles, voice: VoicePack) -> None:
    """F0 and energy are those of the model's own durations; four frames on either side are heard."""
    engine = Engine(files)
    sound = engine.begin(PhraseRequest(PHRASE, voice, speed=0.4, seed=3))
    durations = sound.excerpt.phrase.durations
    assert int(durations.sum()) == sound.excerpt.phrase.features.shape[2]
    before, behind = int(durations[0]) - 4, int(durations[-1]) - 4
    assert before > 0
    assert sound.excerpt.span == (before, int(durations.sum()) - max(0, behind))
    assert sound.starts[0] == 4 * FRAME
    torch.manual_seed(3)
    tokens = torch.tensor([[0, *(engine.model.vocab[symbol] for symbol in PHRASE), 0]])
    style = voice.style(len(PHRASE))
    whole = engine.model.render(engine.model.prosody(tokens, style, speed=0.4), style).numpy()
    torch.manual_seed(3)
    assert np.allclose(sound.whole(), whole[before * FRAME :][: sound.length], atol=1e-3)


@pytest.mark.parametrize("device", ["nonsense", "cuda:77", ""])
def test_a_device_that_is_not_there(files: ModelFiles, device: str) -> None:
    with pytest.raises(ModelError, match="device"):
        Engine(files, device=device)
