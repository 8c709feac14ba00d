# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays samples on the sound device while they are made.

PortAudio's own thread takes the samples in a callback, and is never kept waiting; the thread that writes them
watches that the callback is still called: a sound server that hangs raises nothing, it only stops asking. A
third thread tells which marks were heard.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from kokoro_speechd.audio.native_noise import Hush, quiet_alsa
from kokoro_speechd.errors import PlaybackError

_STORE = 1.0  # seconds of sound that may wait for the device
_HANGS = 5.0  # seconds without a callback; a sleeping sound server may take two to begin
_LOOK = 0.25  # seconds between two looks at the callback's clock
_REST = 1.0  # seconds of a pause after which the device is not asked to play silence any more
_CLOSING = 1.0  # seconds that closing may take

# PortAudio lists the devices when it is initialised, which must not be done while a stream is open.
_portaudio = threading.Lock()
_streams = 0


class Playback:
    """A stream of int16 mono samples on a sound device. Its methods are safe from any thread."""

    def __init__(self, sample_rate: int, *, device: str | None = None, latency: float = 0.05) -> None:
        """`device`: a name, part of one or number of PortAudio's, None the default; `latency` in seconds."""
        self._rate = sample_rate
        self._device: str | int | None = int(device) if device and device.isdecimal() else device
        self._latency = latency
        self._stream: Any = None
        self._hush: Hush | None = None
        self._changed = threading.Condition()
        self._bytes = bytearray()
        self._written = 0  # bytes
        self._taken = 0  # bytes
        self._marks: deque[tuple[int, Callable[[], None]]] = deque()  # place in bytes
        self._asked = 0.0  # when the device asked last
        self._begun = False
        self._ended = False
        self._aborted = False
        self._paused = False
        self._resting = False  # the stream is stopped because of a long pause
        self._closed = False
        self._finished = threading.Event()
        self.underruns = 0  # callbacks that found too few samples in the midst of sound

    # --- for whoever speaks ------------------------------------------------------------------------

    def open(self) -> None:
        """Begin to play. Raises PlaybackError: no PortAudio, no such device, or it is busy."""
        self._hush = Hush().__enter__()
        try:
            self._stream = _open_stream(
                samplerate=self._rate,
                channels=1,
                dtype="int16",
                device=self._device,
                latency=self._latency,
                callback=self._callback,
                finished_callback=self._finished.set,
            )
        except BaseException:
            self._unhush()
            raise
        self._asked = time.monotonic()
        threading.Thread(target=self._tell_marks, name="playback-marks", daemon=True).start()

    def write(self, samples: bytes) -> bool:
        """Add samples, when there is room; return False once it was aborted.

        Raises PlaybackError when the device went away or hangs; these samples were not taken then.
        """
        limit = int(2 * self._rate * _STORE)
        with self._changed:
            while not self._aborted and len(self._bytes) >= limit:
                self._check()
                self._changed.wait(_LOOK)
            self._check()
            if self._aborted:
                return False
            self._bytes += samples
            self._written += len(samples)
        return True

    def at(self, callback: Callable[[], None]) -> None:
        """Have `callback` called, from a thread for this, when the sample is heard that is written next."""
        with self._changed:
            self._marks.append((self._written, callback))
            self._changed.notify_all()

    def finish(self) -> None:
        """Return when everything was heard, or it was aborted. Raises PlaybackError as `write` does."""
        with self._changed:
            self._ended = True
            while not self._aborted and (self._bytes or self._marks or not self._finished.is_set()):
                if not self._finished.is_set():
                    self._check()
                self._changed.wait(_LOOK)

    def pause(self) -> None:
        """Be silent at once; nothing is lost."""
        with self._changed:
            self._paused = True
            self._changed.notify_all()

    def resume(self) -> None:
        """Go on where it was paused."""
        with self._changed:
            self._paused = False
            self._asked = time.monotonic()
            if self._resting:
                self._resting = False
                self._finished.clear()
                with contextlib.suppress(_portaudio_error()):  # `write` and `finish` will notice
                    self._stream.start()
            self._changed.notify_all()

    def abort(self) -> None:
        """Be silent at once, and forget what was not heard."""
        with self._changed:
            self._aborted = True
            self._bytes.clear()
            self._marks.clear()
            self._changed.notify_all()
        stream = self._stream
        if stream is not None:
            _aside(lambda: stream.abort(ignore_errors=True))

    def close(self) -> None:
        """Let the device go; what was not heard is not heard any more."""
        with self._changed:
            if self._closed:
                return
            self._closed = self._aborted = True
            self._changed.notify_all()
        stream, self._stream = self._stream, None
        if stream is not None:
            _aside(lambda: _close_stream(stream))
        self._unhush()

    def unheard(self) -> bytes:
        """Return the samples that the device did not ask for."""
        with self._changed:
            return bytes(self._bytes)

    # --------------------------------------------------------------------------------------------------

    def _check(self) -> None:
        """Raise PlaybackError when the device plays no more. Under the lock."""
        if self._paused or self._aborted:
            return
        if self._finished.is_set():
            raise PlaybackError("the sound device went away")
        if time.monotonic() - self._asked > _HANGS:
            raise PlaybackError("the sound server does not take any sound")

    def _callback(self, out: Any, _frames: int, _time: Any, _status: Any) -> None:
        """Fill PortAudio's buffer; runs in its thread."""
        import sounddevice

        with self._changed:
            self._asked = time.monotonic()
            length = 0 if self._paused else min(len(out), len(self._bytes))
            out[:length] = self._bytes[:length]
            out[length:] = bytes(len(out) - length)
            del self._bytes[:length]
            self._taken += length
            if length:
                self._begun = True
                self._changed.notify_all()
            if self._aborted:
                raise sounddevice.CallbackAbort
            if self._ended and not self._bytes and not self._paused:
                self._changed.notify_all()
                raise sounddevice.CallbackStop  # plays what the device still holds, then finishes
            if self._begun and length < len(out) and not self._paused:
                self.underruns += 1
                self._begun = False  # one gap counts once

    def _tell_marks(self) -> None:
        """Call the marks' callbacks when their time has come, and let the device rest in a long pause."""
        while True:
            with self._changed:
                if self._paused and not self._resting:
                    if not self._changed.wait_for(lambda: not self._paused or self._closed, _REST):
                        self._resting = True
                        stream = self._stream
                        if stream is not None:
                            stream.abort(ignore_errors=True)
                    continue
                self._changed.wait_for(self._something_to_tell)
                if self._closed:
                    return
                if not self._marks or self._marks[0][0] > self._taken:
                    continue
            time.sleep(self._latency)
            with self._changed:
                if not self._marks or self._paused:
                    continue
                _, callback = self._marks[0]
            callback()
            with self._changed:
                if self._marks:  # not aborted meanwhile
                    self._marks.popleft()
                    self._changed.notify_all()

    def _something_to_tell(self) -> bool:
        due = bool(self._marks) and (self._marks[0][0] < self._taken or self._over_at_end())
        return self._closed or (due and not self._resting) or (self._paused and not self._resting)

    def _over_at_end(self) -> bool:
        """Return whether a mark at the very end is due: no sample will follow it."""
        return self._ended and not self._bytes and self._marks[0][0] <= self._taken

    def _unhush(self) -> None:
        if self._hush is not None:
            self._hush.__exit__()
            self._hush = None


def play(
    chunks: Iterable[bytes], sample_rate: int, *, device: str | None = None, latency: float = 0.05
) -> None:
    """Play int16 mono little endian samples and return when they were heard.

    What `chunks` raises is raised here, once the device is silent. Raises PlaybackError when there is no
    PortAudio or no device, or when the device goes away or hangs.
    """
    playback = Playback(sample_rate, device=device, latency=latency)
    playback.open()
    try:
        for samples in chunks:
            playback.write(samples)
        playback.finish()
    except BaseException:
        playback.abort()
        raise
    finally:
        playback.close()


def describe_devices() -> str:
    """Return the default output device's name. Raises PlaybackError when there is none."""
    with Hush():
        sounddevice = _sounddevice()
        try:
            return str(sounddevice.query_devices(kind="output")["name"])
        except (sounddevice.PortAudioError, ValueError) as error:
            raise PlaybackError("PortAudio finds no output device") from error


def _open_stream(**arguments: Any) -> Any:
    """Return a stream that runs. Raises PlaybackError."""
    global _streams  # noqa: PLW0603 - PortAudio's state belongs to the whole process
    sounddevice = _sounddevice()
    with _portaudio:
        for last in (False, True):
            stream = None
            try:
                stream = sounddevice.RawOutputStream(**arguments)
                stream.start()
            except (sounddevice.PortAudioError, ValueError) as error:
                if stream is not None:
                    stream.close(ignore_errors=True)
                if last or _streams:
                    raise PlaybackError(f"the sound device cannot be opened: {error}") from error
                # The devices of this moment, not of the process's start.
                with contextlib.suppress(sounddevice.PortAudioError):
                    sounddevice._terminate()  # noqa: SLF001 - sounddevice has no other way
                    sounddevice._initialize()  # noqa: SLF001
            else:
                _streams += 1
                return stream
    raise AssertionError


def _close_stream(stream: Any) -> None:
    global _streams  # noqa: PLW0603
    stream.close(ignore_errors=True)
    with _portaudio:
        _streams -= 1


def _aside(action: Callable[[], None]) -> None:
    """Run an action of PortAudio in a thread of its own, and wait for it only a while.

    abort() and close() block for as long as the sound server hangs.
    """
    helper = threading.Thread(target=action, name="playback-close", daemon=True)
    helper.start()
    helper.join(_CLOSING)


def _portaudio_error() -> type[Exception]:
    error: type[Exception] = _sounddevice().PortAudioError
    return error


def _sounddevice() -> Any:
    """Return the sounddevice module. Raises PlaybackError when PortAudio is not installed."""
    quiet_alsa()
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise PlaybackError(
            f"sound cannot be played: {error}. Debian's packages libportaudio2 and libasound2-plugins help"
        ) from error
    return sounddevice
