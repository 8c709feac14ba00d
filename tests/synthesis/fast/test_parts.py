# SPDX-License-Identifier: GPL-3.0-or-later
"""Each part of the fast engine against torch's own operator, or upstream's module, in float64."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from torch.nn import functional

from kokoro_speechd.synthesis.fast.block_convolution import BlockConvolution
from kokoro_speechd.synthesis.fast.buffers import Buffers, scratch
from kokoro_speechd.synthesis.fast.harmonic_source import HarmonicSource
from kokoro_speechd.synthesis.fast.inverse_stft import InverseStft
from kokoro_speechd.synthesis.fast.kernels import KINDS, kernels_of
from kokoro_speechd.synthesis.fast.layers import TimeConvolution
from kokoro_speechd.synthesis.fast.norms import NormSnake, PhraseNorms, RunningMoments, VoiceNorms, fixed
from kokoro_speechd.synthesis.fast.parallel import Crew
from kokoro_speechd.synthesis.fast.products import Packing, usable
from kokoro_speechd.synthesis.fast.snake_block import SnakeBlock, spans
from kokoro_speechd.synthesis.fast.styles import StyleTable
from kokoro_speechd.synthesis.fast.toom_cook import toom_cook
from kokoro_speechd.synthesis.fast.vocoder import Upsampling
from kokoro_speechd.synthesis.files.checkpoint import Weights
from kokoro_speechd.synthesis.reference.kokoro_model import import_kmodel
from tests.synthesis.fast.parts import snr_db, weights_of

GUARD = 1234.5


@pytest.fixture(autouse=True)
def as_the_engine() -> Iterator[None]:
    """In inference mode as the engine is, whose tensors may lie in the thread's scratch since other tests."""
    torch.manual_seed(5)
    torch.set_num_threads(1)
    with torch.inference_mode():
        yield


def nothing() -> None:
    pass


@pytest.mark.parametrize(("outputs", "taps"), [(6, 3), (6, 7), (6, 6), (2, 3), (1, 1), (4, 4)])
def test_toom_cook_is_a_correlation(outputs: int, taps: int) -> None:
    back, weights, transform = (torch.tensor(part, dtype=torch.float64) for part in toom_cook(outputs, taps))
    inputs = torch.randn(outputs + taps - 1, dtype=torch.float64)
    kernel = torch.randn(taps, dtype=torch.float64)
    ours = back @ ((weights @ kernel) * (transform @ inputs))
    torch.testing.assert_close(ours, inputs.unfold(0, taps, 1) @ kernel, rtol=0, atol=1e-10)


ALL_KERNELS = [found for kind in KINDS if (found := kernels_of(kind)) is not None]
WAYS = [Packing(), *(Packing("compiled", kernels=each, convolutions=True) for each in ALL_KERNELS)]


def way_names(packing: Packing) -> str:
    return packing.kernels.kind if packing.kernels else packing.products


def snake_of(channels: int) -> NormSnake:
    scale, shift = torch.randn(channels), torch.randn(channels) / 2
    return NormSnake((scale, shift), torch.rand(channels) + 0.3)


def convolved(x: torch.Tensor, snake: NormSnake, weight: torch.Tensor, dilation: int) -> torch.Tensor:
    """Return the convolution of snake(x) in float64, with zeros beyond the ends."""
    scale, shift, *_, inverse = snake.coefficients.double()
    y = x.double() * scale + shift
    passed = y + torch.sin(y / inverse).square() * inverse
    side = weight.shape[2] // 2 * dilation
    return functional.conv1d(passed.t()[None], weight.double(), dilation=dilation, padding=side)[0].t()


@pytest.mark.parametrize("packing", WAYS, ids=way_names)
@pytest.mark.parametrize("kernel", [1, 3, 5, 7, 9, 11, 13])
@pytest.mark.parametrize("dilation", [1, 3, 5])
@pytest.mark.parametrize("count", [1, 29, 30, 90, 131])
def test_a_block_convolution_is_a_convolution(
    kernel: int, dilation: int, count: int, packing: Packing
) -> None:
    """Of rows in the midst, and of those at both ends; nothing is read or written beyond what is needed."""
    weight, x, snake = torch.randn(8, 16, kernel), torch.randn(200, 16), snake_of(16)
    convolution = BlockConvolution(weight, dilation, packing)
    expected = convolved(x, snake, weight, dilation)
    for name in ("transformed", "products", "output", "input"):  # what another phrase left is not seen
        scratch.take(name, 200_000).fill_(math.nan)
    for start in (0, 35, 200 - count):
        span = start, start + count
        rows = slice(*span)
        first, last = max(0, start - convolution.reach), min(200, start + count + convolution.reach)
        given = torch.full_like(x, math.nan)
        given[first:last] = x[first:last]
        target = torch.full((200, 8), GUARD)
        convolution(given, snake, target, span, read=(first, last))
        assert snr_db(expected[rows], target[rows]) > 90
        base = torch.randn(200, 8)
        convolution(given, snake, target, span, read=(first, last), base=base)
        assert snr_db(expected[rows] + base[rows], target[rows]) > 90
        result, own = target[rows].clone(), base.clone()
        convolution(given, snake, own, span, read=(first, last), base=own)
        assert torch.equal(own[rows], result)
        target[rows], own[rows] = GUARD, base[rows]
        assert bool((target == GUARD).all())
        assert torch.equal(own, base)


@pytest.mark.parametrize("packing", WAYS[1:], ids=way_names)
@pytest.mark.parametrize("channels", [1, 31, 32, 64, 128, 200, 256])
@pytest.mark.parametrize(("kernel", "dilation"), [(3, 1), (7, 5), (11, 3)])
def test_any_number_of_channels_is_convolved(
    kernel: int, dilation: int, channels: int, packing: Packing
) -> None:
    weight, x, snake = torch.randn(channels, channels, kernel), torch.randn(70, channels), snake_of(channels)
    target = torch.empty(70, channels)
    BlockConvolution(weight, dilation, packing)(x, snake, target, (0, 70), read=(0, 70))
    assert snr_db(convolved(x, snake, weight, dilation), target) > 85


@pytest.mark.parametrize("packing", WAYS, ids=way_names)
@pytest.mark.parametrize("kernel", [1, 3, 7, 11])
@pytest.mark.parametrize("dilation", [1, 5])
@pytest.mark.parametrize("count", [1, 90, 131])
def test_a_block_convolution_of_rounded_factors_is_nearly_one(
    kernel: int, dilation: int, count: int, packing: Packing
) -> None:
    """On processors without bfloat16 too, where torch only takes longer."""
    weight, x, snake = torch.randn(8, 16, kernel), torch.randn(count, 16), snake_of(16)
    convolution = BlockConvolution(weight, dilation, replace(packing, rounded=True))
    target = torch.full((count, 8), math.nan)
    convolution(x, snake, target, (0, count), read=(0, count))
    assert 24 < snr_db(convolved(x, snake, weight, dilation), target) < 80


@pytest.mark.parametrize("packing", [*WAYS, usable()], ids=way_names)
@pytest.mark.parametrize("kernel", [1, 3, 5])
@pytest.mark.parametrize("length", [1, 11, 1000])
@pytest.mark.parametrize("many_rows", [False, True])
def test_a_time_convolution_is_a_convolution(
    length: int, kernel: int, packing: Packing, many_rows: bool
) -> None:
    weight, bias, x = torch.randn(6, 5, kernel), torch.randn(6), torch.randn(length, 5)
    expected = functional.conv1d(x.t()[None], weight, bias, padding=kernel // 2)[0].t()
    with_bias = TimeConvolution(weight, bias, packing, many_rows=many_rows)(x)
    torch.testing.assert_close(with_bias, expected, rtol=1e-4, atol=1e-5)
    without = TimeConvolution(weight, None, packing, many_rows=many_rows)(x)
    torch.testing.assert_close(without, expected - bias, rtol=1e-4, atol=1e-5)


def test_norm_over_time_is_an_instance_norm() -> None:
    x, scale, shift = torch.randn(50, 7) * 3 + 2, torch.randn(7), torch.randn(7)
    expected = functional.instance_norm(x.t()[None], weight=scale, bias=shift)[0].t()
    norms = PhraseNorms([(scale, shift)])
    torch.testing.assert_close(norms.over_time(0, x), expected, rtol=1e-4, atol=1e-5)
    # Constant moments, those of these rows, make the same of them.
    moments = x.mean(0), x.var(0, correction=0)
    constant = VoiceNorms([(scale, shift)], {0: moments})
    torch.testing.assert_close(constant.over_time(0, x), expected, rtol=1e-4, atol=1e-5)
    assert constant.statistics() is None


def test_statistics_of_blocks_are_those_of_the_whole() -> None:
    x = torch.randn(1000, 9) * torch.linspace(0.01, 5, 9) + 100  # a mean far from 0 costs no digits
    statistics = RunningMoments()
    for start, end in ((700, 1000), (0, 333), (333, 700)):
        statistics.measure(start, x[start:end])
    mean, merged = statistics.merged()
    variance = x.double().var(0, correction=0)
    torch.testing.assert_close(mean.double(), x.double().mean(0), rtol=1e-6, atol=0)
    torch.testing.assert_close(merged.double(), variance, rtol=2e-4, atol=0)


@pytest.mark.parametrize("length", [1, 89, 90, 91, 539, 540, 541, 1681, 22441])
def test_spans_cover_every_row_once(length: int) -> None:
    cut = spans(length)
    assert [start for start, _ in cut] == [0, *(end for _, end in cut[:-1])]
    assert cut[-1][1] == length
    assert all((end - start) % 90 == 0 for start, end in cut[:-1])
    assert all(start < end for start, end in cut)
    assert max(end - start for start, end in cut) <= 900


def test_norm_and_snake() -> None:
    x, alpha = torch.randn(40, 6) * 2 + 1, torch.rand(6) + 0.3
    scale, shift = torch.randn(6), torch.randn(6)
    statistics = RunningMoments()
    statistics.measure(0, x)
    ours = torch.empty_like(x)
    snake = NormSnake(fixed((scale, shift), statistics.merged()), alpha)
    snake(x, ours)
    y = functional.instance_norm(x.double().t()[None], weight=scale.double(), bias=shift.double())[0].t()
    assert snr_db(y + torch.sin(alpha * y).square() / alpha, ours) > 110


@pytest.mark.parametrize("packing", WAYS, ids=way_names)
@pytest.mark.parametrize(("kernel", "length"), [(3, 40), (7, 800), (11, 1300)])
def test_a_snake_block_is_upstreams(kernel: int, length: int, packing: Packing) -> None:
    import_kmodel()
    from kokoro.istftnet import AdaINResBlock1

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # upstream's use of weight_norm
        module = AdaINResBlock1(16, kernel, (1, 3, 5), 128)
    for name, parameter in module.named_parameters():
        parameter.data.normal_(std=0.3 if parameter.dim() > 1 else 1.0)
        if ".alpha" in name or name.startswith("alpha"):
            parameter.data.uniform_(0.5, 2)
    style, x = torch.randn(1, 128), torch.randn(length, 16)
    styles = StyleTable()
    block = SnakeBlock(weights_of(module), (1, 3, 5), styles, packing)
    expected = module.double()(x.double().t()[None], style.double())[0].t()
    statistics = RunningMoments()
    for start, end in spans(length):
        statistics.measure(start, x[start:end])
    given, ours = x.clone(), torch.empty_like(x)
    norms = PhraseNorms(styles.of(style))
    Crew().run(block.job(x, statistics, norms, torch.empty_like(x), ours), check=nothing)
    assert torch.equal(x, given)
    assert snr_db(expected, ours + block.bias) > 80
    Crew().run(block.job(x, statistics, norms, torch.empty_like(x), x), check=nothing)
    assert torch.equal(x, ours)


@pytest.mark.parametrize("spare", [(0, 0), (20, 0), (0, 200), (110, 80), (300, 290)])
@pytest.mark.parametrize("packing", WAYS, ids=way_names)
@pytest.mark.parametrize("kernel", [3, 7, 11])
def test_a_snake_block_makes_what_is_needed(kernel: int, spare: tuple[int, int], packing: Packing) -> None:
    """What is spared is never read: here it is no number."""
    tensors: dict[str, torch.Tensor] = {}
    for layer in range(3):
        for side in ("1", "2"):
            tensors[f"convs{side}.{layer}.weight_v"] = torch.randn(8, 8, kernel)
            tensors[f"convs{side}.{layer}.weight_g"] = torch.rand(8, 1, 1) + 0.5
            tensors[f"convs{side}.{layer}.bias"] = torch.zeros(8)
            tensors[f"alpha{side}.{layer}"] = torch.rand(1, 8, 1) + 0.5
            tensors[f"adain{side}.{layer}.fc.weight"] = torch.zeros(16, 128)
            tensors[f"adain{side}.{layer}.fc.bias"] = torch.randn(16) / 4
    styles = StyleTable()
    block = SnakeBlock(Weights(tensors), (1, 3, 5), styles, packing)
    x = torch.randn(700, 8)
    moments = {number: (torch.zeros(8), torch.ones(8)) for number in range(6)}
    whole, part = torch.empty_like(x), torch.full_like(x, math.nan)
    norms = VoiceNorms(styles.of(torch.zeros(1, 128)), moments)
    Crew().run(block.job(x, None, norms, torch.empty_like(x), whole), check=nothing)
    between = torch.full_like(x, math.nan)
    Crew().run(block.job(x, None, norms, between, part, spare=spare), check=nothing)
    needed = slice(spare[0], len(x) - spare[1])
    assert snr_db(whole[needed], part[needed]) > 85
    # Each of the six convolutions leaves out what no later one reads.
    assert bool(between[: max(0, spare[0] - block.reach)].isnan().all())
    assert bool(between[len(x) - max(0, spare[1] - block.reach) :].isnan().all())


@pytest.mark.parametrize("packing", WAYS, ids=way_names)
@pytest.mark.parametrize(("stride", "length"), [(10, 1), (10, 28), (6, 1), (6, 300)])
def test_an_upsampling_is_a_transposed_convolution(stride: int, length: int, packing: Packing) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = torch.nn.utils.weight_norm(
            torch.nn.ConvTranspose1d(12, 5, 2 * stride, stride, padding=stride // 2)
        )
    owner = torch.nn.Module()
    owner.up = module
    extra, x = torch.randn(5), torch.randn(length, 12)
    out = torch.full(((length + 1) * stride, 5), math.nan)
    Crew().run(Upsampling(weights_of(owner), "up", stride, extra, packing).job(x, out), check=nothing)
    expected = module(x.t()[None])[0].t() + extra
    cut = out[stride // 2 : stride // 2 + length * stride]
    torch.testing.assert_close(cut, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("frames", [3, 4, 7, 61])
def test_the_inverse_stft_is_torchs(frames: int) -> None:
    rows = torch.randn(frames, 22)
    spectrum = torch.polar(rows[:, :11].exp(), rows[:, 11:].sin()).t()
    expected = torch.istft(spectrum[None], 20, 5, 20, window=torch.hann_window(20))[0]
    torch.testing.assert_close(InverseStft(20)(rows), expected, rtol=1e-4, atol=1e-5)


class TestHarmonicSource:
    @pytest.fixture
    def module(self) -> torch.nn.Module:
        import_kmodel()
        from kokoro.istftnet import SourceModuleHnNSF

        owner = torch.nn.Module()
        owner.m_source = SourceModuleHnNSF(24_000, 300, harmonic_num=8, voiced_threshod=10)
        return owner

    def test_upstreams_noise_gives_upstreams_numbers(self, module: torch.nn.Module) -> None:
        f0 = torch.cat([torch.zeros(7), torch.rand(20) * 300 + 20, torch.full((5,), 9.9)])
        torch.manual_seed(1)
        held = f0.repeat_interleave(300)[None, :, None]
        expected = module.m_source(held)[0].view(-1)
        torch.manual_seed(1)
        ours = HarmonicSource(weights_of(module), 5, upstream_noise=True).wave(f0)
        assert torch.equal(ours, expected)

    @pytest.mark.parametrize("hertz", [0.0, 150.0])
    def test_one_noise_has_the_distribution_of_nine(self, module: torch.nn.Module, hertz: float) -> None:
        f0 = torch.full((400,), hertz)
        theirs, ours = (
            HarmonicSource(weights_of(module), 5, upstream_noise=upstream).wave(f0).atanh()
            for upstream in (True, False)
        )
        # Without the tone, which is the same, and the bias: 120 000 samples tell 2 % of a deviation for sure.
        silent = HarmonicSource(weights_of(module), 5)
        silent._noise_scale = 0.0
        tone = silent.wave(f0).atanh()
        for moment in (2, 4):
            powers = [float((wave - tone).pow(moment).mean()) for wave in (theirs, ours)]
            assert powers[0] == pytest.approx(powers[1], rel=0.06)
        assert abs(float((ours - tone).mean())) < 4 * float((ours - tone).std()) / math.sqrt(len(ours))


def test_buffers_keep_what_is_small() -> None:
    buffers = Buffers()
    first = buffers.take("a", 100, 8)
    assert buffers.take("a", 50, 8).data_ptr() == first.data_ptr()
    assert buffers.take("b", 100, 8).data_ptr() != first.data_ptr()
    assert buffers.take("a", 1_000_000, 8).shape == (1_000_000, 8)
    assert buffers.take("a", 100, 8).data_ptr() == first.data_ptr()
