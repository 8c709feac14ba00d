# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that is kept is kept for this user alone, under any umask; and no core dump is left."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kokoro_speechd.system.private_files import make_folder, open_file, write_file
from tests.daemon_driver import Daemon
from tests.private_home import private_environment

# Everything that writes into a user's folders, in one process.
_WRITE = """
import os, sys
from pathlib import Path
os.umask(int(sys.argv[1], 8))
from kokoro_speechd.ipc import endpoint
from kokoro_speechd.system import paths
from kokoro_speechd.dbus.kept_defaults import KeptDefaults
from kokoro_speechd.synthesis.files.file_hash import content_hash
from kokoro_speechd.synthesis.sound_store import FolderStore, StoredSound
from kokoro_speechd.synthesis.files.calibration_result import (
    CalibrationResult, load_calibration, save_calibration,
)
import numpy as np
weights = Path(sys.argv[2])
sounds = paths.cache_folder() / "sounds"
for turn in range(2):  # the second time over what the first one left
    result = CalibrationResult(turn + 1, "cpu", 1.0, 0.1, 0.2)
    save_calibration(weights, result)
    assert load_calibration(weights) == result
    KeptDefaults(lambda **changed: None).set(voice="af_heart", rate=turn)
    store = FolderStore(sounds, 1 << 20)
    store.put("key", StoredSound(np.zeros(9, "f4"), np.zeros(2, "i8")))
    assert store.get("key") is not None
    os.close(endpoint._open_log())
    lock = endpoint.DaemonLock()
    assert lock.acquire()
    listening = endpoint.listen()
    endpoint.connect().close()
"""


def _modes(*folders: str | Path) -> dict[str, int]:
    """Return the permissions of everything of ours below the folders."""
    found = {}
    for folder in folders:
        for path in Path(folder).rglob("*"):
            if "kokoro-speechd" in path.parts:
                found[str(path)] = stat.S_IMODE(path.lstat().st_mode)
    return found


@pytest.mark.parametrize("umask", ["000", "022", "077", "277", "777"])
def test_modes_under_any_umask(tmp_path: Path, umask: str) -> None:
    environment = private_environment(tmp_path)
    # Deeper than what is there, as in a fresh home.
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
        environment[name] += "/new/er"
    weights = tmp_path / "weights"
    weights.write_bytes(b"x")
    subprocess.run(
        [sys.executable, "-c", _WRITE, umask, str(weights)], env=environment, check=True, timeout=60
    )
    state, cache, runtime = (
        environment[f"XDG_{name}"] for name in ("STATE_HOME", "CACHE_HOME", "RUNTIME_DIR")
    )
    found = _modes(state, cache, runtime)
    names = {Path(name).name for name in found}
    assert names >= {"model-checks.json", "hashes.json", "control.json", "daemon.log", "key.sound"}
    assert names >= {"daemon.lock", "engine.sock"}
    for name, mode in found.items():
        assert mode == (0o700 if Path(name).is_dir() else 0o600), name
    # Who may write above our folder may put another one in its place.
    for folder in (Path(state), Path(cache)):
        assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_an_open_folder_is_closed_and_a_foreign_one_refused(tmp_path: Path) -> None:
    place = tmp_path / "kokoro-speechd"
    place.mkdir()
    place.chmod(0o777)
    assert make_folder(place) == place
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    if os.getuid() == 0:
        os.chown(place, 12345, 12345)
        with pytest.raises(PermissionError):
            make_folder(place)


def test_links_are_not_followed_and_open_files_are_closed(tmp_path: Path) -> None:
    victim, link = tmp_path / "victim", tmp_path / "link"
    victim.write_text("mine")
    link.symlink_to(victim)
    with pytest.raises(OSError):
        open_file(link, os.O_WRONLY)
    write_file(link, "new")  # replaces the link itself
    assert (victim.read_text(), link.read_text(), link.is_symlink()) == ("mine", "new", False)
    victim.chmod(0o666)
    os.close(open_file(victim, os.O_WRONLY | os.O_APPEND))
    assert stat.S_IMODE(victim.stat().st_mode) == 0o600


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with Daemon(private_environment(tmp_path)) as daemon:
        yield daemon


def test_the_daemon_leaves_no_core_dump_and_lets_nobody_in(daemon: Daemon) -> None:
    assert resource.prlimit(daemon.process.pid, resource.RLIMIT_CORE)[0] <= 1
    assert "Umask:\t0077" in Path(f"/proc/{daemon.process.pid}/status").read_text()


def test_a_crash_leaves_no_core_dump(tmp_path: Path) -> None:
    code = (
        "import os, resource, sys\n"
        "hard = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (1 << 30 if hard < 0 else hard, hard))\n"
        "if sys.argv[1] == 'forbid':\n"
        "    from kokoro_speechd.system.privacy import forbid_core_dumps; forbid_core_dumps()\n"
        "os.abort()"
    )
    _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    plain = "/" not in pattern and not pattern.startswith("|") and hard in (resource.RLIM_INFINITY, 1 << 30)
    for how in ("allow", "forbid"):
        folder = tmp_path / how
        folder.mkdir()
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        ran = subprocess.run([sys.executable, "-c", code, how], cwd=folder, env=environment, check=False)
        assert ran.returncode < 0
        dumped = bool(list(folder.iterdir()))
        assert not (how == "forbid" and dumped)
        if plain and how == "allow":
            assert dumped  # so that the other one means something


@pytest.mark.parametrize("hard", [0, 1, -1])
def test_core_dumps_are_off_whatever_the_limit_was(hard: int) -> None:
    code = (
        "import resource, sys\nfrom kokoro_speechd.system.privacy import forbid_core_dumps\n"
        "try: resource.setrlimit(resource.RLIMIT_CORE, (0, int(sys.argv[1])))\n"
        "except ValueError: sys.exit('not allowed')\n"
        "forbid_core_dumps()\n"
        "print(*resource.getrlimit(resource.RLIMIT_CORE))"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(hard)], capture_output=True, text=True, check=False)
    if ran.stderr == "not allowed\n":
        pytest.skip(f"the limit here is {resource.getrlimit(resource.RLIMIT_CORE)[1]}, and may not be raised")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() in (["0", "0"], ["1", "1"])
