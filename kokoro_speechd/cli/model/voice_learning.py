# SPDX-License-Identifier: GPL-3.0-or-later
"""The statistics of the voice that speaks by default, learned before anybody waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kokoro_speechd.errors import ModelError
from kokoro_speechd.settings import load_settings
from kokoro_speechd.system.messages import _
from kokoro_speechd.voices.catalogue import discover

if TYPE_CHECKING:
    from pathlib import Path

    from kokoro_speechd.synthesis.engine import Engine
    from kokoro_speechd.synthesis.files.model_files import ModelFiles
    from kokoro_speechd.synthesis.voice.voice_pack import VoicePack
    from kokoro_speechd.voices.catalogue import Voice


def learn_default_voice(files: ModelFiles, say: Callable[[str], None]) -> None:
    """Learn the statistics of the default voice of a model, if they are not there.

    Raises ModelError, SynthesisError, VoiceError.
    """
    from kokoro_speechd.synthesis.engine import Engine

    engine = Engine(files)
    try:
        default_voice(engine, files, say)
    finally:
        engine.close()


def default_voice(engine: Engine, files: ModelFiles, say: Callable[[str], None]) -> VoicePack:
    """Return the default voice with its statistics. Raises what `learn_default_voice` does."""
    from kokoro_speechd.rendering.synthesizer import statistics_store
    from kokoro_speechd.synthesis.statistics_learning import learned
    from kokoro_speechd.synthesis.voice.voice_pack import load_voice

    voice, path = _best(files)
    return learned(
        engine,
        load_voice(path),
        voice.language,
        statistics_store(engine, files),
        lambda: say(_("Learning how {voice} sounds ...").format(voice=voice.name)),
    )


def _best(files: ModelFiles) -> tuple[Voice, Path]:
    """Return the default voice, else the best, and its file. Raises ModelError where there is none."""
    wanted = load_settings().default_voice
    voices = sorted(discover(files.voices), key=lambda voice: (voice.name != wanted, voice.rank))
    if not voices or voices[0].path is None:
        raise ModelError(_("there is no voice to check it with"))
    return voices[0], voices[0].path
