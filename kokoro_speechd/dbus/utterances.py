# SPDX-License-Identifier: GPL-3.0-or-later
"""Utterances of what D-Bus callers ask for: checked, numbered, and who speaks them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from kokoro_speechd.dbus import ERRORS
from kokoro_speechd.dbus.options import TextRequest, invalid
from kokoro_speechd.dbus.services import Services
from kokoro_speechd.dbus.spiel_stream import EventType, SpielEvent
from kokoro_speechd.dbus.spiel_text import prepare
from kokoro_speechd.errors import NamedError
from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.scheduling.model_state import ModelState
from kokoro_speechd.text.language_tags import normalise, spoken_by_espeak
from kokoro_speechd.utterance import Kind, Utterance
from kokoro_speechd.voices.catalogue import Voice
from kokoro_speechd.voices.selection import Choice, choose, is_voice

MarkEvents = Mapping[str, tuple[SpielEvent, ...]]  # what each mark tells


class Utterances:
    """Makes utterances, each with a number of its own. Safe from any thread."""

    def __init__(self, services: Services, voices: Callable[[], list[Voice]]) -> None:
        self._services = services
        self._voices = voices
        self._lock = threading.Lock()
        self._number = 0

    def make(self, request: TextRequest) -> Utterance:
        """Return an utterance. Raises NamedError: InvalidArgument, NotReady."""
        parameters, voices = request.parameters, self._voices()
        if parameters.voice and not is_voice(parameters.voice, voices):
            raise _no_such_voice()
        if parameters.language and not _is_spoken(parameters.language):
            raise invalid("nothing here speaks this language")
        model_manager, settings = self._services.model_manager, self._services.settings
        no_kokoro = not voices or model_manager.state is ModelState.UNAVAILABLE
        if no_kokoro and not settings.espeak_fallback:
            raise NamedError(ERRORS + "NotReady", model_manager.reason or locate_model(settings).advice)
        with self._lock:
            self._number += 1
            return Utterance(self._number, Kind.TEXT, request.text, parameters)

    def check_voice(self, name: str) -> None:
        """Raise NamedError (InvalidArgument) where there is no voice of this name."""
        if not is_voice(name, self._voices()):
            raise _no_such_voice()

    def choose(self, utterance: Utterance) -> Choice:
        """Return who speaks an utterance, as things are now."""
        settings = self._services.settings
        return choose(
            utterance.parameters, self._voices(), (), settings.default_voice, settings.default_language
        )

    def with_words(self, utterance: Utterance, request: TextRequest) -> tuple[Utterance, MarkEvents]:
        """Return a request's utterance with a mark of ours at each word, and what each mark tells."""
        language = self.choose(utterance).language
        prepared = prepare(request.source, language, is_ssml=request.is_ssml)
        return replace(utterance, text=prepared.document), prepared.events


def words_of(events: Iterable[SpielEvent]) -> Iterator[tuple[int, int]]:
    """Yield the first character and the end of each word among events, in the text as it was sent."""
    return ((event.start, event.end) for event in events if event.kind is EventType.WORD)


def _no_such_voice() -> NamedError:
    return invalid("there is no such voice; ListVoices lists them")


def _is_spoken(language: str) -> bool:
    tag = normalise(language)
    return tag is not None and spoken_by_espeak(tag)
