# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of a phrase that sound otherwise than the rest: exact edits of its predicted durations and F0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from kokoro_speechd.synthesis.phrase.prosody import VOICED_THRESHOLD, heard_median
from kokoro_speechd.text.tone import EVEN, Tone

if TYPE_CHECKING:
    import torch

Contour = tuple[Tone, ...]
"""One tone for each phoneme."""


def faster(contour: Contour, factors: Iterable[float]) -> Contour:
    """Return a contour with its rates met by these factors on the pace, one for each phoneme."""
    return tuple(
        replace(tone, pace=factor * tone.pace, rate=1.0)
        for tone, factor in zip(contour, factors, strict=True)
    )


def paced(durations: torch.Tensor, paces: Sequence[float]) -> torch.Tensor:
    """Return durations, int64 [tokens], divided by paces, one for each token but the begin and end tokens.

    Rounding errors are carried on from token to token, so that the whole is as long as was asked for; each
    token keeps one frame.
    """
    import torch

    given, due, before = [], 0.0, 0
    for duration, pace in zip(durations[1:-1].tolist(), paces, strict=True):
        due += duration / pace
        given.append(max(1, round(due - before)))
        before += given[-1]
    inner = torch.tensor(given, dtype=durations.dtype, device=durations.device)
    return torch.cat([durations[:1], inner, durations[-1:]])


def move_parts(
    f0: torch.Tensor,
    durations: torch.Tensor,
    tones: Contour,
    semitones: float,
    range_factor: float,
    *,
    weights: torch.Tensor | None = None,
) -> torch.Tensor:
    """Return an F0 curve, [1, 2 · frames], moved as `prosody.move_pitch` does, each part by its own tone too.

    With m the median of the phrase's voiced values, by their `weights`, a part's median m' is
    m · 2 ** (semitones / 12), or what its tone asks for in Hz, and f' = m' · (f / m) ** range_factor. Where a
    part is asked for in Hz, m is the median of this part. `tones` are of the tokens between the begin and end
    tokens, which go with their neighbours.
    """
    import torch

    voiced = f0 > VOICED_THRESHOLD
    if not bool(voiced.any()):
        return f0
    median = heard_median(f0, weights)
    parts = []
    for tone, frames in _parts(durations.tolist(), tones):
        part, heard = f0[:, frames], voiced[:, frames]
        middle, wanted = median, median * 2 ** ((semitones + tone.semitones) / 12)
        if tone.hz is not None:
            own = None if weights is None else weights[:, frames]
            middle = heard_median(part, own) if bool(heard.any()) else median
            wanted = torch.full_like(median, tone.hz * 2 ** (tone.semitones / 12))
        moved = (wanted + tone.shift_hz) * (part.clamp(min=VOICED_THRESHOLD) / middle) ** (
            range_factor * tone.melody
        )
        # The smallest value above the threshold: a deep voice must not turn into whispering.
        parts.append(torch.where(heard, moved.clamp(min=VOICED_THRESHOLD * 1.001), part))
    return torch.cat(parts, dim=1)


def _parts(durations: list[int], tones: Contour) -> Iterator[tuple[Tone, slice]]:
    """Yield each tone with its places in the F0 curve, which has two values a frame."""
    around = (tones[0], *tones, tones[-1])
    begin = 0
    for tone, tokens in groupby(zip(around, durations, strict=True), key=lambda pair: pair[0]):
        end = begin + 2 * sum(duration for _, duration in tokens)
        yield tone, slice(begin, end)
        begin = end


def is_even(tones: Contour) -> bool:
    """Return whether durations and F0 are those of the phrase as a whole."""
    return all(
        (tone.pace, tone.semitones, tone.melody, tone.hz, tone.shift_hz)
        == (EVEN.pace, EVEN.semitones, EVEN.melody, EVEN.hz, EVEN.shift_hz)
        for tone in tones
    )
