# SPDX-License-Identifier: GPL-3.0-or-later
"""Very short phrases: their prosody is that among others, and nothing of the others is heard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from kokoro_speechd.synthesis import engine as engine_module
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.files.model_files import find_model
from kokoro_speechd.synthesis.phrase.prosody import FRAME_SAMPLES
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack, load_voice

pytestmark = pytest.mark.slow
FRAME = FRAME_SAMPLES
BEFORE, BEHIND = engine_module._CONTEXT_BEFORE, engine_module._CONTEXT_BEHIND
LEFT, RIGHT = engine_module._AROUND_SHORT


@pytest.fixture(scope="module", params=["fast", "reference"])
def engine(random_model: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    files = find_model(random_model).files
    assert files is not None
    engine = Engine(files, kind=request.param, context=True)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def voice(random_model: Path) -> VoicePack:
    return load_voice(random_model / "voices/af_heart.pt")


@pytest.mark.parametrize("symbols", ["ˈA", "tˈi", "dˈʌbəljˌu"])
@pytest.mark.parametrize("speed", [1.0, 1.7])
def test_only_its_own_frames_are_heard(engine: Engine, voice: VoicePack, symbols: str, speed: float) -> None:
    """Expected: the place that the model's durations give these tokens in the midst of the others."""
    together = BEFORE + symbols + BEHIND
    tokens = torch.tensor([[0, *(engine._speech.vocab[symbol] for symbol in together), 0]])
    style = voice.style(len(together))
    among = engine._speech.prosody(tokens, style, speed=speed)
    first = 1 + len(BEFORE)
    begin = int(among.durations[:first].sum()) - LEFT
    own = among.durations[first : first + len(symbols)]
    end = min(int(among.durations.sum()), begin + LEFT + int(own.sum()) + RIGHT)

    sound = engine.begin(PhraseRequest(symbols, voice, speed=speed, seed=3))
    assert [start // FRAME for start in sound.starts] == [
        LEFT + int(own[:place].sum()) for place in range(len(symbols))
    ]
    assert sound.length == FRAME * (end - begin)
    torch.manual_seed(3)
    among = engine._speech.prosody(tokens, style, speed=speed)
    whole = engine._speech.render(among, style).numpy()[begin * FRAME : end * FRAME]
    inner = slice(engine_module._FADE, -engine_module._FADE)  # beside it the sound comes and goes
    torch.manual_seed(3)
    samples = sound.whole()
    assert samples[0] == samples[-1] == 0
    # The harmonic source's noise is drawn in the same order: only rounding differs.
    assert np.allclose(samples[inner], whole[inner], atol=1e-3)


@pytest.mark.parametrize(("symbols", "behind"), [("bˈʌs", 1), ("bˈʌs,", -2), ("stˈɑps æt ðə kˈɔɹnəɹ", 1)])
def test_within_another_voice_s_sentence_its_company_is_a_sentence(
    engine: Engine, voice: VoicePack, symbols: str, behind: int
) -> None:
    before, after = engine_module._WITHIN_BEFORE, engine_module._WITHIN_BEHIND
    together = before + symbols + (after[1:] if symbols.endswith(",") else after)
    tokens = torch.tensor([[0, *(engine._speech.vocab[symbol] for symbol in together), 0]])
    durations = engine._speech.prosody(tokens, voice.style(len(together))).durations
    own = durations[1 + len(before) : 1 + len(before) + len(symbols)]
    sound = engine.begin(PhraseRequest(symbols, voice, within=True))
    assert sound.length == FRAME * (2 + int(own.sum()) + behind)
    assert sound.starts[0] == 2 * FRAME
    assert engine.begin(PhraseRequest(symbols, voice)).length != sound.length


def test_longer_phrases_and_other_settings_have_no_context(
    engine: Engine, voice: VoicePack, random_model: Path
) -> None:
    files = find_model(random_model).files
    assert files is not None
    alone = Engine(files, kind="reference")
    long = "həlˈO wˈɜɹld."
    assert engine.begin(PhraseRequest(long, voice)).length == alone.begin(PhraseRequest(long, voice)).length
    frames = [
        each.begin(PhraseRequest("ˈA", voice)).excerpt.phrase.features.shape[2] for each in (engine, alone)
    ]
    assert frames[0] > frames[1] + 10
    alone.close()
