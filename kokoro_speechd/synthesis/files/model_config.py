# SPDX-License-Identifier: GPL-3.0-or-later
"""Kokoro's config.json, looked at before anything is built from it. Standard library only.

What upstream and transformers raise for a wrong value has no common base, so each is checked here, by name.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kokoro_speechd.system.plain_file import why_unreadable


def check_config(path: Path) -> list[str]:
    """Return what is wrong with a configuration, with its file; nothing when a model can be built from it."""
    if why := why_unreadable(path):
        return [f"{path}: {why}"]
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        return [f"{path}: cannot be read: {error.strerror}"]
    except (ValueError, RecursionError):
        return [f"{path}: not JSON"]
    if not isinstance(config, dict):
        return [f"{path}: not Kokoro's configuration"]
    missing = [name for name in _VALUES if _value(config, name) is None]
    if missing:
        return [f"{path}: not Kokoro's configuration, it lacks {', '.join(missing)}"]
    wrong = [name for name, is_right in _VALUES.items() if not is_right(_value(config, name))]
    # These go to constructors as they are.
    for table, known in _KEYWORDS.items():
        wrong += [f"{table}.{key}" for key in config[table] if key not in known]
    if not wrong and max(config["vocab"].values()) >= config["n_token"]:
        wrong.append("vocab")
    return [f"{path}: cannot be used: {', '.join(wrong)}"] if wrong else []


def _value(config: dict[str, Any], name: str) -> Any:
    """Return the value of a dotted name, None where it is missing."""
    table, _, key = name.rpartition(".")
    place = config.get(table) if table else config
    return place.get(key) if isinstance(place, dict) else None


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_sizes(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_size(item) for item in value)


def _is_dilations(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_sizes(item) for item in value)


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1


def _is_vocabulary(value: Any) -> bool:
    """Say whether these are symbols with their numbers; 0 is what surrounds each phrase."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(len(symbol) == 1 and _is_size(number) for symbol, number in value.items())
    )


# What the model is built from.
_VALUES: dict[str, Callable[[Any], bool]] = {
    "vocab": _is_vocabulary,
    **dict.fromkeys(
        ("n_token", "hidden_dim", "style_dim", "n_layer", "max_dur", "n_mels", "text_encoder_kernel_size"),
        _is_size,
    ),
    "dropout": _is_share,
    **dict.fromkeys(
        (
            "istftnet.upsample_initial_channel",
            "istftnet.gen_istft_n_fft",
            "istftnet.gen_istft_hop_size",
            "plbert.hidden_size",
            "plbert.num_attention_heads",
            "plbert.intermediate_size",
            "plbert.max_position_embeddings",
            "plbert.num_hidden_layers",
        ),
        _is_size,
    ),
    **dict.fromkeys(
        ("istftnet.upsample_rates", "istftnet.upsample_kernel_sizes", "istftnet.resblock_kernel_sizes"),
        _is_sizes,
    ),
    "istftnet.resblock_dilation_sizes": _is_dilations,
}
_KEYWORDS = {
    table: {name.removeprefix(f"{table}.") for name in _VALUES if name.startswith(f"{table}.")}
    for table in ("istftnet", "plbert")
}
_KEYWORDS["plbert"].add("dropout")  # the published file has it, and transformers ignores it
