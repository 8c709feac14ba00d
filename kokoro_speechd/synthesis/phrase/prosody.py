# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a phrase before any sound exists, and pure edits of it.

Units: a duration frame is 1/40 s = 600 samples at 24 kHz; F0 and energy have two values a frame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


FRAME_SAMPLES = 600
# SineGen takes an F0 at or below this as unvoiced (Hz).
VOICED_THRESHOLD = 10.0
Check = Callable[[], None]
Pacing = Callable[["torch.Tensor"], "torch.Tensor"] | None


@dataclass(frozen=True, slots=True, eq=False)
class Prosody:
    """What is known of a phrase before any sound exists.

    durations  int64 [tokens]: frames of each token, begin and end token included
    f0         float32 [1, 2 · frames]: Hz
    energy     float32 [1, 2 · frames]
    features   float32 [1, channels, frames]: text features, aligned
    """

    durations: torch.Tensor
    f0: torch.Tensor
    energy: torch.Tensor
    features: torch.Tensor


def heard_median(f0: torch.Tensor, weights: torch.Tensor | None = None) -> torch.Tensor:
    """Return the median of the voiced values of an F0 curve, by their `weights`; one at least is voiced.

    The model's F0 goes on in silence and in consonants, mostly lower than in the vowels: its plain median is
    some 9 % below what is heard. With the square of the energy as weights it is what is heard.
    """
    voiced = f0 > VOICED_THRESHOLD
    values, order = f0[voiced].sort()
    if weights is not None and float((own := weights[voiced][order]).sum()) > 0:
        course = own.cumsum(0)
        # The first value with half of all weight at or below it.
        return values[(2 * course < course[-1]).sum().clamp(max=len(values) - 1)]
    return values[(len(values) - 1) // 2]


def energy_weights(energy: torch.Tensor, heard: tuple[int, int]) -> torch.Tensor:
    """Return how much the values of an F0 curve are heard; `heard` are the frames of the phrase that are."""
    weights = energy.new_zeros(energy.shape)
    places = slice(2 * heard[0], 2 * heard[1])
    weights[..., places] = energy[..., places].clamp(min=0).square()
    return weights


def move_pitch(
    f0: torch.Tensor, semitones: float, range_factor: float, weights: torch.Tensor | None = None
) -> torch.Tensor:
    """Return an F0 curve moved by `semitones`, its melody widened by `range_factor` around its own median.

    With m the median of the voiced values, by their `weights`: f' = m · (f / m) ** range_factor ·
    2 ** (semitones / 12). A factor of 0 is monotonous, 1 leaves the melody. Unvoiced values stay, and voiced
    ones stay voiced.
    """
    import torch

    voiced = f0 > VOICED_THRESHOLD
    if (semitones == 0 and range_factor == 1) or not bool(voiced.any()):
        return f0
    median = heard_median(f0, weights)
    moved = median * (f0.clamp(min=VOICED_THRESHOLD) / median) ** range_factor * 2 ** (semitones / 12)
    # The smallest value above the threshold: a deep voice must not turn into whispering.
    return torch.where(voiced, moved.clamp(min=VOICED_THRESHOLD * 1.001), f0)


def token_starts(durations: torch.Tensor) -> torch.Tensor:
    """Return the sample at which each token between the begin and end tokens begins, int64 [tokens - 2]."""
    return durations.cumsum(0)[:-2] * FRAME_SAMPLES
