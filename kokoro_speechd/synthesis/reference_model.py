# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstream's KModel as a `SpeechModel`: the fast one is compared with it, and it runs on other devices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kokoro_speechd.synthesis import forward
from kokoro_speechd.synthesis.forward import Check, Prosody
from kokoro_speechd.synthesis.kokoro_model import load_model
from kokoro_speechd.synthesis.model_files import ModelFiles

if TYPE_CHECKING:
    import torch


class ReferenceModel:
    """A `kokoro.KModel` that looks for a stop before every block of its decoder."""

    def __init__(self, files: ModelFiles, device: str = "cpu") -> None:
        """Load the model. Raises ModelError."""
        self.kmodel: Any = load_model(files, device)
        self._check: Check = _do_nothing
        for module in _stopping_places(self.kmodel):
            module.register_forward_pre_hook(self._call_check)

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
        speed: float = 1.0,
        edges: tuple[int, int] | None = None,
        check: Check = lambda: None,
    ) -> Prosody:
        """Return a phrase's prosody; see `SpeechModel`."""
        import torch

        with torch.inference_mode(), self._checking(check):
            return forward.prosody(self.kmodel, tokens, style, speed=speed, edges=edges, check=check)

    def render(self, phrase: Prosody, style: torch.Tensor, *, check: Check = lambda: None) -> torch.Tensor:
        """Return the samples, float32 [600 · frames]."""
        import torch

        with torch.inference_mode(), self._checking(check):
            return forward.render(self.kmodel, phrase, style)

    def close(self) -> None:
        """Do nothing: it has no threads."""

    @contextmanager
    def _checking(self, check: Check) -> Iterator[None]:
        self._check = check
        try:
            yield
        finally:
            self._check = _do_nothing

    def _call_check(self, *_: object) -> None:
        self._check()


def _do_nothing() -> None:
    pass


def _stopping_places(model: Any) -> Iterator[torch.nn.Module]:
    """Yield the modules before which a stop is looked for: every block of the decoder and the generator."""
    generator = model.decoder.generator
    yield from model.decoder.decode
    yield from generator.ups
    for block in (*generator.resblocks, *generator.noise_res):
        yield from block.convs1
        yield from block.convs2
    yield generator.conv_post
