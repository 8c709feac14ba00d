# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.module_driver import Module
from tests.private_home import end_daemon, private_environment


@pytest.fixture
def start_module(tmp_path: Path) -> Iterator[Callable[..., Module]]:
    """Start `sd_kokoro` in folders of its own; everything started is ended afterwards."""
    started: list[Module] = []
    numbers = itertools.count()  # modules may be started from several threads

    def start(
        model: Path | None = None,
        settings: str = "",
        arguments: tuple[str, ...] = (),
        like: Module | None = None,
    ) -> Module:
        """`like`: another module of the same user."""
        environment = (
            like.environment
            if like
            else private_environment(tmp_path / f"user{next(numbers)}", model, settings)
        )
        module = Module(environment, arguments)
        started.append(module)
        return module

    yield start
    for module in started:
        module.close()
    for module in started:  # only now: a living module would start another one
        end_daemon(module.environment)


@pytest.fixture
def module(start_module: Callable[..., Module]) -> Module:
    """A module without a model, ready to speak with espeak-ng."""
    module = start_module()
    module.init()
    return module
