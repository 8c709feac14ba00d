# SPDX-License-Identifier: GPL-3.0-or-later
"""The inverse short-time Fourier transform of the vocoder as one product with a fixed matrix.

Frames of 4 · hop samples are inverse transforms of a magnitude and a phase, windowed and overlap-added, then
divided by the sum of the squared windows. An inverse real transform of size N is linear in the real and
imaginary parts: frame[n] = 1/N · Σₖ cₖ · (re[k] · cos(2πkn/N) - im[k] · sin(2πkn/N)), with c = 1 for the
first and last k and 2 for all between. So window and transform are one matrix of 22 rows and 20 columns.
"""

from __future__ import annotations

import math

import torch


class InverseStft:
    """Rows of the last convolution to samples. Source: `TorchSTFT.inverse` and `torch.istft`, centred."""

    def __init__(self, size: int) -> None:
        """`size` is that of the transform, four times the hop."""
        self._bins = size // 2 + 1
        self._hop = size // 4
        window = torch.hann_window(size, dtype=torch.float64)
        angles = (
            torch.outer(torch.arange(self._bins), torch.arange(size)).to(torch.float64) * 2 * math.pi / size
        )
        share = torch.full((self._bins, 1), 2.0, dtype=torch.float64)
        share[0] = share[-1] = 1
        matrix = torch.cat([share * torch.cos(angles), -share * torch.sin(angles)]) / size * window
        squares = (window * window).view(4, self._hop)
        # The sum of four squared Hann windows is 1.5 everywhere; it is part of the matrix.
        self._matrix = (matrix / 1.5).to(torch.float32)
        # The first hop that is kept lacks the last quarter of a frame before the sound, the last one the
        # first quarter of a frame behind it.
        self._first = (1.5 / (1.5 - squares[3])).to(torch.float32)
        self._last = (1.5 / (1.5 - squares[0])).to(torch.float32)

    def __call__(self, rows: torch.Tensor, *, begins: bool = True, ends: bool = True) -> torch.Tensor:
        """Return hop · (frames - 1) samples for rows [frames, 22], at least three of them.

        A row is log magnitudes beside phases before their sine. `begins` and `ends` say whether the sound
        begins and ends here: else the first and last hop are those of a sound that goes on, and the caller
        discards them.
        """
        magnitude = torch.exp(rows[:, : self._bins])
        phase = torch.sin(rows[:, self._bins :])
        parts = torch.cat([magnitude * torch.cos(phase), magnitude * torch.sin(phase)], 1)
        frames, hop = parts @ self._matrix, self._hop
        sums = frames.new_zeros(len(frames) + 3, hop)
        for quarter in range(4):
            sums[quarter : quarter + len(frames)] += frames[:, quarter * hop : (quarter + 1) * hop]
        kept = sums[2:-2]
        if begins:
            kept[0] *= self._first
        if ends:
            kept[-1] *= self._last
        return kept.reshape(-1)
