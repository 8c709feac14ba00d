# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the model lies on this disk, and a first look at its files. Standard library only; never a network.

Searched in this order: what the settings name; `kokoro-speechd/model/` in each XDG data folder, the user's
first; a Hugging Face cache that is already there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kokoro_speechd.synthesis.files.model_config import check_config
from kokoro_speechd.system.plain_file import is_folder, why_unreadable

WEIGHTS_NAME = "kokoro-v1_0.pth"
CONFIG_NAME = "config.json"
VOICES_NAME = "voices"
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
            return Found(files, tuple(dict.fromkeys(problems)))
        # A folder that is not there is where one would put the model, not a fault, unless it was asked for.
        if place == model_path or why_unreadable(place) != "missing":
            problems += wrong
    return Found(None, tuple(dict.fromkeys(problems)))


def check(files: ModelFiles) -> list[str]:
    """Return what is wrong with the files, each with its name; nothing when they look usable."""
    problems = [*_check_archive(files.weights), *check_config(files.config)]
    if not any(_has_voices(place) for place in files.voices):
        place = files.voices[0]
        missing = why_unreadable(place) == "missing"
        problems.append(f"{place}: " + ("missing" if missing else "no voices (files ending in .pt)"))
    return problems


def hub_cache_folder() -> Path:
    """Return where huggingface_hub keeps its downloads, by its own rules."""
    home = os.environ.get("HF_HOME") or os.path.join(  # noqa: PTH118 - "~" and "$HOME" may stand in it
        os.environ.get("XDG_CACHE_HOME") or "~/.cache", "huggingface"
    )
    cache = (
        os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE") or os.path.join(home, "hub")  # noqa: PTH118
    )
    # Unlike Path.expanduser this does not fail where a user has no home.
    return Path(os.path.expandvars(os.path.expanduser(cache)))  # noqa: PTH111


def _places(model_path: Path | None, data_folders: Sequence[Path], hub_cache: Path | None) -> Iterator[Path]:
    if model_path is not None:
        yield model_path
    for folder in data_folders:
        yield folder / "model"
    if hub_cache is not None:
        for repository in _HUB_REPOSITORIES:
            yield from _snapshots(hub_cache / repository)


def _snapshots(repository: Path) -> list[Path]:
    """Return the revisions of a repository in the cache, the current one first."""
    try:
        snapshots = sorted((repository / "snapshots").iterdir())
    except OSError:
        return []
    try:
        current = (repository / "refs/main").read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        current = ""
    return sorted(snapshots, key=lambda snapshot: snapshot.name != current)


def _files_in(place: Path, config_path: Path | None, voice_path: Path | None) -> ModelFiles:
    # A path that ends in nothing yet is taken for what its name looks like.
    absent = why_unreadable(place) == "missing"
    folder = place if is_folder(place) or (absent and place.suffix != ".pth") else place.parent
    config = config_path or folder / CONFIG_NAME
    voices = voice_path or folder / VOICES_NAME
    if voice_path is not None and is_folder(voice_path / VOICES_NAME):
        voices = voice_path / VOICES_NAME
    return ModelFiles(
        weights=_weights_in(place) if folder == place else place,
        config=config / CONFIG_NAME if is_folder(config) else config,
        voices=(voices,),
    )


def _weights_in(folder: Path) -> Path:
    """Return the folder's weights: by their usual name, else the only .pth file there is."""
    usual = folder / WEIGHTS_NAME
    if why_unreadable(usual) != "missing":
        return usual
    try:
        others = [path for path in folder.iterdir() if path.suffix == ".pth"]
    except OSError:
        return usual
    return others[0] if len(others) == 1 else usual


def _check_archive(path: Path) -> list[str]:
    if why := why_unreadable(path):
        return [f"{path}: {why}"]
    try:
        with path.open("rb") as file:
            start = file.read(len(_ZIP_MAGIC))
    except OSError as error:
        return [f"{path}: cannot be read: {error.strerror}"]
    return [] if start == _ZIP_MAGIC else [f"{path}: not a file that torch wrote"]


def _has_voices(place: Path) -> bool:
    try:
        files = place.iterdir() if is_folder(place) else [place]
        return any(path.suffix == ".pt" and path.is_file() for path in files)
    except OSError:
        return False
