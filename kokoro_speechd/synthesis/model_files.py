# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the model lies on this disk, and a first look at its files. Standard library only; never a network.

Searched in this order: what the settings name; `kokoro-speechd/model/` in each XDG data folder, the user's
first; a Hugging Face cache that is already there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

WEIGHTS_NAME = "kokoro-v1_0.pth"
CONFIG_NAME = "config.json"
VOICES_NAME = "voices"
# The keys of config.json that the model is built from.
_CONFIG_KEYS = ("vocab", "istftnet", "plbert", "n_token", "hidden_dim", "style_dim", "n_layer", "max_dur")
_ZIP_MAGIC = b"PK\x03\x04"  # torch writes its files as zip archives
_HUB_REPOSITORIES = ("models--hexgrad--Kokoro-82M", "models--hexgrad--Kokoro-82M-v1.1-zh")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of one usable model; `voices` are folders or single files with voices."""

    weights: Path
    config: Path
    voices: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The model, if there is one, and what was wrong with every place that was looked at before it."""

    files: ModelFiles | None
    problems: tuple[str, ...]


def find_model(
    model_path: Path | None = None,
    config_path: Path | None = None,
    voice_path: Path | None = None,
    *,
    data_folders: Sequence[Path] = (),
    hub_cache: Path | None = None,
) -> Found:
    """Return the first usable model. The three paths may each name a file or a folder."""
    problems: list[str] = []
    for place in _places(model_path, data_folders, hub_cache):
        files = _files_in(place, config_path, voice_path)
        wrong = check(files)
        if not wrong:
            return Found(files, tuple(problems))
        # A folder that is simply not there is where one would put the model, not a fault, unless it was asked for.
        if place.exists() or place == model_path:
            problems += wrong
    return Found(None, tuple(problems))


def check(files: ModelFiles) -> list[str]:
    """Return what is wrong with the files, each with its name; nothing when they look usable."""
    problems = [*_check_archive(files.weights), *_check_config(files.config)]
    if not any(_has_voices(place) for place in files.voices):
        problems.append(f"{files.voices[0]}: no voices (files ending in .pt)")
    return problems


def hub_cache_folder() -> Path:
    """Return where huggingface_hub keeps its downloads."""
    if cache := os.environ.get("HF_HUB_CACHE"):
        return Path(cache)
    home = os.environ.get("HF_HOME")
    return Path(home) / "hub" if home else Path.home() / ".cache/huggingface/hub"


def _places(model_path: Path | None, data_folders: Sequence[Path], hub_cache: Path | None) -> Iterator[Path]:
    if model_path is not None:
        yield model_path
    for folder in data_folders:
        yield folder / "model"
    if hub_cache is not None:
        for repository in _HUB_REPOSITORIES:
            snapshots = hub_cache / repository / "snapshots"
            if snapshots.is_dir():
                yield from sorted(snapshots.iterdir(), reverse=True)


def _files_in(place: Path, config_path: Path | None, voice_path: Path | None) -> ModelFiles:
    folder = place if place.is_dir() or place.suffix != ".pth" else place.parent
    config = config_path or folder / CONFIG_NAME
    voices = voice_path or folder / VOICES_NAME
    if voice_path is not None and (voice_path / VOICES_NAME).is_dir():
        voices = voice_path / VOICES_NAME
    return ModelFiles(
        weights=_weights_in(place) if folder == place else place,
        config=config / CONFIG_NAME if config.is_dir() else config,
        voices=(voices,),
    )


def _weights_in(folder: Path) -> Path:
    """Return the folder's weights: by their usual name, else the only .pth file there is."""
    usual = folder / WEIGHTS_NAME
    if usual.exists() or not folder.is_dir():
        return usual
    others = sorted(folder.glob("*.pth"))
    return others[0] if len(others) == 1 else usual


def _check_archive(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            start = file.read(len(_ZIP_MAGIC))
    except FileNotFoundError:
        return [f"{path}: missing"]
    except OSError as error:
        return [f"{path}: cannot be read: {error.strerror}"]
    if not start:
        return [f"{path}: empty"]
    return [] if start == _ZIP_MAGIC else [f"{path}: not a file that torch wrote"]


def _check_config(path: Path) -> list[str]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [f"{path}: missing"]
    except OSError as error:
        return [f"{path}: cannot be read: {error.strerror}"]
    except (ValueError, RecursionError):
        return [f"{path}: not JSON"]
    missing = [key for key in _CONFIG_KEYS if not isinstance(config, dict) or key not in config]
    return [f"{path}: not Kokoro's configuration, it lacks {', '.join(missing)}"] if missing else []


def _has_voices(place: Path) -> bool:
    try:
        if place.is_dir():
            return any(path.suffix == ".pt" for path in place.iterdir())
        return place.suffix == ".pt" and place.is_file()
    except OSError:
        return False
