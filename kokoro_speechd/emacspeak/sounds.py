# SPDX-License-Identifier: GPL-3.0-or-later
"""Tones and sound files beside the voice, from a thread of their own. No numpy."""

from __future__ import annotations

import array
import logging
import math
import queue
import threading
from collections.abc import Callable
from pathlib import Path

from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.errors import PlaybackError
from kokoro_speechd.settings import Settings

_log = logging.getLogger(__name__)

_LEVEL = 0.25  # of full scale: about as loud as the voice
_FADE = 0.005  # seconds in which a tone comes and goes
_WAITING = 20  # sounds; what comes more often is no sign any more


def tone(hertz: int, milliseconds: int) -> bytes:
    """Return a tone, int16 mono at SAMPLE_RATE."""
    length = SAMPLE_RATE * milliseconds // 1000
    fade = max(1, min(round(_FADE * SAMPLE_RATE), length // 2))
    step = 2 * math.pi * hertz / SAMPLE_RATE
    return array.array(
        "h",
        (
            round(32767 * _LEVEL * min(1.0, place / fade, (length - place) / fade) * math.sin(step * place))
            for place in range(length)
        ),
    ).tobytes()


class DeviceSounds:
    """Plays one sound after another on the sound device; what cannot be played is left out."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._waiting: queue.Queue[tuple[bytes, int] | Path] = queue.Queue(_WAITING)
        threading.Thread(target=self._run, name="sounds", daemon=True).start()

    def tone(self, hertz: int, milliseconds: int) -> None:
        """Sound a tone."""
        self._put((tone(hertz, milliseconds), SAMPLE_RATE))

    def file(self, path: str) -> None:
        """Play a file of any format that libsndfile knows."""
        self._put(Path(path).expanduser())

    def _put(self, sound: tuple[bytes, int] | Path) -> None:
        try:
            self._waiting.put_nowait(sound)
        except queue.Full:
            _log.info("too many sounds wait; one is left out")

    def _run(self) -> None:
        from kokoro_speechd.audio.playback import play
        from kokoro_speechd.audio.sound_file import decode

        while True:
            sound = self._waiting.get()
            if isinstance(sound, Path):
                decoded = decode(sound) if sound.is_file() else None
                if decoded is None:
                    _log.error("a sound file is missing or no sound: %s", sound)
                    continue
                sound = decoded.samples, decoded.sample_rate
            settings = self._settings()
            try:
                play(
                    [sound[0]],
                    sound[1],
                    device=settings.output_device,
                    latency=settings.latency_ms / 1000,
                )
            except PlaybackError as error:
                _log.error("a sound was not heard: %s", error)
