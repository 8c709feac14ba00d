# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions at the terminal."""

from __future__ import annotations


def agreed(question: str, *, yes: bool) -> bool:
    """Ask, unless `yes` answers already. Everything but a yes, the end of input too, is a no."""
    if yes:
        return True
    try:
        answer = input(f"{question} [y/N] ")
    except EOFError:
        print()
        return False
    return answer.strip().lower() in ("y", "yes")
