# SPDX-License-Identifier: GPL-3.0-or-later
"""One model in many forms has one sketch; another model of the same shape has another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from kokoro_speechd.synthesis.files.checkpoint import Weights
from kokoro_speechd.synthesis.files.weights_sketch import WeightsSketch, sketch_of

Tensors = dict[str, torch.Tensor]


@pytest.fixture
def tensors() -> Tensors:
    chance = torch.Generator().manual_seed(1)

    def normal(*shape: int) -> torch.Tensor:
        return 0.1 * torch.randn(*shape, generator=chance)

    return {
        "bert.pooler.weight": normal(16, 16),
        "decoder.conv.weight_g": normal(24, 1, 1).abs(),
        "decoder.conv.weight_v": normal(24, 16, 3),
        "decoder.conv.bias": normal(24),
        "decoder.alpha": normal(1, 24, 1),
        "predictor.fc.weight": normal(40, 4),
        "predictor.fc.bias": normal(40),
    }


def sketched(tensors: Tensors) -> WeightsSketch:
    sketch = sketch_of(Weights(tensors))
    assert sketch is not None
    return sketch


def in_eight_bits(weight: torch.Tensor) -> torch.Tensor:
    step = (weight.max() - weight.min()) / 255
    return (weight / step).round() * step


def exported(tensors: Tensors) -> Tensors:
    """As an 8-bit export is converted: vectors as they are, weight norm folded in and out, no pooler."""
    folded = in_eight_bits(Weights(tensors).folded("decoder.conv"))
    return {
        **tensors,
        "bert.pooler.weight": torch.zeros(16, 16),
        "decoder.conv.weight_g": torch.linalg.vector_norm(folded.flatten(1), dim=1).view(-1, 1, 1),
        "decoder.conv.weight_v": folded,
        "predictor.fc.weight": in_eight_bits(tensors["predictor.fc.weight"]),
        "decoder.norm.weight": torch.ones(24),
        "decoder.norm.bias": torch.zeros(24),
    }


FORMS: dict[str, Callable[[Tensors], Tensors]] = {
    "itself": dict,
    "float16": lambda tensors: {name: each.half() for name, each in tensors.items()},
    "bfloat16": lambda tensors: {name: each.bfloat16() for name, each in tensors.items()},
    "int8": exported,
    "another length of the direction": lambda tensors: {
        **tensors,
        "decoder.conv.weight_v": 3 * tensors["decoder.conv.weight_v"],
    },
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_model_is_known_in_every_form(tensors: Tensors, form: Callable[[Tensors], Tensors]) -> None:
    assert sketched(form(tensors)).is_like(sketched(tensors))


@pytest.mark.parametrize(
    "name", ["decoder.conv.bias", "decoder.alpha", "predictor.fc.bias", "decoder.conv.weight_g"]
)
def test_a_model_that_was_trained_further_is_another(tensors: Tensors, name: str) -> None:
    moved = {**tensors, name: 1.2 * tensors[name] if name.endswith("_g") else 1.01 * tensors[name]}
    assert not sketched(moved).is_like(sketched(tensors))


@pytest.mark.parametrize("name", ["predictor.fc.weight", "decoder.conv.weight_v"])
def test_so_is_one_whose_vectors_were_left_alone(tensors: Tensors, name: str) -> None:
    spread = tensors[name].std()
    moved = {**tensors, name: tensors[name] + 0.5 * spread * torch.randn_like(tensors[name])}
    assert not sketched(moved).is_like(sketched(tensors))


def test_so_is_one_of_another_shape(tensors: Tensors) -> None:
    fewer = {name: each for name, each in tensors.items() if name != "decoder.alpha"}
    assert not sketched(fewer).is_like(sketched(tensors))


@pytest.mark.parametrize(("name", "value"), [("decoder.norm.weight", 1.1), ("decoder.norm.bias", 0.1)])
def test_norms_of_its_own_tell_a_model_at_once(tensors: Tensors, name: str, value: float) -> None:
    assert sketch_of(Weights({**tensors, name: torch.full((24,), value)})) is None
