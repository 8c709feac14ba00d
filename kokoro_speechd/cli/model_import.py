# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd model import`: copy a model to where it is looked for, checked, whole or not at all.

1. The files are copied into a folder beside the model's. What an interrupted import copied is not written
   again: each byte is compared with the source's, and from the first new one on it is written.
2. Each copy is checked: form, completeness, SHA-256 where one is published.
3. The folder takes the model's place in one step; voices that only the old one had come along.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kokoro_speechd import paths
from kokoro_speechd.cli.model_source import Source, SourceFile, open_source
from kokoro_speechd.cli.model_verify import wrong_with
from kokoro_speechd.cli.progress import Progress
from kokoro_speechd.cli.published_files import is_published
from kokoro_speechd.errors import KokoroSpeechdError, ModelError
from kokoro_speechd.synthesis.model_files import CONFIG_NAME, VOICES_NAME, WEIGHTS_NAME

HASHES_NAME = "sha256.json"
_CHUNK = 1 << 20
_SPARE = 16 << 20  # bytes that stay free on the disk


def model_folder() -> Path:
    """Return where the user's own model is looked for."""
    return paths.data_home() / paths.NAME / "model"


def staging_folder() -> Path:
    """Return where an import is prepared."""
    return model_folder().with_name("model.importing")


def import_model(path: Path) -> int:
    """Import a model, or more voices for the one that is there; return 0. Raises ModelError and OSError."""
    with open_source(path) as source, _staging() as staging:
        names = {file.name for file in source.files}
        if names & {WEIGHTS_NAME, CONFIG_NAME} and not names >= {WEIGHTS_NAME, CONFIG_NAME}:
            [absent] = {WEIGHTS_NAME, CONFIG_NAME} - names
            raise ModelError(f"{source.place}: {absent} is missing")
        whole = WEIGHTS_NAME in names
        if not whole and not (model_folder() / WEIGHTS_NAME).is_file():
            raise ModelError(
                f"{source.place}: only voices; {WEIGHTS_NAME} and {CONFIG_NAME} are needed first"
            )
        _remove_strangers(staging, names)
        _check_room(source, staging)
        print(f"Importing {len(source.files)} files, {source.total / 1e6:.0f} MB, from {source.place}")
        digests = _copy_all(source, staging)
        unknown = _check_all(staging, digests)
        if whole:
            _take_place(staging, digests)
        else:
            _add_voices(staging, digests)
    _tell_result(digests, unknown)
    _reload_daemon()
    return 0


@contextlib.contextmanager
def _staging() -> Iterator[Path]:
    """Yield the staging folder, which nobody else uses meanwhile."""
    staging = staging_folder()
    staging.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(staging.parent, os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ModelError("another import is running") from None
        _mend()
        if staging.is_symlink():
            staging.unlink()
        (staging / VOICES_NAME).mkdir(mode=0o755, parents=True, exist_ok=True)
        yield staging
    finally:
        for folder in (staging / VOICES_NAME, staging):
            with contextlib.suppress(OSError):  # gone, or it holds what another try can go on with
                folder.rmdir()
        os.close(lock)


def _old_folder() -> Path:
    return model_folder().with_name("model.old")


def _mend() -> None:
    """Put the old model back where an import ended between the two renames of `_take_place`."""
    if _old_folder().exists() and not model_folder().exists():
        _old_folder().rename(model_folder())


def _remove_strangers(staging: Path, names: set[str]) -> None:
    """Remove what an interrupted import of something else left."""
    for path in [*staging.iterdir(), *(staging / VOICES_NAME).iterdir()]:
        if not path.is_dir() and str(path.relative_to(staging)) not in names:
            path.unlink()


def _check_room(source: Source, staging: Path) -> None:
    there = sum(
        (staging / file.name).stat().st_size for file in source.files if (staging / file.name).exists()
    )
    free = shutil.disk_usage(staging).free
    if free < source.total - there + _SPARE:
        raise ModelError(
            f"{(source.total - there) / 1e6:.0f} MB are needed below {staging.parent}, and "
            f"{free / 1e6:.0f} MB are free"
        )


# --- 1. copying ------------------------------------------------------------------------------------------


def _copy_all(source: Source, staging: Path) -> dict[str, str]:
    """Copy all files; return each one's SHA-256."""
    progress = Progress("copied", source.total)
    digests = {}
    for file in source.files:
        with source.open(file) as stream:
            digests[file.name] = _copy(stream, file, staging / file.name, progress)
    return digests


def _copy(stream: IO[bytes], file: SourceFile, target: Path, progress: Progress) -> str:
    """Copy a file, going on where an earlier copy agrees; return its SHA-256. Never more than its size."""
    digest = hashlib.sha256()
    copied = 0
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    with os.fdopen(descriptor, "r+b", buffering=0) as output:
        agrees = True
        while data := stream.read(min(_CHUNK, file.size - copied + 1)):
            copied += len(data)
            if copied > file.size:
                raise ModelError(f"{file.name} is larger than it says")
            digest.update(data)
            if agrees:
                before = output.read(len(data))
                agrees = before == data
                if not agrees:
                    output.seek(-len(before), os.SEEK_CUR)
                    output.truncate()
            if not agrees:
                view = memoryview(data)
                while view:
                    view = view[output.write(view) :]
            progress.add(len(data))
        if copied != file.size:
            raise ModelError(f"{file.name} is cut off: {copied} of {file.size} bytes")
        output.truncate(copied)
        os.fsync(output.fileno())
    return digest.hexdigest()


# --- 2. checking -----------------------------------------------------------------------------------------


def _check_all(staging: Path, digests: dict[str, str]) -> list[str]:
    """Return the names of the files that were not published under their name. Raises ModelError."""
    unknown = []
    for name, digest in digests.items():
        if is_published(name, digest):
            continue
        if wrong := wrong_with(staging / name, name):
            (staging / name).unlink()  # another try must not begin with it
            raise ModelError(wrong)
        unknown.append(name)
    return unknown


# --- 3. taking the place ---------------------------------------------------------------------------------


def _take_place(staging: Path, digests: dict[str, str]) -> None:
    model = model_folder()
    if hashes_of(model).get(WEIGHTS_NAME) == digests[WEIGHTS_NAME]:
        for voice in (model / VOICES_NAME).glob("*.pt"):
            if not (staging / VOICES_NAME / voice.name).exists():
                shutil.copy2(voice, staging / VOICES_NAME / voice.name)
    _write_hashes(staging, digests)
    old = _old_folder()
    _remove(old)
    if model.is_symlink():
        model.unlink()  # to a folder that somebody else looks after
    elif model.exists():
        model.rename(old)
    staging.rename(model)
    _remove(old)


def _add_voices(staging: Path, digests: dict[str, str]) -> None:
    voices = model_folder() / VOICES_NAME
    voices.mkdir(exist_ok=True)
    for name in digests:
        (staging / name).replace(model_folder() / name)
    _write_hashes(model_folder(), {**hashes_of(model_folder()), **digests})
    _remove(staging)


def _write_hashes(folder: Path, digests: dict[str, str]) -> None:
    temporary = folder / f".{HASHES_NAME}"
    temporary.write_text(json.dumps(digests, indent=1), encoding="utf-8")
    temporary.replace(folder / HASHES_NAME)


def hashes_of(model: Path) -> dict[str, str]:
    """Return what an import wrote down of a model's files."""
    try:
        found = json.loads((model / HASHES_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remove(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def _tell_result(digests: dict[str, str], unknown: list[str]) -> None:
    known = len(digests) - len(unknown)
    print(f"The model is in {model_folder()}")
    if known:
        print(f"{known} files are what hexgrad/Kokoro-82M published, by their SHA-256.")
    if unknown:
        shown = ", ".join(unknown[:3]) + (f" and {len(unknown) - 3} more" if len(unknown) > 3 else "")
        print(f"Whole, but not known by their SHA-256: {shown}")


def _reload_daemon() -> None:
    """Have a running daemon look for the model."""
    from kokoro_speechd.cli import remote

    with contextlib.suppress(KokoroSpeechdError):
        if (daemon := remote.running()) is not None:
            daemon.call("Reload")
