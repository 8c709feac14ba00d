# SPDX-License-Identifier: GPL-3.0-or-later
"""The object behind the D-Bus interface `io.github.kokoro_speechd.Control1`; control.xml lists its members.

Methods run in the bus's thread and never wait: what takes time answers later, through a Deferred.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from importlib import resources
from pathlib import Path
from typing import Any

from kokoro_speechd import __version__
from kokoro_speechd.dbus import ERRORS, NAME, PATH, pronunciations
from kokoro_speechd.dbus.bus import Call, Deferred, Service, variants
from kokoro_speechd.dbus.options import Defaults, TextRequest, hundred, invalid, read_request
from kokoro_speechd.dbus.player import Events, How, Player
from kokoro_speechd.dbus.services import Services
from kokoro_speechd.dbus.spiel_stream import EventType, SpielEvent
from kokoro_speechd.dbus.spiel_text import prepare
from kokoro_speechd.dbus.synthesis import synthesize
from kokoro_speechd.errors import BusError, NamedError
from kokoro_speechd.rendering.installed_model import ModelPlace, locate_model
from kokoro_speechd.rendering.request import SpeakOptions, SpeechRequest
from kokoro_speechd.scheduling.model_state import ModelState
from kokoro_speechd.scheduling.scheduler import LocalEngine
from kokoro_speechd.system import paths
from kokoro_speechd.system.private_files import write_file
from kokoro_speechd.text.language_tags import normalise, spoken_by_espeak
from kokoro_speechd.utterance import Kind, Parameters, Utterance
from kokoro_speechd.voices.catalogue import Voice
from kokoro_speechd.voices.selection import Choice, choose, is_voice

_log = logging.getLogger(__name__)

_DEFAULTS_FILE = "control.json"
_MOST_SYNTHESES = 8  # at the same time
_WATCHED = ("State", "Reason", "Device", "QueueLength")  # and ModelPath, which is looked for


def interface_xml() -> str:
    """Return the introspection data that is served."""
    return resources.files("kokoro_speechd.dbus").joinpath("control.xml").read_text("utf-8")


class Control:
    """The D-Bus methods and properties of one daemon; names with capitals are the interface's."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._service = Service(name=NAME, path=PATH, xml=interface_xml(), target=self, error_prefix=ERRORS)
        self._lock = threading.Lock()
        self._number = 0
        self._syntheses: dict[int, SpeechRequest] = {}
        # What the marks of an utterance with the option `words` tell.
        self._told_words: dict[int, dict[str, tuple[SpielEvent, ...]]] = {}
        self._defaults = _read_defaults()
        self._told: dict[str, object] = {}
        self._model_path = ""
        self._player = Player(
            LocalEngine(services.scheduler, services.model_manager),
            self._choose,
            lambda: services.settings,
            services.statistics,
            Events(
                lambda number: self._service.emit("Started", number),
                self._tell_mark,
                self._tell_end,
                self.refresh,
            ),
        )

    def start(self) -> bool:
        """Own the name on the session bus; return False without one: everything else works."""
        self._look_for_model()
        self._service.on_lost = self._services.bus_lost
        try:
            self._service.start()
        except BusError as error:
            _log.warning("%s", error)
            return False
        self._player.start()
        self._services.model_manager.on_change(self._look_for_model)
        self._services.scheduler.on_change(self.refresh)
        return True

    def stop(self) -> None:
        """Stop everything that is spoken here and leave the bus."""
        self._player.stop_all()
        with self._lock:
            speech_requests = list(self._syntheses.values())
        for speech_request in speech_requests:
            speech_request.end()
        self._service.stop()

    def refresh(self) -> None:
        """Tell the bus which properties have changed."""
        with self._lock:
            now = self._watched()
            changed = {name: value for name, value in now.items() if self._told.get(name) != value}
            self._told = now
        if changed:
            self._service.changed(**changed)

    # --- methods -------------------------------------------------------------------------------------

    def Speak(self, text: str, options: Mapping[str, Any]) -> int:  # noqa: N802
        """Speak a text on the sound device; return its id. NamedError: InvalidArgument, TooLong, NotReady."""
        request = read_request(text, options, self._defaults)
        utterance = self._utterance(request)
        if request.words:
            utterance, events = self._with_words(text, options, utterance)
            self._told_words[utterance.generation] = events
        try:
            self._player.speak(utterance, interrupt=request.interrupt)
        except BaseException:
            self._told_words.pop(utterance.generation, None)
            raise
        return utterance.generation

    def Stop(self, number: int) -> None:  # noqa: N802
        """Stop an utterance. NamedError: NoSuchUtterance."""
        if not self._player.stop(number):
            raise NamedError(ERRORS + "NoSuchUtterance", f"no utterance {number} is spoken or waits")

    def StopAll(self) -> None:  # noqa: N802
        """Stop all utterances that came over D-Bus."""
        self._player.stop_all()

    def Pause(self) -> None:  # noqa: N802
        """Be silent until Resume."""
        self._player.pause()

    def Resume(self) -> None:  # noqa: N802
        """Go on where Pause was called."""
        self._player.resume()

    def ListVoices(self) -> list[dict[str, Any]]:  # noqa: N802
        """Return name, language, gender, quality, path and mix of each voice; empty where there is none."""
        return [
            variants(
                name=voice.name,
                language=voice.language or "",
                gender=voice.gender or "",
                quality=voice.quality or "",
                path=str(voice.path or ""),
                mix=voice.mix,
            )
            for voice in self._voices()
        ]

    def Synthesize(self, text: str, options: Mapping[str, Any], handle: int, call: Call) -> Deferred:  # noqa: N802
        """Write a text's sound into a file descriptor; answers when all is written.

        NamedError: InvalidArgument, TooLong, NotReady, Busy, Closed, Stopped.
        """
        return self._synthesize(text, options, handle, call, with_words=False)

    def SynthesizeWords(self, text: str, options: Mapping[str, Any], handle: int, call: Call) -> Deferred:  # noqa: N802
        """Do as Synthesize does, and answer which characters are heard from which second on, word by word."""
        return self._synthesize(text, options, handle, call, with_words=True)

    def _synthesize(
        self, text: str, options: Mapping[str, Any], handle: int, call: Call, *, with_words: bool
    ) -> Deferred:
        descriptor = call.take_fd(handle)
        try:
            request = read_request(text, options, self._defaults, to_file=True)
            utterance = self._utterance(request)
            speech_request = self._begin_synthesis(utterance)
        except BaseException:
            os.close(descriptor)
            raise
        answer = Deferred()

        words: list[tuple[int, int, float]] = []

        def work() -> None:
            events: dict[str, tuple[SpielEvent, ...]] = {}
            spoken = utterance
            if with_words:
                spoken, events = self._with_words(text, options, utterance)

            def on_mark(name: str, seconds: float) -> None:
                words.extend((start, end, seconds) for start, end in _words_of(events.get(name, ())))

            error = synthesize(
                speech_request.with_utterance(spoken),
                self._choose(utterance),
                LocalEngine(self._services.scheduler, self._services.model_manager),
                descriptor,
                SpeakOptions.of(self._services.settings),
                raw=request.raw,
                on_mark=on_mark,
            )
            with self._lock:
                del self._syntheses[utterance.generation]
            if error is None:
                answer.resolve(words if with_words else None)
            else:
                answer.reject(error)

        threading.Thread(target=work, name="synthesize", daemon=True).start()
        return answer

    def Pronounce(self, text: str, options: Mapping[str, Any]) -> Deferred:  # noqa: N802
        """Answer how a text is read. NamedError: InvalidArgument, TooLong, NotReady."""
        return pronunciations.pronounce(text, options, self._services.settings)

    def SetPronunciation(self, word: str, says: str, options: Mapping[str, Any]) -> None:  # noqa: N802
        """Have a word read like this from now on. NamedError: InvalidArgument, NotWritten."""
        pronunciations.set_pronunciation(word, says, options, self._services.settings)

    def RemovePronunciation(self, word: str, options: Mapping[str, Any]) -> None:  # noqa: N802
        """Forget a word. NamedError: InvalidArgument, NoSuchPronunciation, NotWritten."""
        pronunciations.remove_pronunciation(word, options, self._services.settings)

    def ListPronunciations(self) -> list[dict[str, Any]]:  # noqa: N802
        """Return word, says, language, case, part, file and line of each entry."""
        return pronunciations.list_pronunciations()

    def Reload(self) -> None:  # noqa: N802
        """Read the settings again; what is spoken is spoken on."""
        self._services.reload()
        self._look_for_model()

    def LoadModel(self) -> Deferred:  # noqa: N802
        """Load the model; answers when it is loaded. NamedError: NotReady."""
        answer = Deferred()
        model_manager = self._services.model_manager
        model_manager.load()

        def wait() -> None:
            model_manager.wait_until_loaded(SpeechRequest(Utterance(0, Kind.TEXT, "", Parameters())))
            if model_manager.state is ModelState.READY:
                answer.resolve()
            else:
                answer.reject(
                    NamedError(ERRORS + "NotReady", model_manager.reason or "the model was unloaded")
                )

        threading.Thread(target=wait, name="load", daemon=True).start()
        return answer

    def UnloadModel(self) -> None:  # noqa: N802
        """Give the model's memory back."""
        self._services.model_manager.unload()

    def Quit(self) -> None:  # noqa: N802
        """End the daemon, in order."""
        os.kill(os.getpid(), signal.SIGTERM)

    # --- properties ----------------------------------------------------------------------------------

    Version = __version__

    @property
    def State(self) -> str:  # noqa: N802
        """`paused`, `degraded`, `speaking`, `loading` or `idle`: the first that is true."""
        model_manager = self._services.model_manager
        if self._player.paused:
            return "paused"
        if self.Reason:
            return "degraded"
        if self._player.length or self._services.scheduler.queue_length:
            return "speaking"
        return "loading" if model_manager.state is ModelState.LOADING else "idle"

    @property
    def Reason(self) -> str:  # noqa: N802
        """Why Kokoro cannot be heard now, for people; empty when it can."""
        model_manager = self._services.model_manager
        return self._player.trouble or (
            model_manager.reason if model_manager.state is ModelState.UNAVAILABLE else ""
        )

    @property
    def ModelPath(self) -> str:  # noqa: N802
        """Where the model is now; empty where there is none."""
        self._place()
        return self._model_path

    @property
    def Device(self) -> str:  # noqa: N802
        """What renders: `cpu`, `cuda` and the like; before there is a model, what the settings say."""
        return self._services.model_manager.device

    @property
    def QueueLength(self) -> int:  # noqa: N802
        """Utterances over D-Bus that are not over."""
        return self._player.length

    @property
    def Statistics(self) -> dict[str, Any]:  # noqa: N802
        """Counts and times; no text."""
        return variants(**self._services.statistics.snapshot())

    @property
    def DefaultVoice(self) -> str:  # noqa: N802
        """The voice where a caller names neither voice nor language; empty: the one of the settings."""
        return self._defaults.voice

    @DefaultVoice.setter
    def DefaultVoice(self, name: str) -> None:  # noqa: N802
        if name and not is_voice(name, self._voices()):
            raise invalid("there is no such voice; ListVoices lists them")
        self._set_default(voice=name)

    @property
    def DefaultRate(self) -> int:  # noqa: N802
        """From -100 to 100, 0 is the voice's own."""
        return self._defaults.rate

    @DefaultRate.setter
    def DefaultRate(self, value: int) -> None:  # noqa: N802
        self._set_default(rate=hundred("DefaultRate", value))

    @property
    def DefaultPitch(self) -> int:  # noqa: N802
        """From -100 to 100, 0 is the voice's own."""
        return self._defaults.pitch

    @DefaultPitch.setter
    def DefaultPitch(self, value: int) -> None:  # noqa: N802
        self._set_default(pitch=hundred("DefaultPitch", value))

    @property
    def DefaultVolume(self) -> int:  # noqa: N802
        """From -100 to 100, 100 is full."""
        return self._defaults.volume

    @DefaultVolume.setter
    def DefaultVolume(self, value: int) -> None:  # noqa: N802
        self._set_default(volume=hundred("DefaultVolume", value))

    # -------------------------------------------------------------------------------------------------

    def _with_words(
        self, text: str, options: Mapping[str, Any], utterance: Utterance
    ) -> tuple[Utterance, dict[str, tuple[SpielEvent, ...]]]:
        """Return an utterance of a text with a mark of ours at each word, and what each mark tells."""
        language = self._choose(utterance).language
        prepared = prepare(text, language, is_ssml=bool(options.get("ssml", False)))
        return replace(utterance, text=prepared.document), prepared.events

    def _tell_mark(self, number: int, name: str, seconds: float) -> None:
        told = self._told_words.get(number)
        if told is None:
            self._service.emit("Mark", number, name)
            return
        events = told.get(name, ())
        for start, end in _words_of(events):
            self._service.emit("Word", number, start, end, seconds)
        for event in events:
            if event.kind is EventType.MARK:
                self._service.emit("Mark", number, event.name)

    def _tell_end(self, number: int, how: How) -> None:
        self._told_words.pop(number, None)
        self._service.emit("Finished", number, how)

    def _begin_synthesis(self, utterance: Utterance) -> SpeechRequest:
        with self._lock:
            if len(self._syntheses) >= _MOST_SYNTHESES:
                raise NamedError(ERRORS + "Busy", f"{_MOST_SYNTHESES} texts are synthesized already")
            speech_request = self._syntheses[utterance.generation] = SpeechRequest(utterance)
        return speech_request

    def _set_default(self, **change: Any) -> None:
        self._defaults = replace(self._defaults, **change)
        _keep_defaults(self._defaults)
        self._service.changed(**{f"Default{name.capitalize()}": value for name, value in change.items()})

    def _look_for_model(self) -> None:
        self._place()
        self.refresh()

    def _place(self) -> ModelPlace:
        """Look where the model is, and tell the bus when it is elsewhere than before."""
        place = locate_model(self._services.settings)
        path = str(place.files.weights) if place.files else ""
        if path != self._model_path:
            self._model_path = path
            self.refresh()
        return place

    def _watched(self) -> dict[str, object]:
        return {"ModelPath": self._model_path} | {name: getattr(self, name) for name in _WATCHED}

    def _utterance(self, request: TextRequest) -> Utterance:
        """Return an utterance with a number of its own. Raises NamedError: InvalidArgument, NotReady."""
        parameters, voices = request.parameters, self._voices()
        if parameters.voice and not is_voice(parameters.voice, voices):
            raise invalid("there is no such voice; ListVoices lists them")
        if parameters.language and not _is_spoken(parameters.language):
            raise invalid("nothing here speaks this language")
        model_manager, settings = self._services.model_manager, self._services.settings
        if not settings.espeak_fallback and (not voices or model_manager.state is ModelState.UNAVAILABLE):
            raise NamedError(ERRORS + "NotReady", model_manager.reason or locate_model(settings).advice)
        with self._lock:
            self._number += 1
            return Utterance(self._number, Kind.TEXT, request.text, parameters)

    def _voices(self) -> list[Voice]:
        return self._place().voices()

    def _choose(self, utterance: Utterance) -> Choice:
        settings = self._services.settings
        return choose(
            utterance.parameters, self._voices(), (), settings.default_voice, settings.default_language
        )


def _words_of(events: Iterable[SpielEvent]) -> Iterator[tuple[int, int]]:
    return ((event.start, event.end) for event in events if event.kind is EventType.WORD)


def _is_spoken(language: str) -> bool:
    tag = normalise(language)
    return tag is not None and spoken_by_espeak(tag)


def _defaults_path() -> Path:
    return paths.state_folder() / _DEFAULTS_FILE


def _read_defaults() -> Defaults:
    """Return what was set last; nothing in that file can keep the daemon from starting."""
    try:
        kept = json.loads(_defaults_path().read_bytes())
        voice = kept["voice"]
        return Defaults(
            voice if isinstance(voice, str) else "",
            *(hundred(name, kept[name]) for name in ("rate", "pitch", "volume")),
        )
    except FileNotFoundError:
        return Defaults()
    except (OSError, ValueError, LookupError, TypeError, NamedError) as error:
        _log.warning("the defaults set over D-Bus cannot be read: %s", type(error).__name__)
        return Defaults()


def _keep_defaults(defaults: Defaults) -> None:
    try:
        write_file(_defaults_path(), json.dumps(asdict(defaults)))
    except OSError as error:
        _log.warning("the defaults set over D-Bus are not kept: %s", error.strerror)
