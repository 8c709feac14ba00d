# SPDX-License-Identifier: GPL-3.0-or-later
"""The corpus and a thousand inputs made from it, the same ones each time; `make fuzz` goes on from there."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.fuzz.mutating import corpus, mutations
from tests.fuzz.targets import TARGETS, WORDS

_MUTATIONS = {"normalizing": 600, "model": 60, "export": 300}  # the slow ones


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_breaks_it(target: str) -> None:
    one_input, seeds = TARGETS[target], corpus(target)
    assert len(seeds) >= 3
    data = b""
    try:
        for data in (
            b"",
            *seeds,
            *islice(mutations(seeds, WORDS[target], seed=1), _MUTATIONS.get(target, 1000)),
        ):
            one_input(data)
    except Exception as error:
        raise AssertionError(f"{target}: {data!r}") from error
