# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file says whose it is and under which licence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_reuse_has_no_objection():
    done = subprocess.run(
        [sys.executable, "-m", "reuse", "lint"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
