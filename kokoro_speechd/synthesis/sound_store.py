# SPDX-License-Identifier: GPL-3.0-or-later
"""Sounds that were made before: in memory for as long as the model is loaded, and in a folder for ever.

Both are bounded by bytes and forget what was used least recently. What is in the folder was put there by
name of the caller, who must not do that with what a user said.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import stat
import struct
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_speechd.system.private_files import make_folder, open_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

_SUFFIX = ".sound"
_MAGIC = b"KSND1\n"
_HEAD = struct.Struct("<6s32sI")  # magic, SHA-256 of what follows, number of starts
_LEFT_OVER = 3600.0  # seconds after which a temporary file is nobody's any more


@dataclass(frozen=True, slots=True, eq=False)
class StoredSound:
    """A phrase's sound: float32 [n], as the model made it, and int64 [phonemes], where each symbol begins."""

    samples: NDArray[np.float32]
    starts: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Return its bytes."""
        return self.samples.nbytes + self.starts.nbytes


class MemoryStore:
    """Sounds in memory. For one thread."""

    def __init__(self, limit: int) -> None:
        """`limit` is in bytes; 0 keeps nothing."""
        self._limit = limit
        self._size = 0
        self._sounds: OrderedDict[str, StoredSound] = OrderedDict()

    def get(self, key: str) -> StoredSound | None:
        """Return a sound, None when it is not there."""
        if (sound := self._sounds.get(key)) is not None:
            self._sounds.move_to_end(key)
        return sound

    def put(self, key: str, sound: StoredSound) -> None:
        """Keep a sound, and forget others for it."""
        if (old := self._sounds.pop(key, None)) is not None:
            self._size -= old.size
        if sound.size > self._limit:
            return
        self._sounds[key] = sound
        self._size += sound.size
        while self._size > self._limit:
            self._size -= self._sounds.popitem(last=False)[1].size


class FolderStore:
    """Sounds in a folder, one file each. Several processes may use it.

    A file that is broken is deleted. Where the folder cannot be used, nothing is kept; that is logged once.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        """`limit` is in bytes; 0 keeps nothing."""
        self.folder = folder
        self.limit = limit
        self._told = False
        self._size: int | None = None  # of all files, as far as this process knows

    def get(self, key: str) -> StoredSound | None:
        """Return a sound, None when it is not there."""
        if self.limit == 0:
            return None
        path = self.folder / f"{key}{_SUFFIX}"
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            try:
                sound = _unpacked(file.read())
            except OSError:
                return None
            except ValueError:
                with contextlib.suppress(OSError):
                    path.unlink()
                return None
            with contextlib.suppress(OSError):
                os.utime(file.fileno())  # used now
        return sound

    def put(self, key: str, sound: StoredSound) -> None:
        """Keep a sound, and forget others for it."""
        data = _packed(sound)
        if len(data) > self.limit:
            return
        temporary = self.folder / f".{key}.{os.getpid()}"
        try:
            self._prepare()
            descriptor = open_file(temporary, os.O_WRONLY | os.O_TRUNC)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            temporary.replace(self.folder / f"{key}{_SUFFIX}")
            self._make_room(len(data))
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink()
            if not self._told:
                self._told = True
                _log.warning("no sounds can be kept in %s: %s", self.folder, error.strerror)

    def count(self) -> tuple[int, int]:
        """Return how many sounds there are, and their bytes."""
        sizes = [found.st_size for _, found in self._files()]
        return len(sizes), sum(sizes)

    def clear(self) -> tuple[int, int]:
        """Delete all sounds; return how many there were, and their bytes. Raises OSError."""
        files = list(self._files())
        for path, _ in files:
            path.unlink(missing_ok=True)
        self._size = None
        return len(files), sum(found.st_size for _, found in files)

    def _prepare(self) -> None:
        """Make the folder. Raises OSError where it is not this user's own."""
        if self.folder.is_symlink():
            raise PermissionError(errno.EPERM, "not a folder of this user")
        make_folder(self.folder)

    def _make_room(self, added: int) -> None:
        if self._size is not None:
            self._size += added
            if self._size <= self.limit:
                return
        # Now and then the truth, for other processes write here too.
        files = sorted(self._files(), key=lambda file: file[1].st_mtime)
        self._size = sum(found.st_size for _, found in files)
        for path, found in files:
            if self._size <= self.limit:
                break
            path.unlink(missing_ok=True)
            self._size -= found.st_size

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        try:
            entries = list(os.scandir(self.folder))
        except OSError:
            return
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                found = entry.stat(follow_symlinks=False)
                if not stat.S_ISREG(found.st_mode):
                    continue
                if entry.name.endswith(_SUFFIX):
                    yield Path(entry.path), found
                elif entry.name.startswith(".") and time.time() - found.st_mtime > _LEFT_OVER:
                    os.unlink(entry.path)  # of a process that was killed  # noqa: PTH108 - an entry's path


def _packed(sound: StoredSound) -> bytes:
    body = sound.starts.astype("<i8").tobytes() + sound.samples.astype("<f4").tobytes()
    return _HEAD.pack(_MAGIC, hashlib.sha256(body).digest(), len(sound.starts)) + body


def _unpacked(data: bytes) -> StoredSound:
    """Return the sound. Raises ValueError when this is none, or not all of one."""
    import numpy as np

    if len(data) < _HEAD.size:
        raise ValueError("too short")
    magic, digest, count = _HEAD.unpack_from(data)
    body = memoryview(data)[_HEAD.size :]
    if magic != _MAGIC or hashlib.sha256(body).digest() != digest or (len(body) - 8 * count) % 4:
        raise ValueError("not a sound")
    return StoredSound(
        np.frombuffer(body[8 * count :], "<f4").astype(np.float32),
        np.frombuffer(body[: 8 * count], "<i8").astype(np.int64),
    )
