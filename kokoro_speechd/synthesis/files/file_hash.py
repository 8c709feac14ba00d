# SPDX-License-Identifier: GPL-3.0-or-later
"""SHA-256 of the model's file, read again only when the file changed: 300 MB take a third of a second."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path

from kokoro_speechd.system import paths
from kokoro_speechd.system.private_files import write_file

_MEMO = "hashes.json"
_KEPT = 8  # files


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits. Raises OSError when the file cannot be read.

    What was read is remembered in the cache folder with size, inode and both times of change; who alters the
    bytes changes the second of these.
    """
    found = path.stat()
    state = [found.st_size, found.st_ino, found.st_mtime_ns, found.st_ctime_ns]
    name = str(path.resolve())
    memo = _read_memo()
    remembered = memo.get(name)
    if isinstance(remembered, list) and remembered[:-1] == state and isinstance(remembered[-1], str):
        return remembered[-1]
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while data := file.read(1 << 20):
            digest.update(data)
    memo.pop(name, None)
    memo[name] = [*state, digest.hexdigest()]
    with contextlib.suppress(OSError):  # then it is read again the next time
        _write_memo(dict(list(memo.items())[-_KEPT:]))
    return digest.hexdigest()


def _read_memo() -> dict[str, object]:
    try:
        memo = json.loads((paths.cache_folder() / _MEMO).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return memo if isinstance(memo, dict) else {}


def _write_memo(memo: dict[str, object]) -> None:
    write_file(paths.cache_folder() / _MEMO, json.dumps(memo))
