# SPDX-License-Identifier: GPL-3.0-or-later
"""The random model has the published model's shape, and is the same for the same seed."""

from __future__ import annotations

import logging
import re
import statistics
from pathlib import Path

import pytest
import torch

from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.files.model_files import check, find_model
from kokoro_speechd.synthesis.phrase.prosody import Prosody
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.reference import forward
from kokoro_speechd.synthesis.reference.random_model import VOICES, write_model_files
from kokoro_speechd.synthesis.voice.voice_pack import load_voice
from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.voices.catalogue import KNOWN, describe

TEXT = "ðə kwˈɪk bɹˈWn fˈɑks ʤˈʌmps ˈOvəɹ ðə lˈAzi dˈɔɡ bɪfˈɔɹ lˈʌnʧ."


def test_it_looks_like_the_published_model(random_model: Path) -> None:
    files = find_model(random_model).files
    assert files is not None
    assert check(files) == []
    assert {path.stem for path in (random_model / "voices").iterdir()} == set(VOICES)
    assert {path.name for path in random_model.iterdir()} == {
        "README.txt",
        "config.json",
        "kokoro-v1_0.pth",
        "voices",
    }
    assert "noise" in (random_model / "README.txt").read_text()
    # The published weights' size: 327212226 bytes; names and padding differ by a few kilobytes.
    assert abs(files.weights.stat().st_size - 327_212_226) < 50_000
    assert not [path for path in random_model.rglob("*") if path.stat().st_mode & 0o444 != 0o444]


def test_its_voices_are_known_and_of_all_languages() -> None:
    assert set(VOICES) <= set(KNOWN)
    assert {describe(name).language for name in VOICES} == {
        language.voice_tag for language in LANGUAGES.values()
    }


@pytest.mark.parametrize("name", VOICES)
def test_its_voices_load(random_model: Path, name: str) -> None:
    styles = load_voice(random_model / "voices" / f"{name}.pt").styles
    assert styles.shape == (510, 1, 256)
    neighbours = (styles[1:] - styles[:-1]).norm(dim=-1).mean()
    assert neighbours < styles.norm(dim=-1).mean() / 10  # rows drift, as real ones do


@pytest.fixture(scope="module")
def engine(random_model: Path) -> Engine:
    files = find_model(random_model).files
    assert files is not None
    return Engine(files, kind="reference")


def predict(engine: Engine, folder: Path, symbols: str, name: str = "af_heart") -> Prosody:
    """Return the prosody of a phrase whose symbols the model all knows."""
    tokens = torch.tensor([[0, *(engine.model.vocab[symbol] for symbol in symbols), 0]])
    style = load_voice(folder / f"voices/{name}.pt").style(len(symbols))
    with torch.inference_mode():
        return forward.prosody(engine.model, tokens, style)


@pytest.mark.slow
@pytest.mark.parametrize("name", VOICES)
def test_every_voice_speaks_as_fast_and_as_high_as_speech(
    engine: Engine, random_model: Path, name: str
) -> None:
    whole = predict(engine, random_model, TEXT, name)
    words = [predict(engine, random_model, TEXT[start : start + 3], name) for start in range(0, 60, 3)]
    assert 2.4 <= float(whole.durations.float().mean()) <= 3.2  # frames of 25 ms a token
    assert 2.4 <= statistics.mean(float(word.durations.float().mean()) for word in words) <= 3.2
    for prosody in (whole, *words):
        assert 1 <= int(prosody.durations.min()) <= int(prosody.durations.max()) <= 6
        assert 130 < float(prosody.f0.mean()) < 170  # Hz
    assert 10 < float(whole.f0.std()) < 30
    assert 10 < statistics.mean(float(word.f0.std()) for word in words) < 30


@pytest.mark.slow
def test_the_longest_phrase_is_as_fast_as_a_short_one(engine: Engine, random_model: Path) -> None:
    prosody = predict(engine, random_model, ((TEXT + " ") * 9)[:510])
    assert len(prosody.durations) == 512
    assert 2.4 <= float(prosody.durations.float().mean()) <= 3.2
    assert 130 < float(prosody.f0.mean()) < 170
    assert 10 < float(prosody.f0.std()) < 30


@pytest.mark.slow
def test_each_phoneme_has_a_duration_of_its_own(engine: Engine, random_model: Path) -> None:
    durations = predict(engine, random_model, TEXT).durations.tolist()
    assert durations == predict(engine, random_model, TEXT).durations.tolist()
    assert len(set(durations)) >= 4
    assert statistics.stdev(durations) > 1
    # A phoneme keeps its duration, give or take a frame, wherever it stands: nothing is smeared.
    backwards = predict(engine, random_model, TEXT[::-1]).durations.tolist()[1:-1][::-1]
    inner = durations[1:-1]
    assert statistics.mean(abs(a - b) <= 1 for a, b in zip(inner, backwards, strict=True)) > 0.9
    # Which is not so for a phoneme and its neighbour.
    assert statistics.mean(abs(a - b) <= 1 for a, b in zip(inner[1:], inner[:-1], strict=True)) < 0.75


@pytest.mark.slow
def test_its_sound_is_as_loud_as_speech(engine: Engine, random_model: Path) -> None:
    for name, symbols in ((VOICES[0], TEXT[:3]), (VOICES[1], TEXT[:30]), (VOICES[-1], TEXT[30:50])):
        voice = load_voice(random_model / "voices" / f"{name}.pt")
        samples = engine.render(
            PhraseRequest(symbols, voice, seed=0)
        ).samples  # finite, or the engine says so
        assert 0.01 < float((samples**2).mean() ** 0.5) < 0.5
        assert float(abs(samples).max()) < 1


@pytest.mark.slow
def test_a_seed_says_everything(random_model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    with caplog.at_level(logging.WARNING):
        write_model_files(tmp_path / "same", voices=VOICES[:2])
    assert torch.equal(torch.random.get_rng_state(), before), "the caller's random numbers were moved"
    assert re.search("noise instead of speech", caplog.text)
    write_model_files(tmp_path / "other", seed=1, voices=VOICES[:1])
    try:
        first, same, other = (
            torch.load(folder / "kokoro-v1_0.pth", mmap=True)
            for folder in (random_model, tmp_path / "same", tmp_path / "other")
        )
        for part, tensors in first.items():
            assert same[part].keys() == tensors.keys() == other[part].keys()
            assert all(torch.equal(same[part][name], value) for name, value in tensors.items())
        weight = "module.encode.conv1.weight_v"
        assert not torch.equal(first["decoder"][weight], other["decoder"][weight])
        for name in VOICES[:2]:
            mine = load_voice(tmp_path / "same/voices" / f"{name}.pt").styles
            assert torch.equal(mine, load_voice(random_model / "voices" / f"{name}.pt").styles)
        assert not list(tmp_path.rglob(".*")), "scratch files were left"
    finally:
        for folder in ("same", "other"):
            (tmp_path / folder / "kokoro-v1_0.pth").unlink()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        write_model_files(tmp_path / "file/model")
    (tmp_path / "model/config.json").mkdir(parents=True)
    with pytest.raises(OSError, match=r"config\.json"):
        write_model_files(tmp_path / "model")
    left = {path.relative_to(tmp_path / "model").as_posix() for path in (tmp_path / "model").rglob("*")}
    assert left == {"config.json", "voices"}
