# SPDX-License-Identifier: GPL-3.0-or-later
"""What tells one model's weights from another's, whatever form they were exported in.

The published weights come as float32, as exports in halves, and as exports in 8-bit numbers: each is another
file, and all are one model. A fine-tuned model has other weights. So some thousands of them are looked at,
from every tensor:

* vectors (biases, norms, Snake's frequencies), which every export keeps as floats. They must be equal but for
  the rounding of halves: training moves each of them, and any that moved further tells.
* matrices and convolutions, which may be 8-bit numbers. They must be equal but for that rounding.

A convolution's direction and length count together, as an export has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

    from kokoro_speechd.synthesis.files.checkpoint import Weights

_PLACES = 8  # of a vector, of a matrix's rows, and of each of these rows
_ROUNDED = 2**-8  # of a value, twice what rounding to bfloat16 changes
_TINY = 1e-6  # halves know no smaller numbers
_COARSE = 0.15  # of a tensor's root mean square; see `tests/synthesis/test_weights_sketch.py`
_UNUSED = "bert.pooler."  # no export has it


@dataclass(frozen=True, slots=True, eq=False)
class WeightsSketch:
    """Samples of all tensors in the order of their names.

    vectors   float32 [n]
    matrices  float32 [tensors, samples of each]
    """

    vectors: NDArray[np.float32]
    matrices: NDArray[np.float32]

    def is_like(self, other: WeightsSketch) -> bool:
        """Say whether both are of the same model, in whatever forms."""
        import numpy as np

        if self.vectors.shape != other.vectors.shape or self.matrices.shape != other.matrices.shape:
            return False
        off = np.abs(self.vectors - other.vectors)
        if not (off <= _ROUNDED * np.abs(other.vectors) + _TINY).all():
            return False
        differences = np.square(self.matrices - other.matrices).mean(1)
        return bool((differences <= _COARSE**2 * np.square(other.matrices).mean(1)).all())


def sketch_of(weights: Weights) -> WeightsSketch | None:
    """Return the samples of a whole checkpoint.

    None: its instance norms have scales or shifts of their own, which the published model has not.
    """
    import numpy as np

    vectors: list[NDArray[np.float32]] = []
    matrices: list[NDArray[np.float32]] = []
    for name, tensor in sorted(weights.tensors.items()):
        if name.startswith(_UNUSED) or name.endswith((".weight_g", "position_ids")):
            continue
        values = _array(tensor)
        if name.endswith((".norm.weight", ".norm.bias")):
            if not (values == (1 if name.endswith("weight") else 0)).all():
                return None
        elif values.size == max(values.shape):
            vectors.append(_spread(values.reshape(-1)))
        else:
            rows = _spread(values.reshape(len(values), -1))
            if name.endswith(".weight_v"):
                lengths = _spread(_array(weights.tensors[f"{name[:-1]}g"]).reshape(-1))
                rows = rows * (lengths / np.sqrt(np.square(rows).sum(1)))[:, None]
            samples = np.zeros(_PLACES**2, np.float32)
            found = _spread(rows.T).reshape(-1)
            samples[: found.size] = found
            matrices.append(samples)
    return WeightsSketch(np.concatenate(vectors), np.stack(matrices))


def _array(tensor: torch.Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = tensor.detach().float().numpy()
    return array


def _spread(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return up to `_PLACES` of the first axis, as far apart as they can be."""
    return values[_places(len(values))]


@cache
def _places(count: int) -> list[int]:
    return sorted({round(place * (count - 1) / (_PLACES - 1)) for place in range(_PLACES)})
