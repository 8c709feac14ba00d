# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.errors import MessageError
from kokoro_speechd.ipc.protocol import MAX_HEADER, MAX_PAYLOAD, Connection, Message, decode_header, encode


@pytest.fixture
def pair() -> Iterator[tuple[Connection, socket.socket]]:
    ours, theirs = socket.socketpair()
    connection = Connection(ours)
    yield connection, theirs
    connection.close()
    theirs.close()


@given(
    st.text(min_size=1, max_size=10),
    st.dictionaries(
        st.text(max_size=8).filter(lambda name: name not in ("type", "length")), st.integers() | st.text()
    ),
    st.binary(max_size=300),
)
def test_what_is_encoded_is_decoded(kind: str, fields: dict[str, object], payload: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        Connection(ours).send(Message(kind, fields, payload))
        assert Connection(theirs).receive() == Message(kind, fields, payload)


@pytest.mark.parametrize(
    "line",
    [b"", b"\n", b"[]", b"{}", b'{"type": 1}', b'{"type":"a","length":-1}', b'{"type":"a","length":"1"}',
     b'{"type":"a","length":true}', b'{"type":"a","length":99999999999}', b"\xff\xfe", b"[" * 60_000],
)  # fmt: skip
def test_bad_headers(line: bytes) -> None:
    with pytest.raises(MessageError):
        decode_header(line)


def test_too_large_frames_are_not_sent() -> None:
    with pytest.raises(MessageError):
        encode(Message("audio", {}, b"x" * (MAX_PAYLOAD + 1)))
    with pytest.raises(MessageError):
        encode(Message("audio", {"name": "x" * MAX_HEADER}))


def test_the_end_and_what_is_cut_off(pair: tuple[Connection, socket.socket]) -> None:
    connection, other = pair
    other.sendall(encode(Message("end", {"generation": 1})) + b'{"type":"audio","length":10}\nabc')
    other.shutdown(socket.SHUT_WR)
    assert connection.receive() == Message("end", {"generation": 1})
    with pytest.raises(MessageError):
        connection.receive()


def test_a_header_without_end(pair: tuple[Connection, socket.socket]) -> None:
    connection, other = pair
    other.sendall(b"x" * (MAX_HEADER + 10))
    with pytest.raises(MessageError):
        connection.receive()


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        connection = Connection(ours)
        try:
            while connection.receive() is not None:
                pass
        except MessageError:
            pass


def test_fields_are_checked() -> None:
    message = Message("audio", {"generation": "1", "name": 2, "flag": True})
    for ask in (
        lambda: message.integer("generation"),
        lambda: message.integer("flag"),
        lambda: message.string("name"),
    ):
        with pytest.raises(MessageError):
            ask()


def test_a_connection_that_is_released_holds_no_descriptor() -> None:
    ours, theirs = socket.socketpair()
    descriptor = ours.fileno()
    connection = Connection(ours)
    connection.release()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
    theirs.close()
