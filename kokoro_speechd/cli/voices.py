# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd voices`."""

from __future__ import annotations

import json
import sys

from kokoro_speechd.cli.terminal import remote
from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.settings import load_settings
from kokoro_speechd.system.messages import _
from kokoro_speechd.text.language_tags import base, normalise
from kokoro_speechd.voices.catalogue import Voice


def voices_here() -> list[Voice]:
    """Return the voices on this machine, by name; names what is wrong in the settings on stderr."""
    settings = load_settings()
    for problem in settings.problems:
        print(problem, file=sys.stderr)
    return locate_model(settings).voices()


def list_voices(language: str | None, *, as_json: bool) -> int:
    """Print the voices of a language, or all; return the exit code."""
    voices = _voices_of(language)
    if as_json:
        rows = [
            {
                "name": voice.name,
                "language": voice.language,
                "gender": voice.gender,
                "quality": voice.quality,
                "path": str(voice.path or ""),
                "mix": voice.mix,
            }
            for voice in voices
        ]
        print(json.dumps(rows, indent=2))
    elif voices:
        _print_table([_row(voice) for voice in voices])
    return 0 if voices else 1


def listen(language: str | None) -> int:
    """Have each voice of a language, or of all, say its name; return the exit code. An interrupt ends it.

    Raises KokoroSpeechdError and OSError.
    """
    voices = _voices_of(language)
    if not voices:
        return 1
    daemon = remote.started()
    daemon.call("LoadModel")  # or espeak-ng would speak for the first ones
    unheard = 0
    for voice in voices:
        print("  ".join(_row(voice)[:4]), flush=True)
        how = daemon.speak(_said_name(voice), {"voice": voice.name, "interrupt": True})
        if how == "stopped":
            return 1  # by somebody else: no more of it is wanted
        unheard += how != "finished"
    return 1 if unheard else 0


def _said_name(voice: Voice) -> str:
    """Return what a voice is called, without the letters for its language and gender."""
    known = voice.path is not None and voice.language is not None
    return (voice.name.partition("_")[2] if known else voice.name).replace("_", " ")


def _voices_of(language: str | None) -> list[Voice]:
    """Return the voices of a language, or all; says on stderr why there are none."""
    everyone = voices_here()
    voices = [voice for voice in everyone if language is None or _speaks(voice, language)]
    if everyone and not voices:
        text = _("No voice on this machine speaks '{language}': espeak-ng would.")
        print(text.format(language=language), file=sys.stderr)
    elif not voices:
        print(_("There are no voices yet. `kokoro-speechd doctor` says what to put where."), file=sys.stderr)
    return voices


def _speaks(voice: Voice, language: str) -> bool:
    tag = normalise(language)
    return tag is not None and voice.language is not None and tag in (voice.language, base(voice.language))


def _row(voice: Voice) -> list[str]:
    return [
        voice.name,
        *(fact or "-" for fact in (voice.language, voice.gender, voice.quality)),
        str(voice.path or voice.mix),
    ]


def _print_table(rows: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
