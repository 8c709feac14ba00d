# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts made to sound: by our Synthesizer, by upstream's KModel from the same phonemes, and by espeak-ng.

All sound is float32 mono at 24 kHz, full scale ±1.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kokoro_speechd.rendering import espeak_voice
from kokoro_speechd.rendering.synthesizer import Synthesizer, open_synthesizer
from kokoro_speechd.rendering.utterance_renderer import script_of
from kokoro_speechd.settings import Settings
from kokoro_speechd.synthesis.files.file_hash import content_hash
from kokoro_speechd.synthesis.files.model_files import find_model
from kokoro_speechd.synthesis.voice.shipped_statistics import ShippedStatistics
from kokoro_speechd.synthesis.voice.statistics_store import StatisticsStore
from kokoro_speechd.synthesis.voice.voice_pack import load_voice
from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.naming.modes import modes_of
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
from kokoro_speechd.text.phonemizers.script_phonemes import phonemes_of
from kokoro_speechd.utterance import Audio, Kind, MarkReached, Parameters, Utterance
from kokoro_speechd.voices.catalogue import discover
from tests.real_voice.listening import RATE, as_float, resampled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kokoro_speechd.synthesis.engine import Engine
    from kokoro_speechd.synthesis.files.model_files import ModelFiles
    from kokoro_speechd.synthesis.voice.voice_pack import VoicePack

_NORMAL = Parameters()
STATISTICS = Path(__file__).parents[2] / ".cache-tests/statistics"
"""What voices have learned is kept here for the next run."""


def files_of(model: Path) -> ModelFiles:
    """Return the model's files in a folder."""
    found = find_model(model)
    assert found.files is not None, found.problems
    return found.files


def languages_of(model: Path) -> dict[str, str]:
    """Return voice → language tag of all voices in a folder."""
    letters = {language.letter: language.tag for language in LANGUAGES.values()}
    return {voice.name: letters[voice.name[0]] for voice in discover(files_of(model).voices)}


def phonemes(text: str, language: str, kind: Kind = Kind.TEXT, parameters: Parameters = _NORMAL) -> str:
    """Return the phonemes that our renderer gives to the engine for a message of one phrase."""
    utterance = Utterance(1, kind, text, parameters)
    script = script_of(utterance)
    return phonemes_of(
        script,
        (0, len(script.text)),
        language,
        lambda: phonemizer_for(language, PhonemizerOptions()),
        modes=modes_of(utterance),
    ).symbols


class Voices:
    """Our own sound, as the daemon makes it of messages."""

    def __init__(self, model: Path, **settings: Any) -> None:
        """Load the model; `settings` are fields of `Settings`."""
        self.model = model
        files = files_of(model)
        settings = {"memory_mb": 0, "disk_mb": 0, "threads": 1, **settings}
        self.synthesizer: Synthesizer = open_synthesizer(
            Settings(
                model_path=files.weights, config_path=files.config, voice_path=files.voices[0], **settings
            )
        )
        engine = self.synthesizer._model
        shipped = ShippedStatistics(engine.sketch, engine.norms)
        self.synthesizer._statistics = StatisticsStore(
            STATISTICS, content_hash(files.weights), engine.norms, shipped
        )
        self.synthesizer._packs.clear()

    def learn(self, voice: str, language: str) -> None:
        """Learn a voice's statistics, as the daemon does while nothing is spoken."""
        for _ in self.synthesizer.learn(voice, language, lambda: None):
            pass

    def engine_and_pack(self, voice: str, language: str) -> tuple[Engine, VoicePack]:
        """Return the engine, and a voice with its statistics."""
        self.learn(voice, language)
        found = self.synthesizer._own(voice, language).voice
        assert found is not None
        return self.synthesizer._model, self.synthesizer._pack(found)

    def say(
        self,
        text: str,
        voice: str = "af_heart",
        language: str = "en-US",
        kind: Kind = Kind.TEXT,
        **parameters: Any,
    ) -> NDArray[np.float32]:
        """Return the sound of a message; `parameters` are fields of `Parameters`."""
        return self.say_with_marks(text, voice, language, kind, **parameters)[0]

    def say_with_marks(
        self,
        text: str,
        voice: str = "af_heart",
        language: str = "en-US",
        kind: Kind = Kind.TEXT,
        **parameters: Any,
    ) -> tuple[NDArray[np.float32], list[tuple[str, float]]]:
        """Return the sound of a message, and its marks with the second at which each stands."""
        self.learn(voice, language)
        utterance = Utterance(1, kind, text, Parameters(**parameters))
        pieces: list[NDArray[np.int16]] = []
        marks: list[tuple[str, float]] = []
        for item in self.synthesizer.speak(utterance, voice, language, lambda: None):
            if isinstance(item, Audio):
                pieces.append(np.frombuffer(item.samples, np.int16))
            elif isinstance(item, MarkReached):
                marks.append((item.name, sum(map(len, pieces)) / RATE))
        return as_float(np.concatenate(pieces) if pieces else np.zeros(0, np.int16)), marks


class Upstream:
    """kokoro's own `KModel`."""

    def __init__(self, model: Path) -> None:
        from kokoro_speechd.synthesis.reference.kokoro_model import load_model

        self._files = files_of(model)
        self._kmodel: Any = load_model(self._files)
        self._packs: dict[str, Any] = {}

    def say(
        self, symbols: str, voice: str = "af_heart", *, speed: float = 1.0, seed: int = 1
    ) -> NDArray[np.float32]:
        """Return upstream's sound of phonemes, with all of the silence that the model makes around them."""
        import torch

        if voice not in self._packs:
            (path,) = [v.path for v in discover(self._files.voices) if v.name == voice and v.path]
            self._packs[voice] = load_voice(path)
        known = sum(symbol in self._kmodel.vocab for symbol in symbols)
        torch.manual_seed(seed)
        with torch.inference_mode():
            sound = self._kmodel(symbols, self._packs[voice].styles[known - 1], speed)
        return np.asarray(sound.numpy(), np.float32)


class _Collector:
    def __init__(self) -> None:
        self.pieces: list[NDArray[np.int16]] = []
        self.marks: list[tuple[str, float]] = []
        self.rate = RATE

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        self.pieces.append(np.frombuffer(samples, np.int16))
        self.rate = sample_rate
        return True

    def mark(self, name: str) -> bool:
        self.marks.append((name, sum(map(len, self.pieces)) / self.rate))
        return True


def espeak(
    text: str,
    language: str = "en-US",
    kind: Kind = Kind.TEXT,
    *,
    variant: str | None = None,
    even: bool = True,
    **parameters: Any,
) -> NDArray[np.float32]:
    """Return the sound of a message in espeak-ng's voice, which speaks where Kokoro cannot."""
    return espeak_with_marks(text, language, kind, variant=variant, even=even, **parameters)[0]


def espeak_with_marks(
    text: str,
    language: str = "en-US",
    kind: Kind = Kind.TEXT,
    *,
    variant: str | None = None,
    even: bool = True,
    **parameters: Any,
) -> tuple[NDArray[np.float32], list[tuple[str, float]]]:
    """Return the same with its marks; see `Voices.say_with_marks`."""
    utterance = Utterance(1, kind, text, Parameters(**parameters))
    collector = _Collector()
    script = espeak_voice.script_for_espeak(utterance, language, writing=True)
    espeak_voice.speak(utterance, script, language, collector, variant=variant, even=even)
    samples = np.concatenate(collector.pieces) if collector.pieces else np.zeros(0, np.int16)
    return resampled(samples, RATE, collector.rate), collector.marks
