# SPDX-License-Identifier: GPL-3.0-or-later
"""speech-dispatcher's own settings for the module: `modules/kokoro.conf`, in its dotconf format.

Three keywords, in any case, with the values of speech-dispatcher's other modules:

    AddVoice      "en" "FEMALE1" "af_heart"    the voice for a language and a type
    DefaultVoice  "af_heart"                   the voice where nothing else chooses one
    Debug         1                            write more into the module's log (never what is spoken)
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kokoro_speechd.text.language_tags import normalise
from kokoro_speechd.voices.selection import VOICE_TYPES, AddVoice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_FLAGS = {
    "1": True,
    "on": True,
    "yes": True,
    "true": True,
    "0": False,
    "off": False,
    "no": False,
    "false": False,
}


@dataclass(frozen=True, slots=True)
class ModuleConfig:
    """What kokoro.conf says, and what was wrong in it, each as "file:line: what"."""

    added: tuple[AddVoice, ...] = ()
    default_voice: str | None = None
    debug: bool = False
    problems: tuple[str, ...] = ()


def read_module_config(path: Path | None) -> ModuleConfig:
    """Return the settings of a file that need not exist. Never raises: bad lines stand in `problems`.

    The server hands on a path that may lead nowhere, and newer ones a folder.
    """
    if path is None:
        return ModuleConfig()
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ModuleConfig()
    except (OSError, ValueError) as error:
        return ModuleConfig(problems=(f"{path}: cannot be read: {error}",))
    return parse(text, str(path))


def parse(text: str, name: str) -> ModuleConfig:
    """Return the settings of a file's text; `name` is what its problems are named with."""
    added: list[AddVoice] = []
    default_voice: str | None = None
    debug = False
    problems: list[str] = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        try:
            words = shlex.split(line, comments=True)
            if not words:
                continue
            keyword = words[0].lower()
            if keyword == "addvoice":
                added.append(_add_voice(words[1:]))
            elif keyword == "defaultvoice":
                default_voice = _one(words, "the name of a voice", str.strip)
            elif keyword == "debug":
                debug = _FLAGS[
                    _one(words, "0 or 1", lambda word: word.lower() if word.lower() in _FLAGS else "")
                ]
            else:
                raise ValueError(f"unknown keyword {words[0]!r}")  # noqa: TRY301 - named with its line below
        except ValueError as error:
            problems.append(f"{name}:{number}: {error}; this line does not count")
    return ModuleConfig(tuple(added), default_voice, debug, tuple(problems))


def _one(words: Sequence[str], wanted: str, clean: Callable[[str], str]) -> str:
    value = clean(words[1]) if len(words) == 2 else ""
    if not value:
        raise ValueError(f"{words[0]} needs {wanted}")
    return value


def _add_voice(values: Sequence[str]) -> AddVoice:
    if len(values) != 3 or not values[2].strip():
        raise ValueError("AddVoice needs a language, a type and a voice")
    language, voice_type = normalise(values[0]), values[1].lower()
    if language is None:
        raise ValueError(f"AddVoice: {values[0]!r} is no language")
    if voice_type not in VOICE_TYPES:
        raise ValueError(f"AddVoice: {values[1]!r} is none of {', '.join(VOICE_TYPES).upper()}")
    return AddVoice(language, voice_type, values[2].strip())
