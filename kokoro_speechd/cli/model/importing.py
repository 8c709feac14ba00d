# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd model import`: copy a model to where it is looked for, checked, whole or not at all.

1. The files are copied into a folder beside the model's. What an interrupted import copied is not written
   again: each byte is compared with the source's, and from the first new one on it is written. Files of other
   forms (ONNX exports, raw voices) are converted into it.
2. Each copy is checked: form, completeness, SHA-256 where one is published. Converted weights must speak.
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from kokoro_speechd.cli.model.published_files import is_published
from kokoro_speechd.cli.model.source import Form, ModelSource, SourceFile, open_source
from kokoro_speechd.cli.model.verify import wrong_with
from kokoro_speechd.cli.terminal.progress import Progress
from kokoro_speechd.errors import KokoroSpeechdError, ModelError
from kokoro_speechd.synthesis.conversion.origin import (
    DOWNLOAD,
    LICENCES,
    VOICES_ARCHIVE,
    Origin,
    write_origin,
)
from kokoro_speechd.synthesis.files.model_files import (
    CONFIG_NAME,
    VOICES_NAME,
    WEIGHTS_NAME,
    ModelFiles,
    find_model,
)
from kokoro_speechd.system import paths
from kokoro_speechd.system.messages import _, ngettext

HASHES_NAME = "sha256.json"
_BOTH = {WEIGHTS_NAME, CONFIG_NAME}
_CHUNK = 1 << 20
_SPARE = 16 << 20  # bytes that stay free on the disk


def model_folder() -> Path:
    """Return where the user's own model is looked for."""
    return paths.data_home() / paths.NAME / "model"


def staging_folder() -> Path:
    """Return where an import is prepared."""
    return _beside(model_folder(), "importing")


def import_model(path: Path) -> int:
    """Import a model, or more voices for the one that is there; return 0. Raises ModelError and OSError."""
    model = model_folder()
    _tell_result(model, install_model(path, model))
    _learn(model)
    _reload_daemon()
    return 0


@dataclass(slots=True)
class Imported:
    """What an import brought: SHA-256 by name in the model.

    unknown    names of copied files that were not published under their name
    converted  names of files that were converted
    origin     what the weights were converted from
    archives   SHA-256 of the archives of voices that were converted, by their own name
    """

    digests: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    converted: list[str] = field(default_factory=list)
    origin: Origin | None = None
    archives: dict[str, str] = field(default_factory=dict)


def install_model(path: Path, model: Path) -> Imported:
    """Put a model, or more voices for it, into the folder `model`, which nothing else writes to.

    Raises ModelError and OSError, and leaves what was there then.
    """
    with open_source(path) as source, _staging(model) as staging:
        names = {file.name for file in source.files}
        whole = WEIGHTS_NAME in names
        converts_weights = any(file.form is Form.EXPORT for file in source.files)
        if not converts_weights and names & _BOTH and not names >= _BOTH:
            [absent] = _BOTH - names
            raise ModelError(f"{source.place}: {absent} is missing")
        if not whole and not (model / WEIGHTS_NAME).is_file():
            raise ModelError(
                f"{source.place}: only voices; {WEIGHTS_NAME} and {CONFIG_NAME} are needed, or an export"
            )
        _remove_strangers(staging, {file.name for file in source.files if file.form is Form.PUBLISHED})
        _check_room(source, staging)
        text = ngettext(
            "Importing {count} file, {size:.0f} MB, from {place}",
            "Importing {count} files, {size:.0f} MB, from {place}",
            len(source.files),
        )
        size = source.total / 1e6
        print(text.format(count=len(source.files), size=size, place=source.place), flush=True)
        result = Imported()
        try:
            _take_all(source, staging, result)
            _check_all(staging, result, model)
        except BaseException:
            for name in result.converted:  # they are made anew the next time, and large
                (staging / name).unlink(missing_ok=True)
            raise
        if whole:
            _take_place(staging, model, result)
        else:
            _add_voices(staging, model, result.digests)
    return result


@contextlib.contextmanager
def _staging(model: Path) -> Iterator[Path]:
    """Yield the staging folder, which nobody else uses meanwhile."""
    staging = _beside(model, "importing")
    staging.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(staging.parent, os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ModelError("another import is running") from None
        _mend(model)
        if staging.is_symlink():
            staging.unlink()
        (staging / VOICES_NAME).mkdir(mode=0o755, parents=True, exist_ok=True)
        yield staging
    finally:
        for folder in (staging / VOICES_NAME, staging):
            with contextlib.suppress(OSError):  # gone, or it holds what another try can go on with
                folder.rmdir()
        os.close(lock)


def _beside(model: Path, end: str) -> Path:
    return model.with_name(f"{model.name}.{end}")


def _mend(model: Path) -> None:
    """Put the old model back where an import ended between the two renames of `_take_place`."""
    old = _beside(model, "old")
    if old.exists() and not model.exists():
        old.rename(model)


def _remove_strangers(staging: Path, names: set[str]) -> None:
    """Remove what an interrupted import of something else left."""
    for path in [*staging.iterdir(), *(staging / VOICES_NAME).iterdir()]:
        if not path.is_dir() and str(path.relative_to(staging)) not in names:
            path.unlink()


def _check_room(source: ModelSource, staging: Path) -> None:
    needed = 0
    for file in source.files:
        there = staging / file.name
        needed += file.room - (there.stat().st_size if there.exists() else 0)
    free = shutil.disk_usage(staging).free
    if free < needed + _SPARE:
        raise ModelError(
            f"{needed / 1e6:.0f} MB are needed below {staging.parent}, and {free / 1e6:.0f} MB are free"
        )


# --- 1. copying ------------------------------------------------------------------------------------------


def _take_all(source: ModelSource, staging: Path, result: Imported) -> None:
    """Copy or convert all files: what has several forms counts as it was published."""
    progress = Progress("copied", source.total)
    for file in sorted(source.files, key=lambda file: file.form is Form.VOICE_ARCHIVE):
        if file.form is Form.PUBLISHED:
            with source.open(file) as stream:
                result.digests[file.name] = _copy(stream, file, staging / file.name, progress)
        else:
            _convert(source.read(file), file, staging, result)
            progress.add(file.size)


def _convert(data: bytes, file: SourceFile, staging: Path, result: Imported) -> None:
    from kokoro_speechd.synthesis.conversion import conversion

    if file.form is Form.EXPORT:
        print(
            _("Converting {file}, {size:.0f} MB ...").format(file=file.title, size=file.size / 1e6),
            flush=True,
        )
        result.converted += [WEIGHTS_NAME, CONFIG_NAME]
        digests, result.origin = conversion.convert_export(data, file.title, staging)
        result.digests |= digests
        return
    if file.form is Form.VOICE_ARCHIVE:
        result.archives[file.title] = hashlib.sha256(data).hexdigest()
        voices = conversion.convert_voice_archive(data, file.title, staging)
    else:
        voices = conversion.convert_raw_voice(data, file.title, staging)
    for name, digest in voices:
        result.converted.append(name)
        result.digests[name] = digest


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


def _check_all(staging: Path, result: Imported, model: Path) -> None:
    """Check each file; note those that were not published under their name. Raises ModelError."""
    for name, digest in result.digests.items():
        if name in result.converted or is_published(name, digest):
            continue
        if wrong := wrong_with(staging / name, name):
            (staging / name).unlink()  # another try must not begin with it
            raise ModelError(wrong)
        result.unknown.append(name)
    if result.origin is not None:
        print(_("Speaking with it ..."), flush=True)
        _check_converted(staging, result.origin, model)


def _check_converted(staging: Path, origin: Origin, model: Path) -> None:
    """Let converted weights speak, with a voice of theirs or of the model in place. Raises ModelError."""
    from kokoro_speechd.synthesis.conversion.trial import why_it_cannot_speak
    from kokoro_speechd.synthesis.voice.voice_pack import load_voice

    folders = (staging / VOICES_NAME, model / VOICES_NAME)
    paths = [path for folder in folders for path in sorted(folder.glob("*.pt"))]
    files = ModelFiles(staging / WEIGHTS_NAME, staging / CONFIG_NAME, (staging / VOICES_NAME,))
    if why := why_it_cannot_speak(files, load_voice(paths[0]) if paths else None):
        raise ModelError(f"{origin.file} can be converted, but not speak: {why}")


# --- 3. taking the place ---------------------------------------------------------------------------------


def _take_place(staging: Path, model: Path, result: Imported) -> None:
    same = hashes_of(model).get(WEIGHTS_NAME) == result.digests[WEIGHTS_NAME]
    # Voices of other weights may not fit; but an export without any has none of its own.
    if same or not any((staging / VOICES_NAME).iterdir()):
        for voice in (model / VOICES_NAME).glob("*.pt"):
            if not (staging / VOICES_NAME / voice.name).exists():
                shutil.copy2(voice, staging / VOICES_NAME / voice.name)
    _write_hashes(staging, result.digests)
    if result.origin is not None:
        write_origin(staging, result.origin)
    old = _beside(model, "old")
    _remove(old)
    if model.is_symlink():
        model.unlink()  # to a folder that somebody else looks after
    elif model.exists():
        model.rename(old)
    staging.rename(model)
    _remove(old)


def _add_voices(staging: Path, model: Path, digests: dict[str, str]) -> None:
    (model / VOICES_NAME).mkdir(exist_ok=True)
    for name in digests:
        (staging / name).replace(model / name)
    _write_hashes(model, {**hashes_of(model), **digests})
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


def _tell_result(model: Path, result: Imported) -> None:
    known = len(result.digests) - len(result.unknown) - len(result.converted)
    print(f"The model is in {model}")
    if known:
        text = ngettext(
            "{count} file is what hexgrad/Kokoro-82M published, by its SHA-256.",
            "{count} files are what hexgrad/Kokoro-82M published, by their SHA-256.",
            known,
        )
        print(text.format(count=known))
    if (origin := result.origin) is not None:
        text = _("{name} was converted from {file} ({kind}), and speaks.")
        print(text.format(name=WEIGHTS_NAME, file=origin.file, kind=origin.title))
        if origin.is_known:
            print(LICENCES)
        if origin.better:
            print(_("Better: {what} (`{command}`)").format(what=origin.better, command=DOWNLOAD))
    if count := sum(name.startswith(VOICES_NAME) for name in result.converted):
        print(
            ngettext("{count} voice was converted.", "{count} voices were converted.", count).format(
                count=count
            )
        )
    for name, digest in result.archives.items():
        known_archive = _("{file}: as kokoro-onnx published it, by its SHA-256.")
        unknown_archive = _("{file}: not known by its SHA-256.")
        print((known_archive if digest == VOICES_ARCHIVE else unknown_archive).format(file=name))
    if not any((model / VOICES_NAME).glob("*.pt")):
        print(_("No voice is here yet: import voices-v1.0.bin, or a folder with voices."))
    if result.unknown:
        unknown = result.unknown
        text = ngettext(
            "Whole, but not known by its SHA-256: {names}",
            "Whole, but not known by their SHA-256: {names}",
            len(unknown),
        )
        print(text.format(names=", ".join(unknown[:3]) + (" …" if len(unknown) > 3 else "")))


def _learn(model: Path) -> None:
    """Learn the default voice's statistics; the model is there, whatever becomes of that."""
    from kokoro_speechd.cli.model.voice_learning import learn_default_voice

    files = find_model(model).files
    if files is None:
        return  # no voice yet
    try:
        learn_default_voice(files, lambda step: print(step, flush=True))
    except KokoroSpeechdError as error:
        print(_("That failed, and is done while nothing is spoken: {reason}").format(reason=error))


def _reload_daemon() -> None:
    """Have a running daemon look for the model."""
    from kokoro_speechd.cli.terminal import remote

    with contextlib.suppress(KokoroSpeechdError):
        if (daemon := remote.running()) is not None:
            daemon.call("Reload")
