# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenBLAS, numpy's and Debian's torch's, keeps to our threads: its own wait for each other in busy loops."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import os, sys
if sys.argv[1] == "ours":
    import kokoro_speechd
import numpy
numpy.ones((300, 300)) @ numpy.ones((300, 300))
print(len(os.listdir("/proc/self/task")), os.environ.get("OPENBLAS_NUM_THREADS"))
"""


def threads(whose: str, **environment: str) -> tuple[int, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OPENBLAS_", "OMP_"))}
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, whose],
        env=clean | environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    number, setting = ran.stdout.split()
    return int(number), setting


def test_openblas_makes_no_threads_of_its_own() -> None:
    if threads("numpy's")[0] == 1:
        pytest.skip("numpy's BLAS makes no threads on this machine")
    assert threads("ours") == (1, "1")


def test_who_sets_it_is_heard() -> None:
    assert threads("ours", OPENBLAS_NUM_THREADS="2")[1] == "2"
