# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine needs of a model, of whatever kind in `models`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol, cast

from kokoro_speechd.synthesis.files.weights_sketch import WeightsSketch
from kokoro_speechd.synthesis.phrase.prosody import Check, Pacing, Prosody
from kokoro_speechd.synthesis.phrase.windows import Span
from kokoro_speechd.synthesis.voice.voice_statistics import Moments, VoiceStatistics

if TYPE_CHECKING:
    import torch


class SpeechModel(Protocol):
    """A loaded model, for one thread at a time.

    `check` is called between layers and blocks, perhaps by threads of the model's own. What it raises ends
    the work and leaves the model ready for the next phrase.
    """

    @property
    def cost(self) -> float | None:
        """How many seconds a second of sound takes, here and now; None where that is not known."""

    @property
    def vocab(self) -> Mapping[str, int]:
        """Each phoneme symbol's token number."""

    def prosody(
        self,
        tokens: torch.Tensor,
        style: torch.Tensor,
        *,
        speed: float | torch.Tensor = 1.0,
        pace: Pacing = None,
        check: Check = ...,
    ) -> Prosody:
        """Return what is known of a phrase before any sound exists.

        `tokens` is int64 [1, n], between a 0 at the beginning and one at the end; `style` float32 [1, 256];
        durations are divided by `speed`, which may be float32 [n]; `pace` edits them then.
        """

    def render(self, phrase: Prosody, style: torch.Tensor, *, check: Check = ...) -> torch.Tensor:
        """Return the samples, float32 [600 · frames]."""

    def set_threads(self, threads: int) -> None:
        """Let so many threads compute. Between two phrases."""

    def close(self) -> None:
        """End the model's threads."""


class WindowedModel(SpeechModel, Protocol):
    """A model whose norms can have the statistics of the voice; see `fast.norms`."""

    @property
    def norms(self) -> Mapping[str, int]:
        """These norms by name, with their channels."""

    @property
    def sketch(self) -> WeightsSketch | None:
        """What tells these weights from others; None: no published model has their like."""

    def measure(self, phrase: Prosody, style: torch.Tensor, *, check: Check = ...) -> Mapping[str, Moments]:
        """Render a phrase with statistics of its own, and return these by the name of their norm."""

    def render_windows(
        self,
        phrase: Prosody,
        style: torch.Tensor,
        span: Span,
        statistics: VoiceStatistics,
        *,
        buffered_seconds: Callable[[], float] | None = None,
        speedup: float = 1.0,
        check: Check = ...,
    ) -> Iterator[torch.Tensor]:
        """Yield the samples of the frames of `span` in pieces that equal the whole, up to rounding.

        The norms have the `statistics` of the voice. `buffered_seconds` returns how much of the sound so
        far the listener has not heard yet, who hears it `speedup` times as fast: pieces are then as long as
        can be made before it runs out, see `pace`. Without it they grow.
        """


def windowed(model: SpeechModel) -> WindowedModel | None:
    """Return the model where its norms can have a voice's statistics, None where they cannot."""
    return cast("WindowedModel", model) if hasattr(model, "render_windows") else None
