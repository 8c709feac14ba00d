# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from kokoro_speechd.synthesis.files import model_config
from kokoro_speechd.synthesis.reference import random_model as writer
from kokoro_speechd.system import memory

memory.bound()  # thousands of sounds of other lengths: before any test imports torch
_CACHE = Path(__file__).parent.parent / ".cache-tests"


# Files that take minutes, and mostly wait. Begun last, one of them would keep two of three workers idle.
_LONGEST = (
    "daemon/test_chaos",
    "cli/setup/test_new_user",
    "real_voice/",
    "daemon/test_soak",
    "speechd/test_replay",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; see `make test`, whose workers take files in this order."""
    items.sort(key=lambda item: not item.nodeid.startswith(tuple(f"tests/{name}" for name in _LONGEST)))


@pytest.fixture(scope="session", autouse=True)
def private_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what this process caches out of the user's folders, and the user's words out of the tests."""
    # A suite that a shell starts in the background ignores interrupts, and so would all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_daemon_is_left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """End the daemons that a module started in the moment in which its test ended."""
    yield
    mark = f"XDG_RUNTIME_DIR={tmp_path_factory.getbasetemp()}/".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"kokoro_speechd.daemon" in (process / "cmdline").read_bytes() and any(
                variable.startswith(mark) for variable in (process / "environ").read_bytes().split(b"\0")
            ):
                os.kill(int(process.name), signal.SIGKILL)


@pytest.fixture(scope="session")
def random_model() -> Path:
    """The folder of a random model, written once for each version of the code that writes it."""
    sources = [Path(writer.__file__), Path(model_config.__file__).with_name("kokoro-config.json")]
    version = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    folder = _CACHE / f"random-{version}"
    _CACHE.mkdir(exist_ok=True)
    with (_CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "README.txt").exists():  # the last file that is written
            writer.write_model_files(folder)
    return folder
