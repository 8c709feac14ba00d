# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.module_driver import Module
from tests.private_home import end_daemon, private_environment


@pytest.fixture
def start_module(tmp_path: Path) -> Iterator[Callable[[], Module]]:
    started: list[Module] = []

    def start() -> Module:
        started.append(Module(private_environment(tmp_path)))
        started[-1].init()
        return started[-1]

    yield start
    for module in started:
        module.close()
        end_daemon(module.environment)
