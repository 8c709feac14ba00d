# SPDX-License-Identifier: GPL-3.0-or-later
"""The names in a published checkpoint. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence

PARTS = ("bert", "bert_encoder", "predictor", "decoder", "text_encoder")
_PREFIX = "module."  # before each name in the published file: it was trained with DataParallel
_NAMED = 5  # so many names in a message, then a count


def short_name(name: str) -> str:
    """Return a tensor's name without the prefix of the published file."""
    return name.removeprefix(_PREFIX)


def published_name(name: str) -> str:
    """Return a tensor's short name with weight_norm's older names, as the published file has them."""
    return (
        short_name(name)
        .replace("parametrizations.weight.original0", "weight_g")
        .replace("parametrizations.weight.original1", "weight_v")
    )


def some(names: Sequence[str]) -> str:
    """Name the first few."""
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
