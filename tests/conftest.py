# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kokoro_speechd.synthesis import rehearsal

_CACHE = Path(__file__).parent.parent / ".cache-tests"


@pytest.fixture(scope="session", autouse=True)
def private_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what this process caches out of the user's folders, and the user's words out of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


@pytest.fixture(scope="session")
def rehearsal_model() -> Path:
    """The folder of a rehearsal model, written once for each version of the code that writes it."""
    sources = [Path(rehearsal.__file__), Path(rehearsal.__file__).with_name("kokoro-config.json")]
    version = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    folder = _CACHE / f"rehearsal-{version}"
    _CACHE.mkdir(exist_ok=True)
    with (_CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "README.txt").exists():  # the last file that is written
            rehearsal.write_rehearsal_model(folder)
    return folder
