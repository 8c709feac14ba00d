# SPDX-License-Identifier: GPL-3.0-or-later
"""The compiled kernels, for each kind of vector that this processor has, against torch in float64."""

from __future__ import annotations

import ctypes
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch.nn import functional

from distribution.compile_kernels import LIBRARY, compile_kernels
from kokoro_speechd.synthesis.fast import kernels as module
from kokoro_speechd.synthesis.fast.kernels import KINDS, Kernels, best_kernels, kernels_of
from kokoro_speechd.synthesis.fast.layers import Linear
from kokoro_speechd.synthesis.fast.parallel import done
from kokoro_speechd.synthesis.fast.products import Packing, lstm, product, torch_lstm
from tests.synthesis.fast.parts import snr_db

GUARD = 1234.5


HERE = [kind for kind in KINDS if kernels_of(kind) is not None]


@pytest.fixture(params=HERE)
def kernels(request: pytest.FixtureRequest) -> Kernels:
    torch.manual_seed(7)
    found = kernels_of(request.param)
    assert found is not None
    return found


def test_there_are_some_here() -> None:
    """On a machine with a compiler, as the tests' are: else nothing below would be tested."""
    assert "plain" in HERE
    assert best_kernels() is not None
    assert kernels_of("avx9000") is None


@pytest.mark.parametrize(
    ("inputs", "outputs"), [(1, 1), (3, 31), (255, 16), (256, 33), (257, 154), (768, 2304)]
)
@pytest.mark.parametrize("rows", [0, 1, 2, 5, 6, 7, 11, 12, 13, 75])
def test_a_product(kernels: Kernels, rows: int, inputs: int, outputs: int) -> None:
    weight, bias, x = torch.randn(outputs, inputs), torch.randn(outputs), torch.randn(rows, inputs)
    exact = x.double() @ weight.double().t()
    packing = Packing("compiled", kernels=kernels)
    assert_near(exact + bias, product(weight, bias, packing)(x))
    assert_near(exact, product(weight, None, packing)(x))
    # Rows that lie apart, and transposed ones.
    apart = torch.randn(rows, 2 * inputs)
    assert_near(
        apart[:, :inputs].double() @ weight.double().t(), product(weight, None, packing)(apart[:, :inputs])
    )
    across = torch.randn(inputs, rows).t()
    assert_near(across.double() @ weight.double().t(), product(weight, None, packing)(across))


@pytest.mark.parametrize("pieces", [1, 2, 3, 8])
@pytest.mark.parametrize(("inputs", "outputs"), [(300, 64), (768, 768), (80, 150)])
def test_a_product_in_pieces_is_the_same(kernels: Kernels, inputs: int, outputs: int, pieces: int) -> None:
    weight, x = torch.randn(outputs, inputs), torch.randn(20, inputs)
    for bias in (torch.randn(outputs), None):
        linear = Linear(weight, bias, Packing("compiled", kernels=kernels))
        assert torch.equal(done(linear.work(x, pieces)), linear(x))
        doubled = done(linear.work(x, pieces, lambda part: part.mul_(2)))
        assert torch.equal(doubled, linear(x) * 2)


@pytest.mark.parametrize(("inputs", "outputs"), [(5, 3), (300, 40), (512, 320)])
def test_a_sum_of_products_stays_within_its_rows(kernels: Kernels, inputs: int, outputs: int) -> None:
    weight, x = torch.randn(inputs, outputs), torch.randn(29, inputs)
    room = torch.full((40, outputs + 9), GUARD)
    room[5:34, 4:-5] = 1.0
    kernels.packed(weight).add_to(room[5:34, 4:-5], x)
    assert_near(1 + x.double() @ weight.double(), room[5:34, 4:-5])
    room[5:34, 4:-5] = GUARD
    assert bool((room == GUARD).all())


def test_a_packed_weight_is_needed_no_more(kernels: Kernels) -> None:
    weight, x = torch.randn(30, 40), torch.randn(9, 30)
    packed, expected = kernels.packed(weight), x @ weight
    weight.zero_()
    assert_near(expected, packed.multiply(x, None))


def test_what_is_no_number_stays_in_its_row(kernels: Kernels) -> None:
    weight, x = torch.randn(64, 48), torch.randn(20, 64)
    expected = kernels.packed(weight).multiply(x, None)
    x[7, 3], x[9, 60] = math.nan, math.inf
    result = kernels.packed(weight).multiply(x, None)
    wrong = ~torch.isfinite(result).all(1)
    assert wrong.nonzero().flatten().tolist() == [7, 9]
    assert torch.equal(result[~wrong], expected[~wrong])


@pytest.mark.parametrize("allowed", ["avx512", "avx2", "default", "", "rubbish"])
def test_who_holds_torch_to_narrow_vectors_holds_these(allowed: str) -> None:
    code = "from kokoro_speechd.synthesis.fast.kernels import best_kernels\nprint(best_kernels().kind)"
    kind = subprocess.check_output(
        [sys.executable, "-c", code],
        env={**os.environ, "ATEN_CPU_CAPABILITY": allowed},
        text=True,
        timeout=120,
    ).strip()
    first = {"avx2": 1, "default": 2}.get(allowed, 0)
    assert kind == next(kind for kind in KINDS[first:] if kind in HERE)


def test_without_them_torch_works(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The library is missing, or is another one."""
    try:
        for library in (f"{tmp_path}/none.so", "libc.so.6", str(module.__file__)):
            module._library.cache_clear()
            best_kernels.cache_clear()
            monkeypatch.setattr(module, "LIBRARY", library)
            assert best_kernels() is None
    finally:
        monkeypatch.undo()
        module._library.cache_clear()
        best_kernels.cache_clear()
    assert best_kernels() is not None


def test_a_compiler_that_is_absent_or_fails_is_no_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = (tmp_path / LIBRARY).parent
    folder.mkdir(parents=True)
    for compiler in ("no-such-compiler", "false"):
        monkeypatch.setenv("CC", compiler)
        (tmp_path / LIBRARY).write_bytes(b"of an older source")
        assert not compile_kernels(tmp_path)
        assert not (tmp_path / LIBRARY).exists()
        assert "going on without them" in capfd.readouterr().err
    monkeypatch.setenv("CC", "cc")
    monkeypatch.setenv("CFLAGS", "-Wall -Wextra -Werror")
    for name in ("kernels.c", "kernels_vectors.h"):
        (folder / name).write_bytes((module.LIBRARY.parent / name).read_bytes())
    assert compile_kernels(tmp_path)
    assert hasattr(ctypes.CDLL(str(tmp_path / LIBRARY)), "kernels_named")


@pytest.mark.parametrize(("inputs", "hidden"), [(24, 16), (640, 256), (50, 48)])
@pytest.mark.parametrize("length", [1, 2, 33])
def test_an_lstm(kernels: Kernels, length: int, inputs: int, hidden: int) -> None:
    shapes = ((4 * hidden, inputs), (4 * hidden, hidden), (4 * hidden,), (4 * hidden,))
    parameters = [torch.randn(shape) * 2 / hidden**0.5 for shape in shapes * 2]
    x = torch.randn(length, inputs) * 3  # gates from shut to open
    own = lstm(parameters, Packing("compiled", kernels=kernels))
    for each, least in ((x, 105), (x * 0, 105), (x * 100, 90)):  # the last one's sums cancel to gates
        expected = done(torch_lstm(parameters)(each))
        assert snr_db(expected.double(), done(own(each))) > least


def test_an_lstm_of_another_size_is_torchs(kernels: Kernels) -> None:
    parameters = [torch.randn(shape) for shape in ((20, 3), (20, 5), (20,), (20,)) * 2]
    x = torch.randn(9, 3)
    own = lstm(parameters, Packing("compiled", kernels=kernels))
    assert torch.equal(done(own(x)), done(torch_lstm(parameters)(x)))


@pytest.mark.parametrize("count", [1, 15, 16, 100])
def test_gelu(kernels: Kernels, count: int) -> None:
    x = torch.cat([torch.linspace(-12, 12, count), torch.tensor([0.0, 1e4, -1e4, math.inf, math.nan])])
    expected = functional.gelu(x.double(), approximate="tanh")
    room = torch.full((4, count + 20), GUARD)
    room[1:3, 6 : count + 11] = x
    result = kernels.gelu_(room[1:3, 6 : count + 11])
    for row in result:
        torch.testing.assert_close(row.double(), expected, rtol=1e-6, atol=2e-6, equal_nan=True)
    room[1:3, 6 : count + 11] = GUARD
    assert bool((room == GUARD).all())


def assert_near(expected: torch.Tensor, result: torch.Tensor) -> None:
    assert result.shape == expected.shape
    assert result.dtype == torch.float32
    if len(expected):
        assert snr_db(expected.double(), result) > 115
