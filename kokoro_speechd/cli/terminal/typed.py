# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that somebody typed or piped in. Bytes in it that are not UTF-8 are replaced, and that is said."""

from __future__ import annotations

import io
import sys

from kokoro_speechd.system.messages import _


def typed(text: str) -> str:
    """Return an argument as text that can be spoken and sent; says on stderr what was replaced."""
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if whole != text:
        note = _("some bytes of the text are not UTF-8; they were replaced by {sign}")
        print("kokoro-speechd:", note.format(sign="�"), file=sys.stderr)
    return whole


def piped() -> str:
    """Return what comes by stdin, likewise."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")
    return typed(sys.stdin.read())
