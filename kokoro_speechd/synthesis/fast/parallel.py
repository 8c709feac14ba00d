# SPDX-License-Identifier: GPL-3.0-or-later
"""A few threads that share out pieces of work, each with one thread inside torch's operators.

OpenMP's threads wait for each other after every operator. As soon as another process wants a core, one of
them is descheduled and the others spin: a sentence of 0.8 s takes 17 s. Here no one waits for a certain
thread: who is free takes the next piece. Python's lock does not matter, since torch gives it up inside its
operators.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import torch

from kokoro_speechd.synthesis.phrase.prosody import Check

Piece = Callable[[], None]
# A job yields lists of pieces that may run at the same time; it goes on when all of a list are done.
Job = Iterator[Sequence[Piece]]
_Result = TypeVar("_Result")
Work = Generator[Sequence[Piece], None, _Result]
"""A job with a result. One may be a part of another, by `yield from`."""


def alone(function: Callable[[], _Result]) -> Work[_Result]:
    """Return the work of one piece."""
    result: list[_Result] = []
    yield [lambda: result.append(function())]
    return result[0]


def done(work: Work[_Result]) -> _Result:
    """Do a work, one piece after the other, and return its result."""
    result: _Result = Crew().gather(work, check=lambda: None)[0]
    return result


class Crew:
    """The calling thread and `workers - 1` more. One call of `run` or `gather` at a time."""

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers
        self._helpers: ThreadPoolExecutor | None = None
        if workers > 1:
            self._helpers = ThreadPoolExecutor(
                workers - 1, thread_name_prefix="synthesis", initializer=torch.set_num_threads, initargs=(1,)
            )

    def run(self, *jobs: Job, check: Check) -> None:
        """Do all jobs; `check` is called before each piece, by the thread that will do it.

        What a piece, a job or `check` raises ends the work: pieces that have begun are waited for, no other
        begins, and the first error is raised.
        """
        if self._helpers is None:
            for job in jobs:
                for pieces in job:
                    for piece in pieces:
                        check()
                        piece()
            return
        shift = _Shift(jobs, check)
        helpers = [self._helpers.submit(shift.work) for _ in range(self.workers - 1)]
        try:
            shift.work()
        finally:
            shift.end()
            for helper in helpers:
                if not helper.cancel():
                    helper.result()
        if shift.error is not None:
            raise shift.error

    def gather(self, *works: Work[Any], check: Check) -> list[Any]:
        """Return the results of works that do not need each other."""
        results: dict[int, Any] = {}

        def job(number: int, work: Work[Any]) -> Job:
            results[number] = yield from work

        self.run(*(job(number, work) for number, work in enumerate(works)), check=check)
        return [results[number] for number in range(len(works))]

    def close(self) -> None:
        """End the threads."""
        if self._helpers is not None:
            self._helpers.shutdown()


class _Shift:
    """One `run` of a crew: pieces that wait to be done, and jobs that wait for their pieces."""

    def __init__(self, jobs: Sequence[Job], check: Check) -> None:
        self.error: BaseException | None = None
        self._check = check
        self._changed = threading.Condition()
        self._ready: deque[tuple[Job, Piece]] = deque()
        self._new: deque[Job] = deque(jobs)  # to be advanced by whoever is free
        self._open: dict[int, int] = {id(job): 0 for job in jobs}  # pieces not yet done, of jobs not yet done
        self._ended = False

    def work(self) -> None:
        """Do pieces until there are none left. Any thread."""
        with torch.inference_mode():
            while self._do_one():
                pass

    def end(self) -> None:
        """Let nobody begin anything more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _do_one(self) -> bool:
        with self._changed:
            while not self._ready and not self._new and self._open and not self._ended:
                self._changed.wait()
            if self._ended or not (self._ready or self._new):
                return False
            if self._new:
                job, piece = self._new.popleft(), None
            else:
                job, piece = self._ready.popleft()
        try:
            if piece is None:
                self._advance(job)
            else:
                self._check()
                piece()
                self._done(job)
        except BaseException as error:  # noqa: BLE001 - it is raised again by the calling thread
            with self._changed:
                self.error = self.error or error
            self.end()
        return True

    def _done(self, job: Job) -> None:
        with self._changed:
            self._open[id(job)] -= 1
            if self._open[id(job)]:
                return
        self._advance(job)

    def _advance(self, job: Job) -> None:
        """Ask a job for its next pieces; only one thread at a time has a job all of whose pieces are done."""
        pieces: Sequence[Piece] = ()
        while not pieces:
            following = next(job, None)
            if following is None:
                break
            pieces = following
        with self._changed:
            if pieces:
                self._open[id(job)] = len(pieces)
                self._ready.extend((job, piece) for piece in pieces)
            else:
                del self._open[id(job)]
            self._changed.notify_all()
