# SPDX-License-Identifier: GPL-3.0-or-later
"""How the daemon is, in the terms of the control interface's properties, and who hears that it changed."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kokoro_speechd.dbus.model import ModelLocation
from kokoro_speechd.dbus.player import Player
from kokoro_speechd.dbus.services import Services
from kokoro_speechd.scheduling.model_state import ModelState


class ServiceState:
    """The properties that change by themselves. Safe from any thread."""

    def __init__(
        self, services: Services, location: ModelLocation, player: Player, changed: Callable[..., None]
    ) -> None:
        """Tell nothing yet. `changed` gets the properties with other values than it was told last."""
        self._services = services
        self._location = location
        self._player = player
        self._changed = changed
        self._lock = threading.Lock()
        self._told: dict[str, object] = {}

    def refresh(self) -> None:
        """Tell which properties have changed."""
        with self._lock:
            now: dict[str, object] = {
                "State": self.state,
                "Reason": self.reason,
                "ModelPath": self._location.path,
                "Device": self.device,
                "QueueLength": self.queue_length,
            }
            changed = {name: value for name, value in now.items() if self._told.get(name) != value}
            self._told = now
        if changed:
            self._changed(**changed)

    @property
    def state(self) -> str:
        """`paused`, `degraded`, `speaking`, `loading` or `idle`: the first that is true."""
        if self._player.paused:
            return "paused"
        if self.reason:
            return "degraded"
        if self._player.length or self._services.scheduler.queue_length:
            return "speaking"
        return "loading" if self._services.model_manager.state is ModelState.LOADING else "idle"

    @property
    def reason(self) -> str:
        """Why Kokoro cannot be heard now, for people; empty when it can."""
        if self._player.trouble:
            return self._player.trouble
        model_manager = self._services.model_manager
        return model_manager.reason if model_manager.state is ModelState.UNAVAILABLE else ""

    @property
    def device(self) -> str:
        """What renders, or would by the settings."""
        return self._services.model_manager.device

    @property
    def queue_length(self) -> int:
        """Utterances over D-Bus that are not over."""
        return self._player.length
