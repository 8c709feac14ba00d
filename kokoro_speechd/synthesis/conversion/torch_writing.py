# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a file of torch's, whole or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import IO, Any, cast


class _Output:
    """A file that counts the SHA-256 of what is written, and keeps the reason why it could not be.

    torch's writer says of any failure only that it failed.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.failure: OSError | None = None

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        view = memoryview(data)
        try:
            while view:
                view = view[self._file.write(view) :]
        except OSError as error:
            self.failure = error
            raise
        return len(data)

    def flush(self) -> None:
        self._file.flush()


def write_torch_file(target: Path, value: Any) -> str:
    """Save tensors at a path; return the file's SHA-256. Raises OSError, and leaves nothing then."""
    import torch

    temporary = target.with_name(f".{target.name}.part")
    try:
        descriptor = os.open(
            temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644
        )
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            output = _Output(cast("IO[bytes]", file))
            try:
                torch.save(value, cast("Any", output))
            except RuntimeError as error:
                if output.failure is None:
                    raise
                raise OSError(output.failure.errno, output.failure.strerror, str(target)) from error
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return output.digest.hexdigest()
