# SPDX-License-Identifier: GPL-3.0-or-later
"""A crew does every piece once, in the order that jobs need, and stops at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from kokoro_speechd.synthesis.fast.parallel import Crew, Job, Work, alone, done


@pytest.fixture(params=[1, 2, 5])
def crew(request: pytest.FixtureRequest) -> Iterator[Crew]:
    crew = Crew(request.param)
    yield crew
    crew.close()


def nothing() -> None:
    pass


def test_every_piece_is_done_once_and_steps_wait_for_each_other(crew: Crew) -> None:
    log: list[tuple[int, int]] = []

    def job(number: int, steps: int, width: int) -> Job:
        for step in range(steps):
            assert log.count((number, step - 1)) == (width if step else 0)
            yield [lambda step=step: log.append((number, step)) for _ in range(width)]

    for _ in range(20):
        log.clear()
        crew.run(job(0, 5, 3), job(1, 2, 7), job(2, 0, 1), job(3, 40, 1), check=nothing)
        assert sorted(log) == sorted(
            [(0, step) for step in range(5)] * 3
            + [(1, step) for step in range(2)] * 7
            + [(3, step) for step in range(40)]
        )
    crew.run(check=nothing)


def test_a_job_may_have_a_step_of_nothing(crew: Crew) -> None:
    log: list[int] = []

    def job() -> Job:
        yield []
        yield [lambda: log.append(1)]
        yield []

    crew.run(job(), check=nothing)
    assert log == [1]


def test_results_come_in_order(crew: Crew) -> None:
    def work(number: int) -> Work[int]:
        square = yield from alone(lambda: number * number)
        yield [nothing] * number
        return square

    assert crew.gather(*map(work, range(30)), check=nothing) == [number**2 for number in range(30)]
    assert done(work(7)) == 49


def test_pieces_run_at_the_same_time() -> None:
    crew = Crew(3)
    meeting = threading.Barrier(3, timeout=60)  # nobody comes through alone
    crew.gather(*(alone(meeting.wait) for _ in range(3)), check=nothing)
    crew.close()


def fail() -> None:
    raise KeyError("broken")


def in_a_job() -> Job:
    yield [nothing]
    raise KeyError("broken")


@pytest.mark.parametrize("place", ["piece", "check", "job"])
def test_an_error_ends_the_work_and_is_raised(crew: Crew, place: str) -> None:
    began = 0

    def endless() -> Job:
        nonlocal began
        while True:
            began += 1
            yield [nothing, nothing]

    jobs: dict[str, Callable[[], Job]] = {"piece": lambda: iter([[fail]]), "check": endless, "job": in_a_job}
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if place == "check" and calls > 50:
            fail()

    with pytest.raises(KeyError, match="broken"):
        crew.run(jobs[place](), endless() if crew.workers > 1 else iter([]), check=check)
    before = began
    assert crew.gather(alone(lambda: 3), check=nothing) == [3]
    assert began == before
