# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is of the model, as the daemon knows it and tells it on the engine socket."""

from __future__ import annotations

from enum import Enum


class ModelState(str, Enum):
    """The value is the name on the socket."""

    UNLOADED = "unloaded"  # nobody asked for it yet, or its memory was given back
    LOADING = "loading"
    READY = "ready"
    UNAVAILABLE = "unavailable"  # for a reason that is told with it
