# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that torch wrote, read without ever running what a file might carry."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

from kokoro_speechd.errors import ModelError


def load_tensors(path: Path, error: type[ModelError] = ModelError) -> Any:
    """Return what torch saved in a file, tensors mapped from disk; `weights_only`, always.

    Raises `error` with the file and the reason in one line, whatever torch makes of a broken file.
    """
    import torch

    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except FileNotFoundError:
        raise error(f"{path}: missing") from None
    except OSError as problem:
        raise error(f"{path}: cannot be read: {problem.strerror or problem}") from None
    except pickle.UnpicklingError:
        raise error(f"{path}: holds more than tensors and is not loaded") from None
    except (RuntimeError, ValueError, KeyError, EOFError, AttributeError, TypeError) as problem:
        # What torch raises for a truncated or foreign archive differs from version to version.
        raise error(f"{path}: broken or truncated ({type(problem).__name__})") from None
