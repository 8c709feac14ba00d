# SPDX-License-Identifier: GPL-3.0-or-later
"""What is fuzzed: a function for each thing that reads foreign bytes, with what must hold whatever they are.

Each takes bytes and returns nothing; an AssertionError or any other exception is a find.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import cast

from kokoro_speechd.errors import MessageError, ModelError, VoiceError
from kokoro_speechd.ipc.protocol import MAX_HEADER, MAX_PAYLOAD, Connection, Message, encode
from kokoro_speechd.pronunciations.entries import parse as parse_pronunciations
from kokoro_speechd.pronunciations.entries import parse_line, write_line
from kokoro_speechd.rendering.espeak_ssml import to_espeak_ssml
from kokoro_speechd.settings import Settings
from kokoro_speechd.settings import parse as parse_settings
from kokoro_speechd.speechd import wire
from kokoro_speechd.speechd.dotconf import parse as parse_dotconf
from kokoro_speechd.synthesis.conversion.export_file import published_config
from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.naming.modes import Modes
from kokoro_speechd.text.phonemizers.spoken_form import spoken_form
from kokoro_speechd.text.runs import runs_of
from kokoro_speechd.text.script import Script
from kokoro_speechd.text.ssml import parser as ssml
from kokoro_speechd.utterance import Kind, Parameters
from tests.module_driver import unstuff

_PROBLEM = re.compile(r"file:\d+: .", re.DOTALL)
_LANGUAGES = tuple(LANGUAGES)
_KINDS = tuple(Kind)


def wire_input(data: bytes) -> None:
    """The server's bytes, in pieces of a size that the first byte gives."""
    size = 1 + data[0] if data else 1
    parser, whole = wire.InputParser(), wire.InputParser()
    pieces = [item for start in range(0, len(data), size) for item in parser.feed(data[start : start + size])]
    assert pieces == list(whole.feed(data))
    parameters = Parameters()
    for item in pieces:
        if not isinstance(item, wire.Body):
            continue
        assert len(item.text) <= wire.MAX_BODY
        parameters, _refused = wire.apply_settings(parameters, item.lines)
        wire.settings_of(item.lines)
        name = wire.mark(item.text)
        assert name.count(b"\n") == 2
    for number in (parameters.rate, parameters.pitch, parameters.pitch_range, parameters.volume):
        assert -100 <= number <= 100
    samples = data[: len(data) & ~1]
    if samples:
        block = wire.audio(samples, 24_000)
        stuffed = block.partition(b"\0")[2].removesuffix(b"\n705 AUDIO\n")
        assert b"\n" not in stuffed
        assert unstuff(stuffed) == samples


def ssml_document(data: bytes) -> None:
    """A document of any form becomes a script, and espeak-ng's document of it is well-formed."""
    text = data.decode("utf-8", "replace")
    script = ssml.scan(text)
    assert len(script.text) <= 2 * len(text)
    for offsets in (
        [mark.offset for mark in script.marks],
        [place for span in script.spans for place in (span.start, span.end)],
        [pause.offset for pause in script.breaks],
    ):
        assert offsets == sorted(offsets)
        assert all(0 <= offset <= len(script.text) for offset in offsets)
    assert all(0 < pause.seconds <= 60 for pause in script.breaks)
    runs = list(runs_of(script, lambda attributes: attributes.voice))
    assert "".join(script.text[run.start : run.end] for run in runs) == script.text
    assert ssml.scan(ssml.escape(script.text)).text == script.text
    for start in (0, len(script.text) // 2):
        document, names = to_espeak_ssml(script, start)
        root = ET.fromstring(document)  # noqa: S314 - of our own making, which is what is tested
        assert [mark.get("name") for mark in root.iter("mark")] == [
            str(number) for number in range(len(names))
        ]


class _Bytes:
    """Of a socket only what a receiver uses."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, mode: str, buffering: int) -> io.BufferedReader:
        return cast("io.BufferedReader", io.BytesIO(self._data))


def messages(data: bytes) -> None:
    """The bytes of a connection, up to its end or the first frame that breaks the rules."""
    connection = Connection(_Bytes(data))  # type: ignore[arg-type]
    with contextlib.suppress(MessageError):
        while (message := connection.receive()) is not None:
            assert len(message.payload) <= MAX_PAYLOAD
            for read in (message.integer, message.string):
                for name in ("generation", "reason"):
                    with contextlib.suppress(MessageError):
                        read(name)
            again = encode(Message(message.type, {**message.fields}, message.payload))
            copy = Connection(_Bytes(again)).receive()  # type: ignore[arg-type]
            assert copy is not None
            assert (copy.type, copy.payload) == (message.type, message.payload)
            assert len(again) <= MAX_HEADER + MAX_PAYLOAD


def settings_file(data: bytes) -> None:
    """A config.toml: what can be used is, everything else is named with its line."""
    values, problems = parse_settings(data, "file")
    replace(Settings(), **values)
    assert all(_PROBLEM.match(problem) for problem in problems)


def dotconf_file(data: bytes) -> None:
    """A kokoro.conf, likewise."""
    config = parse_dotconf(data.decode("utf-8", "replace"), "file")
    assert all(_PROBLEM.match(problem) for problem in config.problems)
    assert all(added.language and added.voice for added in config.added)


def normalizing(data: bytes) -> None:
    """A text in a language and in modes that the first two bytes give: every character keeps its place."""
    if len(data) < 2:
        return
    language, mode, text = _LANGUAGES[data[0] % len(_LANGUAGES)], data[1], data[2:].decode("utf-8", "replace")
    modes = Modes(
        _KINDS[mode % 4] if mode & 4 else Kind.TEXT,
        ("none", "some", "most", "all")[mode >> 3 & 3],
        spelling=mode >> 5 == 1,
        capitals=("none", "spell", "icon")[mode >> 6 if mode < 0xC0 else 0],
    )
    mapped = spoken_form(text, language, modes)
    assert len(mapped.origins) == len(mapped.text)
    assert all(before <= after for before, after in pairwise(mapped.origins))
    assert all(0 <= origin <= len(text) for origin in mapped.origins)
    script = Script(text)
    marks = modes.with_capital_sounds(script).marks
    assert all(0 <= mark.offset <= len(text) for mark in marks)


def pronunciations_file(data: bytes) -> None:
    """A user's list of pronunciations, likewise; what was read is written so that it is read again."""
    entries, problems = parse_pronunciations(data, "file")
    assert all(problem.startswith("file:") for problem in problems)
    for _line, entry in entries:
        assert parse_line(write_line(entry)) == entry


def model_file(data: bytes) -> None:
    """A voice and a configuration: read, or refused with the file's name; nothing else is raised."""
    from kokoro_speechd.synthesis.files.model_config import check_config
    from kokoro_speechd.synthesis.voice.voice_pack import load_voice

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.pt"
        path.write_bytes(data)
        with contextlib.suppress(VoiceError, ModelError):
            load_voice(path)
        assert all("file.pt" in problem for problem in check_config(path))


def export_file(data: bytes) -> None:
    """An ONNX file: every constant that can be computed is, or it is refused; nothing else is raised."""
    from kokoro_speechd.synthesis.conversion.kokoro_graph import checkpoint_of
    from kokoro_speechd.synthesis.conversion.onnx_graph import Graph

    graph = None
    with contextlib.suppress(ModelError):
        graph = Graph(data, "file.onnx")
    if graph is None:
        return
    for name in [
        *(name for name, _ in graph.names()),
        *(each for node in graph.nodes for each in node.outputs),
    ]:
        with contextlib.suppress(ModelError):
            graph.constant(name)
    with contextlib.suppress(ModelError):
        checkpoint_of(graph, json.loads(published_config()))


def voice_archive(data: bytes) -> None:
    """An archive of numpy arrays, and the same bytes as a raw voice."""
    from kokoro_speechd.synthesis.conversion.raw_voices import archived_voices, raw_voice

    with contextlib.suppress(VoiceError):
        for name, styles in archived_voices(data, "voices-v1.0.bin"):
            assert "/" not in name
            assert styles.shape == (510, 1, 256)
    with contextlib.suppress(VoiceError):
        raw_voice(data, "af_x.bin")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "wire": wire_input,
    "ssml": ssml_document,
    "frames": messages,
    "settings": settings_file,
    "dotconf": dotconf_file,
    "normalizing": normalizing,
    "pronunciations": pronunciations_file,
    "model": model_file,
    "export": export_file,
    "voices": voice_archive,
}

# What mutations put in: each target's own words.
WORDS: dict[str, tuple[bytes, ...]] = {
    "wire": (
        b"SPEAK\n",
        b"\n.\n",
        b"..",
        b"SET\n",
        b"LIST VOICES ",
        b"rate=",
        b"NULL",
        b"\r\n",
        b"=",
        b"-101",
    ),
    "ssml": (
        b"<mark name='",
        b"/>",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"<?",
        b"&#x",
        b"&amp;",
        b";",
        b'"',
        b"<speak>",
        b"</",
        b"3 .14",
        "\u200d\ufffe".encode(),
    ),
    "frames": (b'{"type":"', b'","length":', b"}\n", b"4194304", b"-1", b"1e999", b"NaN", b"[", b"\\ud800"),
    "settings": (
        b"[model]\n",
        b"[speech]\n",
        b"[daemon]\n",
        b"threads = ",
        b'"auto"',
        b"-1",
        b"1e400",
        b"nan",
        b'"""',
        b"'''",
        b"[[",
        b"~/",
        b"\\u0000",
        b"model_path = ",
    ),
    "dotconf": (b"AddVoice ", b"DefaultVoice ", b"Debug ", b'"', b"'", b"\\", b"#", b"en", b"MALE1"),
    "normalizing": (
        b"3.14",
        b"1,000",
        b"$5",
        b"12:30",
        b"1/2/2020",
        b"%",
        b"km",
        b"VIII",
        b"http://",
        b"@",
        b"+49 ",
        b"99999999999999999999",
        b"-",
        b"\xc2\xb2",
        b"\xe2\x82\xac",
        "\u0663\u0967\u4e03".encode(),
        b" ",
    ),
    "pronunciations": (b"[", b"]", b"=", b"/", b"\t", b"en", b"\xc9\x99", b"#", b'"', b"*", b"\r\n"),
    "export": (
        b"MatMul",
        b"Transpose",
        b"Conv",
        b"/LSTM",
        b"_quantized",
        b"_scale",
        b"\x08\x01",
        b"\xff\xff\x03",
        b"\x0a",
    ),
    "voices": (
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\x93NUMPY",
        b"'<f4'",
        b"'O'",
        b"(510, 1, 256)",
        b"-1",
        b"\xff\xff\xff\xff",
    ),
    "model": (b"PK\x03\x04", b"\x80\x02", b"ctorch\n", b"PK\x05\x06", b"\xff\xff\xff\xff", b"{", b"}"),
}
