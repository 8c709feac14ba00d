# SPDX-License-Identifier: GPL-3.0-or-later
"""The sound device while it is in use: one stream of PortAudio and the thread that keeps it.

That thread, "playback-device", makes all calls that hang when the sound server does: open, start, rest,
close. Others look at the clock: a sound server that hangs raises nothing, it just stops asking for samples.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from kokoro_speechd.audio import portaudio
from kokoro_speechd.audio.store import WIDTH
from kokoro_speechd.errors import PlaybackError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class SampleSource(Protocol):
        """Where the device takes its samples. Called with the lock held."""

        def take(self, length: int, now: float, moment: float) -> bytes:
            """Return up to `length` bytes; what is returned begins to sound at that moment."""

        def has_sound(self) -> bool:
            """Whether take() would return some."""

        def device_changed(self) -> None:
            """Hear that the device was opened or failed."""


_HANGS = 5.0  # seconds without a question for samples; a sleeping sound server may take two to begin
_RESTS = 1.0  # seconds of silence after which the stream is stopped until there is sound again
_AT_ONCE = 1.0  # seconds; the most that anybody waits for a sound server to be silent


class Device:
    """A device that plays what a source has, int16 mono. The lock guards it and the source."""

    def __init__(self, lock: threading.RLock, source: SampleSource, sample_rate: int, **stream: Any) -> None:
        self._lock = lock
        self._source = source
        self._rate = sample_rate
        self._stream = {"samplerate": sample_rate, "channels": 1, "dtype": "int16", **stream}
        self._wanted = threading.Condition(lock)  # the thread has something to do
        self._thread = threading.Thread(target=self._keep, name="playback-device", daemon=True)
        self._silent = threading.Event()  # it holds no sound of ours, for good
        self._silent.set()
        self._asked = 0.0  # when it asked for samples, or was begun with
        self._sounds_until = 0.0
        self._over = False
        self.running = False
        self.opened = False
        self.error: str | None = None

    def open(self) -> None:
        """Begin to open it; the source hears how that went. The lock is held."""
        self._asked = time.monotonic()
        self._silent.clear()
        self._thread.start()

    def wake(self) -> None:
        """Have it ask for samples, if it rests. The lock is held."""
        if not self.running:
            self._asked = time.monotonic()
            self._wanted.notify()

    def patience(self) -> float:
        """Return for how many seconds one may still wait for it; not while it rests. The lock is held."""
        return self._asked + _HANGS - time.monotonic()

    def fail(self, error: str) -> None:
        """Have no more to do with it, because of an error. The lock is held."""
        self.error = self.error or error
        self._wanted.notify()
        self._source.device_changed()

    def let_go(self) -> None:
        """Silence and close it; wait a second at most until it is silent."""
        with self._lock:
            self._over = True
            self._wanted.notify()
        self._silent.wait(_AT_ONCE)

    def join(self) -> None:
        """Wait a second at most until it is closed."""
        if self._thread.ident is not None:
            self._thread.join(_AT_ONCE)

    def _keep(self) -> None:
        try:
            stream = portaudio.open_stream(callback=self._ask, finished_callback=self._ended, **self._stream)
            try:
                self.running = True
                portaudio.start(stream)  # before there is sound: a sleeping device wakes up meanwhile
                with self._lock:
                    self.opened = self.error is None
                    self._sounds_until = time.monotonic()
                    self._source.device_changed()
                while (action := self._next_action()) is not None:
                    action(stream)
            finally:
                self.running = False
                stream.abort(ignore_errors=True)  # stop() would not drain either: ALSA is not blocking here
                self._silent.set()
                portaudio.close_stream(stream)
        except PlaybackError as error:
            with self._lock:
                self.fail(str(error))
        finally:
            self._silent.set()

    def _next_action(self) -> Callable[[Any], None] | None:
        """Wait until the stream must be started or may rest; return None when it is not needed any more."""
        with self._wanted:
            while not self._over and self.error is None:
                has_sound = self._source.has_sound()
                silence = time.monotonic() - self._sounds_until
                if has_sound and not self.running:
                    self.running = True
                    self._asked = self._sounds_until = time.monotonic()
                    return portaudio.start
                if self.running and not has_sound and silence >= _RESTS:
                    self.running = False
                    return portaudio.rest
                self._wanted.wait(_RESTS if self.running else None)
            return None

    # In PortAudio's thread, which must not be kept waiting:

    def _ask(self, out: Any, _frames: int, when: Any, _status: Any) -> None:
        with self._lock:
            now = self._asked = time.monotonic()
            # The device's own word: a Bluetooth headset is far later than it was asked to be.
            moment = now + min(max(when.outputBufferDacTime - when.currentTime, 0.0), _HANGS)
            samples = b"" if self._over else self._source.take(len(out), now, moment)
            out[:] = samples.ljust(len(out), b"\0")
            if samples:
                self._sounds_until = moment + len(samples) / WIDTH / self._rate

    def _ended(self) -> None:
        with self._lock:
            if self.running:  # so it was not us who stopped it
                self.running = False
                self.fail("the sound device went away")
