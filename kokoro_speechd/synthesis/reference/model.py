# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstream's KModel as a `SpeechModel`: the fast one is compared with it, and it runs on other devices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kokoro_speechd.synthesis.files.model_files import ModelFiles
from kokoro_speechd.synthesis.phrase.prosody import Check, Pacing, Prosody
from kokoro_speechd.synthesis.reference import forward
from kokoro_speechd.synthesis.reference.interruptible import interruptible
from kokoro_speechd.synthesis.reference.kokoro_model import load_model

if TYPE_CHECKING:
    import torch


class ReferenceModel:
    """A `kokoro.KModel` that looks for a stop before every operation."""

    cost: float | None = None  # not measured

    def __init__(self, files: ModelFiles, device: str = "cpu") -> None:
        """Load the model. Raises ModelError."""
        import torch

        # On a GPU a convolution would be computed with numbers of ten bits, which can be told from the CPU's.
        torch.backends.cudnn.allow_tf32 = False
        self.kmodel: Any = load_model(files, device)

    @property
    def vocab(self) -> Mapping[str, int]:
        """Each phoneme symbol's token number."""
        vocab: Mapping[str, int] = self.kmodel.vocab
        return vocab

    def prosody(
        self,
        tokens: torch.Tensor,
        style: torch.Tensor,
        *,
        speed: float | torch.Tensor = 1.0,
        pace: Pacing = None,
        check: Check = lambda: None,
    ) -> Prosody:
        """Return a phrase's prosody; see `SpeechModel`."""
        import torch

        with torch.inference_mode(), interruptible(check):
            return forward.prosody(self.kmodel, tokens, style, speed=speed, pace=pace, check=check)

    def render(self, phrase: Prosody, style: torch.Tensor, *, check: Check = lambda: None) -> torch.Tensor:
        """Return the samples, float32 [600 · frames]."""
        import torch

        with torch.inference_mode(), interruptible(check):
            return forward.render(self.kmodel, phrase, style)

    def set_threads(self, threads: int) -> None:
        """Let torch use so many inside each operation, for the whole process."""
        import torch

        torch.set_num_threads(threads)

    def close(self) -> None:
        """Do nothing: it has no threads."""
