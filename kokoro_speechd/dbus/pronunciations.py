# SPDX-License-Identifier: GPL-3.0-or-later
"""The user's pronunciations for D-Bus callers: how a text is read, and changes to the files."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from kokoro_speechd.dbus import ERRORS
from kokoro_speechd.dbus.bus import Deferred, variants
from kokoro_speechd.dbus.options import invalid
from kokoro_speechd.dbus.threads import start_thread
from kokoro_speechd.errors import EspeakError, NamedError, PronunciationError, places_of
from kokoro_speechd.pronunciations.editing import remove_word, set_entry
from kokoro_speechd.pronunciations.entries import make
from kokoro_speechd.pronunciations.files import user_pronunciations
from kokoro_speechd.pronunciations.lookup import (
    AppliedEntry,
    all_entries,
    default_language,
    explain,
    language_of_entry,
)
from kokoro_speechd.settings import Settings

_log = logging.getLogger(__name__)

_LONGEST_TEXT = 1000  # characters; a word, not a book


def pronounce(text: str, options: Mapping[str, Any], settings: Settings) -> Deferred:
    """Answer how a text is read, a{sv}. NamedError: InvalidArgument, TooLong, NotReady, Busy."""
    known = _checked(options, {"language": str})
    if len(text) > _LONGEST_TEXT:
        raise NamedError(ERRORS + "TooLong", f"at most {_LONGEST_TEXT} characters are looked up")
    language = _language(known, settings) if known.get("language") else default_language(settings)
    answer = Deferred()

    def work() -> None:
        try:
            found = explain(text, language, settings)
        except EspeakError as error:
            answer.reject(NamedError(ERRORS + "NotReady", str(error)))
        except Exception as error:  # noqa: BLE001 - the edge: the caller waits for an answer
            _log.error("a look-up failed:\n%s", places_of(error))
            answer.reject(NamedError(ERRORS + "Internal", "an internal error; the log says where"))
        else:
            answer.resolve(
                variants(
                    language=found.language,
                    phonemes=found.phonemes,
                    by="espeak-ng" if found.by_espeak else "kokoro",
                    entries=[_facts(entry) for entry in found.entries],
                )
            )

    # A phonemizer of a language may have to be built first, which takes a second.
    start_thread(work, "pronounce")
    return answer


def set_pronunciation(word: str, says: str, options: Mapping[str, Any], settings: Settings) -> None:
    """Write an entry. NamedError: InvalidArgument, NotWritten."""
    known = _checked(options, {"language": str, "case": bool, "part": bool})
    try:
        entry = make(word, says, case=known.get("case", False), part=known.get("part", False))
        set_entry(user_pronunciations().folder, _language(known, settings), entry)
    except PronunciationError as error:
        raise invalid(str(error)) from error
    except OSError as error:
        raise _not_written(error) from error


def remove_pronunciation(word: str, options: Mapping[str, Any], settings: Settings) -> None:
    """Take a word out of a language's file, out of all without one.

    NamedError: InvalidArgument, NoSuchPronunciation, NotWritten.
    """
    known = _checked(options, {"language": str})
    language = _language(known, settings) if known.get("language") else None
    try:
        changed = remove_word(user_pronunciations().folder, word, language)
    except OSError as error:
        raise _not_written(error) from error
    if not changed:
        raise NamedError(
            ERRORS + "NoSuchPronunciation", "the user's files have no pronunciation of this word"
        )


def list_pronunciations() -> list[dict[str, Any]]:
    """Return all entries, aa{sv}."""
    return [_facts(entry) for entry in all_entries()]


def _facts(entry: AppliedEntry) -> dict[str, Any]:
    found = entry.entry
    return variants(
        word=found.word,
        says=f"/{found.says}/" if found.ipa else found.says,
        language=entry.language,
        case=found.case,
        part=found.part,
        file=str(entry.path),
        line=entry.line,
    )


def _language(known: Mapping[str, Any], settings: Settings) -> str:
    try:
        return language_of_entry(known.get("language"), settings)
    except PronunciationError as error:
        raise invalid(str(error)) from error


def _checked(options: Mapping[str, Any], kinds: Mapping[str, type]) -> Mapping[str, Any]:
    for name, value in options.items():
        if name not in kinds:
            raise invalid(f"an unknown option; there are {', '.join(sorted(kinds))}")
        if not isinstance(value, kinds[name]):
            raise invalid(f"{name} is a {'boolean' if kinds[name] is bool else 'string'}")
    return options


def _not_written(error: OSError) -> NamedError:
    return NamedError(ERRORS + "NotWritten", f"the file cannot be written: {error.strerror}")
