# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound icons: which file a program means by a name.

Below `sounds/` in the XDG data folders: first Debian's `sound-icons/NAME`, where speech-dispatcher's other
modules look too, then the freedesktop sound theme, where "message-new-email" falls back to "message-new" and
"message". Names come from outside: nothing but a plain file name is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kokoro_speechd.audio.sound_file import DecodedSound, decode
from kokoro_speechd.audio.ssip_scales import volume_to_gain
from kokoro_speechd.system import paths

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+-]{0,99}")
_SUFFIXES = (".oga", ".ogg", ".wav")  # in the theme specification's order


def sound_icon(name: str, volume: int) -> DecodedSound | None:
    """Return the sound of an icon at SSIP's volume; None where its name is to be spoken instead."""
    for path in _candidates(name.strip()):
        if path.is_file() and (sound := decode(path, volume_to_gain(volume))) is not None:
            return sound
    return None


def _candidates(name: str) -> Iterator[Path]:
    if not _NAME.fullmatch(name):
        return
    folders = [folder.parent / "sounds" for folder in paths.data_folders()]
    for folder in folders:
        for suffix in ("", ".wav", *_SUFFIXES[:2]):
            yield folder / "sound-icons" / f"{name}{suffix}"
    while name:
        for folder in folders:
            for suffix in _SUFFIXES:
                yield folder / "freedesktop/stereo" / f"{name}{suffix}"
        name = name.rpartition("-")[0]
