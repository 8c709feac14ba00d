# SPDX-License-Identifier: GPL-3.0-or-later
"""What a D-Bus caller may ask for beside a text, checked before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kokoro_speechd.dbus import ERRORS
from kokoro_speechd.errors import NamedError
from kokoro_speechd.text.ssml import parser
from kokoro_speechd.utterance import Parameters

LONGEST_TEXT = 100_000  # characters; some two hours of speech

_NUMBERS = ("rate", "pitch", "pitch_range", "volume")
_FORMATS = ("wav", "raw")
_PUNCTUATION = ("none", "some", "most", "all")
_CAPITALS = ("none", "spell", "icon")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What counts where a caller says nothing. An empty voice is the one of the settings."""

    voice: str = ""
    rate: int = 0
    pitch: int = 0
    volume: int = 100


@dataclass(frozen=True, slots=True)
class TextRequest:
    """A text and everything that shapes its sound."""

    text: str  # SSML
    parameters: Parameters
    source: str  # the text as it was sent, whose characters are counted
    is_ssml: bool  # whether that was SSML already
    interrupt: bool = False  # instead of what is spoken and waits, not after it
    raw: bool = False  # samples alone, without a WAV header
    words: bool = False  # each word is told, too


def invalid(message: str) -> NamedError:
    """Return the error for an argument that means nothing."""
    return NamedError(ERRORS + "InvalidArgument", message)


def read_request(
    text: str, options: Mapping[str, Any], defaults: Defaults, *, to_file: bool = False
) -> TextRequest:
    """Return what `Speak` or `Synthesize` asks for. Raises NamedError: InvalidArgument, TooLong."""
    if len(text) > LONGEST_TEXT:
        raise NamedError(ERRORS + "TooLong", f"a text has at most {LONGEST_TEXT} characters")
    known = {"voice", "language", "ssml", "punctuation", "spelling", "capitals", *_NUMBERS}
    known |= {"format"} if to_file else {"interrupt", "enqueue", "words"}
    if unknown := sorted(set(options) - known):
        raise invalid(f"unknown options: {', '.join(unknown)[:200]}; there are {', '.join(sorted(known))}")
    numbers = {name: hundred(name, options[name]) for name in _NUMBERS if name in options}
    parameters = Parameters(
        rate=defaults.rate,
        pitch=defaults.pitch,
        volume=defaults.volume,
        voice=_text("voice", options) or (None if "language" in options else defaults.voice or None),
        language=_text("language", options),
        punctuation=_one_of("punctuation", options, _PUNCTUATION),
        spelling=_flag("spelling", options),
        capitals=_one_of("capitals", options, _CAPITALS),
    )
    interrupt, enqueue = _flag("interrupt", options), _flag("enqueue", options)
    if interrupt and enqueue:
        raise invalid("an utterance interrupts or is enqueued, not both")
    wanted = _one_of("format", options, _FORMATS)
    is_ssml = _flag("ssml", options)
    return TextRequest(
        text if is_ssml else parser.escape(text),
        replace(parameters, **numbers),  # type: ignore[arg-type]
        text,
        is_ssml,
        interrupt,
        raw=wanted == "raw",
        words=_flag("words", options),
    )


def hundred(name: str, value: object) -> int:
    """Return a value of SSIP's scale. Raises NamedError (InvalidArgument)."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -100 <= value <= 100:
        raise invalid(f"{name} is a number from -100 to 100")
    return round(value)


def _one_of(name: str, options: Mapping[str, Any], values: tuple[str, ...]) -> str:
    """Return an option's value, the first of `values` where it is absent."""
    value = options.get(name, values[0])
    if value not in values:
        raise invalid(f"{name} is one of {', '.join(values)}")
    return str(value)


def _text(name: str, options: Mapping[str, Any]) -> str | None:
    value = options.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid(f"{name} is a string")
    return value or None


def _flag(name: str, options: Mapping[str, Any]) -> bool:
    value = options.get(name, False)
    if not isinstance(value, bool):
        raise invalid(f"{name} is a boolean")
    return value
