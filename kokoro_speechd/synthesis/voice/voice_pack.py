# SPDX-License-Identifier: GPL-3.0-or-later
"""A voice: one style vector for each length of phrase."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_speechd.errors import VoiceError
from kokoro_speechd.synthesis.files.torch_file import is_plain_tensor, load_tensors
from kokoro_speechd.synthesis.voice.voice_statistics import VoiceStatistics, mix_statistics

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

STYLE_SIZE = 256


@dataclass(frozen=True, slots=True, eq=False)
class VoicePack:
    """`styles` is float32 [rows, 1, 256]; row n is for phrases of n + 1 phonemes.

    `statistics` are those of its norms; None: they were not learned, and each phrase has its own.
    """

    name: str
    styles: torch.Tensor
    statistics: VoiceStatistics | None = None
    _digest: str | None = field(default=None, init=False, repr=False)  # computed once: half a megabyte

    def style(self, phoneme_count: int) -> torch.Tensor:
        """Return the style [1, 256] for a phrase of this many phonemes, or for the nearest number."""
        row: torch.Tensor = self.styles[max(0, min(phoneme_count, len(self.styles)) - 1)]
        return row

    def content(self) -> bytes:
        """Return the bytes of the styles: by these a voice is known, whatever file it came in."""
        return bytes(self.styles.contiguous().numpy().tobytes())

    def digest(self) -> str:
        """Return what tells the voice's content from others', whatever its name is."""
        if self._digest is None:
            digest = hashlib.sha256(self.content())
            if self.statistics is not None:
                digest.update(self.statistics.digest())
            object.__setattr__(self, "_digest", digest.hexdigest())  # frozen, and so is what it is made of
        return str(self._digest)


def mix_voices(name: str, parts: Sequence[tuple[VoicePack, float]]) -> VoicePack:
    """Return the weighted mean of voices, with as many rows as the shortest of them; weights add up to 1."""
    rows = min(len(pack.styles) for pack, _ in parts)
    weighted = [pack.styles[:rows] * weight for pack, weight in parts]
    mixed = mix_statistics([(pack.statistics, weight) for pack, weight in parts])
    return VoicePack(name, sum(weighted[1:], start=weighted[0]), mixed)


def load_voice(path: Path) -> VoicePack:
    """Load a voice file. Raises VoiceError with the file and the reason."""
    import torch

    styles = load_tensors(path, VoiceError)
    if not is_plain_tensor(styles):
        raise VoiceError(f"{path}: holds no plain tensor")
    if styles.dim() != 3 or styles.shape[0] < 1 or styles.shape[1:] != (1, STYLE_SIZE):
        shape = "×".join(map(str, styles.shape)) or "a single number"
        raise VoiceError(f"{path}: a voice is rows×1×{STYLE_SIZE}, this is {shape}")
    # A copy: who overwrites the file would change, or end, a process that still maps it.
    styles = styles.detach().to(torch.float32, copy=True)
    if not bool(torch.isfinite(styles).all()):
        raise VoiceError(f"{path}: holds values that are not finite")
    return VoicePack(path.stem, styles)
