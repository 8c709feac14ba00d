# SPDX-License-Identifier: GPL-3.0-or-later
"""Speak with Kokoro-82M through speech-dispatcher, offline."""

import os

__version__ = "0.1.0"

# OpenBLAS reads it when numpy or Debian's torch is loaded. Its own threads wait for each other in busy loops:
# on a machine with something else to do, loading a model took 117 s with two of them and 7 s with one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
