# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can go wrong, in one tree.

KokoroSpeechdError
├── SettingsError            a settings file that cannot be used at all
├── ModelError               the model files: missing, broken, foreign
│   └── VoiceError           one voice file
├── LanguageError            no phonemizer for a language
├── PronunciationError       a word and how it is read that cannot be used
├── SynthesisError           a phrase could not be rendered
│   └── Cancelled            it was not wanted any more
├── MessageError             a message on the engine socket that breaks the rules
├── EngineError              the engine did not answer, died, or has no model
├── EspeakError              libespeak-ng refused
├── StretchError             there is no library that stretches sound
├── PlaybackError            no sound device, or it went away
├── BusError                 no session bus, or our name on it is taken
├── SetupError               this installation cannot be made known to the desktop
└── NamedError               what a D-Bus caller is told, under a name of the interface's

No message carries spoken text: they are logged.
"""

from __future__ import annotations

import traceback


class KokoroSpeechdError(Exception):
    """Base of all errors of this package."""


class SettingsError(KokoroSpeechdError):
    """A settings file cannot be used."""


class ModelError(KokoroSpeechdError):
    """The model's files are missing, broken or foreign; the message names file and reason."""


class VoiceError(ModelError):
    """A voice file is missing, broken or foreign; the message names file and reason."""


class LanguageError(KokoroSpeechdError):
    """Nothing here reads this language; the message names the language and what would help."""


class PronunciationError(KokoroSpeechdError):
    """A pronunciation of the user cannot be used; the message says why, and holds nothing of it."""


class SynthesisError(KokoroSpeechdError):
    """A phrase could not be rendered."""


class Cancelled(SynthesisError):  # noqa: N818 - it is a decision of the listener, not a fault
    """The listener does not want this utterance any more."""


class MessageError(KokoroSpeechdError):
    """A frame on the engine socket breaks the rules; the connection is closed."""


class EngineError(KokoroSpeechdError):
    """The engine did not answer in time, died, or has no model now."""


class EspeakError(KokoroSpeechdError):
    """libespeak-ng is missing or refused a call."""


class StretchError(KokoroSpeechdError):
    """There is no library that changes the pace of sound."""


class PlaybackError(KokoroSpeechdError):
    """There is no sound device, or it went away."""


class BusError(KokoroSpeechdError):
    """There is no session bus, or our name on it is taken."""


class SetupError(KokoroSpeechdError):
    """The installation cannot be made known to the desktop; the message says what is in the way."""


class NamedError(KokoroSpeechdError):
    """What a D-Bus caller is told: a sentence for people, and the error's D-Bus name."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def sentence_of(error: BaseException) -> str:
    """Return what an error says, for people: a missing package is named, and what helps."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"{error.name.partition('.')[0]} is not installed; `kokoro-speechd doctor` says what helps"
    return str(error) or type(error).__name__


def places_of(error: BaseException) -> str:
    """Return an unexpected error's type and the lines it passed, for the log.

    Without its message: a library's may quote the text it was given, and spoken text is never logged.
    """
    return "".join([*traceback.format_tb(error.__traceback__), type(error).__name__])
