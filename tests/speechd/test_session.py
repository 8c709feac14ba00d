# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest

from kokoro_speechd.speechd.session import SETTLING, Session
from kokoro_speechd.speechd.writer import Writer
from kokoro_speechd.utterance import Kind, Parameters


class Pipe:
    """A session whose output can be read."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        self.writer = Writer(self.writing)
        self.writer.start()
        self.session = Session(self.writer)

    def written(self) -> list[str]:
        assert self.writer.flush(10)
        os.set_blocking(self.reading, False)
        try:
            return os.read(self.reading, 1 << 20).decode("latin-1").splitlines()
        except BlockingIOError:
            return []


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    os.close(pipe.reading)
    pipe.session.reply(b"\n")  # the writing thread ends at the closed pipe
    while not pipe.writer.flush(0.1):
        pass
    os.close(pipe.writing)


def accept(pipe: Pipe, text: str = "x") -> None:
    pipe.session.accept(Kind.TEXT, text, Parameters())


def test_a_message_from_200_to_702(pipe: Pipe) -> None:
    accept(pipe)
    request = pipe.session.next_request()
    assert pipe.session.mark(request, "a")
    pipe.session.finish(request)
    pipe.session.finish(request)
    pipe.session.stop()
    assert pipe.written() == ["200 OK SPEAKING", "701 BEGIN", "700-a", "700 INDEX MARK", "702 END"]


def test_stop_takes_back_what_was_not_written_and_ends_the_rest(pipe: Pipe) -> None:
    accept(pipe)
    request = pipe.session.next_request()
    woken = threading.Event()
    request.when_over(woken.set)
    pipe.session.stop()
    assert woken.is_set()
    assert request.over.is_set()
    assert not pipe.session.audio(request, b"\0\0", 24_000)
    assert not pipe.session.mark(request, "late")
    pipe.session.finish(request)
    assert pipe.written() == ["200 OK SPEAKING", "703 STOP"]


def test_no_message_ends_before_the_server_can_take_it(pipe: Pipe) -> None:
    """Whichever way it ends; and what comes after it waits, too."""
    begun = time.monotonic()
    accept(pipe)
    pipe.session.stop()
    assert pipe.written() == ["200 OK SPEAKING", "703 STOP"]
    assert time.monotonic() - begun >= SETTLING
    begun = time.monotonic()
    accept(pipe)
    pipe.session.finish(pipe.session.next_request())
    pipe.session.reply(b"210 OK QUIT\n")
    assert pipe.written() == ["200 OK SPEAKING", "701 BEGIN", "702 END", "210 OK QUIT"]
    assert time.monotonic() - begun >= SETTLING


def test_a_callback_that_comes_late_is_called_at_once(pipe: Pipe) -> None:
    accept(pipe)
    request = pipe.session.next_request()
    pipe.session.stop()
    woken = threading.Event()
    request.when_over(woken.set)
    assert woken.is_set()


def test_a_second_message_ends_the_first(pipe: Pipe) -> None:
    accept(pipe)
    first = pipe.session.next_request()
    accept(pipe)
    second = pipe.session.next_request()
    assert not pipe.session.mark(first, "old")
    pipe.session.finish(second)
    assert pipe.written() == ["200 OK SPEAKING", "703 STOP", "200 OK SPEAKING", "701 BEGIN", "702 END"]
    assert second.utterance.generation > first.utterance.generation


def test_a_message_stopped_before_it_was_begun_is_not_performed(pipe: Pipe) -> None:
    accept(pipe)
    pipe.session.stop()
    accept(pipe)
    assert pipe.session.next_request().utterance.generation == 2


def test_pause_at_the_servers_mark_only(pipe: Pipe) -> None:
    accept(pipe)
    request = pipe.session.next_request()
    pipe.session.pause()
    assert pipe.session.mark(request, "mine")
    assert not pipe.session.mark(request, "__spd_3")
    pipe.session.finish(request)
    assert pipe.written()[-3:] == ["700-__spd_3", "700 INDEX MARK", "704 PAUSE"]


def test_pause_and_stop_while_idle_write_nothing(pipe: Pipe) -> None:
    pipe.session.pause()
    pipe.session.stop()
    assert pipe.written() == []


def test_stop_and_finish_from_two_threads_write_one_event(pipe: Pipe) -> None:
    for _ in range(300):
        accept(pipe)
        request = pipe.session.next_request()
        barrier = threading.Barrier(2)

        def finish(barrier: threading.Barrier = barrier, request=request) -> None:
            barrier.wait()
            pipe.session.finish(request)

        thread = threading.Thread(target=finish)
        thread.start()
        barrier.wait()
        pipe.session.stop()
        thread.join()
        ends = [line for line in pipe.written() if line[:3] in ("702", "703")]
        assert len(ends) == 1
