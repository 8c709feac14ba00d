# SPDX-License-Identifier: GPL-3.0-or-later
"""Products and LSTMs with packed weights: torch's values, and torch's own where they cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from kokoro_speechd.synthesis.fast import choice, products
from kokoro_speechd.synthesis.fast.kernels import PackedWeights, best_kernels
from kokoro_speechd.synthesis.fast.parallel import Crew, done
from kokoro_speechd.synthesis.fast.products import Packing
from tests.synthesis.fast.parts import snr_db

needs_packing = pytest.mark.skipif(
    products.usable() != Packing("onednn", lstm=True), reason="this torch cannot pack weights"
)


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """What was found out once in this process is not known, before and behind."""
    torch.manual_seed(5)
    torch.set_num_threads(1)
    found = (
        products.usable,
        products.usable_kernels,
        products.rounds,
        choice.seconds,
        choice.convolution_seconds,
    )
    for each in found:
        each.cache_clear()
    yield
    for each in found:
        each.cache_clear()


def lstm(inputs: int, hidden: int) -> list[torch.Tensor]:
    shapes = ((4 * hidden, inputs), (4 * hidden, hidden), (4 * hidden,), (4 * hidden,))
    return [torch.randn(shape) / hidden**0.5 for shape in shapes * 2]


@needs_packing
@pytest.mark.parametrize(("inputs", "outputs"), [(768, 2304), (3270, 1024), (128, 512), (1, 3), (512, 50)])
@pytest.mark.parametrize("rows", [1, 2, 7, 8, 16, 31, 62, 200, 512])
def test_a_packed_product_has_torchs_values(rows: int, inputs: int, outputs: int) -> None:
    weight, bias, x = torch.randn(outputs, inputs), torch.randn(outputs), torch.randn(rows, inputs)
    exact = x.double() @ weight.double().t()
    for own, expected in ((bias, exact + bias), (None, exact)):
        packed = products.packed_product(weight, own)(x)
        assert packed.is_contiguous()
        assert snr_db(expected, packed) > 115
        assert snr_db(expected, products.torch_product(weight, own)(x)) > 115


@needs_packing
def test_a_packed_product_needs_its_weight_no_more() -> None:
    weight, x = torch.randn(40, 30), torch.randn(9, 30)
    expected = x @ weight.t()
    product = products.packed_product(weight, None)
    weight.zero_()
    torch.testing.assert_close(product(x), expected, rtol=1e-4, atol=1e-5)
    first = product(x)
    first.zero_()  # a result is the caller's
    torch.testing.assert_close(product(x), expected, rtol=1e-4, atol=1e-5)


@needs_packing
@pytest.mark.parametrize("length", [1, 5, 32, 100])
def test_a_packed_lstm_has_torchs_values(length: int) -> None:
    parameters = lstm(640, 256)
    x = torch.randn(length, 640)
    with torch.inference_mode():
        expected = done(products.torch_lstm(parameters)(x))
        packed = done(products.packed_lstm(parameters)(x))
    assert packed.shape == (length, 512)
    assert snr_db(expected, packed) > 115


@needs_packing
def test_an_lstm_can_be_stopped_between_its_directions() -> None:
    """Over the frames of a long phrase each takes 16 ms, which somebody may be waiting for."""
    checks = iter([None, InterruptedError])

    def check() -> None:
        if error := next(checks):
            raise error

    run = products.packed_lstm(lstm(64, 32))
    assert done(run(torch.ones(9, 64))).shape == (9, 64)
    with pytest.raises(InterruptedError):
        Crew().gather(run(torch.ones(9, 64)), check=check)
    assert torch.isfinite(done(run(torch.ones(9, 64)))).all()


def raising(error: type[Exception]) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


def operators(**changed: Any) -> SimpleNamespace:
    """Return oneDNN's operators, some changed; None: it is not there."""
    names = ("_linear_pointwise", "_reorder_linear_weight", "_reorder_mkldnn_rnn_layer_weight")
    there = {name: getattr(torch.ops.mkldnn, name, None) for name in names} | changed
    return SimpleNamespace(**{name: operator for name, operator in there.items() if operator is not None})


@needs_packing
@pytest.mark.parametrize(
    ("changed", "left"),
    [
        ({"_linear_pointwise": None}, Packing(lstm=True)),
        ({"_linear_pointwise": raising(RuntimeError)}, Packing(lstm=True)),
        ({"_linear_pointwise": raising(TypeError)}, Packing(lstm=True)),  # other arguments
        ({"_linear_pointwise": lambda x, *_: x.new_zeros(len(x), 80)}, Packing(lstm=True)),  # wrong values
        ({"_linear_pointwise": lambda x, *_: x.new_full((len(x), 80), torch.nan)}, Packing(lstm=True)),
        ({"_linear_pointwise": lambda x, *_: x}, Packing(lstm=True)),  # another shape
        ({"_reorder_linear_weight": None}, Packing(lstm=True)),
        ({"_reorder_linear_weight": raising(NotImplementedError)}, Packing(lstm=True)),
        ({"_reorder_mkldnn_rnn_layer_weight": None}, Packing("onednn")),
        ({"_reorder_mkldnn_rnn_layer_weight": raising(RuntimeError)}, Packing("onednn")),
    ],
)
def test_what_is_absent_or_wrong_is_not_used(
    changed: dict[str, Any], left: Packing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.ops, "mkldnn", operators(**changed))
    chosen = choice.packing("onednn")
    assert (chosen.products, chosen.lstm) == (left.products, left.lstm)


@pytest.mark.skipif(not products.rounds(), reason="the processor has no bfloat16")
@pytest.mark.parametrize("rows", [1, 16, 31, 200])
def test_a_rounded_product_has_nearly_torchs_values(rows: int) -> None:
    weight, bias, x = torch.randn(2048, 768), torch.randn(2048), torch.randn(rows, 768)
    expected = torch.addmm(bias, x, weight.t())
    for own, exact in ((bias, expected), (None, expected - bias)):
        rounded = products.packed_product(weight, own, rounded=True)(x)
        assert rounded.dtype == torch.float32
        assert 40 < snr_db(exact, rounded) < 80


@pytest.mark.parametrize("multiplies", ["torch", "onednn", "compiled"])
@pytest.mark.parametrize("there", [True, False])
def test_factors_are_rounded_where_they_can_be(
    there: bool, multiplies: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "rounds", lambda: there)
    assert not choice.packing(multiplies).rounded
    assert choice.packing(multiplies, "bfloat16").rounded == there
    assert choice.packing(multiplies, "bfloat16").lstm == choice.packing(multiplies).lstm


def test_what_the_processor_lacks_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.setattr(torch.cpu, name, lambda: False, raising=False)
    assert not products.rounds()
    monkeypatch.delattr(torch.cpu, "_is_avx512_bf16_supported")  # as in older torch
    products.rounds.cache_clear()
    assert not products.rounds()


@needs_packing
@pytest.mark.parametrize("changed", [None, raising(RuntimeError), lambda x, *_: x.new_zeros(len(x), 80)])
def test_a_rounded_product_that_is_absent_or_wrong_is_not_used(
    changed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: True, raising=False)
    monkeypatch.setattr(torch.ops, "mkldnn", operators(_linear_pointwise=changed))
    assert not products.rounds()


def test_without_onednn_torch_multiplies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    monkeypatch.setattr(products, "best_kernels", lambda: None)
    for wanted in ("torch", "onednn", "compiled", None):
        assert choice.packing(wanted) == Packing()  # type: ignore[arg-type]


def test_without_onednn_the_kernels_multiply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    assert replace(choice.packing("compiled"), convolutions=False) == Packing(
        "compiled", kernels=best_kernels()
    )


def test_kernels_that_multiply_wrongly_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PackedWeights, "multiply", lambda _own, x, _bias: torch.zeros(len(x), 80))
    assert choice.packing("compiled") == Packing(lstm=products.usable().lstm)
    assert "compiled" not in {*choice.seconds(), *choice.convolution_seconds()}


@needs_packing
def test_torch_20s_operator_packs_what_is_onednns(monkeypatch: pytest.MonkeyPatch) -> None:
    own = torch.ops.mkldnn._reorder_linear_weight

    def older(weight: torch.Tensor, rows: int) -> torch.Tensor:
        if not weight.is_mkldnn:
            raise NotImplementedError
        packed: torch.Tensor = own(weight.to_dense(), rows)
        return packed

    monkeypatch.setattr(torch.ops, "mkldnn", operators(_reorder_linear_weight=older))
    assert choice.packing("onednn").products == "onednn"


@needs_packing
@pytest.mark.parametrize(
    ("times", "chosen"),
    [
        ({"torch": 1.6, "onednn": 1.0}, "onednn"),
        ({"torch": 1.0, "onednn": 0.99}, "torch"),
        ({"torch": 1.0, "onednn": 3.0}, "torch"),
        ({"torch": 1.0}, "torch"),
        ({"torch": 1.0, "onednn": 0.9, "compiled": 0.8}, "compiled"),
        ({"torch": 1.0, "onednn": 0.7, "compiled": 0.8}, "onednn"),
        ({"torch": 1.0, "compiled": 0.97}, "torch"),
    ],
)
def test_the_fastest_one_is_chosen(
    times: dict[Any, float], chosen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "seconds", lambda: times)
    packing = choice.packing(None)
    assert packing == choice.packing(chosen)
    assert packing.products == chosen
    for wanted in ("torch", "onednn", "compiled"):
        assert choice.packing(wanted).products == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize(("took", "chosen"), [(0.5, True), (0.99, False), (2.0, False)])
@pytest.mark.parametrize("multiplies", ["torch", "onednn", "compiled"])
def test_who_convolves_is_chosen_for_itself(
    multiplies: Any, took: float, chosen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "convolution_seconds", lambda: {"torch": 1.0, "compiled": took})
    packing = choice.packing(multiplies)
    assert (packing.products, packing.convolutions) == (multiplies, chosen)
    assert packing.of_vocoder.products == ("compiled" if chosen else "torch")


def test_measuring_is_of_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the time of one of torch's threads would be taken for that of all, and torch seem fast."""
    seen: list[int] = []

    def multiply(*_: Any) -> Any:
        return lambda _x: seen.append(torch.get_num_threads())

    monkeypatch.setattr(choice, "product", multiply)
    torch.set_num_threads(2)
    choice.seconds()
    assert set(seen) == {1}
    assert torch.get_num_threads() == 2


def test_measuring_takes_a_moment_and_draws_no_numbers() -> None:
    state = torch.get_rng_state()
    products_of, convolutions = choice.seconds(), choice.convolution_seconds()
    assert products_of.keys() == {"torch", products.usable().products, "compiled"}
    assert list(convolutions) == ["torch", "compiled"]
    assert all(0 <= each < 1 for each in (*products_of.values(), *convolutions.values()))
    assert torch.equal(torch.get_rng_state(), state)


@needs_packing
def test_all_lengths_take_few_numbers_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or oneDNN would keep code for each length that was ever spoken."""
    multiply, seen = torch.ops.mkldnn._linear_pointwise, set()

    def noted(x: torch.Tensor, *rest: Any) -> torch.Tensor:
        seen.add(len(x))
        result: torch.Tensor = multiply(x, *rest)
        return result

    monkeypatch.setattr(torch.ops, "mkldnn", operators(_linear_pointwise=noted))
    product = products.packed_product(torch.randn(12, 20), None)
    for length in range(1, 300):
        assert product(torch.randn(length, 20)).shape == (length, 12)
    assert seen == {16, 32, 48, 64, 128}
