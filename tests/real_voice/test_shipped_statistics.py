# SPDX-License-Identifier: GPL-3.0-or-later
"""The statistics in the program with the real voice: all voices have them at once, and nobody hears that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from kokoro_speechd.cli.model.voice_learning import learn_default_voice
from kokoro_speechd.rendering.synthesizer import open_synthesizer
from kokoro_speechd.settings import Settings
from kokoro_speechd.synthesis.files.checkpoint import Weights, load_weights
from kokoro_speechd.synthesis.files.file_hash import content_hash
from kokoro_speechd.synthesis.files.weights_sketch import WeightsSketch, sketch_of
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.statistics_learning import learned
from kokoro_speechd.synthesis.voice.shipped_statistics import FILE
from kokoro_speechd.synthesis.voice.statistics_store import StatisticsStore
from kokoro_speechd.utterance import Audio, Kind, Parameters, Utterance
from tests.real_voice import judging
from tests.real_voice.lab import Lab
from tests.real_voice.rendering import STATISTICS, files_of, phonemes

TEXTS = ("The window is closed now, and nothing is heard of it.", "Save the file before you leave.")


@pytest.fixture(scope="module")
def weights(lab: Lab) -> Weights:
    return load_weights(files_of(lab.model))[0]


def is_published(weights: Weights) -> bool:
    with np.load(FILE) as arrays:
        published = WeightsSketch(arrays["vectors"], arrays["matrices"])
    sketch = sketch_of(weights)
    return sketch is not None and sketch.is_like(published)


def test_a_new_user_speaks_letters_with_the_voices_statistics_at_once(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    files = files_of(lab.model)
    said: list[str] = []
    learn_default_voice(files, said.append)
    assert said == []  # `model import` has nothing to learn
    settings = Settings(model_path=files.weights, config_path=files.config, voice_path=files.voices[0])
    synthesizer = open_synthesizer(settings)
    for voice in synthesizer._voices:
        assert synthesizer._model.makes_windows(synthesizer._pack(voice)), voice.name
    assert len(synthesizer._voices) == 54
    whole: list[object] = []
    monkeypatch.setattr(synthesizer._model._windowed, "render", lambda *_, **__: whole.append(1))
    letter = Utterance(1, Kind.CHAR, "k", Parameters())
    assert [
        item for item in synthesizer.speak(letter, "ff_siwis", "fr", lambda: None) if isinstance(item, Audio)
    ]
    assert whole == []
    assert list(synthesizer.learn("ff_siwis", "fr", lambda: None)) == []
    assert not (tmp_path / "kokoro-speechd/statistics").exists()


FORMS: dict[str, tuple[Callable[[str, torch.Tensor], torch.Tensor], bool]] = {
    "float16": (lambda _, tensor: tensor.half(), True),
    "bfloat16": (lambda _, tensor: tensor.bfloat16(), True),
    "trained further": (lambda _, tensor: tensor + 0.003 * torch.randn_like(tensor), False),
    "the text side alone": (
        lambda name, tensor: 1.01 * tensor if name.startswith("bert_encoder") else tensor,
        False,
    ),
    "the decoder alone": (
        lambda name, tensor: 1.01 * tensor if name.startswith("decoder") else tensor,
        False,
    ),
}


@pytest.mark.parametrize(("form", "known"), FORMS.values(), ids=FORMS)
def test_the_model_is_known_in_every_form_and_a_child_of_it_is_not(
    weights: Weights, form: Callable[[str, torch.Tensor], torch.Tensor], known: bool
) -> None:
    torch.manual_seed(1)
    assert is_published(Weights({name: form(name, each) for name, each in weights.tensors.items()})) is known


@pytest.mark.parametrize("voice", ["am_michael", "ff_siwis"])
def test_they_sound_like_those_that_are_learned(lab: Lab, voice: str) -> None:
    language = lab.languages[voice]
    engine, pack = lab.ours.engine_and_pack(voice, language)
    own = StatisticsStore(STATISTICS, content_hash(files_of(lab.model).weights), engine.norms)
    exact = learned(engine, replace(pack, statistics=None), language, own)
    assert pack.statistics is not None
    assert exact.statistics is not None
    assert pack.statistics.digest() != exact.statistics.digest()
    for text in TEXTS:
        symbols = phonemes(text, language)
        ours, theirs = (engine.render(PhraseRequest(symbols, each, seed=1)).samples for each in (pack, exact))
        assert judging.likeness(ours, theirs)[0] > 4.5
        assert abs(judging.loudness(ours) - judging.loudness(theirs)) < 0.2
