# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstream's forward pass in two steps, between which a phrase's prosody can be edited.

    prosody   PL-BERT, durations, alignment, F0 and energy, text features
    render    decoder and vocoder

Each step calls KModel's own modules in upstream's order, so that neutral settings give upstream's samples.
Source of the order: `kokoro.model.KModel.forward_with_tokens` of kokoro 0.9.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kokoro_speechd.synthesis.phrase.prosody import Check, Pacing, Prosody

if TYPE_CHECKING:
    import torch


def prosody(
    model: Any,
    tokens: torch.Tensor,
    style: torch.Tensor,
    *,
    speed: float | torch.Tensor = 1.0,
    pace: Pacing = None,
    check: Check = lambda: None,
) -> Prosody:
    """Return a phrase's prosody.

    Args:
        model: a `kokoro.KModel`.
        tokens: int64 [1, n], token numbers between a 0 at the beginning and one at the end.
        style: float32 [1, 256] of the voice for this length.
        speed: factor on the pace, or one for each token, float32 [n]; durations are divided by it.
        pace: edits the durations, int64 [tokens]; None leaves them.
        check: called between the steps; what it raises ends the work.

    """
    import torch

    speaking = style[:, 128:]
    lengths = torch.full((1,), tokens.shape[-1], device=tokens.device, dtype=torch.long)
    nothing_masked = torch.zeros(tokens.shape, dtype=torch.bool, device=tokens.device)
    check()
    encoded = model.bert(tokens, attention_mask=(~nothing_masked).int())
    check()
    encoded = model.bert_encoder(encoded).transpose(-1, -2)
    hidden = model.predictor.text_encoder(encoded, speaking, lengths, nothing_masked)
    check()
    states, _ = model.predictor.lstm(hidden)
    frames = torch.sigmoid(model.predictor.duration_proj(states)).sum(dim=-1) / speed
    durations = torch.round(frames).clamp(min=1).long()[0]
    if pace is not None:
        durations = pace(durations)
    places = torch.repeat_interleave(torch.arange(tokens.shape[1], device=tokens.device), durations)
    alignment = torch.zeros((1, tokens.shape[1], places.shape[0]), device=tokens.device)
    alignment[0, places, torch.arange(places.shape[0], device=tokens.device)] = 1
    check()
    f0, energy = model.predictor.F0Ntrain(hidden.transpose(-1, -2) @ alignment, speaking)
    check()
    features = model.text_encoder(tokens, lengths, nothing_masked) @ alignment
    return Prosody(durations, f0, energy, features)


def render(model: Any, phrase: Prosody, style: torch.Tensor) -> torch.Tensor:
    """Return the samples, float32 [600 · frames]."""
    samples: torch.Tensor = model.decoder(phrase.features, phrase.f0, phrase.energy, style[:, :128])
    return samples.reshape(-1)
