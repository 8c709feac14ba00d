# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a model is imported from: a folder, a zip archive, a Hugging Face cache, or one of a model's files.

A model may be there as its authors publish it, or in the forms that other programs use: an ONNX export with
voices in a numpy archive (kokoro-onnx), voices as raw numbers (kokoro-js and others).

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
from enum import Enum, auto
from pathlib import Path, PurePosixPath
from typing import IO

from kokoro_speechd.errors import ModelError
from kokoro_speechd.synthesis.files.model_files import CONFIG_NAME, VOICES_NAME, WEIGHTS_NAME

MOST = {WEIGHTS_NAME: 2 << 30, CONFIG_NAME: 1 << 20}  # bytes
MOST_OF_A_VOICE = 8 << 20
_MOST_FILES = 500
_MOST_ENTRIES = 20_000  # of a zip archive
_MOST_OF_AN_EXPORT = 1 << 30
_MOST_OF_AN_ARCHIVE = 256 << 20
_EXPORT = re.compile(r".+\.onnx")
# kokoro-onnx's, the best first: a folder may hold several.
_EXPORTS = ("kokoro-v1.0.onnx", "kokoro-v1.0.fp16.onnx", "kokoro-v1.0.int8.onnx")
_VOICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\.pt")
# Many programs call their files .bin: outside of voices/ only what is named as Kokoro's voices are is one.
_RAW_VOICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\.bin")
_RAW_VOICE_OUTSIDE = re.compile(r"[a-z]{2}_[A-Za-z0-9_.-]{1,60}\.bin")
_VOICE_ARCHIVE = re.compile(r"voices[A-Za-z0-9_.-]{0,60}\.(?:bin|npz)")
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class Form(Enum):
    """What a file is, and so what an import does with it."""

    PUBLISHED = auto()
    """As its authors published it: it is copied."""
    EXPORT = auto()
    """An ONNX graph of the whole model."""
    RAW_VOICE = auto()
    """One voice, numbers alone."""
    VOICE_ARCHIVE = auto()
    """Many voices, a numpy archive."""


_MOST_OF_A_FORM = {
    Form.PUBLISHED: MOST_OF_A_VOICE,
    Form.EXPORT: _MOST_OF_AN_EXPORT,
    Form.RAW_VOICE: MOST_OF_A_VOICE,
    Form.VOICE_ARCHIVE: _MOST_OF_AN_ARCHIVE,
}
# Bytes of torch's archive around a voice; of a checkpoint.
_AROUND_A_VOICE, _CHECKPOINT = 2048, 330_000_000


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source: its name in a model, its size in bytes, where and what it is.

    The name of an archive of voices is its own: which voices are in it is not known yet.
    """

    name: str
    size: int
    place: Path | zipfile.ZipInfo
    form: Form = Form.PUBLISHED

    @property
    def title(self) -> str:
        """What it is called where it is, without folders."""
        if isinstance(self.place, Path):
            return self.place.name
        return PurePosixPath(self.place.filename).name

    @property
    def room(self) -> int:
        """The bytes that it takes in a model, at most."""
        if self.form is Form.EXPORT:
            return _CHECKPOINT
        return self.size if self.form is Form.PUBLISHED else self.size + self.size // 100 + _AROUND_A_VOICE


class ModelSource:
    """The files of a model, wherever they are."""

    def __init__(self, place: Path, files: list[SourceFile], archive: zipfile.ZipFile | None = None) -> None:
        """Check the names and sizes. Raises ModelError."""
        self.place, self.files, self._archive = place, files, archive
        if not files:
            raise ModelError(
                f"{place}: no model here; wanted are {WEIGHTS_NAME}, {CONFIG_NAME} and {VOICES_NAME}/*.pt, "
                "or kokoro-onnx's files"
            )
        if len(files) > _MOST_FILES:
            raise ModelError(f"{place}: {len(files)} files are more than a model has")
        for file in files:
            most = _MOST_OF_A_FORM[file.form]
            if file.size > (MOST.get(file.name, most) if file.form is Form.PUBLISHED else most):
                raise ModelError(f"{place}: {file.title} has {file.size} bytes: more than such a file has")
            if not file.size:
                raise ModelError(f"{place}: {file.title} is empty")

    @property
    def total(self) -> int:
        """All bytes."""
        return sum(file.size for file in self.files)

    def read(self, file: SourceFile) -> bytes:
        """Return one of the files, whole. Raises ModelError and OSError."""
        with self.open(file) as stream:
            data = stream.read(file.size + 1)
        if len(data) != file.size:
            raise ModelError(f"{self.place}: {file.title} has not the {file.size} bytes that it says")
        return data

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
            raise ModelError(f"{self.place}: {file.title} is damaged: {error}") from error


@contextmanager
def open_source(path: Path) -> Iterator[ModelSource]:
    """Find the model's files in a folder, an archive or a cache. Raises ModelError and OSError."""
    if path.is_dir():
        yield _folder_source(path)
        return
    if not path.exists():
        raise ModelError(f"{path} does not exist")
    if path.name == WEIGHTS_NAME:  # what somebody gets who names the file and not its folder
        yield _folder_source(path.parent)
        return
    if path.suffix == ".onnx":
        yield _export_source(path, path.parent)
        return
    if _VOICE_ARCHIVE.fullmatch(path.name):
        yield ModelSource(path, [_voice_archive(path)])
        return
    if path.suffix == ".bin":
        yield ModelSource(path, [_raw_voice(path)])
        return
    try:
        with zipfile.ZipFile(path) as archive:
            yield ModelSource(path, list(_archive_files(path, archive)), archive)
    except zipfile.BadZipFile as error:
        raise ModelError(f"{path}: neither a folder nor a whole zip archive: {error}") from error


# --- folders ---------------------------------------------------------------------------------------------


def _folder_source(path: Path) -> ModelSource:
    folder = next((place for place in _places(path) if (place / WEIGHTS_NAME).is_file()), None)
    if folder is not None:
        files = [_file(folder, name) for name in (WEIGHTS_NAME, CONFIG_NAME) if (folder / name).is_file()]
        return ModelSource(folder, [*files, *_voices_of(folder)])
    for place in _places(path):
        for folder in (place, place / "onnx"):
            if (export := _export_in(folder)) is not None:
                return _export_source(export, path)
    return ModelSource(path, _unique([*_torch_voices_in(path), *_voices_of(path)]))


def _export_in(folder: Path) -> Path | None:
    """Return a folder's ONNX export: the best known by name, else the only one. Raises ModelError."""
    exports = _matching(folder, _EXPORT)
    for name in _EXPORTS:
        if folder / name in exports:
            return folder / name
    if len(exports) > 1:
        names = ", ".join(path.name for path in exports[:5])
        raise ModelError(f"{folder}: several ONNX files; name the one to import: {names}")
    return exports[0] if exports else None


def _export_source(export: Path, above: Path) -> ModelSource:
    """Take an export and the voices beside it, or beside the folder `onnx` that it is in."""
    file = SourceFile(WEIGHTS_NAME, export.stat().st_size, export, Form.EXPORT)
    voices = _voices_of(export.parent)
    if not voices and (above != export.parent or export.parent.name == "onnx"):
        voices = _voices_of(export.parent.parent)
    return ModelSource(export, [file, *voices])


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


def _voices_of(folder: Path) -> list[SourceFile]:
    """Return the voices of a model in a folder, in any form; of two with one name the published one."""
    inside = folder / VOICES_NAME
    files = [*_torch_voices_in(inside), *_raw_voices_in(inside, _RAW_VOICE)]
    files += _raw_voices_in(folder, _RAW_VOICE_OUTSIDE)
    files += [_voice_archive(path) for path in _matching(folder, _VOICE_ARCHIVE)]
    return _unique(files)


def _unique(files: list[SourceFile]) -> list[SourceFile]:
    first: dict[str, SourceFile] = {}
    for file in files:
        first.setdefault(file.name, file)
    return list(first.values())


def _torch_voices_in(folder: Path) -> list[SourceFile]:
    return [
        SourceFile(f"{VOICES_NAME}/{path.name}", path.stat().st_size, path)
        for path in _matching(folder, _VOICE)
    ]


def _raw_voices_in(folder: Path, names: re.Pattern[str]) -> list[SourceFile]:
    return [_raw_voice(path) for path in _matching(folder, names) if not _VOICE_ARCHIVE.fullmatch(path.name)]


def _raw_voice(path: Path) -> SourceFile:
    return SourceFile(f"{VOICES_NAME}/{path.stem}.pt", path.stat().st_size, path, Form.RAW_VOICE)


def _voice_archive(path: Path) -> SourceFile:
    return SourceFile(path.name, path.stat().st_size, path, Form.VOICE_ARCHIVE)


def _matching(folder: Path, names: re.Pattern[str]) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if names.fullmatch(path.name) and path.is_file())


# --- archives --------------------------------------------------------------------------------------------


def _archive_files(path: Path, archive: zipfile.ZipFile) -> Iterator[SourceFile]:
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES:
        raise ModelError(f"{path}: {len(entries)} entries are more than an archive of a model has")
    for entry in entries:
        _refuse_hostile(path, entry)
    names = [PurePosixPath(entry.filename) for entry in entries]
    root = next((name.parent for name in names if name.name == WEIGHTS_NAME), None)
    export = None if root is not None else _export_among(path, names)
    seen: set[str] = set()
    for entry, name in zip(entries, names, strict=True):
        found = (WEIGHTS_NAME, Form.EXPORT) if name == export else _target(name, root)
        if found is None or entry.is_dir():
            continue
        target, form = found
        if target in seen:
            raise ModelError(f"{path}: {target} is in it twice")
        seen.add(target)
        yield SourceFile(target, entry.file_size, entry, form)


def _export_among(path: Path, names: list[PurePosixPath]) -> PurePosixPath | None:
    exports = [name for name in names if name.suffix == ".onnx"]
    known = [name for wanted in _EXPORTS for name in exports if name.name == wanted]
    if len(exports) > 1 and not known:
        raise ModelError(f"{path}: several ONNX files are in it; unpack it, and name the one to import")
    return next(iter([*known, *exports]), None)


def _target(name: PurePosixPath, root: PurePosixPath | None) -> tuple[str, Form] | None:
    """Return what an entry is called in a model, and what it is; None for everything else."""
    if root is not None and name.parent == root and name.name in MOST:
        return name.name, Form.PUBLISHED
    if root is not None and name.parent not in (root, root / VOICES_NAME):
        return None
    inside = root is None or name.parent == root / VOICES_NAME
    if inside and _VOICE.fullmatch(name.name):
        return f"{VOICES_NAME}/{name.name}", Form.PUBLISHED
    if _VOICE_ARCHIVE.fullmatch(name.name):
        return name.name, Form.VOICE_ARCHIVE
    if (_RAW_VOICE if name.parent.name == VOICES_NAME else _RAW_VOICE_OUTSIDE).fullmatch(name.name):
        return f"{VOICES_NAME}/{name.stem}.pt", Form.RAW_VOICE
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
