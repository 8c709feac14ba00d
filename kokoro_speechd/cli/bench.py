# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd bench`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kokoro_speechd.bench.machine import describe
from kokoro_speechd.bench.measurements import MEASUREMENTS, PEERS, Bench
from kokoro_speechd.bench.report import Report
from kokoro_speechd.errors import ModelError
from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.synthesis.files.calibration_result import Precision
from kokoro_speechd.synthesis.files.model_files import find_model


def bench(
    model: Path | None,
    only: Sequence[str],
    *,
    rounds: int,
    threads: int,
    quick: bool,
    peers: bool,
    precision: Precision,
    json_file: str | None,
) -> int:
    """Measure and print; return the exit code. Raises ModelError."""
    known = (*MEASUREMENTS, PEERS)
    if unknown := [name for name in only if name not in known]:
        print(f"There is no measurement {unknown[0]!r}, only {', '.join(known)}.", file=sys.stderr)
        return 2
    # Absolute: processes of its own are measured, too, and their settings name the model.
    place = find_model(model.absolute()) if model else locate_model()
    if place.files is None:
        where = f"there is no usable model in {model}" if model else "there is no model"
        raise ModelError(f"{where}; `kokoro-speechd model random DIR` writes one to measure with")
    report = Report(describe())
    code = 0
    with tempfile.TemporaryDirectory() as folder:
        run = Bench(
            *(place.files, Path(folder), threads, 1 if quick else rounds, quick),
            say=lambda what: print(what, file=sys.stderr, flush=True),
            report=report,
            precision=precision,
        )
        try:
            for name in [*(only or MEASUREMENTS), *([PEERS] if peers else [])]:
                getattr(run, name)()
        except KeyboardInterrupt:
            code = 130  # what was measured so far is printed
    if json_file is not None:
        text = json.dumps(report.as_dict(), indent=2)
        if json_file == "-":
            print(text)
            return code
        Path(json_file).write_text(text + "\n", encoding="utf-8")
    print("\n".join(report.lines()))
    return code
