# SPDX-License-Identifier: GPL-3.0-or-later
"""Speaking on the sound device for D-Bus callers, and the signals that tell how it goes."""

from __future__ import annotations

from collections.abc import Callable

from kokoro_speechd.dbus.options import TextRequest
from kokoro_speechd.dbus.player import Events, How, Player
from kokoro_speechd.dbus.services import Services
from kokoro_speechd.dbus.spiel_stream import EventType
from kokoro_speechd.dbus.utterances import MarkEvents, Utterances, words_of
from kokoro_speechd.scheduling.scheduler import LocalEngine


class Speaking:
    """The player, and what is told of each utterance: Started, Mark, Word and Finished."""

    def __init__(
        self,
        services: Services,
        utterances: Utterances,
        emit: Callable[..., None],
        changed: Callable[[], None],
    ) -> None:
        """`emit` gets a signal's name and arguments; `changed` is for the queue, the pause and trouble."""
        self._utterances = utterances
        self._emit = emit
        # What the marks of an utterance with the option `words` tell.
        self._told_words: dict[int, MarkEvents] = {}
        self.player = Player(
            LocalEngine(services.scheduler, services.model_manager),
            utterances.choose,
            lambda: services.settings,
            services.statistics,
            Events(
                lambda number: emit("Started", number),
                self._tell_mark,
                self._tell_end,
                changed,
            ),
        )

    def speak(self, request: TextRequest) -> int:
        """Speak a text; return its number. Raises NamedError: InvalidArgument, NotReady, Busy."""
        utterance = self._utterances.make(request)
        if request.words:
            utterance, events = self._utterances.with_words(utterance, request)
            self._told_words[utterance.generation] = events
        try:
            self.player.speak(utterance, interrupt=request.interrupt)
        except BaseException:
            self._told_words.pop(utterance.generation, None)
            raise
        return utterance.generation

    def _tell_mark(self, number: int, name: str, seconds: float) -> None:
        told = self._told_words.get(number)
        if told is None:
            self._emit("Mark", number, name)
            return
        events = told.get(name, ())
        for start, end in words_of(events):
            self._emit("Word", number, start, end, seconds)
        for event in events:
            if event.kind is EventType.MARK:
                self._emit("Mark", number, event.name)

    def _tell_end(self, number: int, how: How) -> None:
        self._told_words.pop(number, None)
        self._emit("Finished", number, how)
