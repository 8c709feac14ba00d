# SPDX-License-Identifier: GPL-3.0-or-later
"""What `kokoro-speechd doctor` looks at on speech-dispatcher's side: sound, server, configuration, module."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.util import find_spec
from typing import TYPE_CHECKING

from kokoro_speechd.cli.desktop import phonemizer_packages, speechd_conf
from kokoro_speechd.cli.desktop.module_places import can_be_run, packaged_modules, users_module
from kokoro_speechd.cli.desktop.speechd_conf import ServerConfig
from kokoro_speechd.cli.doctor.checks import Finding, State
from kokoro_speechd.system.distributions import install_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_KNOWN = ((0, 11), (0, 12))  # the first and the last version that the module was written for
_SECONDS = 10.0
_CONFIG = "speech-dispatcher's configuration"


def sound_device() -> Finding:
    """Look for a sound device: without one nobody hears anything."""
    from kokoro_speechd.audio.playback import describe_devices
    from kokoro_speechd.errors import PlaybackError

    if find_spec("sounddevice") is None:
        return Finding(
            "Sound",
            State.OPTIONAL,
            "not looked at: sounddevice is not installed, by which `kokoro-speechd say` and D-Bus play; "
            "speech-dispatcher plays by itself",
            phonemizer_packages.advice_for("sounddevice"),
        )
    try:
        return Finding("Sound", State.OK, describe_devices())
    except PlaybackError as error:
        return Finding(
            "Sound",
            State.MISSING,
            str(error),
            "Start the sound server (pipewire-pulse or PulseAudio), or connect a sound device.",
        )


def speech_dispatcher() -> Finding:
    """Look for the server, and whether its version is one that the module knows."""
    found = shutil.which("speech-dispatcher")
    if found is None:
        return Finding("speech-dispatcher", State.MISSING, "not installed", install_line("speech_dispatcher"))
    said = _version_line(found)
    version = re.search(r"(\d+)\.(\d+)[\w.~+-]*", said)
    if version is None:
        return Finding(
            "speech-dispatcher",
            State.MISSING,
            f"{found} does not say its version",
            "Run `speech-dispatcher --version`; install it again.",
        )
    if _KNOWN[0] <= (int(version[1]), int(version[2])) <= _KNOWN[1]:
        return Finding("speech-dispatcher", State.OK, f"{version[0]}, {found}")
    return Finding(
        "speech-dispatcher",
        State.MISSING,
        f"version {version[0]} is unknown here: the module was written for 0.11 and 0.12",
        'Try `spd-say -o kokoro "Hello"`. If it speaks, all is well; please report the version either way.',
    )


def _version_line(program: str) -> str:
    try:
        ran = subprocess.run(
            [program, "--version"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ran.stdout.decode("utf-8", "replace").partition("\n")[0]


def server_configuration() -> Iterator[Finding]:
    """Look at the speechd.conf that is in force."""
    try:
        config = speechd_conf.read_server_config()
    except OSError as error:
        yield Finding(
            _CONFIG,
            State.MISSING,
            f"{error.filename}: {error.strerror}",
            "Make the file readable, or remove it.",
        )
        return
    if config.path is None:
        yield Finding(
            _CONFIG,
            State.OPTIONAL,
            "no speechd.conf",
            f"Install speech-dispatcher again: {install_line('speech_dispatcher')}",
        )
        return
    if (line := config.lacks_module) is not None:
        yield Finding(
            _CONFIG,
            State.MISSING,
            f"modules are not looked for, because of {line}: {line.text}",
            f"Add this line below it, and restart speech-dispatcher:\n{speechd_conf.ADD_MODULE}",
        )
    for lack in config.missing:
        yield Finding(
            _CONFIG,
            State.MISSING,
            f"{config.path} replaces the system's file and has {lack}",
            "Copy the system's file as a whole, or remove yours and run `kokoro-speechd setup --default`.",
        )
    if speechd_conf.waits_for_pipewire(config):
        yield Finding(
            _CONFIG,
            State.OPTIONAL,
            "it plays by PulseAudio's interface on PipeWire, and can wait for seconds after a message",
            f"Add this line to {config.path}, or to a copy of it in {speechd_conf.user_file()}:\n"
            f"{speechd_conf.PIPEWIRE}",
        )
    if config.cuts_off:
        yield _timeout(config)
    yield _default(config)


def _timeout(config: ServerConfig) -> Finding:
    chosen = config.all_of("Timeout")
    return Finding(
        _CONFIG,
        State.OPTIONAL,
        f"the server ends {config.timeout} seconds after its last client, in the midst of speech too: "
        "`spd-say` without -w is cut off",
        (
            f"Use `spd-say -w`, or write another number at {chosen[-1]}, such as:"
            if chosen
            else "Use `spd-say -w`, or let `kokoro-speechd setup --default` add this line, or add it to "
            f"{config.path} or to a copy of it in {speechd_conf.user_file()}:"
        )
        + f"\n{speechd_conf.TIMEOUT}",
    )


def _default(config: ServerConfig) -> Finding:
    if config.default_module == "kokoro":
        return Finding(_CONFIG, State.OK, f"{config.path}: kokoro is the default")
    return Finding(
        _CONFIG,
        State.OK,
        f"{config.path}: the default is {config.default_module or 'the first module found'}; "
        "choose kokoro in Orca, or `kokoro-speechd setup --default`",
    )


def output_module() -> Finding:
    """Look where speech-dispatcher looks for `sd_kokoro`."""
    subject, own = "Output module", users_module()
    for candidate in (own, *packaged_modules()):
        if can_be_run(candidate):
            leads = f", a link to {candidate.readlink()}" if candidate.is_symlink() else ""
            return Finding(subject, State.OK, f"{candidate}{leads}")
    if own.is_symlink():
        detail = f"{own} leads to {own.readlink()}, which cannot be run"
    elif own.exists():
        detail = f"{own} cannot be run"
    else:
        detail = "speech-dispatcher does not find sd_kokoro"
    return Finding(subject, State.MISSING, detail, "kokoro-speechd setup")
