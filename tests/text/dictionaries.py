# SPDX-License-Identifier: GPL-3.0-or-later
"""What speech-dispatcher's dictionaries on this machine know: 0.12 names more in Hindi than 0.11."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path("/usr/share/speech-dispatcher/locale")


def column(language: str, sign: str, number: int) -> str:
    """Return a column of a sign's line in symbols.dic (0: its name); "" where there is none."""
    path = FOLDER / language / "symbols.dic"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if line.startswith(f"{sign}\t"):
            return [*line.split("\t")[1:], "", "", ""][number].strip()
    return ""
