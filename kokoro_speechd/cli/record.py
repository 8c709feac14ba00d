# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd record`: turn transcripts of the protocol on and off."""

from __future__ import annotations

from kokoro_speechd.speechd.recorder import WITH_TEXT, recordings, switch_file
from kokoro_speechd.system.messages import _, ngettext
from kokoro_speechd.system.private_files import write_file

_SHAPE = "shape"


def turn_on(*, with_text: bool) -> int:
    """Begin a transcript at each sd_kokoro of this user; return the exit code. Raises OSError."""
    write_file(switch_file(), WITH_TEXT if with_text else _SHAPE)
    if with_text:
        print(_("EVERYTHING THAT IS SPOKEN IS WRITTEN DOWN from now on, passwords that are read out too."))
    else:
        print(_("What is spoken is written down by its shape only: letters as x, digits as 0."))
    print(_("Do now what goes wrong; then: kokoro-speechd record off"))
    return 0


def turn_off() -> int:
    """End the transcripts and name them; return the exit code. Raises OSError."""
    switch_file().unlink(missing_ok=True)
    return show()


def show() -> int:
    """Say whether recording is on, and which transcripts there are; return the exit code."""
    try:
        mode = switch_file().read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        print(_("Recording is off."))
    else:
        with_text = mode == WITH_TEXT
        print(_("Recording is on, with all text.") if with_text else _("Recording is on, without the text."))
    for path in recordings():
        print(f"{path}  {path.stat().st_size / 1000:.0f} kB")
    return 0


def clear() -> int:
    """Delete all transcripts; return the exit code. Raises OSError."""
    found = recordings()
    for path in found:
        path.unlink(missing_ok=True)
    text = ngettext("Deleted {count} transcript.", "Deleted {count} transcripts.", len(found))
    print(text.format(count=len(found)))
    return 0
