# SPDX-License-Identifier: GPL-3.0-or-later
"""Completions of bash, zsh and fish, from the command line's own parser."""

from __future__ import annotations

import shtab

from distribution import LICENCE_LINE
from distribution.command_line import parser

# Where each shell looks below $XDG_DATA_DIRS or /usr/share.
_PLACES = {
    "bash": "share/bash-completion/completions/kokoro-speechd",
    "zsh": "share/zsh/site-functions/_kokoro-speechd",
    "fish": "share/fish/vendor_completions.d/kokoro-speechd.fish",
}


def scripts() -> dict[str, bytes]:
    """Return the completion of each shell, by its path."""
    found = {}
    for shell, place in _PLACES.items():
        script = shtab.complete(parser(), shell)
        lines = [line.rstrip() for line in script.splitlines()]
        head = 1 if lines[0].startswith("#compdef") else 0  # zsh wants this line first
        body = next(number for number, line in enumerate(lines) if number >= head and line[:1] != "#")
        # Instead of shtab's advice on where to put what is installed already.
        lines[head:body] = [
            f"# {LICENCE_LINE}",
            "# Written by `python -m distribution` with shtab; do not change it here.",
        ]
        found[place] = ("\n".join(lines).rstrip() + "\n").encode()
    return found
