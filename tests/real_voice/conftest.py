# SPDX-License-Identifier: GPL-3.0-or-later
"""The voice and the ears for these tests: fetched once; where they can't be had, skipped, in CI failed."""

from __future__ import annotations

import importlib.util
import os

import pytest

from tests.real_ears import NoEarsError
from tests.real_model import NoModelError
from tests.real_voice.lab import Lab

NEEDED = ("faster_whisper", "jiwer", "pesq", "pystoi", "pyloudnorm", "parselmouth", "distillmos")


@pytest.fixture(scope="session")
def lab() -> Lab:
    """The real voice and whisper. They are used by every worker, and fetched by the first."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        cannot_listen(f"the extra `ears` is not installed whole: {', '.join(missing)}")
    try:
        return Lab()
    except (NoModelError, NoEarsError) as error:
        cannot_listen(str(error))
        raise


def cannot_listen(reason: str) -> None:
    """Skip by name; where everything is to be tested, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"the real voice cannot be heard: {reason}")
    pytest.skip(f"the real voice cannot be heard: {reason}")
