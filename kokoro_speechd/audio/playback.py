# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays samples on the sound device while they are made.

Four threads meet here, under one lock. The caller's fills a store. PortAudio's own empties it in a callback
and learns when each sample will be heard. "playback-device" makes all calls that hang when the sound server
does: open, start, rest, close. "playback-marks" runs what the caller wants to happen at a sample.

Only a callback moves `heard` on: a sound server that hangs raises nothing, it just stops asking.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from kokoro_speechd.audio import portaudio
from kokoro_speechd.audio.portaudio import describe_devices
from kokoro_speechd.audio.store import WIDTH, Store
from kokoro_speechd.errors import PlaybackError, places_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Playback", "describe_devices", "play"]

_log = logging.getLogger(__name__)

_HANGS = 5.0  # seconds without a callback; a sleeping sound server may take two to begin
_RESTS = 1.0  # seconds of silence after which the device is stopped until there is sound again
_AT_ONCE = 1.0  # seconds; the most that abort() waits for a sound server that hangs


class Playback:
    """Sound of one stream of utterances on the sound device. Methods are safe from any thread.

    Samples are int16 mono little endian. `device` is a name, a part of one or a number of PortAudio's, None
    the default. `latency` and `store` are seconds of sound: what the device may hold, what may wait for it.
    """

    def __init__(
        self, sample_rate: int, *, device: str | None = None, latency: float = 0.05, store: float = 1.0
    ) -> None:
        self._rate, self._device, self._latency = sample_rate, device, latency
        self._limit = int(store * sample_rate) * WIDTH
        lock = threading.RLock()  # for all that follows
        self._caller = threading.Condition(lock)  # there is room, sound was heard, the device failed
        self._wanted = threading.Condition(lock)  # the device's thread has something to do
        self._due = threading.Condition(lock)  # the marks' thread may have
        self._store = Store(sample_rate)
        self._in_mark = False
        self._paused = False
        self._speaking = False  # samples were written, and nobody said that they were the last
        self._ending = False  # somebody waits in finish()
        self._asked = 0.0  # when the device asked for samples, or was started
        self._silent_since: float | None = None
        self._running = False
        self._opened = False
        self._aborted = False
        self._gently = False  # let the device play what it holds
        self._error: str | None = None
        self._keeper: threading.Thread | None = None
        self._marker: threading.Thread | None = None
        self._silent = threading.Event()  # the device has no more sound of ours
        self._silent.set()
        self.underruns = 0  # callbacks that found too few samples in the middle of speech

    def open(self) -> None:
        """Open the device. Raises PlaybackError when it is missing or busy; then it may be tried again."""
        with self._caller:
            if self._opened or self._aborted:
                raise PlaybackError("a playback is opened once")
            self._error = None
            self._asked = time.monotonic()
            self._silent = threading.Event()
            self._keeper = threading.Thread(
                target=self._keep_device, args=(self._silent,), name="playback-device", daemon=True
            )
            self._keeper.start()
            self._wait(lambda: self._opened or self._aborted)
        atexit.register(self.close)  # PortAudio's thread must not outlive the interpreter

    def write(self, samples: bytes) -> bool:
        """Wait for room and add samples; return False once abort() was called. Raises PlaybackError."""
        with self._caller:
            self._wait(lambda: self._aborted or self._store.waiting < self._limit)
            if self._error is not None:
                raise PlaybackError(self._error)
            if samples and not self._aborted:
                self._store.put(samples)
                self._speaking = True
                self._wake_device()
            return not self._aborted

    def at(self, callback: Callable[[], None]) -> None:
        """Have `callback` called once, when the sample that is written next is heard.

        Or at the end, if none follows. It has a thread of its own and may take its time, but must not call
        finish(). After abort() none begins; one that runs already is not waited for.
        """
        with self._due:
            if self._aborted:
                return
            self._store.mark(callback)
            if self._marker is None:
                self._marker = threading.Thread(target=self._call_marks, name="playback-marks", daemon=True)
                self._marker.start()
            self._due.notify()

    def pause(self) -> None:
        """Fall silent once the device has played what it holds. Nothing is lost."""
        with self._caller:
            self._paused = True

    def resume(self) -> None:
        """Go on where pause() stopped."""
        with self._caller:
            self._paused = False
            self._asked = time.monotonic()
            self._wake_device()
            self._caller.notify_all()  # their patience counts from here on

    def finish(self) -> None:
        """Return when all was heard and all callbacks are done, or after abort(). Raises PlaybackError."""
        with self._caller:
            self._ending = True
            try:
                self._due.notify()
                self._wait(lambda: self._aborted or self._all_heard())
                self._caller.wait_for(lambda: self._aborted or not (self._store.has_marks or self._in_mark))
            finally:
                self._ending = self._speaking = False

    def abort(self) -> None:
        """Be silent, at once and for good. Takes a second at most, even when the sound server hangs."""
        self._give_up(gently=False)

    def close(self) -> None:
        """Give the device back. What was not heard will not be."""
        self._give_up(gently=True)
        for thread in (self._keeper, self._marker):
            if thread is not None and thread is not threading.current_thread():
                thread.join(_AT_ONCE)
        atexit.unregister(self.close)

    @property
    def heard(self) -> int:
        """How many samples were heard, as far as the device can tell."""
        return self._store.heard // WIDTH

    def unheard(self) -> bytes:
        """Return the samples that were written and not heard."""
        with self._caller:
            return self._store.unheard()

    def _all_heard(self) -> bool:
        return not (self._store.waiting or self._store.on_the_way)

    def _give_up(self, *, gently: bool) -> None:
        with self._caller:
            self._gently = gently and self._all_heard() and (self._gently or not self._aborted)
            self._aborted = True
            self._store.drop_marks()
            self._wake_all()
        self._silent.wait(_AT_ONCE)

    def _wait(self, condition: Callable[[], bool]) -> None:
        """Wait for the device, as long as it lives. The lock is held. Raises PlaybackError."""
        while not condition():
            patient = self._paused and self._opened
            left = self._asked + _HANGS - time.monotonic()
            if left <= 0 and not patient:
                self._fail("the sound server does not take any sound")
            if self._error is not None:
                raise PlaybackError(self._error)
            self._caller.wait(None if patient else left)

    def _fail(self, error: str) -> None:
        self._error = self._error or error
        self._wake_all()

    def _wake_all(self) -> None:
        for condition in (self._caller, self._wanted, self._due):
            condition.notify_all()

    def _wake_device(self) -> None:
        if not self._running:
            self._asked = time.monotonic()
            self._wanted.notify()

    # PortAudio's thread.

    def _fill(self, out: Any, _frames: int, when: Any, _status: Any) -> None:
        with self._caller:
            now = self._asked = time.monotonic()
            self._store.hear(now)
            samples = b""
            if not (self._paused or self._aborted):
                # The device's own word: a Bluetooth headset is far later than it was asked to be.
                delay = min(max(when.outputBufferDacTime - when.currentTime, 0.0), _HANGS)
                samples = self._store.take(len(out), now + delay)
                self.underruns += self._speaking and not self._ending and len(samples) < len(out)
            out[:] = samples.ljust(len(out), b"\0")
            if samples or self._store.on_the_way:
                self._silent_since = None
            elif self._silent_since is None:
                self._silent_since = now
            self._caller.notify_all()
            if self._store.has_due_mark(ended=self._ending):
                self._due.notify()

    def _ended(self) -> None:
        with self._caller:
            if self._running:  # so it was not us who stopped it
                self._running = False
                self._fail("the sound device went away")

    # The device's thread.

    def _keep_device(self, silent: threading.Event) -> None:
        try:
            stream = portaudio.open_stream(
                self._device,
                samplerate=self._rate,
                channels=1,
                dtype="int16",
                latency=self._latency,
                callback=self._fill,
                finished_callback=self._ended,
            )
            try:
                self._running = True
                portaudio.start(stream)  # before there is sound: a sleeping device wakes up meanwhile
                with self._caller:
                    self._opened = not self._is_over()
                    self._caller.notify_all()
                while (action := self._next_action()) is not None:
                    action(stream)
            finally:
                self._running = False
                (stream.stop if self._gently and self._error is None else stream.abort)(ignore_errors=True)
                silent.set()
                portaudio.close_stream(stream)
        except PlaybackError as error:
            with self._caller:
                if self._keeper is threading.current_thread():
                    self._fail(str(error))
        finally:
            silent.set()

    def _next_action(self) -> Callable[[Any], None] | None:
        """Wait until the device must be started or may rest; return None when it is not needed any more."""
        with self._wanted:
            while not self._is_over():
                has_sound = self._store.waiting and not self._paused
                now = time.monotonic()
                if has_sound and not self._running:
                    self._running = True
                    self._silent_since = None
                    self._asked = now
                    return portaudio.start
                since = self._silent_since
                if self._running and not has_sound and since is not None and now - since >= _RESTS:
                    self._running = False
                    return portaudio.rest
                self._wanted.wait(_RESTS if self._running else None)
            return None

    def _is_over(self) -> bool:
        """Whether the device is not needed any more, or another try took this one's place."""
        return self._aborted or self._error is not None or self._keeper is not threading.current_thread()

    # The marks' thread.

    def _call_marks(self) -> None:
        while True:
            with self._due:
                self._due.wait_for(lambda: self._aborted or self._store.has_due_mark(ended=self._ending))
                if self._aborted:
                    return
                callback = self._store.take_mark()
                self._in_mark = True
            try:
                callback()
            except Exception as error:  # noqa: BLE001 - the marks after it must come, and finish() return
                _log.error("a callback failed at its place in the sound:\n%s", places_of(error))
            with self._caller:
                self._in_mark = False
                self._caller.notify_all()


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
