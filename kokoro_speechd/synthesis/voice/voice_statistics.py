# SPDX-License-Identifier: GPL-3.0-or-later
"""The statistics of a voice's norms, learned once from sentences that it speaks; see `fast.norms`.

They must fit the kind of phrase: silence counts in them, and a short phrase has relatively more of it. So
there are sets, each learned from phrases with about the same share of silence, and what lies between two
sets is interpolated. The share is known before any sound: that of the frames of the begin and end tokens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

Moments = tuple["torch.Tensor", "torch.Tensor"]
"""Mean and variance of each channel, float32 [channels] each."""


@dataclass(frozen=True, slots=True, eq=False)
class VoiceStatistics:
    """Sets of moments of all norms, one behind the other.

    names      of the norms, as the checkpoint has them
    sizes      channels of each
    shares     float32 [sets], rising: the share of silence that each set is for
    means      float32 [sets, sum of sizes]
    variances  float32 [sets, sum of sizes]
    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    shares: torch.Tensor
    means: torch.Tensor
    variances: torch.Tensor

    def digest(self) -> bytes:
        """Return what tells these statistics from others."""
        digest = hashlib.sha256("\n".join(self.names).encode())
        for numbers in (self.shares, self.means, self.variances):
            digest.update(numbers.contiguous().numpy().tobytes())
        return digest.digest()

    def moments(self, durations: torch.Tensor) -> Mapping[str, Moments]:
        """Return the moments by name for a phrase with these `durations` of its tokens, int64 [tokens]."""
        import torch

        share = silence_share(durations)
        upper = min(max(1, int(torch.searchsorted(self.shares, share))), len(self.shares) - 1)
        lower = max(0, upper - 1)
        low, high = float(self.shares[lower]), float(self.shares[upper])
        weight = 0.0 if high <= low else min(1.0, max(0.0, (share - low) / (high - low)))
        means, variances = (
            torch.split(torch.lerp(each[lower], each[upper], weight), list(self.sizes))
            for each in (self.means, self.variances)
        )
        return dict(zip(self.names, zip(means, variances, strict=True), strict=True))


def checked_statistics(
    norms: Mapping[str, int],
    shares: NDArray[np.generic],
    means: NDArray[np.generic],
    deviations: NDArray[np.generic],
) -> VoiceStatistics:
    """Return the statistics of norms, by their name with their channels, from what a file had of them.

    `deviations` are the variances' roots. Raises ValueError where they cannot be what was learned.
    """
    import numpy as np
    import torch

    sets, width = len(shares) if shares.ndim == 1 else 0, sum(norms.values())
    if not sets or means.shape != (sets, width) or deviations.shape != means.shape:
        raise ValueError("of another form")
    numbers = [torch.from_numpy(np.asarray(each, np.float32)) for each in (shares, means, deviations)]
    if not all(bool(each.isfinite().all()) for each in numbers):
        raise ValueError("not finite")
    rising, middles, spread = numbers
    if bool((spread < 0).any()) or bool((rising.diff() < 0).any()):
        raise ValueError("out of order")
    return VoiceStatistics(tuple(norms), tuple(norms.values()), rising, middles, spread.square())


def mix_statistics(parts: Sequence[tuple[VoiceStatistics | None, float]]) -> VoiceStatistics | None:
    """Return the weighted mean of the moments; weights add up to 1. None where one is missing."""
    import torch

    given = [(each, weight) for each, weight in parts if each is not None]
    if len(given) < len(parts):
        return None
    first = given[0][0]
    shares = torch.stack([weight * each.shares for each, weight in given]).sum(0)
    means = torch.stack([weight * each.means for each, weight in given]).sum(0)
    squares = torch.stack([weight * (each.variances + each.means.square()) for each, weight in given]).sum(0)
    return VoiceStatistics(first.names, first.sizes, shares, means, squares - means.square())


def silence_share(durations: torch.Tensor) -> float:
    """Return the share of the begin and end tokens, which are silent, in a phrase."""
    return float((durations[0] + durations[-1]) / durations.sum())


def pooled(sets: Sequence[Sequence[tuple[torch.Tensor, Mapping[str, Moments]]]]) -> VoiceStatistics:
    """Return the statistics of phrases (durations and moments), weighted by their length in each set."""
    import torch

    names = tuple(sorted(sets[0][0][1]))
    shares, means, variances = [], [], []
    for phrases in sets:
        weights = torch.tensor([float(durations.sum()) for durations, _ in phrases])
        weights /= weights.sum()
        mean = torch.stack([torch.cat([moments[name][0] for name in names]) for _, moments in phrases])
        variance = torch.stack([torch.cat([moments[name][1] for name in names]) for _, moments in phrases])
        middle = weights @ mean
        means.append(middle)
        variances.append(weights @ (variance + (mean - middle).square()))
        shares.append(float(weights @ torch.tensor([silence_share(durations) for durations, _ in phrases])))
    order = sorted(range(len(sets)), key=shares.__getitem__)
    sizes = tuple(len(sets[0][0][1][name][0]) for name in names)
    return VoiceStatistics(
        names,
        sizes,
        torch.tensor([shares[place] for place in order]),
        torch.stack([means[place] for place in order]),
        torch.stack([variances[place] for place in order]),
    )
