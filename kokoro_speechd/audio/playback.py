# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays samples on the sound device while they are made.

Four threads meet here, under one lock. The caller's fills a store. PortAudio's own empties it and learns when
each sample will be heard. "playback-device" (device.py) makes the calls that may hang. "playback-marks" runs
what the caller wants to happen at a sample. None of them wakes up while nothing is played.
"""

from __future__ import annotations

import atexit
import logging
import threading
from typing import TYPE_CHECKING

from kokoro_speechd.audio.device import Device
from kokoro_speechd.audio.portaudio import describe_devices
from kokoro_speechd.audio.store import WIDTH, SampleStore
from kokoro_speechd.errors import PlaybackError, places_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Playback", "describe_devices", "play"]

_log = logging.getLogger(__name__)


class Playback:
    """Sound of one stream of utterances on the sound device. Methods are safe from any thread.

    Samples are int16 mono little endian. `device` is a name, a part of one or a number of PortAudio's, None
    the default. `latency` and `store` are seconds of sound: what the device may hold, what may wait for it.
    """

    def __init__(
        self, sample_rate: int, *, device: str | None = None, latency: float = 0.05, store: float = 1.0
    ) -> None:
        self._rate, self._name, self._latency = sample_rate, device, latency
        self._limit = int(store * sample_rate) * WIDTH
        self._lock = threading.RLock()  # for all that follows
        self._changed = threading.Condition(self._lock)  # room, sound that was heard, the device's fate
        self._due = threading.Condition(self._lock)  # there may be something for the marks' thread
        self._store = SampleStore(sample_rate)
        self._device = self._new_device()
        self._marker: threading.Thread | None = None
        self._in_mark = False
        self._paused = False
        self._speaking = False  # samples were written, and nobody said that they were the last
        self._ending = False  # somebody waits in finish()
        self._aborted = False
        self.underruns = 0  # times that the device found too few samples in the middle of speech

    def open(self) -> None:
        """Open the device. Raises PlaybackError when it is missing or busy; then it may be tried again."""
        with self._lock:
            if self._device.opened or self._aborted:
                raise PlaybackError("a playback is opened once")
            self._device = self._new_device()
            self._device.open()
            self._wait(lambda: self._device.opened or self._aborted)
        atexit.register(self.close)  # PortAudio's thread must not outlive the interpreter

    def write(self, samples: bytes) -> bool:
        """Wait for room and add samples; return False once abort() was called. Raises PlaybackError."""
        with self._lock:
            self._wait(lambda: self._aborted or self._store.waiting < self._limit)
            if self._aborted:
                return False
            if self._device.error is not None:
                raise PlaybackError(self._device.error)
            if samples:
                self._store.put(samples)
                self._speaking = True
                self._device.wake()
            return True

    def at(self, callback: Callable[[], None]) -> None:
        """Have `callback` called once, when the sample that is written next is heard.

        Or at the end, if none follows. It has a thread of its own and may take its time, but must not call
        finish(). After abort() none begins; one that runs already is not waited for.
        """
        with self._lock:
            if self._aborted:
                return
            self._store.mark(callback)
            if self._marker is None:
                self._marker = threading.Thread(target=self._call_marks, name="playback-marks", daemon=True)
                self._marker.start()
            self._due.notify()

    def pause(self) -> None:
        """Fall silent once the device has played what it holds. Nothing is lost."""
        with self._lock:
            self._paused = True

    def resume(self) -> None:
        """Go on where pause() stopped."""
        with self._lock:
            self._paused = False
            self._device.wake()
            self._changed.notify_all()  # those who wait count their patience from here on

    def finish(self) -> None:
        """Return when all was heard and all callbacks are done, or after abort(). Raises PlaybackError."""
        with self._lock:
            self._ending = True
            try:
                self._due.notify()
                self._wait(lambda: self._aborted or self._store.is_empty)
                self._changed.wait_for(lambda: self._aborted or not (self._store.has_marks or self._in_mark))
            finally:
                self._ending = self._speaking = False

    def abort(self) -> None:
        """Be silent, at once and for good. Takes a second at most, even when the sound server hangs."""
        with self._lock:
            self._aborted = True
            self._store.drop_marks()
            self._changed.notify_all()
            self._due.notify()
        self._device.let_go()

    def close(self) -> None:
        """Give the device back. What was not heard will not be."""
        self.abort()
        self._device.join()
        if self._marker is not None and self._marker is not threading.current_thread():
            self._marker.join(1.0)  # its callback may wait for who closes
        atexit.unregister(self.close)

    @property
    def heard(self) -> int:
        """How many samples were heard, as far as the device can tell."""
        return self._store.heard // WIDTH

    def unheard(self) -> bytes:
        """Return the samples that were written and not heard."""
        with self._lock:
            return self._store.unheard()

    def _new_device(self) -> Device:
        return Device(self._lock, self, self._rate, device=self._name, latency=self._latency)

    def _wait(self, condition: Callable[[], bool]) -> None:
        """Wait for the device, as long as it lives. The lock is held. Raises PlaybackError."""
        while not condition():
            left = None if self._paused and self._device.opened else self._device.patience()
            if left is not None and left <= 0:
                self._device.fail("the sound server does not take any sound")
            if self._device.error is not None:
                raise PlaybackError(self._device.error)
            self._changed.wait(left)

    # What the device calls, with the lock held.

    def take(self, length: int, now: float, moment: float) -> bytes:
        """Return up to `length` bytes, which begin to sound at that moment."""
        self._store.hear(now)
        samples = b""
        if not self._paused:
            samples = self._store.take(length, moment)
            self.underruns += self._speaking and not self._ending and len(samples) < length
        self._changed.notify_all()
        if self._store.has_due_mark(ended=self._ending):
            self._due.notify()
        return samples

    def has_sound(self) -> bool:
        """Whether take() would return some."""
        return self._store.waiting > 0 and not self._paused

    def device_changed(self) -> None:
        """Let those who wait look at the device."""
        self._changed.notify_all()

    def _call_marks(self) -> None:
        while True:
            with self._lock:
                self._due.wait_for(lambda: self._aborted or self._store.has_due_mark(ended=self._ending))
                if self._aborted:
                    return
                callback = self._store.take_mark()
                self._in_mark = True
            try:
                callback()
            except Exception as error:  # noqa: BLE001 - the marks after it must come, and finish() return
                _log.error("a callback failed at its place in the sound:\n%s", places_of(error))
            with self._lock:
                self._in_mark = False
                self._changed.notify_all()


def play(
    chunks: Iterable[bytes], sample_rate: int, *, device: str | None = None, latency: float = 0.05
) -> None:
    """Play int16 mono little endian samples and return when they were heard.

    `device` is a name, a part of one or a number of PortAudio's, None the default; `latency` is in seconds.
    What `chunks` raises is raised here, once the device is silent. Raises PlaybackError when there is no
    PortAudio or no device, or when the device goes away or hangs.
    """
    playback = Playback(sample_rate, device=device, latency=latency, store=10.0)
    try:
        playback.open()
        for samples in chunks:
            playback.write(samples)
        playback.finish()
    finally:
        playback.close()
