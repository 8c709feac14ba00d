# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays samples on the sound device while they are made.

PortAudio's own thread takes the samples in a callback; the calling thread fills a short store for it and
watches that the callback is still called: a sound server that hangs raises nothing, it only stops asking.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

from kokoro_speechd.errors import PlaybackError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_STORE = 10.0  # seconds of sound that may wait for the device
_HANGS = 5.0  # seconds without a callback; a sleeping sound server may take two to begin
_LOOK = 0.25  # seconds between two looks at the callback's clock


class Store:
    """Samples between two threads. Holds at most `limit` bytes and what one `put` brings beyond."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = bytearray()
        self._ended = False
        self._changed = threading.Condition()
        self.taken = time.monotonic()  # when the device asked last

    def has_room(self, timeout: float) -> bool:
        """Wait for room; return whether there is some."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._bytes) < self._limit, timeout)

    def put(self, samples: bytes) -> None:
        """Add samples."""
        with self._changed:
            self._bytes += samples

    def end(self) -> None:
        """Say that no more samples will come."""
        with self._changed:
            self._ended = True

    def take(self, length: int) -> tuple[bytes, bool]:
        """Return `length` bytes, silence where there are too few, and whether that was the end."""
        with self._changed:
            self.taken = time.monotonic()
            samples = bytes(self._bytes[:length])
            del self._bytes[:length]
            self._changed.notify_all()
            return samples.ljust(length, b"\0"), self._ended and not self._bytes


def play(
    chunks: Iterable[bytes], sample_rate: int, *, device: str | None = None, latency: float = 0.05
) -> None:
    """Play int16 mono little endian samples and return when they were heard.

    `device` is a name, a part of one or a number of PortAudio's, None the default; `latency` is in seconds.
    What `chunks` raises is raised here, once the device is silent. Raises PlaybackError when there is no
    PortAudio or no device, or when the device goes away or hangs.
    """
    sounddevice = _sounddevice()
    store = Store(int(2 * sample_rate * _STORE))
    finished = threading.Event()

    def callback(out: Any, _frames: int, _time: Any, _status: Any) -> None:
        out[:], over = store.take(len(out))
        if over:
            raise sounddevice.CallbackStop  # plays what the device still holds, then finishes

    try:
        stream = sounddevice.RawOutputStream(
            samplerate=sample_rate,
            channels=1,
            dtype="int16",
            device=int(device) if device is not None and device.isdecimal() else device,
            latency=latency,
            callback=callback,
            finished_callback=finished.set,
        )
        stream.start()
    except (sounddevice.PortAudioError, ValueError) as error:
        raise PlaybackError(f"the sound device cannot be opened: {error}") from error
    try:
        store.taken = time.monotonic()
        for samples in chunks:
            while not store.has_room(_LOOK):
                _check(store, finished)
            _check(store, finished)
            store.put(samples)
        store.end()
        while not finished.wait(_LOOK):
            _check(store, finished)
    except BaseException:
        _aside(lambda: stream.abort(ignore_errors=True))
        raise
    finally:
        _aside(lambda: stream.close(ignore_errors=True))


def _check(store: Store, finished: threading.Event) -> None:
    if finished.is_set():
        raise PlaybackError("the sound device went away")
    if time.monotonic() - store.taken > _HANGS:
        raise PlaybackError("the sound server does not take any sound")


def _aside(action: Callable[[], None]) -> None:
    """Run an action of PortAudio in a thread of its own, and wait for it only a while.

    abort() and close() block for as long as the sound server hangs.
    """
    helper = threading.Thread(target=action, name="playback-close", daemon=True)
    helper.start()
    helper.join(1.0)


def _sounddevice() -> Any:
    """Return the sounddevice module. Raises PlaybackError when PortAudio is not installed."""
    _quiet_alsa()
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise PlaybackError(
            f"sound cannot be played: {error}. Debian's packages libportaudio2 and libasound2-plugins help"
        ) from error
    return sounddevice


def describe_devices() -> str:
    """Return the default output device's name. Raises PlaybackError when there is none."""
    sounddevice = _sounddevice()
    try:
        return str(sounddevice.query_devices(kind="output")["name"])
    except (sounddevice.PortAudioError, ValueError) as error:
        raise PlaybackError("PortAudio finds no output device") from error


_SILENCERS: list[Any] = []  # ALSA calls it as long as the process lives


def _quiet_alsa() -> None:
    """Keep ALSA from writing about every underrun to stderr; it speaks of nothing a listener can change."""
    import ctypes

    if _SILENCERS:
        return
    with contextlib.suppress(OSError, AttributeError):
        handler = ctypes.CFUNCTYPE(None)(lambda: None)
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(handler)
        _SILENCERS.append(handler)
