# SPDX-License-Identifier: GPL-3.0-or-later
"""A user with the real voice, and every way that sound comes to him."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from kokoro_speechd.dbus import INTERFACE, NAME, PATH, SPIEL_NAME
from tests.dbus.spiel_client import SpielClient
from tests.desktop import Desktop, wait_until
from tests.module_driver import SETTINGS, Module, wait_for_kokoro
from tests.private_bus import session_bus
from tests.real_voice import judging
from tests.real_voice.judging import Sound
from tests.real_voice.listening import RATE, as_float
from tests.real_voice.rendering import STATISTICS

VOICE = "af_heart"  # by every way; speech-dispatcher asks for a man's unless a voice is named
SETTING = '[speechd]\nengine_timeout_s = 30\n[daemon]\nload = "start"\n'


class User:
    """Somebody with a sound server, speech-dispatcher, a session bus, and the real voice."""

    def __init__(self, root: Path, model: Path, address: str) -> None:
        self.desktop = Desktop(root, model, settings=SETTING)
        self.environment = self.desktop.environment
        put_statistics(self.environment)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        self.bus: SpielClient | None = None
        self.module: Module | None = None
        try:
            self.desktop.start()
            wait_until(self.desktop.kokoro_speaks, 240, "the model was not loaded")
            self.bus = SpielClient(address)
            self.module = Module(self.environment)
            self.module.init()
            wait_for_kokoro(self.module)  # what comes before the module is connected is espeak-ng's
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self.bus is not None:
            self.bus.close()
        if self.module is not None:
            self.module.close()
        self.desktop.close()


def put_statistics(environment: Mapping[str, str]) -> None:
    """Give somebody what the voices have learned here, as `model import` does for the default one."""
    if STATISTICS.is_dir():
        shutil.copytree(STATISTICS, Path(environment["XDG_CACHE_HOME"]) / "kokoro-speechd/statistics")


@contextmanager
def user_with(model: Path, root: Path) -> Iterator[User]:
    """Start everything below a folder; end it afterwards."""
    with session_bus(root / "bus") as address:
        user = User(root / "user", model, address)
        try:
            yield user
        finally:
            user.close()


def at_the_sink(user: User, text: str) -> Sound:
    """Speak by spd-say; return what the sound server played."""
    recorder = user.desktop.recorder
    assert recorder is not None
    begun = time.monotonic()
    user.desktop.spd_say("-o", "kokoro", "-y", VOICE, "-w", text, timeout=120)
    time.sleep(0.5)  # what is on its way through the sound server
    sound = as_float(np.frombuffer(recorder.samples_since(begun), np.int16))
    # How long spd-say took to begin and end is not listened to.
    spare = RATE // 5
    begin = max(0, round(judging.silence_before(sound) * RATE) - spare)
    end = len(sound) - max(0, round(judging.silence_behind(sound) * RATE) - spare)
    return sound[begin:end]


def at_the_pipe(user: User, text: str, voice: str = VOICE, command: str = "SPEAK") -> Sound:
    """Speak by the module's protocol; return the sound of its 705 blocks."""
    assert user.module is not None
    settings = SETTINGS.replace("synthesis_voice=NULL", f"synthesis_voice={voice}")
    user.module.speak(text, settings, command)
    events = user.module.until_end(120)
    assert events[-1].code == "702"
    sounds = [event for event in events if event.code == "705"]
    assert {event.sample_rate for event in sounds} == {24_000}, "it was not Kokoro who spoke"
    return as_float(np.frombuffer(b"".join(event.samples for event in sounds), np.int16))


def by_the_command_line(user: User, text: str, folder: Path, **variables: str) -> Sound:
    """Have `kokoro-speechd say` write a file."""
    path = folder / "said.wav"
    subprocess.run(
        [str(Path(sys.prefix) / "bin/kokoro-speechd"), "say", "-o", str(path), text],
        env={**user.environment, **variables}, check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    with wave.open(str(path)) as sound:
        assert sound.getframerate() == 24_000, "it was not Kokoro who spoke"
        return as_float(np.frombuffer(sound.readframes(sound.getnframes()), np.int16))


def by_the_control_interface(user: User, text: str) -> Sound:
    """Have Synthesize write raw samples into a pipe."""
    mapped, writing = os.pipe()
    received: list[bytes] = []
    phonemizer = threading.Thread(target=lambda: received.extend(iter(lambda: os.read(mapped, 1 << 16), b"")))
    phonemizer.start()
    try:
        _synthesize(user, text, writing)
    finally:
        os.close(writing)
        phonemizer.join(60)
        os.close(mapped)
    return as_float(np.frombuffer(b"".join(received), np.int16))


def _synthesize(user: User, text: str, descriptor: int) -> None:
    """Call, and forget the copy of the descriptor that Gio makes: the pipe's end is its last one's."""
    assert user.bus is not None
    gio, glib = user.bus.gio, user.bus.glib
    descriptors = gio.UnixFDList()
    options: dict[str, Any] = {"format": glib.Variant("s", "raw")}
    arguments = glib.Variant("(sa{sv}h)", (text, options, descriptors.append(descriptor)))
    user.bus.bus.call_with_unix_fd_list_sync(
        NAME,
        PATH,
        INTERFACE,
        "Synthesize",
        arguments,
        None,
        gio.DBusCallFlags.NONE,
        120_000,
        descriptors,
        None,
    )


def by_spiel(user: User, text: str) -> Sound:
    assert user.bus is not None
    wait_until(lambda: SPIEL_NAME in user.bus.names("ListNames"), 20, "no provider")  # type: ignore[union-attr]
    return as_float(np.frombuffer(user.bus.speak(text).sound, np.int16))
