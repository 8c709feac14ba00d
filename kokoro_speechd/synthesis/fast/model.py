# SPDX-License-Identifier: GPL-3.0-or-later
"""Kokoro's forward pass written for CPUs: upstream's values, up to rounding, in less than half its time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import torch

from kokoro_speechd.synthesis.fast.buffers import Buffers
from kokoro_speechd.synthesis.fast.choice import packing
from kokoro_speechd.synthesis.fast.decoder import CUT, Decoder
from kokoro_speechd.synthesis.fast.harmonic_source import HarmonicSource
from kokoro_speechd.synthesis.fast.norms import Norms, PhraseNorms, RecordingNorms, VoiceNorms
from kokoro_speechd.synthesis.fast.parallel import Crew, Job
from kokoro_speechd.synthesis.fast.styles import Affine, StyleTable
from kokoro_speechd.synthesis.fast.text_side import TextSide
from kokoro_speechd.synthesis.fast.vocoder import Vocoder
from kokoro_speechd.synthesis.files.architecture import STYLE_SIZE
from kokoro_speechd.synthesis.files.calibration_result import Precision, Products
from kokoro_speechd.synthesis.files.checkpoint import load_weights
from kokoro_speechd.synthesis.files.model_files import ModelFiles
from kokoro_speechd.synthesis.files.weights_sketch import WeightsSketch, sketch_of
from kokoro_speechd.synthesis.phrase.pace import Pace
from kokoro_speechd.synthesis.phrase.prosody import FRAME_SAMPLES, Check, Pacing, Prosody
from kokoro_speechd.synthesis.phrase.windows import Span, Window, growing, windows
from kokoro_speechd.synthesis.voice.voice_statistics import Moments, VoiceStatistics

_Part = TypeVar("_Part")


def _nothing() -> None:
    pass


def _inferring(build: Callable[[], _Part]) -> _Part:
    """Build a part as one of inference: that is a matter of each thread."""
    with torch.inference_mode():
        return build()


@dataclass(slots=True, eq=False)
class _Begun:
    """A phrase that is being rendered: what all of its windows need.

    `spectrum` returns the harmonic source for F0's values [start, end).
    """

    phrase: Prosody
    norms: Norms
    spectrum: Callable[[int, int], torch.Tensor]


class FastModel:
    """The same two steps as `ReferenceModel`. For one thread; on the CPU.

    That thread may render another phrase within a `check` of its own: each has buffers to itself.

    `workers` threads share the work; each should have one thread inside torch (`torch.set_num_threads(1)`).
    The samples do not depend on their number. `upstream_noise` draws the vocoder's noise exactly as upstream
    does, which is slower, for comparisons.
    """

    def __init__(
        self,
        files: ModelFiles,
        *,
        workers: int = 1,
        upstream_noise: bool = False,
        products: Products | None = None,
        precision: Precision = "float32",
    ) -> None:
        """Load the model; `products` and `precision`: see `choice.packing`. Raises ModelError."""
        weights, config = load_weights(files)
        net = config["istftnet"]
        self.vocab: dict[str, int] = config["vocab"]
        own = packing(products, precision)
        self.products = own.products
        self.precision: Precision = "bfloat16" if own.rounded else "float32"
        self._crew = Crew(workers)
        self._rooms: list[Buffers] = []
        self._depth = 0  # of renderings in the midst of each other
        self._pace = Pace()
        self._styles = StyleTable()
        decoder = weights.below("decoder")
        generator = decoder.below("generator")
        # Side by side, since each mostly copies memory; the vocoder takes as long as the other two.
        with ThreadPoolExecutor(1, initializer=torch.set_num_threads, initargs=(1,)) as beside:
            vocoder = beside.submit(_inferring, lambda: Vocoder(generator, net, self._styles, own))
            with torch.inference_mode():
                self._text = TextSide(weights, config, own)
                self._decoder = Decoder(decoder, self._styles, own)
                hop = net["gen_istft_hop_size"]
                self._source = HarmonicSource(generator, hop, upstream_noise=upstream_noise)
            self._sketch = sketch_of(weights)
        self._vocoder = vocoder.result()

    @property
    def norms(self) -> dict[str, int]:
        """The norms of decoder and vocoder by name, with their channels."""
        return self._styles.channels()

    @property
    def sketch(self) -> WeightsSketch | None:
        """See `WindowedModel`."""
        return self._sketch

    @property
    def cost(self) -> float | None:
        """See `SpeechModel`."""
        return self._pace.cost

    def prosody(
        self,
        tokens: torch.Tensor,
        style: torch.Tensor,
        *,
        speed: float | torch.Tensor = 1.0,
        pace: Pacing = None,
        check: Check = _nothing,
    ) -> Prosody:
        """Return a phrase's prosody; see `forward.prosody`.

        `check` is called between layers, from any of the workers; what it raises ends the work.
        """
        with torch.inference_mode():
            speaking, row = style[:, STYLE_SIZE:], tokens[0]
            (hidden, durations), features = self._crew.gather(
                self._text.durations(row, speaking, speed, self._crew.workers),
                self._text.features(row),
                check=check,
            )
            if pace is not None:
                durations = pace(durations)
            # Upstream multiplies by a matrix of zeros and ones that repeats each token for its frames.
            places = torch.repeat_interleave(torch.arange(len(row)), durations)
            (shared,) = self._crew.gather(self._text.shared(hidden[places]), check=check)
            f0, energy = self._crew.gather(*self._text.curves(shared, speaking, check), check=check)
            return Prosody(durations, f0[None], energy[None], features[places].t()[None])

    def render(self, phrase: Prosody, style: torch.Tensor, *, check: Check = _nothing) -> torch.Tensor:
        """Return the samples, float32 [600 · frames], with the statistics of the phrase as upstream's."""
        return self._whole(phrase, PhraseNorms(self._affines(style)), check)

    def measure(self, phrase: Prosody, style: torch.Tensor, *, check: Check = _nothing) -> dict[str, Moments]:
        """Render a phrase with statistics of its own, and return these by the name of their norm."""
        norms = RecordingNorms(self._affines(style))
        self._whole(phrase, norms, check)
        return {self._styles.names[number]: moments for number, moments in norms.moments.items()}

    def render_windows(
        self,
        phrase: Prosody,
        style: torch.Tensor,
        span: Span,
        statistics: VoiceStatistics,
        *,
        buffered_seconds: Callable[[], float] | None = None,
        speedup: float = 1.0,
        check: Check = _nothing,
    ) -> Iterator[torch.Tensor]:
        """Yield the samples of frames [start, end) in pieces, each as soon as it is made; see `SpeechModel`.

        Between two of them the model may render another phrase.
        """
        with torch.inference_mode():
            norms = self._voice_norms(phrase, style, statistics)
            begun = _Begun(phrase, norms, self._source.excitation(phrase.f0[0]).spectrum)
        sizes = growing() if buffered_seconds is None else self._pace.sizes(buffered_seconds, speedup)
        for window in windows(span, phrase.features.shape[2], sizes):
            began = time.perf_counter()
            with torch.inference_mode(), self._room() as buffers:
                samples = self._render(buffers, begun, window, check)
                first = window.stages[1][0]
                piece = samples[(window.start - first) * FRAME_SAMPLES : (window.end - first) * FRAME_SAMPLES]
            self._pace.measured(window, time.perf_counter() - began)
            yield piece

    def _affines(self, style: torch.Tensor) -> list[Affine]:
        with torch.inference_mode():
            return self._styles.of(style[:, :STYLE_SIZE])

    def _voice_norms(self, phrase: Prosody, style: torch.Tensor, statistics: VoiceStatistics) -> Norms:
        moments = statistics.moments(phrase.durations)
        return VoiceNorms(
            self._affines(style),
            {number: moments[name] for number, name in enumerate(self._styles.names) if name in moments},
        )

    def _whole(self, phrase: Prosody, norms: Norms, check: Check) -> torch.Tensor:
        with torch.inference_mode(), self._room() as buffers:
            spectrum = self._source.spectrum(self._source.wave(phrase.f0[0]))
            whole = (0, phrase.features.shape[2])
            window = Window(*whole, whole, (whole, whole))
            return self._render(buffers, _Begun(phrase, norms, lambda *_: spectrum), window, check)

    def _render(self, buffers: Buffers, begun: _Begun, window: Window, check: Check) -> torch.Tensor:
        """Return the samples of the last stage's span of a window."""
        norms = begun.norms
        spectra = [begun.spectrum(2 * start, 2 * end) for start, end in window.stages]
        low: list[torch.Tensor] = []
        sources: list[torch.Tensor] = []
        (start, end), frames = window.decoder, begun.phrase.features.shape[2]
        goes_on = start > 0, end < frames
        decoded = start + CUT * goes_on[0], end - CUT * goes_on[1]
        spans = (decoded, *window.stages, (window.start, window.end))
        cuts = [(2 * (inner[0] - around[0]), 2 * (around[1] - inner[1])) for around, inner in pairwise(spans)]
        self._crew.run(
            self._decode(begun, window.decoder, goes_on, low, check),
            self._vocoder.source_job(buffers, spectra, norms, sources, cuts=cuts),
            check=check,
        )
        return self._vocoder.run(self._crew, buffers, low[0], sources, norms, check=check, cuts=cuts)

    def _decode(
        self,
        begun: _Begun,
        span: Span,
        goes_on: tuple[bool, bool],
        out: list[torch.Tensor],
        check: Check,
    ) -> Job:
        """Append the decoder's result for frames [start, end) to `out`."""
        phrase, (start, end) = begun.phrase, span
        features = phrase.features[0, :, start:end].t().contiguous()
        f0, energy = (curve[0, 2 * start : 2 * end] for curve in (phrase.f0, phrase.energy))
        yield [lambda: out.append(self._decoder(features, f0, energy, begun.norms, check, goes_on=goes_on))]

    @contextmanager
    def _room(self) -> Iterator[Buffers]:
        """Yield buffers that nothing else uses now."""
        if self._depth == len(self._rooms):
            self._rooms.append(Buffers())
        self._depth += 1
        try:
            yield self._rooms[self._depth - 1]
        finally:
            self._depth -= 1

    def set_threads(self, threads: int) -> None:
        """Share the work among so many."""
        if threads != self._crew.workers:
            self._crew.close()
            self._crew = Crew(threads)

    def close(self) -> None:
        """End the threads."""
        self._crew.close()
