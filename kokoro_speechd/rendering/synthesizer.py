# SPDX-License-Identifier: GPL-3.0-or-later
"""The model, its voices and the phonemizers of languages together: all that makes Kokoro's sound of text."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from kokoro_speechd import __version__
from kokoro_speechd.audio.tempo import Tempo
from kokoro_speechd.errors import LanguageError, ModelError, SynthesisError, VoiceError
from kokoro_speechd.pronunciations.files import user_pronunciations
from kokoro_speechd.rendering.common_sounds import fixed_utterances
from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.rendering.utterance_renderer import SynthesisOptions, UtteranceRenderer
from kokoro_speechd.settings import Settings, load_settings
from kokoro_speechd.synthesis.cached_engine import CachedEngine
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.files.calibration_result import CalibrationResult, load_calibration
from kokoro_speechd.synthesis.files.file_hash import content_hash
from kokoro_speechd.synthesis.files.model_files import ModelFiles
from kokoro_speechd.synthesis.models import KINDS
from kokoro_speechd.synthesis.paced_engine import PacedEngine
from kokoro_speechd.synthesis.sound_store import FolderStore, MemoryStore
from kokoro_speechd.synthesis.statistics_learning import learning
from kokoro_speechd.synthesis.voice.shipped_statistics import ShippedStatistics
from kokoro_speechd.synthesis.voice.statistics_store import StatisticsStore
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack, load_voice, mix_voices
from kokoro_speechd.system import paths
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
from kokoro_speechd.utterance import Audio, Item, Kind, Parameters, Utterance
from kokoro_speechd.voices.catalogue import Voice
from kokoro_speechd.voices.mixing import find_voice
from kokoro_speechd.voices.selection import Choice, choose, espeak_variant
from kokoro_speechd.voices.switching import VoiceSwitching

_log = logging.getLogger(__name__)

_SOUNDS, _STATISTICS = "sounds", "statistics"  # folders below the cache folder
_MB = 1_000_000
_MOST_PACKS = 100  # voices in memory, half a megabyte each


class Synthesizer:
    """Speaks utterances with any voice on this disk. For one thread."""

    def __init__(
        self,
        engine: PacedEngine,
        synthesis_options: SynthesisOptions,
        voices: list[Voice],
        look: Callable[[], list[Voice]],
        *,
        default_voice: str,
        model: Engine,
        statistics: StatisticsStore,
    ) -> None:
        """`look` finds the voices that there are by now; `model` is what `engine` renders with."""
        self._model = model
        self._statistics = statistics
        self._look = look
        self._voices = voices
        self._switching = VoiceSwitching(self._voices, default_voice)
        self._renderer = UtteranceRenderer(engine, self._switching, self._pack, synthesis_options)
        self._packs: dict[Voice, VoicePack] = {}

    @property
    def device(self) -> str:
        """What renders, for people."""
        return self._model.device

    def speak(
        self, utterance: Utterance, voice: str, language: str, check: Callable[[], None]
    ) -> Iterator[Item]:
        """Yield audio and marks of an utterance; see `UtteranceRenderer.speak`. Raises VoiceError too."""
        yield from self._renderer.speak(utterance, self._own(voice, language), check)

    def prepare(
        self, voice: str, language: str, parameters: Parameters, check: Callable[[], None]
    ) -> Iterator[None]:
        """Make the sounds that everybody hears all day, and keep them on the disk; yield after each.

        What is kept already costs next to nothing. Raises what `speak` raises.
        """
        for utterance in fixed_utterances(language, parameters):
            for _ in self._renderer.speak(utterance, self._own(voice, language), check, keep=True):
                pass
            yield

    def warm_up(self, voice: str, language: str) -> None:
        """Make a first sound for nobody: the first use of a phonemizer and of each layer costs a second."""
        word = self.speak(Utterance(0, Kind.TEXT, "ready", Parameters()), voice, language, lambda: None)
        next((item for item in word if isinstance(item, Audio)), None)

    def learn(self, name: str, language: str, check: Callable[[], None]) -> Iterator[None]:
        """Learn a voice's statistics, where they are missing; yield after each sentence.

        Until this is done the voice's phrases are rendered whole. Raises VoiceError, SynthesisError.
        """
        voice = self._own(name, language).voice
        if voice is None or not self._model.norms or self._pack(voice).statistics is not None:
            return
        steps = learning(self._model, self._pack(voice), voice.language, self._statistics, check)
        for pack in steps:
            if pack is not None:
                self._packs[voice] = pack
            yield

    def _own(self, name: str, language: str) -> Choice:
        voice = find_voice(name, self._voices)
        if voice is None:
            self._voices = self._look()  # somebody may have put it there meanwhile
            self._switching.take(self._voices)
            voice = find_voice(name, self._voices)
        if voice is None:
            raise VoiceError(f"there is no voice {name!r}")
        return Choice(voice, language, espeak_variant(voice))

    def _pack(self, voice: Voice) -> VoicePack:
        if voice not in self._packs:
            while len(self._packs) >= _MOST_PACKS:  # mixes have any number of names
                del self._packs[next(iter(self._packs))]
            self._packs[voice] = self._load(voice)
        return self._packs[voice]

    def _load(self, voice: Voice) -> VoicePack:
        """Load a voice or mix, with its statistics where there are some. Raises VoiceError."""
        if voice.path is not None:
            return self._with_statistics(load_voice(voice.path))
        parts = [(self._with_statistics(load_voice(path)), weight) for path, weight in voice.parts]
        mixed = mix_voices(voice.name, parts)
        return mixed if mixed.statistics is not None else self._with_statistics(mixed)

    def _with_statistics(self, pack: VoicePack) -> VoicePack:
        return replace(pack, statistics=self._statistics.get(pack)) if self._model.norms else pack


def sound_folder(settings: Settings) -> FolderStore:
    """Return the sounds that are kept on this user's disk."""
    return FolderStore(paths.cache_folder() / _SOUNDS, settings.disk_mb * _MB)


def open_synthesizer(
    settings: Settings | None = None, count: Callable[[str], None] = lambda _name: None
) -> Synthesizer:
    """Load the model that the settings and XDG folders lead to, and make it ready for its first word.

    `count`: see `CachedEngine`. Raises ModelError that says what is wrong.
    """
    settings = settings or load_settings()
    place = locate_model(settings)
    if place.files is None:
        raise ModelError("there is no model. " + place.advice)
    options = PhonemizerOptions(tagger=settings.english_tagger, jieba_cache=paths.cache_folder())
    voices = place.voices()
    choice = choose(Parameters(), voices, (), settings.default_voice, settings.default_language)
    with ThreadPoolExecutor(2, thread_name_prefix="loader") as beside:
        # While the model loads, which hardly needs Python's lock. What fails here fails again later.
        beside.submit(phonemizer_for, choice.language, options)
        identity = beside.submit(_identity, place.files, settings)
        calibration = load_calibration(place.files.weights)
        engine = _engine(place.files, settings, calibration)
    tempo = Tempo(
        fastest=settings.fastest,
        slowest_model=settings.slowest_model_speed,
        fastest_model=settings.fastest_model_speed,
        pause_shrink=settings.pause_shrink,
    )
    cached = CachedEngine(
        engine,
        identity.result(),
        MemoryStore(settings.memory_mb * _MB),
        sound_folder(settings),
        count,
    )
    paced = PacedEngine(cached, tempo)
    synthesis_options = _synthesis_options(settings, options)

    def look() -> list[Voice]:
        return locate_model(replace(settings, mixes=load_settings().mixes)).voices()

    synthesizer = Synthesizer(
        paced,
        synthesis_options,
        voices,
        look,
        default_voice=settings.default_voice,
        model=engine,
        statistics=statistics_store(engine, place.files),
    )
    if choice.voice is not None:
        try:
            synthesizer.warm_up(choice.voice.name, choice.language)
        except (VoiceError, LanguageError, SynthesisError) as error:
            _log.warning("the default voice cannot speak: %s", error)  # others may
    return synthesizer


def statistics_folder() -> Path:
    """Return where the statistics of voices lie on this user's disk."""
    return paths.cache_folder() / _STATISTICS


def statistics_store(engine: Engine, files: ModelFiles) -> StatisticsStore:
    """Return the statistics of a model's voices, in the program and on this user's disk."""
    shipped = ShippedStatistics(engine.sketch, engine.norms)
    return StatisticsStore(statistics_folder(), content_hash(files.weights), engine.norms, shipped)


def usual_threads() -> int:
    """Return how many threads render before `model check` was run.

    With two a first sound comes earlier; half of the cores are left to other programs.
    """
    return 2 if len(os.sched_getaffinity(0)) >= 4 else 1


def _engine(files: ModelFiles, settings: Settings, calibration: CalibrationResult | None) -> Engine:
    """Return the engine as the settings and the result want it. Raises ModelError."""
    device, threads, precision = settings.device, settings.threads, settings.precision
    if device == "auto":
        device = (
            calibration.device if calibration is not None and KINDS[settings.engine].calibrated else "cpu"
        )
    if threads == "auto":
        threads = calibration.threads if calibration is not None else usual_threads()
    if precision == "auto":
        precision = calibration.precision if calibration is not None else "float32"
    return Engine(
        files,
        kind=settings.engine,
        device=device,
        threads=threads,
        context=settings.short_context,
        statistics=settings.statistics,
        precision=precision,
        products=calibration.products if calibration is not None else None,
    )


def _synthesis_options(settings: Settings, options: PhonemizerOptions) -> SynthesisOptions:
    guess = None
    if settings.language_words:
        from kokoro_speechd.text.detection.latin_guess import guess_language

        guess_language("ready")  # now, and not while somebody waits
        guess = guess_language
    return SynthesisOptions(
        options,
        settings.edge_silence_ms / 1000,
        settings.even_loudness,
        settings.writing_systems,
        guess,
        settings.language_words,
        user_pronunciations(),
    )


def _identity(files: ModelFiles, settings: Settings) -> str:
    """Return what the sound of a phrase depends on besides its phonemes and voice: the program, too."""
    return " ".join(
        [
            __version__,
            content_hash(files.weights),
            content_hash(files.config),
            settings.engine,
            str(settings.short_context),
        ]
    )
