# SPDX-License-Identifier: GPL-3.0-or-later
"""Very short phrases: said as among others, and nothing of the others becomes sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch

from kokoro_speechd.synthesis import engine as engine_module
from kokoro_speechd.synthesis import forward
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.model_files import find_model
from kokoro_speechd.synthesis.voice_pack import VoicePack, load_voice
from kokoro_speechd.synthesis.windows import WindowPlan

pytestmark = pytest.mark.slow
FRAME = forward.FRAME_SAMPLES
EDGE = 2  # frames, the default


@pytest.fixture(scope="module", params=["fast", "reference"])
def engine(rehearsal_model: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    files = find_model(rehearsal_model).files
    assert files is not None
    kind: Literal["fast", "reference"] = request.param
    engine = Engine(files, kind=kind, company=True)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def voice(rehearsal_model: Path) -> VoicePack:
    return load_voice(rehearsal_model / "voices/af_heart.pt")


@pytest.mark.parametrize("symbols", ["ˈA", "tˈi", "dˈʌbəljˌu"])
@pytest.mark.parametrize("speed", [1.0, 1.7])
def test_only_its_own_frames_are_heard(engine: Engine, voice: VoicePack, symbols: str, speed: float) -> None:
    """Expected: the durations that the model gives these tokens in the midst of the others."""
    company = engine_module._BEFORE + symbols + engine_module._BEHIND
    tokens = torch.tensor([[0, *(engine._speech.vocab[symbol] for symbol in company), 0]])
    among = engine._speech.prosody(tokens, voice.style(len(company)), speed=speed, edges=(EDGE, EDGE))
    first = 1 + len(engine_module._BEFORE)
    own = among.durations[first : first + len(symbols)]
    lead = min(EDGE, int(among.durations[:first].sum()))

    sound = engine.begin(symbols, voice, speed=speed)
    expected = [lead + int(own[:place].sum()) for place in range(len(symbols))]
    assert [start // FRAME for start in sound.starts] == expected
    assert sound.length == FRAME * (lead + int(own.sum()) + EDGE)
    assert len(sound.whole()) == sound.length


def test_its_prosody_is_that_of_the_whole(engine: Engine, voice: VoicePack) -> None:
    company = engine_module._BEFORE + "ˈA" + engine_module._BEHIND
    tokens = torch.tensor([[0, *(engine._speech.vocab[symbol] for symbol in company), 0]])
    whole = engine._speech.prosody(tokens, voice.style(len(company)), edges=(EDGE, EDGE))
    first = 1 + len(engine_module._BEFORE)
    part = forward.excerpt(whole, first, first + 2, (EDGE, EDGE))
    begin = int(whole.durations[:first].sum()) - EDGE
    end = begin + part.features.shape[2]
    assert torch.equal(part.f0, whole.f0[:, 2 * begin : 2 * end])
    assert torch.equal(part.energy, whole.energy[:, 2 * begin : 2 * end])
    assert torch.equal(part.features, whole.features[:, :, begin:end])
    assert int(part.durations.sum()) == end - begin


def test_longer_phrases_and_other_settings_need_no_company(
    engine: Engine, voice: VoicePack, rehearsal_model: Path
) -> None:
    files = find_model(rehearsal_model).files
    assert files is not None
    alone = Engine(files, kind="reference")
    long = "həlˈO wˈɜɹld."
    assert engine.begin(long, voice).length == alone.begin(long, voice).length
    starts = [each.begin("ˈA", voice, seed=1).length for each in (engine, alone)]
    assert starts[0] != starts[1]
    alone.close()


def test_windows_and_pitch_work_on_it(engine: Engine, voice: VoicePack) -> None:
    sound = engine.begin("ˈA", voice, pitch_semitones=6)
    pieces = list(sound.pieces(WindowPlan()))
    samples = np.concatenate(pieces)
    assert len(samples) == sound.length
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() > 0.001
