# SPDX-License-Identifier: GPL-3.0-or-later
"""espeak-ng goes on where an engine died, with everything that the document still says."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import replace

import pytest

from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.audio.ssip_scales import FASTEST
from kokoro_speechd.errors import EngineError
from kokoro_speechd.rendering.fallback import FallbackSpeaker
from kokoro_speechd.rendering.request import SpeakOptions, SpeechRequest
from kokoro_speechd.text.ssml.parser import scan
from kokoro_speechd.utterance import Audio, Item, Kind, MarkReached, Parameters, Utterance
from kokoro_speechd.voices.catalogue import describe
from kokoro_speechd.voices.selection import Choice

DOCUMENT = (
    '<mark name="a"/>One two <mark name="b"/>three.<break time="1s"/> <mark name="c"/>Then '
    '<lang xml:lang="de"><mark name="d"/>Guten Tag Herr Meier</lang> <mark name="e"/>привет<mark name="f"/>'
)
TEXT = scan(DOCUMENT).text
SECOND = Audio(bytes(2 * SAMPLE_RATE), TEXT.index("Then"))


class DyingEngine:
    """Says what it is given, and dies."""

    def __init__(self, items: list[Item]) -> None:
        self._items = items

    def speak(self, request: SpeechRequest, voice: str, language: str) -> Generator[Item, None, None]:
        yield from self._items
        raise EngineError("it died")

    def wait_until_loaded(self, request: SpeechRequest) -> None: ...

    def retry(self) -> None: ...


class Sink:
    def __init__(self) -> None:
        self.marks: list[tuple[str, float]] = []
        self.seconds = 0.0

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        self.seconds += len(samples) / 2 / sample_rate
        return True

    def mark(self, name: str) -> bool:
        self.marks.append((name, self.seconds))
        return True


def speak(items: list[Item], *, writing: bool = True) -> Sink:
    sink = Sink()
    utterance = Utterance(1, Kind.TEXT, DOCUMENT, Parameters())
    choice = Choice(describe("af_heart"), "en-US", "f2")
    fallback_speaker = FallbackSpeaker(DyingEngine(items))
    assert fallback_speaker.speak(
        SpeechRequest(utterance), choice, sink, SpeakOptions(True, FASTEST, writing, True, 0)
    )
    return sink


ROWS: list[tuple[list[Item], bool]] = [
    ([], True),
    ([MarkReached("a"), Audio(bytes(200), 0)], True),
    ([MarkReached("a"), Audio(bytes(200), 0), MarkReached("b"), Audio(bytes(200), 0)], True),
    (
        [
            MarkReached("a"),
            Audio(bytes(200), 0),
            MarkReached("b"),
            Audio(bytes(200), 0),
            MarkReached("c"),
            SECOND,
        ],
        False,
    ),
]


@pytest.mark.parametrize(("items", "pause"), ROWS)
def test_every_mark_once_and_the_breaks_that_are_left(items: list[Item], pause: bool) -> None:
    sink = speak(items)
    assert [name for name, _ in sink.marks] == list("abcdef")
    times = dict(sink.marks)
    assert list(times.values()) == sorted(times.values())
    if pause:
        assert times["c"] - times["b"] > 1
    assert times["e"] - times["d"] > 0.6, "the German words are spoken"
    assert times["f"] - times["e"] > 0.2, "and the Russian one"
    assert times["f"] == pytest.approx(sink.seconds, abs=0.1)


def test_writing_systems_can_be_left_to_the_message_language() -> None:
    told, untold = (dict(speak([], writing=writing).marks) for writing in (True, False))
    assert told["f"] - told["e"] != pytest.approx(untold["f"] - untold["e"], rel=0.05)


class PeekingEngine(DyingEngine):
    """Has another thread look at the listener's request, as a player's `stop` does, while it speaks."""

    def __init__(self) -> None:
        super().__init__([])
        self.listener: SpeechRequest | None = None
        self.asked: SpeechRequest | None = None
        self.seen: list[Utterance] = []

    def speak(self, request: SpeechRequest, voice: str, language: str) -> Generator[Item, None, None]:
        assert self.listener is not None
        self.asked, listener = request, self.listener
        other = threading.Thread(target=lambda: self.seen.append(listener.utterance))
        other.start()
        other.join()
        yield Audio(bytes(200), 0)


def test_a_request_stays_the_same_while_it_is_spoken() -> None:
    utterance = Utterance(1, Kind.TEXT, "x", Parameters())
    engine, request = PeekingEngine(), SpeechRequest(utterance)
    ended: list[bool] = []
    engine.listener, request.patience = request, 1.5
    choice = replace(Choice(describe("af_heart"), "en-US", "f2"), raised=6.0)
    assert FallbackSpeaker(engine).speak(request, choice, Sink(), SpeakOptions(True, FASTEST, True, True, 0))
    assert len(engine.seen) == 1
    assert engine.seen[0] is request.utterance is utterance
    asked = engine.asked
    assert asked is not None
    assert asked.utterance.parameters.pitch > 0
    assert asked.patience == 1.5
    asked.when_over(lambda: ended.append(True))
    request.end()
    assert ended == [True]
    assert asked.over.is_set()


def test_a_request_speaks_what_it_was_made_for() -> None:
    request = SpeechRequest(Utterance(1, Kind.TEXT, "x", Parameters()))
    with pytest.raises(AttributeError):
        request.utterance = Utterance(2, Kind.TEXT, "y", Parameters())  # type: ignore[misc]
