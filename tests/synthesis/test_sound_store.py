# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from kokoro_speechd.synthesis.sound_store import FolderStore, MemoryStore, StoredSound

WRITER = """
import sys
from pathlib import Path
from tests.synthesis.test_sound_store import FolderStore, sound
store = FolderStore(Path(sys.argv[1]), 10_000_000)
for turn in range(200):
    store.put(f"{turn % 7:064x}", sound(1000, turn % 7))
    kept = store.get(f"{turn % 5:064x}")
    assert kept is None or kept.samples[0] == turn % 5
"""


def sound(samples: int, value: float = 0.5) -> StoredSound:
    return StoredSound(np.full(samples, value, np.float32), np.arange(3, dtype=np.int64))


def key(number: int) -> str:
    return f"{number:064x}"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "cache/sounds", 100_000)


def test_memory_forgets_what_was_used_least_recently() -> None:
    memory = MemoryStore(3 * sound(100).size)
    for name in "abc":
        memory.put(name, sound(100))
    assert memory.get("a") is not None
    memory.put("d", sound(100))
    assert [name for name in "abcd" if memory.get(name) is None] == ["b"]
    memory.put("large", sound(10_000))  # never fits
    assert memory.get("large") is None
    assert memory.get("d") is not None


def test_a_sound_comes_back_as_it_was(store: FolderStore) -> None:
    made = StoredSound(
        np.random.default_rng(0).standard_normal(5000).astype(np.float32), np.array([0, 600, 4999])
    )
    store.put(key(1), made)
    kept = FolderStore(store.folder, store.limit).get(key(1))
    assert kept is not None
    assert np.array_equal(kept.samples, made.samples)
    assert np.array_equal(kept.starts, made.starts)
    assert (kept.samples.dtype, kept.starts.dtype) == (np.float32, np.int64)
    assert store.count()[0] == 1
    (file,) = store.folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert store.folder.stat().st_mode & 0o777 == 0o700


def test_a_broken_file_is_no_sound_and_goes(store: FolderStore) -> None:
    store.put(key(1), sound(500))
    (file,) = store.folder.iterdir()
    data = file.read_bytes()
    broken = [data[:length] for length in (0, 5, 41, 42, 100, len(data) - 1)]
    broken += [data + b"more", data[:50] + bytes([data[50] ^ 1]) + data[51:], b"\0" * len(data)]
    for content in broken:
        file.write_bytes(content)
        assert store.get(key(1)) is None
        assert not file.exists()
    store.put(key(1), sound(500))
    assert store.get(key(1)) is not None


def test_the_folder_stays_within_its_limit(store: FolderStore) -> None:
    for number in range(100):
        store.put(key(number), sound(1000))
        for file in store.folder.iterdir():  # so that their order in time is certain
            os.utime(file, ns=(0, file.stat().st_mtime_ns - 10**9))
        if number % 10 == 0 and number:
            assert store.get(key(1)) is not None  # in use: stays
    count, size = store.count()
    assert size <= 100_000
    assert count == 100_000 // (4 * 1000 + 24 + 42)
    assert store.get(key(99)) is not None
    assert store.get(key(2)) is None
    assert store.clear() == (count, size)
    assert store.count() == (0, 0)


def test_what_a_killed_process_left_is_cleared_away(store: FolderStore) -> None:
    store.put(key(1), sound(10))
    left, young = store.folder / f".{key(2)}.123", store.folder / f".{key(3)}.124"
    left.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(left, (0, time.time() - 7200))
    assert store.count()[0] == 1
    assert not left.exists()
    assert young.exists()


def test_two_processes_write_at_once(store: FolderStore) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(store.folder)], cwd=Path(__file__).parents[2])
        for _ in range(2)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert store.count()[0] == 7


@pytest.mark.parametrize("obstacle", ["a file", "a link", "a full disk"])
def test_where_nothing_can_be_kept_speech_goes_on(
    obstacle: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "sounds"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    if obstacle == "a file":
        folder.write_bytes(b"")
    elif obstacle == "a link":
        (tmp_path / "elsewhere").mkdir()
        folder.symlink_to(tmp_path / "elsewhere")
    else:  # as on a full disk, writing fails in the midst of the file
        resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, limits[1]))
    store = FolderStore(folder, 10_000_000)
    try:
        for number in range(3):
            store.put(key(number), sound(100_000))
            assert store.get(key(number)) is None
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [record.levelname for record in caplog.records] == ["WARNING"]  # once
    if obstacle == "a full disk":
        assert list(folder.iterdir()) == []
        store.put(key(9), sound(10))
        assert store.get(key(9)) is not None
