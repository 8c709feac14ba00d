# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is sent, time and memory are bounded, and the next message is spoken."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kokoro_speechd.dbus.options import LONGEST_TEXT
from kokoro_speechd.dbus.player import Events, Player
from kokoro_speechd.errors import NamedError
from kokoro_speechd.ipc.protocol import MAX_HEADER, MAX_PAYLOAD, Connection, Message
from kokoro_speechd.rendering.espeak_ssml import to_espeak_ssml
from kokoro_speechd.speechd import wire
from kokoro_speechd.text.detection.sentences import tell_languages
from kokoro_speechd.text.portions import LONGEST, portions
from kokoro_speechd.text.runs import runs_of
from kokoro_speechd.text.script import Script
from kokoro_speechd.text.ssml.parser import scan
from kokoro_speechd.utterance import Kind, Parameters, Utterance
from tests.daemon_driver import Daemon, plain_connection
from tests.desktop import wait_until
from tests.module_driver import Module, samples_of
from tests.private_home import private_environment

_PATTERNS = {
    "marks": '<mark name="1"/>a ',
    "nesting": "<prosody rate='+50%'><b>a",
    "ends": "</a>",
    "no tags": "<",
    "CDATA": "<![CDATA[",
    "comments": "<!--",
    "declarations": "<!DOCTYPE a[<!ENTITY b 'c'>",
    "attributes": "<a b='c' d=\"",
    "voices": '<voice name="x">a</voice> ',
    "phonemes": '<phoneme ph="a">b</phoneme>',
    "breaks": "<break time='60s'/>",
    "not spoken": "<desc>",
    "scripts": "жя 漢 ab ",
    "endless word": "a",
    "nothing": " ",
    "zeros": "\0",
}


@pytest.mark.timeout(60)  # each takes a second or two; an hour if anything grew with the square
@pytest.mark.parametrize("name", _PATTERNS)
def test_a_document_of_any_form(name: str) -> None:
    document = _PATTERNS[name] * (300_000 // len(_PATTERNS[name]))
    script = scan(document)
    assert len(script.text) <= 2 * len(document)
    found = tell_languages(script, "en-US")
    for run in portions(runs_of(found, lambda attributes: attributes.voice), found):
        assert run.end - run.start <= LONGEST or any(span.attributes.replaces for span in found.spans)
    assert len(to_espeak_ssml(script)[0]) < 20 * len(document) + 100


def test_portions_lose_nothing_and_cut_where_one_would_breathe() -> None:
    text = "A sentence, and another one. " * 400 + "b" * 5000 + " end"
    script = Script(text)
    runs = list(portions(runs_of(script, lambda attributes: attributes.voice), script))
    assert "".join(text[run.start : run.end] for run in runs) == text
    assert all(0 < run.end - run.start <= LONGEST for run in runs)
    assert text[: runs[0].end].endswith("one. ")
    whole = scan("word " * 380 + "<say-as interpret-as='characters'>" + "abc " * 800 + "</say-as> and more")
    pieces = [
        whole.text[run.start : run.end]
        for run in portions(runs_of(whole, lambda attributes: attributes.voice), whole)
    ]
    assert "".join(pieces) == whole.text
    assert any("abc " * 800 in piece for piece in pieces)


@pytest.mark.parametrize("data", [b"\n", b"a"])
def test_the_parser_keeps_a_megabyte_and_no_more(data: bytes) -> None:
    parser = wire.InputParser()
    assert len(list(parser.feed(b"SPEAK\n"))) == 1
    for _ in range(2):
        assert not list(parser.feed(data * (1 << 20)))
    (body,) = list(parser.feed(b"\n.\n"))
    assert isinstance(body, wire.Body)
    assert len(body.lines) <= wire.MAX_BODY + 1
    assert len(body.text) <= wire.MAX_BODY
    assert list(parser.feed(b"STOP\n")) == [wire.Command("STOP")]


# --- the module ------------------------------------------------------------------------------------------


def _most_memory(pid: int) -> int:
    """Return the most memory that a process ever had, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) // 1024


@pytest.mark.slow
def test_the_module_speaks_on(start_module: Callable[[], Module]) -> None:
    module = start_module()
    for text in (
        "word " * 2_000_000,  # 10 MB
        "\n" * 3_000_000,
        '<mark name="1"/>' * 1_000_000,
        "<b>" * 300_000 + "x",
        f"<mark name='{'n' * 900_000}'/>x",
    ):
        module.speak(f"<speak>{text}</speak>")
        module.send("STOP\n")
        assert module.until_end()[-1].code in ("702", "703")
        module.speak("<speak>Hello</speak>")
        events = module.until_end()
        assert samples_of(events) > 0
        assert events[-1].code == "702"
    for body in (
        f"language={'x' * 1_000_000}\n",
        "rate=1\n" * 100_000,
        f"synthesis_voice={'y' * 1_000_000}\n",
    ):
        assert module.ask("SET", body) == "203"
        module.speak("<speak>Hello</speak>")
        assert samples_of(module.until_end()) > 0
    assert module.ask("x" * 3_000_000) == "300"
    assert _most_memory(module.process.pid) < 500
    assert module.quit() == 0


# --- the daemon ------------------------------------------------------------------------------------------


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with Daemon(private_environment(tmp_path)) as daemon:
        yield daemon


def _still_answers(daemon: Daemon) -> None:
    with contextlib.closing(daemon.client()) as client:
        assert client.expect("hello")
        client.send(Message("ping"))
        assert client.expect("alive")


def _header(**fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


@pytest.mark.parametrize(
    "data",
    [
        b"x" * (2 * MAX_HEADER),
        _header(type="speak", length=MAX_PAYLOAD + 1),
        _header(type="speak", length=-1),
        _header(type="speak", length=10**30),
        b'{"type":"ping","x":' + b"9" * 5000 + b"}\n",
        b"[" * 60_000 + b"\n",
        b'{"type":' * 8000 + b"\n",
        _header(type="speak", generation=1, voice="a", language="en", kind="text", parameters={"rate": "x"}),
        _header(
            type="speak", generation=1, voice="a", language="en", kind="text", parameters={"rate": 1e308}
        ),
        _header(type="speak", generation=1, voice="a", language="en", kind="text", parameters={"other": 1}),
        _header(type="speak", generation=1, voice="a", language="en", kind="x", parameters={}),
        _header(type="cancel", generation="1"),
        _header(type="what"),
    ],
)
def test_a_bad_frame_ends_its_connection_alone(daemon: Daemon, data: bytes) -> None:
    with plain_connection(daemon.environment) as sock:
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(1 << 16):
            pass
    _still_answers(daemon)
    assert "Traceback" not in daemon.log.read_text()


def test_who_asks_and_never_reads_is_left(daemon: Daemon) -> None:
    before = daemon.rss()
    with plain_connection(daemon.environment) as sock:
        sock.settimeout(20)
        with pytest.raises((ConnectionError, TimeoutError)):
            sock.sendall(_header(type="ping") * 2_000_000)
    _still_answers(daemon)
    assert daemon.rss() - before < 50 << 20


def test_more_connections_than_there_is_room_for(daemon: Daemon) -> None:
    with contextlib.ExitStack() as stack:
        deadline = time.monotonic() + 30
        while "a connection was refused" not in daemon.log.read_text():
            assert time.monotonic() < deadline
            with contextlib.suppress(BlockingIOError):  # so many wait to be accepted
                stack.enter_context(plain_connection(daemon.environment))
        assert daemon.files() < 150

    def answers() -> bool:
        try:
            _still_answers(daemon)
        except (AssertionError, OSError):
            return False
        return True

    wait_until(answers, 20, "nobody is let in any more")


def test_half_a_frame_keeps_nobody_waiting(daemon: Daemon) -> None:
    with plain_connection(daemon.environment) as sock:
        sock.sendall(_header(type="speak", length=MAX_PAYLOAD) + b"x" * 1000)
        time.sleep(0.1)
        _still_answers(daemon)


@pytest.mark.slow
def test_a_megabyte_is_spoken_and_stopped_at_once(tmp_path: Path, random_model: Path) -> None:
    """Its first sound comes soon, a word between is spoken, and nothing of it goes on after a stop."""
    with contextlib.ExitStack() as stack:
        daemon = stack.enter_context(Daemon(private_environment(tmp_path, random_model)))
        client = stack.enter_context(contextlib.closing(daemon.client()))
        client.load()
        client.speak("It goes on and on, for hours. " * 35_000)
        begun = time.monotonic()
        client.expect("audio")
        assert time.monotonic() - begun < 20  # all of it would take a minute to read
        other = stack.enter_context(contextlib.closing(daemon.client()))
        other.speak("between")
        assert other.expect("end", "failed").type == "end"
        client.send(Message("cancel", {"generation": 1}))
        client.speak("<mark name='" + "n" * 5000 + "'/><mark name='" + "\U0001f600" * 3900 + "'/>last", 2)
        while (message := client.expect("mark", "end", "failed")).type == "mark":
            assert message.string("name") == "\U0001f600" * 3900
        assert message.type == "end"
        assert _most_memory(daemon.process.pid) < 2500
    assert "Traceback" not in daemon.log.read_text()


def test_what_waits_over_dbus_is_bounded() -> None:
    nothing = Events(lambda *_: None, lambda *_: None, lambda *_: None, lambda: None)
    player = Player(None, None, None, None, nothing)  # type: ignore[arg-type]  # not started: all waits
    text = "x" * LONGEST_TEXT
    with pytest.raises(NamedError, match="waits"):  # noqa: PT012 - one of many is refused
        for number in range(1000):
            player.speak(Utterance(number, Kind.TEXT, text, Parameters()), interrupt=False)
    assert player.length <= 101
    player.speak(Utterance(1000, Kind.TEXT, "now", Parameters()), interrupt=True)
    assert player.length <= 2


def test_the_longest_name_of_a_mark_fits_its_frame() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        (mark,) = scan("<mark name='" + "\U0001f600" * 4000 + "'/>x").marks
        Connection(ours).send(Message("mark", {"generation": 1 << 62, "name": mark.name}))
        message = Connection(theirs).receive()
        assert message is not None
        assert message.string("name") == mark.name
    assert not scan("<mark name='" + "n" * 4001 + "'/>x").marks
