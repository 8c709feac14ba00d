# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.module_driver import Module
from tests.private_home import private_environment


@pytest.fixture
def start_module(tmp_path: Path) -> Iterator[Callable[..., Module]]:
    """Start `sd_kokoro` in folders of its own; everything started is ended afterwards."""
    started: list[Module] = []
    numbers = itertools.count()  # modules may be started from several threads

    def start(model: Path | None = None, settings: str = "", arguments: tuple[str, ...] = ()) -> Module:
        module = Module(private_environment(tmp_path / f"user{next(numbers)}", model, settings), arguments)
        started.append(module)
        return module

    yield start
    for module in started:
        module.close()


@pytest.fixture
def module(start_module: Callable[..., Module]) -> Module:
    """A module without a model, ready to speak with espeak-ng."""
    module = start_module()
    module.init()
    return module
