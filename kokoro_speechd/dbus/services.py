# SPDX-License-Identifier: GPL-3.0-or-later
"""What the D-Bus edge needs of the daemon, named here so that the edge does not import what builds it."""

from __future__ import annotations

from typing import Protocol

from kokoro_speechd.scheduling.model_manager import ModelManager
from kokoro_speechd.scheduling.scheduler import Scheduler
from kokoro_speechd.scheduling.statistics import ServiceStatistics
from kokoro_speechd.settings import Settings


class Services(Protocol):
    """The parts of one daemon that callers reach."""

    statistics: ServiceStatistics
    model_manager: ModelManager
    scheduler: Scheduler

    @property
    def settings(self) -> Settings:
        """The settings as they are now; `reload` changes them."""

    def reload(self) -> None:
        """Read the settings again; what is being spoken is spoken on."""

    def bus_lost(self) -> None:
        """End when the session has ended: its bus has gone and nobody is connected."""
