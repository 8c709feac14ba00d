# SPDX-License-Identifier: GPL-3.0-or-later
"""A sound server of its own with a null sink, `speakers`: PulseAudio, else PipeWire."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import Popen

Spawn = Callable[..., "Popen[bytes]"]

_SINK = """context.objects = [ { factory = adapter, args = {
    factory.name = support.null-audio-sink, node.name = speakers, media.class = Audio/Sink
    audio.position = [ FL FR ], audio.rate = 48000, priority.session = 2000
    monitor.channel-volumes = true, monitor.passthrough = true } } ]
"""
_PULSE = 'pulse.properties = {{ server.address = [ "unix:{socket}" ] }}\n'


def missing() -> str | None:
    """Return the package that would bring a sound server, None where there is one."""
    if shutil.which("pulseaudio") is not None:
        return None
    if shutil.which("pipewire-pulse") is None:
        return "pulseaudio"
    return None if shutil.which("wireplumber") is not None else "wireplumber"


def start(spawn: Spawn, environment: Mapping[str, str]) -> list[Popen[bytes]]:
    """Start the server by `spawn(name, *command)`; the first process is the one that clients speak to.

    It listens at `environment`'s PULSE_SERVER, which is `unix:PATH`.
    """
    socket = environment["PULSE_SERVER"].removeprefix("unix:")
    if shutil.which("pulseaudio") is not None:
        return [
            spawn(
                "pulseaudio", "pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no",
                "--exit-idle-time=-1", "--high-priority=no", "--realtime=no",
                "-L", "module-null-sink sink_name=speakers rate=48000 norewinds=1",
                "-L", f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
            )
        ]  # fmt: skip
    folder = Path(environment["XDG_CONFIG_HOME"]) / "pipewire"
    for name, text in (("pipewire.conf.d", _SINK), ("pipewire-pulse.conf.d", _PULSE.format(socket=socket))):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "tests.conf").write_text(text)
    core = spawn("pipewire", "pipewire")
    # Both wait for it, and connect sounds to the sink.
    return [spawn("pipewire-pulse", "pipewire-pulse"), spawn("wireplumber", "wireplumber"), core]
