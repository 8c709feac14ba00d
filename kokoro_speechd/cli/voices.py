# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd voices`."""

from __future__ import annotations

import json
import sys

from kokoro_speechd.model_place import locate_model
from kokoro_speechd.settings import load_settings
from kokoro_speechd.voices.catalogue import Voice, discover
from kokoro_speechd.voices.tags import base, normalise


def voices_here() -> list[Voice]:
    """Return the voices on this machine, by name; names what is wrong in the settings on stderr."""
    settings = load_settings()
    for problem in settings.problems:
        print(problem, file=sys.stderr)
    found = locate_model(settings)
    return discover(found.files.voices) if found.files else []


def list_voices(language: str | None, *, as_json: bool) -> int:
    """Print the voices of a language, or all; return the exit code."""
    everyone = voices_here()
    voices = [voice for voice in everyone if language is None or _speaks(voice, language)]
    if as_json:
        rows = [
            {
                "name": voice.name,
                "language": voice.language,
                "gender": voice.gender,
                "quality": voice.quality,
                "path": str(voice.path),
            }
            for voice in voices
        ]
        print(json.dumps(rows, indent=2))
    elif voices:
        _print_table([_row(voice) for voice in voices])
    elif everyone:
        print(f"No voice on this machine speaks {language!r}: espeak-ng would.", file=sys.stderr)
    else:
        print("There are no voices yet. `kokoro-speechd doctor` says what to put where.", file=sys.stderr)
    return 0 if voices else 1


def _speaks(voice: Voice, language: str) -> bool:
    tag = normalise(language)
    return tag is not None and voice.language is not None and tag in (voice.language, base(voice.language))


def _row(voice: Voice) -> list[str]:
    return [
        voice.name,
        *(fact or "-" for fact in (voice.language, voice.gender, voice.quality)),
        str(voice.path),
    ]


def _print_table(rows: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
