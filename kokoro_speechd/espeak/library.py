# SPDX-License-Identifier: GPL-3.0-or-later
"""libespeak-ng through ctypes: its structures and constants (speak_lib.h), and how it is found."""

from __future__ import annotations

import ctypes
import importlib.util
from pathlib import Path

from kokoro_speechd.errors import EspeakError

SYSTEM_LIBRARY = "libespeak-ng.so.1"

CHARS_WCHAR = 3  # text is wchar_t, so that the library's positions count characters
SSML = 0x10
POS_CHARACTER = 1
RATE, VOLUME, PITCH, RANGE, CAPITALS = 1, 2, 3, 4, 6
SAY_CAPITALS = 2
EVENT_LIST_TERMINATED, EVENT_WORD, EVENT_MARK = 0, 1, 3
PHONEMES_IPA = 0x02
PHONEMES_TIE = 0x80  # bits 8… hold the character that ties letters of one phoneme
OK = 0

_AUDIO_OUTPUT_SYNCHRONOUS = 2  # the callback runs inside espeak_Synth, on its thread
_DONT_EXIT = 0x8000  # without it the library ends the process when its data is missing
_BUFFER_MS = 60  # audio of one callback, hence how late an abort can be; less is not granted


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class EspeakEvent(ctypes.Structure):
    """espeak_EVENT."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),  # 1 for the first character
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


class VoiceRecord(ctypes.Structure):
    """espeak_VOICE; from espeak_ListVoices `languages` begins with a byte of priority."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("reserved", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


SynthCallback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(EspeakEvent)
)


def load() -> tuple[ctypes.CDLL, int]:
    """Return the library, started, and its sample rate in Hz.

    The copy of the espeakng_loader wheel comes first: phonemizers were checked with it; then the system's.
    Raises EspeakError.
    """
    reasons: list[str] = []
    for path, data in _candidates():
        try:
            library = ctypes.CDLL(path)
        except OSError as error:
            reasons.append(str(error))
            continue
        _declare(library)
        rate = library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, _BUFFER_MS, data, _DONT_EXIT)
        if rate > 0:
            return library, int(rate)
        reasons.append(f"{path} did not start: its voice data is missing or of another version")
    raise EspeakError("no usable libespeak-ng: " + "; ".join(reasons))


def _candidates() -> list[tuple[str, bytes | None]]:
    found: list[tuple[str, bytes | None]] = []
    # The wheel's own loader prints on stdout when it fails, so only its files are used.
    wheel = importlib.util.find_spec("espeakng_loader")
    for folder in (wheel.submodule_search_locations or ()) if wheel else ():
        library, data = Path(folder, "libespeak-ng.so"), Path(folder, "espeak-ng-data")
        if library.is_file() and data.is_dir():
            found.append((str(library), bytes(data)))
    return [*found, (SYSTEM_LIBRARY, None)]


def _declare(library: ctypes.CDLL) -> None:
    """Tell ctypes the prototypes of the functions we call."""
    voices = ctypes.POINTER(ctypes.POINTER(VoiceRecord))
    text_pointer = ctypes.POINTER(ctypes.c_void_p)
    library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
    library.espeak_SetSynthCallback.argtypes = [SynthCallback]
    library.espeak_SetSynthCallback.restype = None
    library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
    library.espeak_SetVoiceByProperties.argtypes = [ctypes.POINTER(VoiceRecord)]
    library.espeak_GetCurrentVoice.argtypes = []
    library.espeak_GetCurrentVoice.restype = ctypes.POINTER(VoiceRecord)
    library.espeak_ListVoices.argtypes = [ctypes.POINTER(VoiceRecord)]
    library.espeak_ListVoices.restype = voices
    library.espeak_SetParameter.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int]
    library.espeak_TextToPhonemes.argtypes = [text_pointer, ctypes.c_int, ctypes.c_int]
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_Synth.argtypes = [
        ctypes.c_void_p,
        ctypes.c_size_t,
        ctypes.c_uint,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.c_uint,
        ctypes.POINTER(ctypes.c_uint),
        ctypes.c_void_p,
    ]
