# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.speechd import wire
from kokoro_speechd.utterance import Parameters
from tests.module_driver import Line, OutputParser, unstuff


def parse(*pieces: bytes) -> list[wire.Input]:
    parser = wire.InputParser()
    return [item for piece in pieces for item in parser.feed(piece)]


def test_commands_and_bodies() -> None:
    assert parse(b"INIT\nLIST VOICES\nLIST VOICES en-US variant x\nDEBUG ON /a/b.log \nSTOP\n") == [
        wire.Command("INIT"),
        wire.Command("LIST VOICES"),
        wire.Command("LIST VOICES", "en-US variant x"),
        wire.Command("DEBUG", "ON /a/b.log"),
        wire.Command("STOP"),
    ]
    assert parse(b"SPEAK\n<speak>a\n.\n") == [wire.Opened("SPEAK"), wire.Body("SPEAK", ("<speak>a",))]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_pieces_of_any_size_mean_the_same(sizes: list[int]) -> None:
    whole = "SET\nrate=5\n.\nSPEAK\nä..\n..\n漢字\n.\nSTOP\nCHAR\n..\n.\n".encode()
    pieces, start = [], 0
    for size in sizes:
        pieces.append(whole[start : start + size])
        start += size
    assert parse(*pieces, whole[start:]) == parse(whole)


def test_a_dot_is_taken_from_every_stuffed_line() -> None:
    assert parse(b"CHAR\n..\n.\n")[1] == wire.Body("CHAR", (".",))
    assert parse(b"SPEAK\n..a\nb.\n...\n.\n")[1] == wire.Body("SPEAK", (".a", "b.", ".."))


def test_an_endless_line_is_cut_and_the_next_command_is_read() -> None:
    body = parse(b"SPEAK\n", *[b"x" * 100_000] * 30, b"\n.\nSTOP\n")
    assert isinstance(body[1], wire.Body)
    assert len(body[1].text) <= wire.MAX_BODY + 1
    assert body[2] == wire.Command("STOP")
    assert parse(*[b"x" * 100_000] * 30, b"\nSTOP\n") == [wire.Command("?"), wire.Command("STOP")]


def test_settings() -> None:
    lines = (
        "pitch=10", "pitch_range=-200", "rate=nonsense", "volume=50", "punctuation_mode=some",
        "spelling_mode=on", "cap_let_recogn=icon", "voice=FEMALE1", "language=en-us",
        "synthesis_voice=NULL", "no equals sign", "new_key=1",
    )  # fmt: skip
    parameters, refused = wire.apply_settings(Parameters(rate=7), lines)
    assert parameters == Parameters(
        rate=7, pitch=10, pitch_range=-100, volume=50, punctuation="some", spelling=True, capitals="icon",
        voice_type="female1", language="en-us", voice=None,
    )  # fmt: skip
    assert refused == ["rate", "no equals sign", "new_key"]


def test_a_named_voice_clears_the_type() -> None:
    parameters, _ = wire.apply_settings(Parameters(voice_type="male1"), ["synthesis_voice=No Such  Voice"])
    assert (parameters.voice_type, parameters.voice) == (None, "No Such  Voice")


def test_voice_list() -> None:
    assert wire.voice_list([("af_heart", "en-US", ""), ("bad\tname", "en", "")]) == (
        b"200-af_heart\ten-US\tnone\n200 OK VOICE LIST SENT\n"
    )
    assert wire.voice_list([]) == b"304 CANT LIST VOICES\n"


@given(st.binary(min_size=1, max_size=4000))
def test_audio_survives_the_servers_reading(data: bytes) -> None:
    samples = data + data  # an even number
    block = wire.audio(samples, 24_000)
    lines: list[Line] = list(OutputParser().feed(block))
    assert [(line.code, line.samples, line.sample_rate) for line in lines] == [("705", samples, 24_000)]


def test_only_newline_and_escape_are_stuffed() -> None:
    block = wire.audio(bytes(range(256)), 24_000)
    data = block[block.index(b"\0") + 1 : -len(b"\n705 AUDIO\n")]
    assert len(data) == 258
    assert unstuff(data) == bytes(range(256))


@pytest.mark.parametrize("samples", [b"", b"\0"])
def test_no_block_without_whole_samples(samples: bytes) -> None:
    with pytest.raises(ValueError):
        wire.audio(samples, 24_000)


def test_a_mark_is_one_line() -> None:
    assert wire.mark("a\nb") == b"700-a b\n700 INDEX MARK\n"


@given(st.lists(st.binary(max_size=40), max_size=40))
def test_no_bytes_make_the_parser_fail(pieces: list[bytes]) -> None:
    parse(*pieces)
