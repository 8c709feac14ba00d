# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd say`: have the daemon speak, or, where there is no session bus, speak in this process."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.audio.playback import play
from kokoro_speechd.audio.wav import WAV_HEADER, WavWriter
from kokoro_speechd.cli.terminal import remote
from kokoro_speechd.cli.terminal.output_file import written_whole
from kokoro_speechd.cli.terminal.voice_check import check_voice
from kokoro_speechd.cli.word_times import WordTimes
from kokoro_speechd.dbus import ERRORS
from kokoro_speechd.dbus.spiel_text import prepare
from kokoro_speechd.errors import (
    BusError,
    EngineError,
    KokoroSpeechdError,
    ModelError,
    sentence_of,
)
from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.rendering.request import SpeakOptions
from kokoro_speechd.settings import Settings, load_settings
from kokoro_speechd.system.messages import _
from kokoro_speechd.text.ssml import parser
from kokoro_speechd.utterance import Audio, Kind, Parameters, Utterance
from kokoro_speechd.voices.selection import Choice, choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class SayRequest:
    """What the command line asks for."""

    text: str
    ssml: bool
    output: str | None  # a file, "-" for stdout, None for the sound device
    marks: str | None  # a file for the times of words
    voice: str | None
    language: str | None
    rate: int | None
    pitch: int | None
    volume: int | None

    def options(self) -> dict[str, Any]:
        """Return what was said on the command line, as the D-Bus interface has it."""
        named = ("voice", "language", "rate", "pitch", "volume")
        found = {name: value for name in named if (value := getattr(self, name)) is not None}
        return found | ({"ssml": True} if self.ssml else {})


def say(request: SayRequest) -> int:
    """Speak, or write the file; return the exit code. Raises KokoroSpeechdError and OSError."""
    times = WordTimes()
    daemon = _daemon_for(request)
    if daemon is None:
        _say_here(request, times)
        code = 0
    else:
        try:
            code = _have_said(daemon, request, times)
        except remote.RemoteError as error:
            if error.name == ERRORS + "InvalidArgument" and request.voice:
                check_voice(request.voice, locate_model().voices())  # the daemon's words are for programs
            raise
    if request.marks is not None:
        times.write(Path(request.marks), request.text)
    return code


def _have_said(daemon: remote.Remote, request: SayRequest, times: WordTimes) -> int:
    if request.output is not None:
        _have_written(daemon, request, request.output, times)
        return 0
    on_word = None if request.marks is None else lambda *word: times.add([word])
    how = daemon.speak(request.text, request.options(), on_word)
    if how == "failed":
        raise remote.RemoteError(
            daemon.properties()["Reason"] or _("it could not be spoken; the log says why")
        )
    return 0 if how == "finished" else 1


def _daemon_for(request: SayRequest) -> remote.Remote | None:
    """Return the daemon; it is not started to write a file, nor where there is no session bus."""
    if request.output is not None:
        return remote.running()
    try:
        return remote.started()
    except BusError:
        return None
    except (EngineError, OSError) as error:
        _note(_("speaking without the daemon: {reason}").format(reason=sentence_of(error)))
        return None


def _have_written(daemon: remote.Remote, request: SayRequest, output: str, times: WordTimes) -> None:
    """Have the daemon write a file; the model may have to be loaded first."""
    if daemon.properties()["State"] != "idle" and sys.stderr.isatty():
        _note(_("the daemon is busy or loads the model ..."))

    def write(descriptor: int) -> None:
        if request.marks is None:
            daemon.synthesize(request.text, request.options(), descriptor)
        else:
            times.add(daemon.synthesize_words(request.text, request.options(), descriptor))

    if output == "-":
        write(sys.stdout.fileno())
        return
    with written_whole(Path(output)) as file:
        write(file.fileno())
        seconds = (os.fstat(file.fileno()).st_size - WAV_HEADER) / 2 / SAMPLE_RATE
    if seconds > 0:  # a pipe has no size
        times.length = seconds
        print(_("{file}: {seconds:.2f} seconds").format(file=output, seconds=seconds))


def _say_here(request: SayRequest, times: WordTimes) -> None:
    settings = load_settings()
    for problem in settings.problems:
        _note(problem)
    parameters = Parameters(
        rate=request.rate or 0,
        pitch=request.pitch or 0,
        volume=100 if request.volume is None else request.volume,
        language=request.language,
        voice=request.voice,
    )
    text = request.text if request.ssml else parser.escape(request.text)
    utterance = Utterance(1, Kind.TEXT, text, parameters)
    place = locate_model(settings)
    voices = place.voices()
    choice = choose(
        parameters, voices, default_voice=settings.default_voice, default_language=settings.default_language
    )
    if request.voice and voices:
        check_voice(request.voice, voices)
    if request.marks is not None:
        prepared = prepare(request.text, choice.language, is_ssml=request.ssml)
        utterance, times.events = replace(utterance, text=prepared.document), prepared.events
    options = SpeakOptions.of(settings)
    utterance = options.loud_enough(utterance)
    chunks: Iterable[bytes] | None = None
    rate, speaker = SAMPLE_RATE, "Kokoro"
    if choice.voice is not None:
        try:
            chunks = _started(_kokoro(utterance, choice, times))
        except (KokoroSpeechdError, ImportError, MemoryError) as error:
            if not settings.espeak_fallback:
                raise
            _note(_("espeak-ng speaks instead of Kokoro: {reason}").format(reason=sentence_of(error)))
    elif place.files is None:
        if not settings.espeak_fallback:
            raise ModelError(place.advice)
        _note(_("espeak-ng speaks, because Kokoro's model is not here.") + f"\n{place.advice}")
    if chunks is None:
        times.words.clear()
        chunks, rate = _espeak(utterance, choice, options, times)
        speaker = "espeak-ng"
    times.length = _deliver(chunks, rate, speaker, request.output, settings)


def _kokoro(utterance: Utterance, choice: Choice, times: WordTimes) -> Iterator[bytes]:
    """Yield int16 samples at SAMPLE_RATE."""
    from kokoro_speechd.rendering.synthesizer import open_synthesizer

    assert choice.voice is not None  # noqa: S101 - the caller's case
    samples = 0
    for item in open_synthesizer().speak(utterance, choice.voice.name, choice.language, lambda: None):
        if isinstance(item, Audio):
            samples += len(item.samples) // 2
            yield item.samples
        else:
            times.mark(item.name, samples / SAMPLE_RATE)


def _started(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Return the same chunks, with the first one made already: what cannot begin fails here."""
    first = next(chunks, b"")

    def everything() -> Iterator[bytes]:
        yield first
        yield from chunks

    return everything()


class _Collector:
    """Takes what espeak-ng says; it is faster than any device."""

    def __init__(self, times: WordTimes) -> None:
        self.chunks: list[bytes] = []
        self.rate = SAMPLE_RATE
        self._times = times
        self._samples = 0

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        self.chunks.append(samples)
        self.rate = sample_rate
        self._samples += len(samples) // 2
        return True

    def mark(self, name: str) -> bool:
        self._times.mark(name, self._samples / self.rate)
        return True


def _espeak(
    utterance: Utterance, choice: Choice, options: SpeakOptions, times: WordTimes
) -> tuple[Iterable[bytes], int]:
    """Return espeak-ng's int16 samples and their rate. Raises EspeakError."""
    from kokoro_speechd.rendering import espeak_voice

    collector = _Collector(times)
    script = espeak_voice.script_for_espeak(utterance, choice.language, writing=options.writing)
    espeak_voice.speak(
        utterance,
        script,
        choice.language,
        collector,
        variant=choice.espeak_variant,
        fastest=options.fastest,
        even=options.even,
    )
    return collector.chunks, collector.rate


def _deliver(
    chunks: Iterable[bytes], rate: int, speaker: str, output: str | None, settings: Settings
) -> float | None:
    """Play samples or write them; return how many seconds were written."""
    if output is None:
        play(chunks, rate, device=settings.output_device, latency=settings.latency_ms / 1000)
        return None
    with ExitStack() as stack:
        file: BinaryIO = sys.stdout.buffer
        if output != "-":
            file = stack.enter_context(written_whole(Path(output)))
        writer = stack.enter_context(WavWriter(file, rate))
        for samples in chunks:
            writer.write(samples)
    if output != "-":
        text = _("{file}: {seconds:.2f} seconds, spoken by {speaker}")
        print(text.format(file=output, seconds=writer.seconds, speaker=speaker))
    return writer.seconds


def _note(message: str) -> None:
    print(f"kokoro-speechd: {message}", file=sys.stderr)
