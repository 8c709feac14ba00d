# SPDX-License-Identifier: GPL-3.0-or-later
"""How different two renderings of the same phrase sound: the distance of their log-mel spectra, in dB."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

_RATE = 24_000
_SIZE, _HOP = 1024, 300  # samples of a frame of the transform, and between two
_BANDS = 80
_FLOOR = 1e-8  # of the loudest band: what is 80 dB below counts as silence
_SILENT = 1e-5  # of the loudest frame: frames 50 dB below it are not compared


def mel_distances(sound: NDArray[np.float32], expected: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the distance of each frame of 12.5 ms that is not silent, [frames], in dB.

    It is the root mean square over 80 mel bands of the difference of their levels, as in the spectral
    distortion of speech coding, where 1 dB on average counts as transparent (Paliwal and Atal 1993).
    Both are float32 [n] at 24 kHz, of the same length.
    """
    import torch

    bands, reference = (_mel(torch.from_numpy(each)) for each in (sound, expected))
    floor = _FLOOR * reference.max()
    difference = 10 * (torch.log10(bands + floor) - torch.log10(reference + floor))
    heard = reference.sum(0) > _SILENT * reference.sum(0).max()
    distances: NDArray[np.float32] = difference.square().mean(0).sqrt()[heard].numpy()
    return distances


def _mel(samples: torch.Tensor) -> torch.Tensor:
    """Return the power in each band, [80, frames]."""
    import torch

    spectrum = torch.stft(samples, _SIZE, _HOP, window=torch.hann_window(_SIZE), return_complex=True)
    return _filters() @ spectrum.abs().square()


def _filters() -> torch.Tensor:
    """Return triangles from 0 Hz to 12 kHz that are even on the mel scale, 2595 · log₁₀(1 + f / 700)."""
    import torch

    top = 2595 * torch.log10(torch.tensor(1 + _RATE / 2 / 700))
    edges = 700 * (10 ** (torch.linspace(0, 1, _BANDS + 2) * top / 2595) - 1)
    frequencies = torch.linspace(0, _RATE / 2, _SIZE // 2 + 1)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (frequencies - low) / (middle - low), (high - frequencies) / (high - middle)
    return torch.minimum(rising, falling).clamp(min=0)
