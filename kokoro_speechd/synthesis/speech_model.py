# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine needs of a model; `ReferenceModel` (upstream's) and `FastModel` both have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

from kokoro_speechd.synthesis.forward import Check, Pacing, Prosody
from kokoro_speechd.synthesis.windows import WindowPlan

if TYPE_CHECKING:
    import torch


class SpeechModel(Protocol):
    """A loaded model, for one thread at a time.

    `check` is called between layers and blocks, perhaps by threads of the model's own. What it raises ends
    the work and leaves the model ready for the next phrase.
    """

    @property
    def makes_windows(self) -> bool:
        """Whether `render_windows` yields more than one piece."""

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
        speed: float = 1.0,
        edges: tuple[int, int] | None = None,
        pace: Pacing = None,
        check: Check = ...,
    ) -> Prosody:
        """Return what is known of a phrase before any sound exists.

        `tokens` is int64 [1, n], between a 0 at the beginning and one at the end; `style` float32 [1, 256];
        durations are divided by `speed`; `edges` are the most frames that the begin and end tokens may last;
        `pace` edits the durations before that.
        """

    def render(self, phrase: Prosody, style: torch.Tensor, *, check: Check = ...) -> torch.Tensor:
        """Return the samples, float32 [600 · frames]."""

    def render_windows(
        self,
        phrase: Prosody,
        style: torch.Tensor,
        *,
        plan: WindowPlan,
        in_hand: Callable[[], float] | None = None,
        check: Check = ...,
    ) -> Iterator[torch.Tensor]:
        """Yield the samples of `render` in pieces; all at once where the model makes no windows.

        `in_hand` returns how many seconds of the sound so far the listener has not heard yet: pieces are then
        as long as can be made before it runs out, see `pace`. Without it they grow as the plan says.
        """

    def close(self) -> None:
        """End the model's threads, if it has any."""
