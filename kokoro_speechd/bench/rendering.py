# SPDX-License-Identifier: GPL-3.0-or-later
"""Both models on the same tokens: whole phrases, and the time to the first sound."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.bench.pairs import Pair, in_turns, seconds
from kokoro_speechd.bench.phrases import phrase
from kokoro_speechd.errors import Cancelled
from kokoro_speechd.rendering.synthesizer import statistics_store
from kokoro_speechd.rendering.utterance_renderer import FIRST_PHRASE, PHRASE
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.files.calibration_result import Precision
from kokoro_speechd.synthesis.files.model_files import ModelFiles
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.statistics_learning import learned
from kokoro_speechd.synthesis.voice.voice_pack import load_voice
from kokoro_speechd.text.phrases import cut
from kokoro_speechd.text.script import Phonemes
from kokoro_speechd.voices.catalogue import discover

if TYPE_CHECKING:
    import torch

_AUDIBLE = 0.01  # of full scale: -40 dB
_UPSTREAM_SILENCE = 0.475  # seconds before upstream's first sound with the real weights
_OUR_SILENCE = 0.020  # what is left of it by the setting edge_silence_ms


class BenchStage:
    """Upstream's KModel and our engine, side by side, with a number of threads each."""

    def __init__(self, files: ModelFiles, threads: int, precision: Precision = "float32") -> None:
        """Load both; `precision` is ours. Raises ModelError, VoiceError."""
        from kokoro_speechd.synthesis.reference.kokoro_model import load_model

        self.files = files
        self.threads = threads
        self.upstream: Any = load_model(files)
        self.engine = Engine(files, threads=threads, precision=precision)
        voice = min((voice for voice in discover(files.voices) if voice.path), key=lambda voice: voice.rank)
        assert voice.path is not None  # noqa: S101 - filtered above
        store = statistics_store(self.engine, files)
        self.voice = learned(self.engine, load_voice(voice.path), voice.language, store)

    def tokens(self, symbols: str) -> torch.Tensor:
        """Return int64 [1, phonemes + 2]."""
        import torch

        return torch.tensor([[0, *(self.upstream.vocab[symbol] for symbol in symbols), 0]])

    def render_theirs(self, symbols: str, speed: float) -> torch.Tensor:
        """Return upstream's samples; torch's threads are given to it for as long as it takes."""
        import torch

        torch.set_num_threads(self.threads)
        try:
            with torch.inference_mode():
                samples: torch.Tensor = self.upstream.forward_with_tokens(
                    self.tokens(symbols), self.voice.style(len(symbols)), speed
                )[0]
            return samples
        finally:
            torch.set_num_threads(1)

    def render_ours(self, symbols: str, speed: float) -> torch.Tensor:
        """Return our samples of the same frames: whole, with all of the silence."""
        style = self.voice.style(len(symbols))
        samples: torch.Tensor = self.engine.model.render(
            self.engine.model.prosody(self.tokens(symbols), style, speed=speed), style
        )
        return samples

    def whole(self, length: int, speed: float, rounds: int) -> tuple[Pair, Pair, float]:
        """Return wall and CPU time of the whole rendering, and the seconds of its sound."""
        symbols = phrase(length)
        sound = self.render_ours(symbols, speed).numel() / SAMPLE_RATE
        self.render_theirs(symbols, speed)
        cpu: list[tuple[float, float]] = []

        def theirs() -> float:
            began = time.process_time()
            wall = seconds(lambda: self.render_theirs(symbols, speed))
            cpu.append((time.process_time() - began, 0.0))
            return wall

        def ours() -> float:
            began = time.process_time()
            wall = seconds(lambda: self.render_ours(symbols, speed))
            cpu[-1] = cpu[-1][0], time.process_time() - began
            return wall

        wall = in_turns(theirs, ours, rounds)
        return wall, Pair(tuple(a for a, _ in cpu), tuple(b for _, b in cpu)), sound

    def threads_beside(self, length: int, rounds: int) -> Pair:
        """Return the wall time of our whole phrase with one thread, and with two."""
        symbols = phrase(length)

        def took(threads: int) -> float:
            self.engine.set_threads(threads)
            return seconds(lambda: self.render_ours(symbols, 1.0))

        took(2)
        return in_turns(lambda: took(1), lambda: took(2), rounds)

    def beside(self, other: Callable[[Any, Any, float], object], length: int, rounds: int) -> Pair:
        """Return the wall time of whole phrases beside another program's; see `peers.load`."""
        symbols = phrase(length)
        tokens, style = self.tokens(symbols), self.voice.style(length)
        other(tokens, style, 1.0)
        self.render_ours(symbols, 1.0)
        return in_turns(
            lambda: seconds(lambda: other(tokens, style, 1.0)),
            lambda: seconds(lambda: self.render_ours(symbols, 1.0)),
            rounds,
        )

    def first_sound(self, length: int, rounds: int, *, silence: bool) -> Pair:
        """Return the time to the first audible sample, upstream's after its whole forward.

        With `silence` both sides' silence before the sound counts, as it is with the real weights.
        """
        symbols = phrase(length)

        def theirs() -> float:
            return seconds(lambda: self.render_theirs(symbols, 1.0)) + _UPSTREAM_SILENCE * silence

        def ours() -> float:
            return self._until_heard(symbols) + _OUR_SILENCE * silence

        ours()
        return in_turns(theirs, ours, rounds)

    def growth(self, short: int, long: int, rounds: int) -> Pair:
        """Return our time to the first audible sample of a short phrase and of a long text."""
        texts = phrase(short), phrase(long)
        for text in texts:
            self._until_heard(text)
        return in_turns(partial(self._until_heard, texts[0]), partial(self._until_heard, texts[1]), rounds)

    def _until_heard(self, symbols: str) -> float:
        """Return our seconds to the first audible sample.

        By the way of an utterance: phrases as the renderer cuts them, windows as the pace allows.
        """
        import numpy as np

        places = tuple(range(len(symbols)))
        phonemes = Phonemes(symbols, places, tuple(place + 1 for place in places))
        first = next(iter(cut(phonemes, PHRASE, first_limit=FIRST_PHRASE))).symbols
        began = time.perf_counter()
        sound = self.engine.begin(PhraseRequest(first, self.voice))
        peak = 0.0
        for piece in sound.pieces(lambda: 0.0):
            came = time.perf_counter() - began
            peak = max(peak, float(np.abs(piece).max()))
            if peak > _AUDIBLE:
                return came
        return time.perf_counter() - began

    def exactness(self, length: int) -> float:
        """Return the SNR in dB of our sound to upstream's with the same prosody, noise and seed."""
        import torch

        from kokoro_speechd.synthesis.fast.model import FastModel
        from kokoro_speechd.synthesis.reference.model import ReferenceModel

        reference, exact = ReferenceModel(self.files), FastModel(self.files, upstream_noise=True)
        tokens, style = self.tokens(phrase(length)), self.voice.style(length)
        prosody = reference.prosody(tokens, style)
        torch.manual_seed(1)
        expected = reference.render(prosody, style).double()
        torch.manual_seed(1)
        error = expected - exact.render(prosody, style).double()
        exact.close()
        ratio = expected.square().sum() / error.square().sum().clamp(min=1e-300)
        return float(10 * torch.log10(ratio))

    def after_stops(self, rounds: int) -> list[tuple[float, float]]:
        """Return the seconds that rendering half a minute of text goes on after a stop, and of CPU."""
        import random
        import threading

        chance = random.Random(1)  # noqa: S311 - moments, not secrets
        used = []
        for _ in range(rounds):
            stopped = threading.Event()

            def check(stopped: threading.Event = stopped) -> None:
                if stopped.is_set():
                    raise Cancelled

            def work(check: Any = check) -> None:
                try:
                    while True:
                        sound = self.engine.begin(PhraseRequest(phrase(PHRASE), self.voice), check=check)
                        for _ in sound.pieces(lambda: 0.0):
                            check()
                except Cancelled:
                    pass

            worker = threading.Thread(target=work)
            worker.start()
            time.sleep(chance.uniform(0.02, 1.5))
            began, before = time.perf_counter(), time.process_time()
            stopped.set()
            worker.join()
            used.append((time.perf_counter() - began, time.process_time() - before))
        return used

    def close(self) -> None:
        """End the engine's threads."""
        self.engine.close()


@contextmanager
def busy_core() -> Iterator[None]:
    """Keep one core busy with another process."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as other:
        try:
            yield
        finally:
            other.kill()
