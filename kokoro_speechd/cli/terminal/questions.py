# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions at the terminal."""

from __future__ import annotations

from kokoro_speechd.system.messages import _


def agreed(question: str, *, yes: bool) -> bool:
    """Ask, unless `yes` answers already. Everything but a yes, the end of input too, is a no."""
    if yes:
        return True
    try:
        answer = input(f"{question} {_choices()} ")
    except EOFError:
        print()
        return False
    return answer.strip().lower() in ("y", "yes", *_("y yes").split())


def _choices() -> str:
    return _("[y/N]")
