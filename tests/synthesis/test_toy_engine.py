# SPDX-License-Identifier: GPL-3.0-or-later
"""A second engine: registered in one place, it is chosen, rendered, kept and stretched as the others are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from kokoro_speechd.audio.tempo import Tempo
from kokoro_speechd.errors import ModelError
from kokoro_speechd.rendering.synthesizer import open_synthesizer
from kokoro_speechd.settings import Settings, parse
from kokoro_speechd.synthesis.cached_engine import CachedEngine
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.files.calibration_result import Precision, Products
from kokoro_speechd.synthesis.files.model_files import ModelFiles
from kokoro_speechd.synthesis.models import KINDS, ModelKind
from kokoro_speechd.synthesis.paced_engine import PacedEngine
from kokoro_speechd.synthesis.phrase.prosody import Check, Pacing, Prosody
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.sound_store import FolderStore, MemoryStore
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack
from kokoro_speechd.text.tone import Tone
from kokoro_speechd.utterance import Audio, Kind, Parameters, Utterance

FRAME = 600  # samples: 25 ms
SILENT, LASTS = 10, 6  # frames of the tokens around a phrase, and of each phoneme at the speed 1
HEARD = 4  # of the silent ones on either side
VOICE = VoicePack("toy", torch.zeros(1, 1, 256))


class ToyModel:
    """Makes a sine of 25 ms for each frame; silence at the begin and end tokens."""

    cost: float | None = None
    vocab: Mapping[str, int] = {symbol: number for number, symbol in enumerate("abcdefghijklmnopqrst, .", 1)}
    rendered = 0

    def prosody(
        self,
        tokens: torch.Tensor,
        style: torch.Tensor,
        *,
        speed: float | torch.Tensor = 1.0,
        pace: Pacing = None,
        check: Check = lambda: None,
    ) -> Prosody:
        check()
        durations = torch.round(torch.full(tokens.shape[1:], LASTS) / speed).long()
        durations[[0, -1]] = SILENT
        if pace is not None:
            durations = pace(durations)
        frames = int(durations.sum())
        f0 = torch.full((1, 2 * frames), 200.0)
        return Prosody(durations, f0, torch.ones(1, 2 * frames), torch.zeros(1, 1, frames))

    def render(self, phrase: Prosody, style: torch.Tensor, *, check: Check = lambda: None) -> torch.Tensor:
        check()
        type(self).rendered += 1
        hz = phrase.f0[0].repeat_interleave(FRAME // 2)
        samples = 0.3 * torch.sin(2 * torch.pi * (hz.double() / 24_000).cumsum(0)).float()
        samples[: FRAME * int(phrase.durations[0])] = 0
        samples[-FRAME * int(phrase.durations[-1]) :] = 0
        return samples

    def set_threads(self, threads: int) -> None:
        pass

    def close(self) -> None:
        pass


def build(files: ModelFiles, *, device: str, products: Products | None, precision: Precision) -> ToyModel:
    return ToyModel()


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "toy", ModelKind(build))
    monkeypatch.setattr(ToyModel, "rendered", 0)


@pytest.fixture
def paced(tmp_path: Path) -> PacedEngine:
    engine = Engine(ModelFiles(tmp_path, tmp_path, ()), kind="toy")
    assert isinstance(engine.model, ToyModel)
    assert not engine.makes_windows(VOICE)
    assert engine.norms == {}
    stores = MemoryStore(10_000_000), FolderStore(tmp_path / "sounds", 10_000_000)
    return PacedEngine(CachedEngine(engine, "toy", *stores), Tempo())


def test_marks_begin_where_the_sound_does(paced: PacedEngine) -> None:
    sound = paced.begin(PhraseRequest("abc☃d", VOICE))
    places = [HEARD + LASTS * before for before in (0, 1, 2, 3, 3)]  # the fourth is unknown
    assert (sound.starts // FRAME).tolist() == places
    assert sound.length == FRAME * (HEARD + 4 * LASTS + HEARD)
    samples = np.concatenate(list(sound.pieces()))
    assert len(samples) == sound.length
    assert not samples[: FRAME * HEARD].any()
    assert abs(samples[FRAME * HEARD :][: FRAME * LASTS]).max() == pytest.approx(0.3, abs=0.01)
    assert not samples[-FRAME * HEARD :].any()


def test_a_part_has_its_own_pace_and_pitch(paced: PacedEngine) -> None:
    sound = paced.begin(PhraseRequest("ab", VOICE, contour=(Tone(pace=0.5), Tone(semitones=12))))
    assert (sound.starts // FRAME).tolist() == [HEARD, HEARD + 2 * LASTS]
    samples = sound.whole()[sound.starts[1] :][: FRAME * LASTS]
    crossings = int((np.diff(np.sign(samples)) > 0).sum())
    assert crossings == pytest.approx(400 * LASTS / 40, abs=1)


def test_it_is_kept_and_stretched(paced: PacedEngine) -> None:
    whole = paced.begin(PhraseRequest("abcd", VOICE)).whole()
    assert np.array_equal(paced.begin(PhraseRequest("abcd", VOICE)).whole(), whole)
    assert ToyModel.rendered == 1
    lengths = []
    for speed in (2.0, 4.0):  # both beyond the model's own: one sound is stretched
        sound = paced.begin(PhraseRequest("abcd", VOICE, speed=speed))
        assert len(sound.whole()) == sound.length
        gaps = np.diff(sound.starts)
        assert gaps == pytest.approx(FRAME * round(LASTS / 1.3) * 1.3 / speed, rel=0.25)
        lengths.append(sound.length)
    assert lengths[0] == pytest.approx(2 * lengths[1], rel=0.01)
    assert ToyModel.rendered == 2


def test_the_settings_know_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse(b"[model]\nengine = 'toy'\n", "f") == ({"engine": "toy"}, [])
    monkeypatch.delitem(KINDS, "toy")
    _, (problem,) = parse(b"[model]\nengine = 'toy'\n", "f")
    assert problem == 'f:2: engine must be "fast" or "reference"'


def test_an_engine_that_nobody_registered(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nonsense"):
        Engine(ModelFiles(tmp_path, tmp_path, ()), kind="nonsense")


@pytest.mark.slow
def test_it_speaks_a_message(random_model: Path) -> None:
    synthesizer = open_synthesizer(Settings(model_path=random_model, engine="toy", memory_mb=0, disk_mb=0))
    message = Utterance(1, Kind.TEXT, "Hello there.", Parameters())
    silent: Callable[[], None] = lambda: None  # noqa: E731 - nobody stops it
    heard = [
        item for item in synthesizer.speak(message, "af_heart", "en-US", silent) if isinstance(item, Audio)
    ]
    assert max(int(abs(np.frombuffer(item.samples, np.int16).astype(int)).max()) for item in heard) > 1000
    assert ToyModel.rendered >= 1
