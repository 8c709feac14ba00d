# SPDX-License-Identifier: GPL-3.0-or-later
"""PortAudio's doors: load it, open a stream, close it, name the device. One thread at a time passes them.

Everything here may block for as long as a sound server hangs; `within` is for callers that must not.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from kokoro_speechd.audio.native_noise import hush, hushed, stderr_kept, unhush
from kokoro_speechd.errors import PlaybackError
from kokoro_speechd.system.distributions import install_line

_Result = TypeVar("_Result")

_PATIENCE = 5.0  # seconds; a sleeping sound server may take two to answer
_DOOR = threading.Lock()  # PortAudio's list of streams and of devices knows no threads
_open = 0  # streams that PortAudio holds
_EXIT: list[Callable[[], None]] = []  # sounddevice's own handler


@contextmanager
def _inside() -> Iterator[None]:
    if not _DOOR.acquire(timeout=_PATIENCE):
        raise PlaybackError("the sound server does not answer")
    try:
        with hushed():
            yield
    finally:
        _DOOR.release()


def _module() -> Any:
    """Return the sounddevice module. Raises PlaybackError when PortAudio is not installed."""
    try:
        with stderr_kept():
            import sounddevice
    except (ImportError, OSError) as error:
        raise PlaybackError(
            f"sound cannot be played: {error}. This may help: {install_line('sound')}"
        ) from error
    if not _EXIT:
        # Its own handler would wait for a stream that hangs in a frozen sound server.
        _EXIT.append(sounddevice._exit_handler)  # noqa: SLF001
        atexit.unregister(_EXIT[0])
        atexit.register(_at_exit)
    return sounddevice


def _at_exit() -> None:
    if not _open and _DOOR.acquire(blocking=False):
        _EXIT[0]()


def open_stream(device: str | None, **arguments: Any) -> Any:
    """Return a RawOutputStream, not started. `device` is a name, a part of one or a number of PortAudio's.

    PortAudio lists the devices once. So a failure is tried again with a new list, unless a stream is open:
    a new list ends it. Raises PlaybackError.
    """
    global _open  # noqa: PLW0603 - it counts for the process, as PortAudio does
    number = int(device) if device is not None and device.isdecimal() else device
    with _inside():
        sounddevice = _module()
        errors = (sounddevice.PortAudioError, ValueError)
        try:
            try:
                stream = sounddevice.RawOutputStream(device=number, **arguments)
            except errors:
                if _open:
                    raise
                _list_devices_again(sounddevice)
                stream = sounddevice.RawOutputStream(device=number, **arguments)
        except errors as error:
            raise PlaybackError(f"the sound device cannot be opened: {error}") from error
        _open += 1
        hush()  # until close_stream: a device may be lost at any time
        return stream


def _list_devices_again(sounddevice: Any) -> None:
    with stderr_kept():
        if sounddevice._initialized:  # noqa: SLF001 - not if a listing failed before
            sounddevice._terminate()  # noqa: SLF001 - the only way, and the documented one
        sounddevice._initialize()  # noqa: SLF001


def start(stream: Any) -> None:
    """Start a stream. Raises PlaybackError."""
    import sounddevice

    try:
        stream.start()
    except sounddevice.PortAudioError as error:
        raise PlaybackError(f"the sound device cannot be started: {error}") from error


def rest(stream: Any) -> None:
    """Stop a stream that plays nothing, until it is started again."""
    stream.abort(ignore_errors=True)


def close_stream(stream: Any) -> None:
    """Close a stream that was stopped or aborted before."""
    global _open  # noqa: PLW0603
    with _DOOR, hushed():
        stream.close(ignore_errors=True)
        _open -= 1
    unhush()


def within(seconds: float, action: Callable[[], _Result]) -> _Result:
    """Return what `action` returns, or raise what it raises; PlaybackError when it takes longer."""
    results: list[_Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(action())
        except BaseException as error:  # noqa: BLE001 - it is raised again below
            errors.append(error)

    helper = threading.Thread(target=run, name="playback-query", daemon=True)
    helper.start()
    helper.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise PlaybackError("the sound server does not answer")
    return results[0]


def describe_devices() -> str:
    """Return the default output device's name. Raises PlaybackError when there is none."""

    def ask() -> str:
        with _inside():
            sounddevice = _module()
            try:
                return str(sounddevice.query_devices(kind="output")["name"])
            except (sounddevice.PortAudioError, ValueError) as error:
                raise PlaybackError("PortAudio finds no output device") from error

    return within(_PATIENCE, ask)
