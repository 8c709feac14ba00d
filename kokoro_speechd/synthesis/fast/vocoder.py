# SPDX-License-Identifier: GPL-3.0-or-later
"""The generator: 512 channels at 80 Hz and a harmonic source to samples, in stages that each raise the rate.

Source: `istftnet.Generator` of kokoro 0.9.4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional

from kokoro_speechd.synthesis.fast.buffers import Buffers
from kokoro_speechd.synthesis.fast.inverse_stft import InverseStft
from kokoro_speechd.synthesis.fast.norms import Norms, RunningMoments
from kokoro_speechd.synthesis.fast.parallel import Crew, Job
from kokoro_speechd.synthesis.fast.products import Packing, adding, product
from kokoro_speechd.synthesis.fast.snake_block import SnakeBlock, spans
from kokoro_speechd.synthesis.fast.styles import StyleTable
from kokoro_speechd.synthesis.files.architecture import NOISE_DILATIONS
from kokoro_speechd.synthesis.files.checkpoint import Weights
from kokoro_speechd.synthesis.phrase.prosody import Check
from kokoro_speechd.synthesis.phrase.windows import Span

_SLOPE = 0.1
_AROUND_LAST = 10  # rows of the last stage that a heard sample may need: a kernel of 7, the inverse STFT
_WHOLE = ((0, 0), (0, 0), (0, 0))  # cuts: nothing
_LAST_SLOPE = 0.01  # leaky_relu's default, which upstream uses before its last convolution


class Upsampling:
    """A transposed convolution with stride s, kernel 2s and padding s / 2, as two products.

    Each input row makes 2s output rows, s of which meet those of the next one. So, before the padding is cut,
    the s rows of step t are x[t] · W₀ + x[t - 1] · W₁, with W₀ the kernel's first half and W₁ its second one,
    laid out [inputs, s · outputs]: two matrix products that add in place, and no overlap.
    """

    def __init__(
        self, weights: Weights, name: str, stride: int, extra_bias: torch.Tensor, packing: Packing
    ) -> None:
        """Take the weights; `packing`: see `products.adding`."""
        weight = weights.folded(name)  # [inputs, outputs, 2 · stride]
        inputs, self.width, _ = weight.shape
        halves = weight.permute(0, 2, 1).reshape(inputs, 2, -1)
        self._add_now, self._add_before = (adding(halves[:, half], packing.of_vocoder) for half in (0, 1))
        self._bias = (weights.of(f"{name}.bias") + extra_bias).repeat(stride)
        self._stride = stride

    def job(self, x: torch.Tensor, out: torch.Tensor) -> Job:
        """Set `out` [(time + 1) · stride, outputs], the padding not yet cut, for `x` [time, inputs]."""
        steps = out.view(-1, self._stride * self.width)

        def piece(start: int, end: int) -> None:
            """Do the steps before `end`; the last of all has no x of its own, the first none before it."""
            here, own = steps[start:end], min(end, len(x))
            here.copy_(self._bias.expand_as(here))
            self._add_now(here[: own - start], x[start:own])
            late = max(1, start)
            self._add_before(here[late - start :], x[late - 1 : end - 1])

        size = max(16, 720 // self._stride)
        yield [
            lambda start=start: piece(start, min(start + size, len(steps)))  # type: ignore[misc]
            for start in range(0, len(steps), size)
        ]


class Stage:
    """Raise the rate, add the harmonic source, then the mean of the residual blocks."""

    def __init__(
        self, weights: Weights, net: dict[str, Any], number: int, styles: StyleTable, packing: Packing
    ) -> None:
        rates = net["upsample_rates"]
        self.rate: int = rates[number]
        self._is_last = number == len(rates) - 1
        self._step = 1 if self._is_last else math.prod(rates[number + 1 :])
        sizes = net["resblock_kernel_sizes"]
        self._source_weight = (
            weights.of(f"noise_convs.{number}.weight").permute(2, 1, 0).flatten(0, 1).contiguous()
        )
        self._source_bias = weights.of(f"noise_convs.{number}.bias")
        self._source_block = SnakeBlock(
            weights.below(f"noise_res.{number}"), NOISE_DILATIONS, styles, packing
        )
        # The source's result is added to the upsampled rows: its bias can be in theirs.
        self._up = Upsampling(weights, f"ups.{number}", self.rate, self._source_block.bias, packing)
        self.width = self._up.width
        self._blocks = [
            SnakeBlock(weights.below(f"resblocks.{number * len(sizes) + branch}"), dilations, styles, packing)
            for branch, dilations in enumerate(net["resblock_dilation_sizes"])
        ]
        self._bias = torch.stack([block.bias for block in self._blocks]).mean(0)
        self._reach = max(block.reach for block in self._blocks)

    def source_job(
        self, spectrum: torch.Tensor, norms: Norms, between: torch.Tensor, out: torch.Tensor, *, spare: Span
    ) -> Job:
        """Set `out` [rows, channels] to the source's part for its spectrum [time, 22], without its bias.

        Of the stage's rows the first and last `spare` are not needed.

        Its convolution has stride s and kernel 2s with padding s / 2 (rounded up), or width 1 in the last
        stage: one product, of a copy in which windows lie side by side.
        """
        if not self._is_last:
            side = (self._step + 1) // 2
            padded = functional.pad(spectrum, (0, 0, side, side))
            width = spectrum.shape[1]
            spectrum = padded.as_strided((len(out), 2 * self._step * width), (self._step * width, 1))
        torch.addmm(self._source_bias, spectrum, self._source_weight, out=out)
        statistics = norms.statistics()
        if statistics is not None:
            yield [
                lambda start=start, end=end: statistics.measure(start, out[start:end])  # type: ignore[misc]
                for start, end in spans(len(out))
            ]
        before, behind = (max(0, rows - self._reach) for rows in spare)
        yield from self._source_block.job(out, statistics, norms, between, out, spare=(before, behind))

    def run(
        self,
        crew: Crew,
        buffers: Buffers,
        x: torch.Tensor,
        source: torch.Tensor,
        norms: Norms,
        *,
        slope: float,
        spare: Span,
        check: Check,
    ) -> torch.Tensor:
        """Return the rows for `x` [time, channels], through the leaky ReLU of what comes next.

        `x` has passed its own leaky ReLU; `source` is what `source_job` made, and takes the result. The first
        and last `spare` rows are not needed, and zeros.
        """
        raised = buffers.take("raised", (len(x) + 1) * self.rate, self.width)
        crew.run(self._up.job(x, raised), check=check)
        cut, rows = self.rate // 2, len(source)
        if self._is_last:  # upstream pads by reflection: the row before the first is the one behind it
            raised[cut - 1] = raised[cut + 1]
            cut -= 1
        joined = raised[cut : cut + rows]
        statistics = norms.statistics()
        crew.run(self._join_job(joined, source, statistics), check=check)
        outs = [source]
        jobs = []
        for branch, block in enumerate(self._blocks):
            # One after the other they can share their room, and the last one may overwrite what all read.
            alone = crew.workers == 1
            if branch:
                outs.append(
                    joined
                    if alone and block is self._blocks[-1]
                    else buffers.take(f"out {branch}", rows, self.width)
                )
            between = buffers.take("between" if alone else f"between {branch}", rows, self.width)
            jobs.append(block.job(joined, statistics, norms, between, outs[-1], spare=spare))
        crew.run(*jobs, check=check)
        crew.run(self._mean_job([out[spare[0] : rows - spare[1]] for out in outs], slope), check=check)
        source[: spare[0]] = 0
        source[rows - spare[1] :] = 0
        return source

    @staticmethod
    def _join_job(x: torch.Tensor, source: torch.Tensor, statistics: RunningMoments | None) -> Job:
        def piece(start: int, end: int) -> None:
            joined = x[start:end].add_(source[start:end])
            if statistics is not None:
                statistics.measure(start, joined)

        yield [lambda span=span: piece(*span) for span in spans(len(x))]  # type: ignore[misc]

    def _mean_job(self, outs: list[torch.Tensor], slope: float) -> Job:
        """Set the first of `outs` to leaky_relu(mean + bias)."""

        def piece(start: int, end: int) -> None:
            total = outs[0][start:end]
            for out in outs[1:]:
                total.add_(out[start:end])
            torch.add(self._bias, total, alpha=1 / len(outs), out=total)
            functional.leaky_relu_(total, slope)

        yield [lambda span=span: piece(*span) for span in spans(len(outs[0]))]  # type: ignore[misc]


class Vocoder:
    """Stages, last convolution and inverse STFT."""

    def __init__(self, weights: Weights, net: dict[str, Any], styles: StyleTable, packing: Packing) -> None:
        """Take the weights; `packing`: see `BlockConvolution`."""
        self._stages = [
            Stage(weights, net, number, styles, packing) for number in range(len(net["upsample_rates"]))
        ]
        weight = weights.folded("conv_post")
        self._last, _, self._kernel = weight.shape
        # One product of all taps, then a sum of its shifted parts: 22 columns alone are too narrow for a
        # product.
        taps = weight.permute(2, 0, 1).flatten(0, 1)  # [7 · 22, inputs]
        self._last_product = product(taps, None, packing.of_vocoder.unrounded)
        self._last_bias = weights.of("conv_post.bias")
        self._inverse_stft = InverseStft(net["gen_istft_n_fft"])
        self._rate = math.prod(net["upsample_rates"])

    def source_job(
        self,
        buffers: Buffers,
        spectra: Sequence[torch.Tensor],
        norms: Norms,
        outs: list[torch.Tensor],
        *,
        cuts: Sequence[Span] = _WHOLE,
    ) -> Job:
        """Append each stage's part of the harmonic source to `outs`, for its spectrum [time, 22].

        `cuts`: see `run`.
        """
        rate, spares = 1, self._spares(cuts)
        for number, (stage, spectrum) in enumerate(zip(self._stages, spectra, strict=True)):
            rate *= stage.rate
            rows = (len(spectrum) - 1) // self._rate * rate + int(stage is self._stages[-1])
            out = buffers.take(f"source {number}", rows, stage.width)
            between = buffers.take("between", rows, stage.width)
            yield from stage.source_job(spectrum, norms, between, out, spare=spares[number])
            outs.append(out)

    def run(
        self,
        crew: Crew,
        buffers: Buffers,
        x: torch.Tensor,
        sources: Sequence[torch.Tensor],
        norms: Norms,
        *,
        check: Check,
        cuts: Sequence[Span] = _WHOLE,
    ) -> torch.Tensor:
        """Return samples [300 · time] for `x` [time, 512] at 80 Hz and what `source_job` made in `buffers`.

        `cuts` are the steps of 80 Hz by which each stage's input is cut at both ends, when windows are
        rendered, and at last the steps of the result that are not heard.
        """
        x = functional.leaky_relu(x, _SLOPE)
        rate = 1
        for stage, source, (before, behind), spare in zip(
            self._stages, sources, cuts[:-1], self._spares(cuts), strict=True
        ):
            x = x[before * rate : len(x) - behind * rate]
            rate *= stage.rate
            slope = _LAST_SLOPE if stage is self._stages[-1] else _SLOPE
            x = stage.run(crew, buffers, x, source, norms, slope=slope, spare=spare, check=check)
        rows = buffers.take("rows", len(x), self._last)
        crew.run(self._last_job(x, rows), check=check)
        return self._inverse_stft(rows)

    def _spares(self, cuts: Sequence[Span]) -> list[Span]:
        """Return the first and last rows of each stage's result that are not needed."""
        rate, spares = 1, []
        for stage, (before, behind) in zip(self._stages, cuts[1:], strict=True):
            rate *= stage.rate
            around = _AROUND_LAST if stage is self._stages[-1] else 0
            spares.append((max(0, before * rate - around), max(0, behind * rate - around)))
        return spares

    def _last_job(self, x: torch.Tensor, out: torch.Tensor) -> Job:
        side = self._kernel // 2

        def piece(start: int, end: int) -> None:
            first, last = max(0, start - side), min(len(x), end + side)
            parts = self._last_product(x[first:last])
            here = out[start:end].copy_(self._last_bias.expand(end - start, self._last))
            for tap in range(self._kernel):
                # Row t takes tap j of input row t + j - side, where there is one.
                begin, stop = max(start, first - tap + side), min(end, last - tap + side)
                part = parts[begin + tap - side - first : stop + tap - side - first]
                here[begin - start : stop - start] += part[:, tap * self._last : (tap + 1) * self._last]

        yield [lambda span=span: piece(*span) for span in spans(len(x))]  # type: ignore[misc]
