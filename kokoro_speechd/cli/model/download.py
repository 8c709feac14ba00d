# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd model download`: the only command that uses the network, and only when it is called.

huggingface_hub fetches the files into a folder beside the model's, and goes on where it was interrupted; then
they are imported from there like any others. No token is sent, and no telemetry.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kokoro_speechd.cli.model.importing import import_model, model_folder
from kokoro_speechd.cli.model.published_files import REPOSITORY
from kokoro_speechd.cli.model.source import MOST, MOST_OF_A_VOICE
from kokoro_speechd.cli.terminal.progress import Progress
from kokoro_speechd.cli.terminal.questions import agreed
from kokoro_speechd.errors import ModelError
from kokoro_speechd.synthesis.files.model_files import CONFIG_NAME, VOICES_NAME, WEIGHTS_NAME
from kokoro_speechd.system.messages import _

_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS}
_LOOK = 0.5  # seconds between two looks at how much has come
_ENVIRONMENT = {
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",  # they redraw a line, which no screen reader can follow
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}


@dataclass(frozen=True, slots=True)
class _Offer:
    """What the repository has for us: its revision, and the files with their sizes in bytes."""

    revision: str
    files: dict[str, int]


def download(*, yes: bool) -> int:
    """Fetch and import the published model; return the exit code. Raises ModelError and OSError."""
    os.environ.update(_ENVIRONMENT)  # before huggingface_hub is imported: it looks once
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        raise ModelError("HF_HUB_OFFLINE is set: nothing is downloaded; `model import` needs no network")
    offer = _look()
    total = sum(offer.files.values())
    text = _("{repository} on Hugging Face: {count} files, {size:.0f} MB.")
    print(text.format(repository=REPOSITORY, count=len(offer.files), size=total / 1e6), flush=True)
    folder = model_folder().with_name("model.download")
    if not agreed(_("Download them to {folder}?").format(folder=model_folder()), yes=yes):
        print(_("Nothing was downloaded."))
        return 1
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _watched(folder, total):
        for name in offer.files:
            _fetch(name, offer.revision, folder)
    code = import_model(folder)
    shutil.rmtree(folder)
    return code


def _look() -> _Offer:
    from huggingface_hub import HfApi

    with _explained():
        info = HfApi(token=False).model_info(REPOSITORY, files_metadata=True)
    files: dict[str, int] = {}
    for sibling in info.siblings or ():
        name, size = str(sibling.rfilename), int(sibling.size or 0)
        folder, _, leaf = name.rpartition("/")
        if name in MOST or (folder == VOICES_NAME and leaf.endswith(".pt")):
            if size > MOST.get(name, MOST_OF_A_VOICE):
                raise ModelError(f"{REPOSITORY}: {name} has {size} bytes: more than such a file has")
            files[name] = size
    if not {WEIGHTS_NAME, CONFIG_NAME} <= set(files):
        raise ModelError(f"{REPOSITORY} has no {WEIGHTS_NAME} and {CONFIG_NAME} any more")
    return _Offer(str(info.sha), files)


def _fetch(name: str, revision: str, folder: Path) -> None:
    from huggingface_hub import hf_hub_download

    with _explained():
        hf_hub_download(REPOSITORY, name, revision=revision, local_dir=folder, token=False)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Turn what huggingface_hub and its HTTP library raise into a sentence."""
    from huggingface_hub.errors import HfHubHTTPError

    # Its bases: OSError, and the base of its HTTP library's errors, whichever library this version uses.
    unreachable: tuple[type[Exception], ...] = HfHubHTTPError.__bases__
    try:
        yield
    except HfHubHTTPError as error:
        status = getattr(error.response, "status_code", "?")
        raise ModelError(f"Hugging Face refused (status {status}); try again later") from error
    except unreachable as error:
        if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
            raise
        raise ModelError(
            "Hugging Face cannot be reached: are you online? Run this again to go on. Without a network, "
            f"`model import` takes files that were fetched elsewhere. ({type(error).__name__})"
        ) from error


@contextlib.contextmanager
def _watched(folder: Path, total: int) -> Iterator[None]:
    """Say how much has come, while the body fetches."""
    progress, done = Progress("downloaded", total), threading.Event()

    def look() -> None:
        while not done.wait(_LOOK):
            progress.reached(_size(folder))

    thread = threading.Thread(target=look, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # renamed meanwhile
            total += path.stat().st_size if path.is_file() else 0
    return total
