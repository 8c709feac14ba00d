# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes to the files of the user's pronunciations, one line at a time; everything else in them stays."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kokoro_speechd.errors import PronunciationError
from kokoro_speechd.pronunciations.entries import Pronunciation, parse_line, write_line
from kokoro_speechd.pronunciations.files import language_of


def set_entry(folder: Path, language: str, entry: Pronunciation) -> Path:
    """Write an entry into the file of a language, instead of the one of this word; return the file.

    Raises OSError.
    """
    with _alone_in(folder):
        path = _file_of(folder, language)
        lines = _lines(path)
        mine = [place for place, line in enumerate(lines) if _same_word(line, entry)]
        if mine:
            lines[mine[-1]] = write_line(entry)
            lines = [line for place, line in enumerate(lines) if place not in mine[:-1]]
        else:
            lines.append(write_line(entry))
        _write(path, lines)
    return path


def remove_word(folder: Path, word: str, language: str | None) -> list[Path]:
    """Take a word out of the file of a language, None for all; return the files it was in. Raises OSError."""
    changed: list[Path] = []
    if not folder.is_dir():
        return changed
    with _alone_in(folder):
        for path in sorted(folder.glob("*.txt")):
            if language_of(path.name) not in ((language,) if language else (language_of(path.name),)):
                continue
            lines = _lines(path)
            kept = [line for line in lines if not ((entry := _entry(line)) and entry.is_for(word))]
            if kept != lines:
                _write(path, kept)
                changed.append(path)
    return changed


def _same_word(line: str, entry: Pronunciation) -> bool:
    other = _entry(line)
    return other is not None and (
        (other.word if entry.case else other.word.casefold(), other.case, other.literal)
        == (entry.word if entry.case else entry.word.casefold(), entry.case, entry.literal)
    )


def _entry(line: str) -> Pronunciation | None:
    try:
        return parse_line(line)
    except PronunciationError:
        return None


def _file_of(folder: Path, language: str) -> Path:
    """Return the file of a language, whatever the case of its name; the one to make where there is none."""
    mine = (path for path in sorted(folder.glob("*.txt")) if language_of(path.name) == language)
    return next(mine, folder / f"{language}.txt")


def _lines(path: Path) -> list[str]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    # What is not UTF-8 is written back as it was.
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    return re.split(r"\r\n|\r|\n", text.removesuffix("\n").removesuffix("\r")) if text else []


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Make the folder if need be, and let no other process change files in it meanwhile."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, lines: list[str]) -> None:
    """Replace a file at once; a reader sees the old one or the new one."""
    target = path.resolve()  # a link to somebody's collection of settings stays a link
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=".new", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
            if target.exists():
                os.fchmod(file.fileno(), target.stat().st_mode & 0o777)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink()
        raise
