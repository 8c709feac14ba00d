# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the user's pronunciations: `kokoro-speechd/pronunciations/` in the XDG configuration folders.

`en-GB.txt` counts for British English, `en.txt` for all English, `all.txt` for every language; the first of
these that has a word wins, and a user's own file wins over the system's of the same name. Whether a file
has changed is looked at with each message; that takes some ten microseconds.
"""

from __future__ import annotations

import contextlib
import logging
import os
import stat
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_speechd.system import paths
from kokoro_speechd.text.language_tags import base, normalise, spoken_by_espeak

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kokoro_speechd.pronunciations.dictionary import Dictionary
    from kokoro_speechd.pronunciations.entries import Pronunciation
    from kokoro_speechd.text.mapped_text import MappedText

_log = logging.getLogger(__name__)

FOLDER = "pronunciations"
ALL = "all"
_SUFFIX = ".txt"
_LARGEST = 2_000_000  # bytes of a file
_MOST_LANGUAGES = 64  # for which a dictionary is kept; tags come from outside

_Stamp = tuple[str, int, int, int]  # path, time, size, number


@dataclass(frozen=True, slots=True)
class PronunciationFile:
    """One file that was read."""

    path: Path
    language: str  # a normalised tag, or ALL
    entries: tuple[tuple[int, Pronunciation], ...]  # with their lines


@dataclass(frozen=True, slots=True)
class _Known:
    """What the files of one moment say."""

    stamps: tuple[_Stamp, ...] = ()
    files: tuple[PronunciationFile, ...] = ()
    problems: tuple[str, ...] = ()
    dictionaries: dict[str, Dictionary] = field(default_factory=dict)


class UserPronunciations:
    """The pronunciations in some folders, always as the files are now. For any thread."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """`folders`: the most important first."""
        self._folders = tuple(folders)
        self._lock = threading.Lock()
        self._known = _Known()

    @property
    def folder(self) -> Path:
        """The user's own folder; it need not exist."""
        return self._folders[0]

    def apply(self, mapped: MappedText, language: str) -> MappedText:
        """Return the reading with the user's respellings, and with IPA as known sounds. Never raises."""
        return self.dictionary(language).apply(mapped) if self._now().files else mapped

    def respell(self, mapped: MappedText, language: str) -> MappedText:
        """Return the reading with the user's respellings alone. Never raises."""
        return self.dictionary(language).respell(mapped) if self._now().files else mapped

    def dictionary(self, language: str) -> Dictionary:
        """Return what counts for a language tag now."""
        from kokoro_speechd.pronunciations.dictionary import Dictionary

        known = self._now()
        dictionary = known.dictionaries.get(language)
        if dictionary is None:
            tag = normalise(language) or ALL
            chain = dict.fromkeys((tag, base(tag), ALL))
            files = [file.entries for wanted in chain for file in known.files if file.language == wanted]
            dictionary = Dictionary(files, language)
            if len(known.dictionaries) < _MOST_LANGUAGES:
                known.dictionaries[language] = dictionary
        return dictionary

    def files(self) -> tuple[PronunciationFile, ...]:
        """Return what was read, the user's own files first, by name."""
        return self._now().files

    def problems(self) -> tuple[str, ...]:
        """Return what is wrong in the files, each as "file:line: what"."""
        return self._now().problems

    def _now(self) -> _Known:
        stamps = tuple(_stamps(self._folders))
        if stamps != self._known.stamps:
            with self._lock:
                if stamps != self._known.stamps:
                    self._known = _read(stamps)
                    for problem in self._known.problems:
                        _log.warning("%s", problem)
        return self._known


@lru_cache(maxsize=1)
def user_pronunciations() -> UserPronunciations:
    """Return the pronunciations of this process's user."""
    return UserPronunciations(folder / FOLDER for folder in paths.config_folders())


def language_of(name: str) -> str | None:
    """Return the language of a file's name, ALL for all of them, None where the name says none."""
    stem = name.removesuffix(_SUFFIX)
    tag = normalise(stem)
    if stem.casefold() == ALL:
        return ALL
    return tag if tag is not None and spoken_by_espeak(tag) else None


def _stamps(folders: Iterable[Path]) -> Iterator[_Stamp]:
    for folder in folders:
        with contextlib.suppress(OSError):  # mostly there is no such folder
            with os.scandir(folder) as entries:
                found = [_stamp(entry) for entry in entries if _is_named_so(entry.name)]
            yield from sorted(found)


def _is_named_so(name: str) -> bool:
    return name.endswith(_SUFFIX) and not name.startswith(".")


def _stamp(entry: os.DirEntry[str]) -> _Stamp:
    try:
        at = entry.stat()
    except OSError:  # a link to nowhere, or gone just now
        return entry.path, 0, 0, 0
    return entry.path, at.st_mtime_ns, at.st_size, at.st_ino


def _read(stamps: tuple[_Stamp, ...]) -> _Known:
    from kokoro_speechd.pronunciations.entries import parse  # most users have no files

    files: list[PronunciationFile] = []
    problems: list[str] = []
    for written, *_ in stamps:
        path = Path(written)
        language = language_of(path.name)
        if language is None:
            problems.append(f"{path}: its name is no language; en{_SUFFIX} and {ALL}{_SUFFIX} are names")
            continue
        try:
            data = _content(path)
        except OSError as error:
            problems.append(f"{path}: cannot be read: {error.strerror}")
            continue
        entries, wrong = parse(data, written)
        files.append(PronunciationFile(path, language, tuple(entries)))
        problems += wrong
    return _Known(stamps, tuple(files), tuple(problems))


def _content(path: Path) -> bytes:
    """Return a file's bytes. Raises OSError, for what is no plain file of a sensible size too."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "no plain file")
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise OSError(0, f"larger than {_LARGEST} bytes")
    return data
