# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that a model gets from an export and from raw voices, each whole or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_speechd.synthesis.conversion.export_file import published_config, read_export
from kokoro_speechd.synthesis.conversion.origin import Origin
from kokoro_speechd.synthesis.conversion.raw_voices import archived_voices, raw_voice
from kokoro_speechd.synthesis.conversion.torch_writing import write_torch_file
from kokoro_speechd.synthesis.files.model_files import CONFIG_NAME, VOICES_NAME, WEIGHTS_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator


def convert_export(data: bytes, title: str, folder: Path) -> tuple[dict[str, str], Origin]:
    """Write a checkpoint and its configuration; return the SHA-256 of each, and where they come from.

    Raises ModelError for what is no export of Kokoro's, OSError.
    """
    checkpoint, kind = read_export(data, title)
    origin = Origin(kind, title, hashlib.sha256(data).hexdigest(), len(data))
    digests = {WEIGHTS_NAME: write_torch_file(folder / WEIGHTS_NAME, checkpoint)}
    config = published_config().encode()
    (folder / CONFIG_NAME).write_bytes(config)
    digests[CONFIG_NAME] = hashlib.sha256(config).hexdigest()
    return digests, origin


def convert_raw_voice(data: bytes, title: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Write one voice into a model's folder; yield its name there and its SHA-256.

    Raises VoiceError, OSError.
    """
    import torch

    name = f"{VOICES_NAME}/{title.rpartition('.')[0]}.pt"
    yield name, write_torch_file(folder / name, torch.from_numpy(raw_voice(data, title)))


def convert_voice_archive(data: bytes, title: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Write an archive's voices into a model's folder, but no second one of a name; yield names and SHA-256.

    Raises VoiceError, OSError.
    """
    import torch

    for voice, styles in archived_voices(data, title):
        name = f"{VOICES_NAME}/{voice}.pt"
        if not (folder / name).exists():
            yield name, write_torch_file(folder / name, torch.from_numpy(styles))
