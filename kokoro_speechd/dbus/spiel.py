# SPDX-License-Identifier: GPL-3.0-or-later
"""Kokoro as a Spiel provider: `org.freedesktop.Speech.Provider` on the session bus.

A client sends a text and a pipe and plays what comes out of the pipe: sound, and what is being heard of the
text. Each request has a thread of its own; all enter the scheduler as polite clients, so that a screen reader
that speaks through speech-dispatcher does not wait for them.
"""

from __future__ import annotations

import fcntl
import logging
import math
import os
import threading
from importlib import resources

from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.audio.ssip_scales import FASTEST, speed_to_rate
from kokoro_speechd.dbus import ERRORS, SPIEL_NAME, SPIEL_PATH
from kokoro_speechd.dbus.bus import Call, Service
from kokoro_speechd.dbus.options import LONGEST_TEXT, invalid
from kokoro_speechd.dbus.services import Services
from kokoro_speechd.dbus.spiel_request import Order, SpielRequest, Watch
from kokoro_speechd.dbus.spiel_text import prepare
from kokoro_speechd.dbus.threads import start_thread
from kokoro_speechd.errors import BusError, NamedError
from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.rendering.request import SpeakOptions
from kokoro_speechd.scheduling.model_state import ModelState
from kokoro_speechd.scheduling.scheduler import LocalEngine
from kokoro_speechd.text.language_tags import ESPEAK_TAGS, base
from kokoro_speechd.utterance import Kind, Parameters, Utterance
from kokoro_speechd.voices.catalogue import Voice, discover
from kokoro_speechd.voices.selection import ESPEAK_PREFIX, choose

_log = logging.getLogger(__name__)

FORMAT = f"audio/x-spiel,format=S16LE,channels=1,rate={SAMPLE_RATE}"
# Of the interface's VoiceFeature: events of words, sentences and SSML's marks.
_EVENTS = 0x1 | 0x2 | 0x8  # words, sentences, SSML's marks
_SAY_AS = 0x10 | 0x20 | 0x40 | 0x80 | 0x200 | 0x400  # date, time, telephone, characters, cardinal, ordinal
_SSML = 0x1000 | 0x2000 | 0x4000 | 0x8000 | 0x10000 | 0x20000  # break sub phoneme emphasis prosody p/s
FEATURES = _EVENTS | _SAY_AS | _SSML

# At the same time; a client hands over all that it will say at once.
_MOST_REQUESTS = 128
_MOST_CHARACTERS = 10 * LONGEST_TEXT
_LOWEST, _HIGHEST = 0.1, 10.0  # of Spiel's rates

SpielVoice = tuple[str, str, str, int, list[str]]  # name, id, format, features, languages


def interface_xml() -> str:
    """Return the introspection data that is served."""
    return resources.files("kokoro_speechd.dbus").joinpath("spiel.xml").read_text("utf-8")


class Spiel:
    """The provider of one daemon; names with capitals are the interface's."""

    Name = "Kokoro"

    def __init__(self, services: Services) -> None:
        self._services = services
        self._service = Service(
            name=SPIEL_NAME, path=SPIEL_PATH, xml=interface_xml(), target=self, error_prefix=ERRORS
        )
        self._watch = Watch()
        self._latest: dict[str, SpielRequest] = {}  # of each client; the bus's thread's
        self._lock = threading.Lock()
        self._told: list[SpielVoice] = []

    def start(self) -> None:
        """Own the name on the session bus; where it is taken everything else works."""
        self._told = self.Voices
        try:
            self._service.start()
        except BusError as error:
            _log.warning("no Spiel provider: %s", error)
            return
        self._watch.start()
        self._services.model_manager.on_change(self.refresh)

    def stop(self) -> None:
        """Stop everything that is spoken here and leave the bus."""
        for request in self._watch.requests:
            request.end()
        self._service.stop()

    def refresh(self) -> None:
        """Tell the bus when there are other voices than before."""
        voices = self.Voices
        with self._lock:
            changed = voices != self._told
            self._told = voices
        if changed:
            self._service.changed(Voices=voices)

    @property
    def Voices(self) -> list[SpielVoice]:  # noqa: N802
        """Kokoro's voices on this disk, or espeak-ng's where there are none."""
        voices = self._voices()
        rows = [(voice.name, voice.language) for voice in voices] or [
            (ESPEAK_PREFIX + tag, tag) for tag in ESPEAK_TAGS
        ]
        return [(name, name, FORMAT, FEATURES, _languages(language)) for name, language in rows]

    def Synthesize(  # noqa: N802, PLR0917 - the arguments are the interface's
        self,
        handle: int,
        text: str,
        voice_id: str,
        pitch: float,
        rate: float,
        is_ssml: bool,
        language: str,
        call: Call,
    ) -> None:
        """Begin to write sound and events into a pipe.

        A voice that is not there is replaced by one of the language, a number out of bounds by the nearest
        within: better to be heard than right. NamedError: InvalidArgument, TooLong, NotReady, Busy.
        """
        descriptor = call.take_fd(handle)
        try:
            self._check(descriptor, text)
        except BaseException:
            os.close(descriptor)
            raise
        parameters = Parameters(
            rate=to_rate(rate, self._services.settings.fastest),
            pitch=to_pitch(pitch),
            voice=voice_id or None,
            language=language or None,
        )
        requests = self._watch.requests
        self._latest = {sender: request for sender, request in self._latest.items() if request in requests}
        request = SpielRequest(descriptor, len(text), self._latest.get(call.sender))
        self._latest[call.sender] = request
        self._watch.add(request)

        def work() -> None:
            try:
                request.run(
                    lambda: self._order(text, parameters, is_ssml=is_ssml),
                    LocalEngine(self._services.scheduler, self._services.model_manager, polite=True),
                )
            finally:
                self._watch.close(request)

        try:
            start_thread(work, "synthesize")
        except NamedError:  # no thread can be had; the pipe's reader must not wait for ever
            self._watch.close(request)
            raise

    def _check(self, descriptor: int, text: str) -> None:
        """Raise NamedError where nothing can come of a call."""
        if len(text) > LONGEST_TEXT:
            raise NamedError(ERRORS + "TooLong", f"a text has at most {LONGEST_TEXT} characters")
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        if flags & os.O_ACCMODE == os.O_RDONLY:
            raise invalid("pipe_fd is the end of a pipe that can be written to")
        requests = self._watch.requests
        if (
            len(requests) >= _MOST_REQUESTS
            or sum(request.size for request in requests) + len(text) > _MOST_CHARACTERS
        ):
            raise NamedError(ERRORS + "Busy", f"{len(requests)} texts are spoken already")
        model_manager, settings = self._services.model_manager, self._services.settings
        if not settings.espeak_fallback and (
            model_manager.state is ModelState.UNAVAILABLE or not self._voices()
        ):
            raise NamedError(ERRORS + "NotReady", model_manager.reason or locate_model(settings).advice)

    def _order(self, text: str, parameters: Parameters, *, is_ssml: bool) -> Order:
        settings = self._services.settings
        choice = choose(parameters, self._voices(), (), settings.default_voice, settings.default_language)
        prepared = prepare(text, choice.language, is_ssml=is_ssml)
        utterance = Utterance(0, Kind.TEXT, prepared.document, parameters)
        return Order(utterance, choice, prepared.events, SpeakOptions.of(settings))

    def _voices(self) -> list[Voice]:
        files = locate_model(self._services.settings).files
        return discover(files.voices) if files else []


def to_rate(rate: float, fastest: float = FASTEST) -> int:
    """Return SSIP's rate for Spiel's, a factor from 0.1 to 10; what is no number is 1."""
    return 0 if math.isnan(rate) else speed_to_rate(min(_HIGHEST, max(_LOWEST, rate)), fastest)


def to_pitch(pitch: float) -> int:
    """Return SSIP's pitch for Spiel's, from 0 to 2 with 1 for the voice's own; what is no number is 1."""
    return 0 if math.isnan(pitch) else round(100 * (min(2.0, max(0.0, pitch)) - 1))


def _languages(language: str | None) -> list[str]:
    """Return the tags by which a client finds a voice: with its region, and without."""
    return list(dict.fromkeys([language, base(language)])) if language else []
