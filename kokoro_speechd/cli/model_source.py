# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a model is imported from: a folder, a zip archive, or a Hugging Face cache.

Only the names that a model has are ever taken from a source, and none of them is a path of the source's: what
a hostile archive calls its files does not matter.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from kokoro_speechd.errors import ModelError
from kokoro_speechd.synthesis.model_files import CONFIG_NAME, VOICES_NAME, WEIGHTS_NAME

MOST = {WEIGHTS_NAME: 2 << 30, CONFIG_NAME: 1 << 20}  # bytes
MOST_OF_A_VOICE = 8 << 20
_MOST_FILES = 500
_MOST_ENTRIES = 20_000  # of a zip archive
_VOICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\.pt")
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source: its name in a model, its size in bytes, where it is."""

    name: str
    size: int
    place: Path | zipfile.ZipInfo


class Source:
    """The files of a model, wherever they are."""

    def __init__(self, place: Path, files: list[SourceFile], archive: zipfile.ZipFile | None = None) -> None:
        """Check the names and sizes. Raises ModelError."""
        self.place, self.files, self._archive = place, files, archive
        if not files:
            raise ModelError(
                f"{place}: no model here; wanted are {WEIGHTS_NAME}, {CONFIG_NAME} and {VOICES_NAME}/*.pt"
            )
        if len(files) > _MOST_FILES:
            raise ModelError(f"{place}: {len(files)} files are more than a model has")
        for file in files:
            if file.size > MOST.get(file.name, MOST_OF_A_VOICE):
                raise ModelError(f"{place}: {file.name} has {file.size} bytes: more than such a file has")
            if not file.size:
                raise ModelError(f"{place}: {file.name} is empty")

    @property
    def total(self) -> int:
        """All bytes."""
        return sum(file.size for file in self.files)

    @contextmanager
    def open(self, file: SourceFile) -> Iterator[IO[bytes]]:
        """Open one of the files. Raises ModelError and OSError, also while it is read."""
        try:
            if isinstance(file.place, Path):
                with file.place.open("rb") as stream:
                    yield stream
            else:
                assert self._archive is not None  # noqa: S101 - its entries come from it
                with self._archive.open(file.place) as stream:
                    yield stream
        except _UNREADABLE as error:
            raise ModelError(f"{self.place}: {file.name} is damaged: {error}") from error


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Find the model's files in a folder, an archive or a cache. Raises ModelError and OSError."""
    if path.is_dir():
        yield _folder_source(path)
        return
    if not path.exists():
        raise ModelError(f"{path} does not exist")
    if path.name == WEIGHTS_NAME:  # what somebody gets who names the file and not its folder
        yield _folder_source(path.parent)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            yield Source(path, list(_archive_files(path, archive)), archive)
    except zipfile.BadZipFile as error:
        raise ModelError(f"{path}: neither a folder nor a whole zip archive: {error}") from error


# --- folders ---------------------------------------------------------------------------------------------


def _folder_source(path: Path) -> Source:
    folder = next((place for place in _places(path) if (place / WEIGHTS_NAME).is_file()), None)
    if folder is None:
        return Source(path, list(_voices_in(path)) + list(_voices_in(path / VOICES_NAME)))
    files = [_file(folder, name) for name in (WEIGHTS_NAME, CONFIG_NAME) if (folder / name).is_file()]
    return Source(folder, [*files, *_voices_in(folder / VOICES_NAME)])


def _places(path: Path) -> Iterator[Path]:
    """Yield the folders that may hold the model: this one, a cache's snapshots, one level below."""
    yield path
    for pattern in (
        "snapshots/*",
        "models--hexgrad--Kokoro-82M*/snapshots/*",
        "hub/models--hexgrad--Kokoro-82M*/snapshots/*",
    ):
        # The one that was fetched last.
        yield from sorted(path.glob(pattern), key=lambda place: place.stat().st_mtime, reverse=True)
    yield from sorted(place for place in path.iterdir() if place.is_dir())


def _file(folder: Path, name: str) -> SourceFile:
    return SourceFile(name, (folder / name).stat().st_size, folder / name)


def _voices_in(folder: Path) -> Iterator[SourceFile]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if _VOICE.fullmatch(path.name) and path.is_file():
                yield SourceFile(f"{VOICES_NAME}/{path.name}", path.stat().st_size, path)


# --- archives --------------------------------------------------------------------------------------------


def _archive_files(path: Path, archive: zipfile.ZipFile) -> Iterator[SourceFile]:
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES:
        raise ModelError(f"{path}: {len(entries)} entries are more than an archive of a model has")
    for entry in entries:
        _refuse_hostile(path, entry)
    names = [PurePosixPath(entry.filename) for entry in entries]
    root = next((name.parent for name in names if name.name == WEIGHTS_NAME), None)
    seen: set[str] = set()
    for entry, name in zip(entries, names, strict=True):
        target = _target(name, root)
        if target is None or entry.is_dir():
            continue
        if target in seen:
            raise ModelError(f"{path}: {target} is in it twice")
        seen.add(target)
        yield SourceFile(target, entry.file_size, entry)


def _target(name: PurePosixPath, root: PurePosixPath | None) -> str | None:
    """Return what an entry is called in a model; None for everything else."""
    if root is not None and name.parent == root and name.name in MOST:
        return name.name
    if _VOICE.fullmatch(name.name) and (root is None or name.parent == root / VOICES_NAME):
        return f"{VOICES_NAME}/{name.name}"
    return None


def _refuse_hostile(path: Path, entry: zipfile.ZipInfo) -> None:
    """Refuse an archive that tries to reach outside, hides its contents, or is a bomb. Raises ModelError."""
    mode = entry.external_attr >> 16
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts:
        raise ModelError(f"{path}: refused: an entry of it leads outside of the archive")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ModelError(f"{path}: refused: it holds a link or a device")
    if entry.flag_bits & 0x1:
        raise ModelError(f"{path}: its files are encrypted")
