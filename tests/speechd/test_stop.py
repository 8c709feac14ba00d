# SPDX-License-Identifier: GPL-3.0-or-later
"""A stop in the midst of long speech costs next to nothing; tests/measure_stop.py measures 200 of them."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.measure_stop import TEXT, cpu_seconds
from tests.module_driver import Module, samples_of, wait_for_kokoro


@pytest.mark.slow
def test_a_stopped_message_uses_no_more_cpu(start_module: Callable[..., Module], random_model: Path) -> None:
    module = start_module(random_model)
    module.init()
    wait_for_kokoro(module)
    daemon = module.daemon_pid()
    assert daemon is not None
    chance = random.Random(5)
    used = []
    for _ in range(15):
        module.speak(TEXT)
        time.sleep(chance.uniform(0.1, 1.5))
        module.send("STOP\n")
        assert module.until_end()[-1].code == "703"
        before = cpu_seconds(daemon)
        time.sleep(0.4)
        used.append(cpu_seconds(daemon) - before)
    assert statistics.median(used) < 0.05, used
    assert max(used) < 0.2, used  # the rest of the phrase would be seconds
    module.speak("Hello")
    assert samples_of(module.until_end()) > 0
