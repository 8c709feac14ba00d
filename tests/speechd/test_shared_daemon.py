# SPDX-License-Identifier: GPL-3.0-or-later
"""Several speech-dispatchers of one user, and of two, and the daemons behind them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.daemon_driver import daemons_of
from tests.desktop import wait_until
from tests.module_driver import Module, samples_of, wait_for_kokoro
from tests.private_home import daemon_log

StartModule = Callable[..., Module]


def connected(module: Module) -> bool:
    return "connected to engine" in module.log.read_text()


def test_ten_modules_at_once_start_one_daemon(start_module: StartModule) -> None:
    first = start_module()
    modules = [first, *(start_module(like=first) for _ in range(9))]
    for module in modules:
        module.init()
    wait_until(lambda: first.log.read_text().count("connected to engine") == 10, 30, "not all are connected")
    assert len(daemons_of(first.environment)) == 1
    assert daemon_log(first.environment).count("INFO: ready") == 1
    for module in modules:
        assert module.quit() == 0
    assert first.daemon_pid() is not None


def test_two_users_have_two_daemons(start_module: StartModule) -> None:
    modules = [start_module(), start_module()]
    for module in modules:
        module.init()
    wait_until(lambda: all(connected(module) for module in modules), 30, "not both are connected")
    pids = {module.daemon_pid() for module in modules}
    assert len(pids) == 2
    assert None not in pids


@pytest.mark.slow
def test_a_second_server_does_not_load_the_model_again(start_module: StartModule, random_model: Path) -> None:
    first = start_module(random_model)
    first.init()
    wait_for_kokoro(first)
    daemon = first.daemon_pid()
    second = start_module(like=first)
    second.init()
    wait_until(lambda: first.log.read_text().count("engine: ready") == 2, 30, "the model is not there")
    second.speak("Hello")
    events = second.until_end()
    assert {event.sample_rate for event in events if event.samples} == {24_000}  # Kokoro, at once
    assert first.log.read_text().count("engine: loading") == 1
    assert first.quit() == 0
    second.speak("Hello again")
    assert samples_of(second.until_end()) > 0
    assert second.daemon_pid() == daemon
