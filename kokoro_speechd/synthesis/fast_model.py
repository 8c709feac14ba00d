# SPDX-License-Identifier: GPL-3.0-or-later
"""Kokoro's forward pass written for CPUs: upstream's values, up to rounding, in less than half its time."""

from __future__ import annotations

import torch

from kokoro_speechd.synthesis.architecture import STYLE_SIZE
from kokoro_speechd.synthesis.checkpoint import load_weights
from kokoro_speechd.synthesis.decoder import Decoder
from kokoro_speechd.synthesis.forward import Check, Prosody
from kokoro_speechd.synthesis.harmonic_source import HarmonicSource
from kokoro_speechd.synthesis.model_files import ModelFiles
from kokoro_speechd.synthesis.parallel import Crew, Job
from kokoro_speechd.synthesis.styles import Affine, StyleTable
from kokoro_speechd.synthesis.text_side import TextSide
from kokoro_speechd.synthesis.vocoder import Vocoder


def _nothing() -> None:
    pass


class FastModel:
    """The same two steps as `ReferenceModel`. For one thread at a time; on the CPU.

    `workers` threads share the work; each should have one thread inside torch (`torch.set_num_threads(1)`).
    The samples do not depend on their number. `upstream_noise` draws the vocoder's noise exactly as upstream
    does, which is slower, for comparisons.
    """

    def __init__(self, files: ModelFiles, *, workers: int = 1, upstream_noise: bool = False) -> None:
        """Load the model. Raises ModelError."""
        weights, config = load_weights(files)
        net = config["istftnet"]
        self.vocab: dict[str, int] = config["vocab"]
        self._crew = Crew(workers)
        self._styles = StyleTable()
        decoder = weights.below("decoder")
        with torch.inference_mode():
            self._text = TextSide(weights, config)
            self._decoder = Decoder(decoder, self._styles)
            generator = decoder.below("generator")
            self._source = HarmonicSource(generator, net["gen_istft_hop_size"], upstream_noise=upstream_noise)
            self._vocoder = Vocoder(generator, net, self._styles)

    def prosody(
        self,
        tokens: torch.Tensor,
        style: torch.Tensor,
        *,
        speed: float = 1.0,
        edges: tuple[int, int] | None = None,
        check: Check = _nothing,
    ) -> Prosody:
        """Return a phrase's prosody; see `forward.prosody`.

        `check` is called between layers, from any of the workers; what it raises ends the work.
        """
        with torch.inference_mode():
            speaking, row = style[:, STYLE_SIZE:], tokens[0]
            (hidden, durations), features = self._crew.gather(
                lambda: self._text.durations(row, speaking, speed, check),
                lambda: (self._text.features(row, check),) * 2,
                check=check,
            )
            if edges is not None:
                durations[0].clamp_(max=max(1, edges[0]))
                durations[-1].clamp_(max=max(1, edges[1]))
            # Upstream multiplies by a matrix of zeros and ones that repeats each token for its frames.
            places = torch.repeat_interleave(torch.arange(len(row)), durations)
            f0, energy = self._crew.gather(*self._text.curves(hidden[places], speaking, check), check=check)
            return Prosody(durations, f0[None], energy[None], features[0][places].t()[None])

    def render(self, phrase: Prosody, style: torch.Tensor, *, check: Check = _nothing) -> torch.Tensor:
        """Return the samples, float32 [600 · frames]; `check` as in `prosody`."""
        with torch.inference_mode():
            styles = self._styles.of(style[:, :STYLE_SIZE])
            wave = self._source.wave(phrase.f0[0])
            low: list[torch.Tensor] = []
            sources: list[torch.Tensor] = []
            self._crew.run(
                self._decode(phrase, styles, low, check),
                self._vocoder.source_job(self._source.spectrum(wave), styles, sources),
                check=check,
            )
            return self._vocoder.run(self._crew, low[0], sources, styles, check)

    def _decode(self, phrase: Prosody, styles: list[Affine], out: list[torch.Tensor], check: Check) -> Job:
        features = phrase.features[0].t().contiguous()
        yield [lambda: out.append(self._decoder(features, phrase.f0[0], phrase.energy[0], styles, check))]

    def close(self) -> None:
        """End the threads."""
        self._crew.close()
