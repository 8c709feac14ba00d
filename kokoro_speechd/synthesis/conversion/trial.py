# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a converted model can speak: nobody published its tensors, so that no checksum vouches for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokoro_speechd.errors import ModelError, SynthesisError
from kokoro_speechd.synthesis.files.checkpoint import load_weights
from kokoro_speechd.synthesis.files.tensor_names import some
from kokoro_speechd.synthesis.phrase.request import PhraseRequest

if TYPE_CHECKING:
    from kokoro_speechd.synthesis.files.model_files import ModelFiles
    from kokoro_speechd.synthesis.voice.voice_pack import VoicePack

_PHRASE = "hˈAlO, hˌW ˈɑɹ ju?"
_SILENCE = 1e-4  # of full scale, as root mean square: 80 dB below it
_NEVER_USED = "bert.pooler."


def why_it_cannot_speak(files: ModelFiles, voice: VoicePack | None) -> str | None:
    """Return why not; None when its tensors are whole and, given a voice, a phrase is heard."""
    try:
        weights, _ = load_weights(files)
        zeros = [
            name
            for name, value in weights.tensors.items()
            if not name.startswith(_NEVER_USED)
            and not name.endswith((".bias", ".beta"))
            and ".bias_" not in name
            if not bool(value.any())
        ]
        if zeros:
            return f"only zeros in {some(sorted(zeros))}"
        return None if voice is None else _phrase_fails(files, voice)
    except (ModelError, SynthesisError) as error:
        return str(error).replace(str(files.weights), files.weights.name)


def _phrase_fails(files: ModelFiles, voice: VoicePack) -> str | None:
    import numpy as np

    from kokoro_speechd.synthesis.engine import Engine

    engine = Engine(files)
    try:
        samples = engine.render(PhraseRequest(_PHRASE, voice, seed=0)).samples
    finally:
        engine.close()
    if len(samples) == 0 or float(np.sqrt(np.square(samples.astype(np.float64)).mean())) < _SILENCE:
        return "a phrase was spoken with it, and there was silence"
    return None
