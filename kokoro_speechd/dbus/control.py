# SPDX-License-Identifier: GPL-3.0-or-later
"""The face of the D-Bus interface `io.github.kokoro_speechd.Control1`; control.xml lists its members.

What a method does is done by the services that `Control` is made of; here arguments are read and answered.

Methods run in the bus's thread and never wait: what takes time answers later, through a Deferred.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Mapping
from importlib import resources
from typing import Any

from kokoro_speechd import __version__
from kokoro_speechd.dbus import ERRORS, NAME, PATH, pronunciations
from kokoro_speechd.dbus.bus import Call, Deferred, Service, variants
from kokoro_speechd.dbus.kept_defaults import KeptDefaults
from kokoro_speechd.dbus.model import ModelLocation, load_model
from kokoro_speechd.dbus.options import hundred, read_request
from kokoro_speechd.dbus.service_state import ServiceState
from kokoro_speechd.dbus.services import Services
from kokoro_speechd.dbus.speaking import Speaking
from kokoro_speechd.dbus.syntheses import Syntheses
from kokoro_speechd.dbus.utterances import Utterances
from kokoro_speechd.errors import BusError, NamedError

_log = logging.getLogger(__name__)


def interface_xml() -> str:
    """Return the introspection data that is served."""
    return resources.files("kokoro_speechd.dbus").joinpath("control.xml").read_text("utf-8")


class Control:
    """The D-Bus methods and properties of one daemon; names with capitals are the interface's."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._service = Service(name=NAME, path=PATH, xml=interface_xml(), target=self, error_prefix=ERRORS)
        self._location = ModelLocation(services, self.refresh)
        self._utterances = Utterances(services, self._location.voices)
        self._speaking = Speaking(services, self._utterances, self._service.emit, self.refresh)
        self._player = self._speaking.player
        self._syntheses = Syntheses(services, self._utterances)
        self._state = ServiceState(services, self._location, self._player, self._service.changed)
        self._defaults = KeptDefaults(self._service.changed)

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
        self._syntheses.stop_all()
        self._service.stop()

    def refresh(self) -> None:
        """Tell the bus which properties have changed."""
        self._state.refresh()

    def _look_for_model(self) -> None:
        self._location.look()
        self.refresh()

    # --- methods -------------------------------------------------------------------------------------

    def Speak(self, text: str, options: Mapping[str, Any]) -> int:  # noqa: N802
        """Speak a text on the sound device; return its id. NamedError: InvalidArgument, TooLong, NotReady."""
        return self._speaking.speak(read_request(text, options, self._defaults.values))

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
            for voice in self._location.voices()
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
        defaults = self._defaults.values
        return self._syntheses.start(
            lambda: read_request(text, options, defaults, to_file=True),
            call.take_fd(handle),
            with_words=with_words,
        )

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
        """Load the model; answers when it is loaded. NamedError: NotReady, Busy."""
        return load_model(self._services.model_manager)

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
        return self._state.state

    @property
    def Reason(self) -> str:  # noqa: N802
        """Why Kokoro cannot be heard now, for people; empty when it can."""
        return self._state.reason

    @property
    def ModelPath(self) -> str:  # noqa: N802
        """Where the model is now; empty where there is none."""
        self._location.look()
        return self._location.path

    @property
    def Device(self) -> str:  # noqa: N802
        """What renders: `cpu`, `cuda` and the like; before there is a model, what the settings say."""
        return self._state.device

    @property
    def QueueLength(self) -> int:  # noqa: N802
        """Utterances over D-Bus that are not over."""
        return self._state.queue_length

    @property
    def Statistics(self) -> dict[str, Any]:  # noqa: N802
        """Counts and times; no text."""
        return variants(**self._services.statistics.snapshot())

    @property
    def DefaultVoice(self) -> str:  # noqa: N802
        """The voice where a caller names neither voice nor language; empty: the one of the settings."""
        return self._defaults.values.voice

    @DefaultVoice.setter
    def DefaultVoice(self, name: str) -> None:  # noqa: N802
        if name:
            self._utterances.check_voice(name)
        self._defaults.set(voice=name)

    @property
    def DefaultRate(self) -> int:  # noqa: N802
        """From -100 to 100, 0 is the voice's own."""
        return self._defaults.values.rate

    @DefaultRate.setter
    def DefaultRate(self, value: int) -> None:  # noqa: N802
        self._defaults.set(rate=hundred("DefaultRate", value))

    @property
    def DefaultPitch(self) -> int:  # noqa: N802
        """From -100 to 100, 0 is the voice's own."""
        return self._defaults.values.pitch

    @DefaultPitch.setter
    def DefaultPitch(self, value: int) -> None:  # noqa: N802
        self._defaults.set(pitch=hundred("DefaultPitch", value))

    @property
    def DefaultVolume(self) -> int:  # noqa: N802
        """From -100 to 100, 100 is full."""
        return self._defaults.values.volume

    @DefaultVolume.setter
    def DefaultVolume(self, value: int) -> None:  # noqa: N802
        self._defaults.set(volume=hundred("DefaultVolume", value))
