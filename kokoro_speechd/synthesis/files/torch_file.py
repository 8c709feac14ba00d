# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that torch wrote, read without ever running what a file might carry."""

from __future__ import annotations

import errno
import pickle
import struct
import warnings
from pathlib import Path
from typing import Any

from kokoro_speechd.errors import ModelError
from kokoro_speechd.system.plain_file import why_unreadable

# What torch raises for a truncated, damaged or foreign archive: its reader, the unpickler, its numbers.
_BROKEN = (
    RuntimeError,
    ValueError,
    LookupError,
    EOFError,
    AttributeError,
    TypeError,
    AssertionError,
    ArithmeticError,
    ImportError,
    MemoryError,
    struct.error,
)


def load_tensors(path: Path, error: type[ModelError] = ModelError) -> Any:
    """Return what torch saved in a file, tensors mapped from disk; `weights_only`, always.

    Raises `error` with the file and the reason in one line, whatever torch makes of a broken file.
    """
    import torch

    if why := why_unreadable(path):
        raise error(f"{path}: {why}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's doubts about a file's origin; the reason is named below
            return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except OSError as problem:
        # A damaged archive leads its reader to places before the file's beginning.
        if problem.errno in (None, errno.EINVAL):
            raise error(f"{path}: broken or truncated ({type(problem).__name__})") from None
        raise error(f"{path}: cannot be read: {problem.strerror}") from None
    except pickle.UnpicklingError as problem:
        # torch names what the file wanted to run, in the words of a pickle.
        if "GLOBAL" in str(problem):
            raise error(f"{path}: holds more than tensors and is not loaded") from None
        raise error(f"{path}: broken or truncated") from None
    except _BROKEN as problem:
        raise error(f"{path}: broken or truncated ({type(problem).__name__})") from None


def is_plain_tensor(value: Any) -> bool:
    """Say whether this is a dense tensor of real numbers in memory, the only kind computed with here."""
    import torch

    return (
        isinstance(value, torch.Tensor)
        and value.layout is torch.strided
        and value.device.type == "cpu"
        and not value.is_quantized
        and not value.is_complex()
    )
