# SPDX-License-Identifier: GPL-3.0-or-later
"""The model as D-Bus callers see it: where it lies, its voices, and that it be loaded."""

from __future__ import annotations

from collections.abc import Callable

from kokoro_speechd.dbus import ERRORS
from kokoro_speechd.dbus.bus import Deferred
from kokoro_speechd.dbus.services import Services
from kokoro_speechd.dbus.threads import start_thread
from kokoro_speechd.errors import NamedError
from kokoro_speechd.rendering.installed_model import ModelPlace, locate_model
from kokoro_speechd.rendering.request import SpeechRequest
from kokoro_speechd.scheduling.model_manager import ModelManager
from kokoro_speechd.scheduling.model_state import ModelState
from kokoro_speechd.utterance import Kind, Parameters, Utterance
from kokoro_speechd.voices.catalogue import Voice


class ModelLocation:
    """Where the model was when it was looked for last."""

    def __init__(self, services: Services, moved: Callable[[], None]) -> None:
        """Look at nothing yet. `moved` is called, from any thread, when it is elsewhere than before."""
        self._services = services
        self._moved = moved
        self.path = ""  # empty where there is none

    def look(self) -> ModelPlace:
        """Look where the model is."""
        place = locate_model(self._services.settings)
        path = str(place.files.weights) if place.files else ""
        if path != self.path:
            self.path = path
            self._moved()
        return place

    def voices(self) -> list[Voice]:
        """Return the voices that are there now."""
        return self.look().voices()


def load_model(model_manager: ModelManager) -> Deferred:
    """Load the model; answers when it is loaded. NamedError: NotReady, Busy."""
    answer = Deferred()
    model_manager.load()

    def wait() -> None:
        model_manager.wait_until_loaded(SpeechRequest(Utterance(0, Kind.TEXT, "", Parameters())))
        if model_manager.state is ModelState.READY:
            answer.resolve()
        else:
            answer.reject(NamedError(ERRORS + "NotReady", model_manager.reason or "the model was unloaded"))

    start_thread(wait, "load")
    return answer
