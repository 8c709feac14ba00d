# SPDX-License-Identifier: GPL-3.0-or-later
"""What this machine's distribution calls the packages that people may have to install, and how."""

from __future__ import annotations

import functools
import platform
from typing import NamedTuple


class _Names(NamedTuple):
    """The command that installs, and its names; "" where a distribution has none."""

    command: str
    bus: str
    sound: str
    speech_dispatcher: str
    sonic: str
    naist_jdic: str
    blas: str = ""


# Keys are of os-release's ID and ID_LIKE. pydbus is pure Python and comes from PyPI where it is not packaged.
_DISTRIBUTIONS = {
    "debian": _Names(
        "sudo apt install",
        bus="python3-gi python3-pydbus",
        sound="libportaudio2 libasound2-plugins",
        speech_dispatcher="speech-dispatcher",
        sonic="libsonic0",
        naist_jdic="open-jtalk-mecab-naist-jdic",
        blas="libopenblas0-pthread",
    ),
    "fedora": _Names(
        "sudo dnf install",
        bus="python3-gobject",
        sound="portaudio alsa-plugins-pulseaudio",
        speech_dispatcher="speech-dispatcher speech-dispatcher-utils",
        sonic="sonic",
        naist_jdic="",
    ),
    "arch": _Names(
        "sudo pacman -S",
        bus="python-gobject",
        sound="portaudio alsa-plugins",
        speech_dispatcher="speech-dispatcher",
        sonic="sonic",
        naist_jdic="",
    ),
    "suse": _Names(
        "sudo zypper install",
        bus="python3-gobject",
        sound="libportaudio2 alsa-plugins-pulse",
        speech_dispatcher="speech-dispatcher",
        sonic="libsonic0",
        naist_jdic="",
    ),
}
_ALIKE = {"ubuntu": "debian", "rhel": "fedora", "centos": "fedora", "opensuse": "suse"}


def install_line(what: str) -> str:
    """Return the command that installs `what`, a field of _Names; Debian's names where none are known."""
    found = distribution()
    names = _DISTRIBUTIONS.get(found)
    if names is not None and (packages := getattr(names, what)):
        return f"{names.command} {packages}"
    return f"Install what Debian calls {getattr(_DISTRIBUTIONS['debian'], what)}"


@functools.cache
def distribution() -> str:
    """Return `debian`, `fedora`, `arch` or `suse`: what this machine runs or is made of; "" for another."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return ""
    for name in (release.get("ID", ""), *release.get("ID_LIKE", "").split()):
        plain = name.partition("-")[0]  # opensuse-tumbleweed
        if (found := _ALIKE.get(plain, plain)) in _DISTRIBUTIONS:
            return found
    return ""
