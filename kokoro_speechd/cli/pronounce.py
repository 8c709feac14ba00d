# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd pronounce`: how a word is read, and how it should be."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from kokoro_speechd.cli.terminal import remote
from kokoro_speechd.pronunciations.editing import remove_word, set_entry
from kokoro_speechd.pronunciations.entries import make, write_line
from kokoro_speechd.pronunciations.files import ALL, user_pronunciations
from kokoro_speechd.pronunciations.lookup import (
    AppliedEntry,
    all_entries,
    default_language,
    explain,
    language_of_entry,
)
from kokoro_speechd.settings import Settings, load_settings
from kokoro_speechd.text.language_tags import kokoro_language


@dataclass(frozen=True, slots=True)
class PronounceRequest:
    """What the command line asks for."""

    word: str
    language: str | None
    listen: bool = False


def show(request: PronounceRequest, *, as_json: bool) -> int:
    """Say how a word is read and why; return the exit code. Raises KokoroSpeechdError."""
    settings = load_settings()
    found = explain(request.word, _spoken(request, settings), settings)
    if as_json:
        facts = {
            "language": found.language,
            "phonemes": found.phonemes,
            "by": "espeak-ng" if found.by_espeak else "kokoro",
            "entries": [_facts(entry) for entry in found.entries],
        }
        print(json.dumps(facts, indent=2, ensure_ascii=False))
    else:
        speaker = "espeak-ng" if found.by_espeak else "Kokoro"
        print(f"{request.word}, in {found.language}, by {speaker}: /{found.phonemes}/")
        for entry in found.entries:
            print(f"Because of {entry.path}, line {entry.line}: {entry.written}")
        if not found.entries:
            print("No pronunciation of yours applies.")
    _tell_problems()
    return _listen(request, settings)


def change(request: PronounceRequest, says: str, *, case: bool, part: bool) -> int:
    """Write down how a word is to be read; return the exit code. Raises KokoroSpeechdError and OSError."""
    settings = load_settings()
    language = language_of_entry(request.language, settings)
    entry = make(request.word, says, case=case, part=part)
    path = set_entry(user_pronunciations().folder, language, entry)
    print(f"{write_line(entry)}\nIs in {path} and counts from the next message.")
    if entry.ipa and language != ALL and kokoro_language(language) is None:
        _note("espeak-ng speaks this language and takes no IPA: write how it would be spelled")
    return _listen(request, settings)


def remove(request: PronounceRequest) -> int:
    """Forget a word; return the exit code. Raises KokoroSpeechdError and OSError."""
    language = language_of_entry(request.language, load_settings()) if request.language else None
    changed = remove_word(user_pronunciations().folder, request.word, language)
    for path in changed:
        print(f"{request.word} is no longer in {path}")
    if not changed:
        _note(f"no pronunciation of {request.word!r} is in {user_pronunciations().folder}")
    return 0 if changed else 1


def list_all(language: str | None, *, as_json: bool) -> int:
    """Print all entries, or those of one file; return the exit code. Raises PronunciationError."""
    wanted = language_of_entry(language, load_settings()) if language else None
    entries = [entry for entry in all_entries() if wanted in (None, entry.language)]
    if as_json:
        print(json.dumps([_facts(entry) for entry in entries], indent=2, ensure_ascii=False))
    else:
        for entry in entries:
            print(f"{entry.path}:{entry.line}: {entry.written}")
        if not entries:
            _note(f"there are none; they would be in {user_pronunciations().folder}")
    _tell_problems()
    return 0


def _spoken(request: PronounceRequest, settings: Settings) -> str:
    """Return the language in which a word is to be read."""
    if not request.language or request.language.casefold() == ALL:
        return default_language(settings)
    return language_of_entry(request.language, settings)


def _listen(request: PronounceRequest, settings: Settings) -> int:
    """Have the daemon say the word, if that is wanted. Raises KokoroSpeechdError."""
    if not request.listen:
        return 0
    how = remote.started().speak(request.word, {"language": _spoken(request, settings)})
    return 0 if how == "finished" else 1


def _facts(entry: AppliedEntry) -> dict[str, Any]:
    found = entry.entry
    return {
        "word": found.word,
        "says": f"/{found.says}/" if found.ipa else found.says,
        "language": entry.language,
        "case": found.case,
        "part": found.part,
        "file": str(entry.path),
        "line": entry.line,
    }


def _tell_problems() -> None:
    for problem in user_pronunciations().problems():
        _note(problem)


def _note(message: str) -> None:
    print(f"kokoro-speechd: {message}", file=sys.stderr)
