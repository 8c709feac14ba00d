# SPDX-License-Identifier: GPL-3.0-or-later
"""Where this user's model is, by settings and XDG folders, and what to do when it is not there."""

from __future__ import annotations

from dataclasses import dataclass

from kokoro_speechd.settings import Settings, load_settings
from kokoro_speechd.synthesis.files.model_files import (
    CONFIG_NAME,
    VOICES_NAME,
    WEIGHTS_NAME,
    ModelFiles,
    find_model,
    hub_cache_folder,
)
from kokoro_speechd.system import paths
from kokoro_speechd.voices.catalogue import Voice, discover
from kokoro_speechd.voices.mixing import Mix, offered


@dataclass(frozen=True, slots=True)
class ModelPlace:
    """The model's files, or why there are none."""

    files: ModelFiles | None
    problems: tuple[str, ...]
    mixes: tuple[tuple[str, Mix], ...] = ()  # of the settings

    def voices(self) -> list[Voice]:
        """Return the voices of this place and the settings' mixes of them, by name."""
        return offered(self.voice_files(), self.mixes)

    def voice_files(self) -> list[Voice]:
        """Return the voices without mixes."""
        return discover(self.files.voices) if self.files else []

    @property
    def advice(self) -> str:
        """Say in plain sentences what to put where."""
        folder = paths.data_home() / paths.NAME / "model"
        reasons = "".join(f"\n{problem}" for problem in self.problems)
        return (
            f"Put {WEIGHTS_NAME}, {CONFIG_NAME} and the folder {VOICES_NAME}/ of hexgrad/Kokoro-82M "
            f"(Hugging Face) into {folder}, or let `kokoro-speechd model import PATH` do it"
            + (f"\nLooked at and not usable:{reasons}" if reasons else "")
        )


def sight_of_model(settings: Settings) -> tuple[int, int] | None:
    """Return which file lies where the model is expected first, None where none does: one look."""
    place = settings.model_path or paths.data_home() / paths.NAME / "model"
    try:
        found = (place if place.suffix == ".pth" else place / WEIGHTS_NAME).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def locate_model(settings: Settings | None = None) -> ModelPlace:
    """Return where the model is. Looks at names and first bytes only."""
    settings = settings or load_settings()
    found = find_model(
        settings.model_path,
        settings.config_path,
        settings.voice_path,
        data_folders=paths.data_folders(),
        hub_cache=hub_cache_folder(),
    )
    return ModelPlace(found.files, found.problems, settings.mixes)
