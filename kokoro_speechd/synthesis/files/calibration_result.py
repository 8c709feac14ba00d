# SPDX-License-Identifier: GPL-3.0-or-later
"""What `kokoro-speechd model check` found out about a model on this machine. Standard library only.

It lies in the state folder, by the SHA-256 of the model's weights: another model has not been checked.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from kokoro_speechd.synthesis.files.file_hash import content_hash
from kokoro_speechd.system import paths
from kokoro_speechd.system.private_files import write_file

Precision = Literal["float32", "bfloat16"]
Products = Literal["torch", "onednn", "compiled"]

_FILE = "model-checks.json"
_KEPT = 8  # models


@dataclass(frozen=True, slots=True)
class CalibrationResult:
    """How a model is best run here.

    threads      with more a phrase is hardly made faster
    device       "cpu", or another of torch's that is faster
    sentence_s   seconds to render a sentence of about four seconds so
    word_heard_s, sentence_heard_s
                 seconds until something of a word, or of that sentence, can be heard
    precision    how exactly the model multiplies; see `Engine`
    products     who multiplies by the weights of text side and decoder; see `products`. None: not measured
    """

    threads: int
    device: str
    sentence_s: float
    word_heard_s: float
    sentence_heard_s: float
    precision: Precision = "float32"
    products: Products | None = None


def load_calibration(weights: Path) -> CalibrationResult | None:
    """Return the result on a model's file, None where it was not checked or nothing can be read."""
    results = _read()
    if not results:
        return None  # do not read 300 MB for that
    try:
        return _calibration(results.get(content_hash(weights)))
    except OSError:
        return None


def save_calibration(weights: Path, calibration: CalibrationResult) -> None:
    """Keep a result. Raises OSError."""
    results = _read()
    digest = content_hash(weights)
    results.pop(digest, None)
    results[digest] = asdict(calibration)
    write_file(paths.state_folder() / _FILE, json.dumps(dict(list(results.items())[-_KEPT:]), indent=2))


def _read() -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        results = json.loads((paths.state_folder() / _FILE).read_text(encoding="utf-8"))
        if isinstance(results, dict):
            return results
    return {}


def _calibration(fields: Any) -> CalibrationResult | None:
    """Return a result of JSON's fields, None when this is none."""
    if not isinstance(fields, dict):
        return None
    with contextlib.suppress(TypeError, ValueError, KeyError):
        calibration = CalibrationResult(**fields)
        right = isinstance(calibration.device, str) and calibration.precision in get_args(Precision)
        right = right and calibration.products in (None, *get_args(Products))
        if right and 1 <= int(calibration.threads) <= 256:
            return calibration
    return None
