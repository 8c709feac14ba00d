# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd model check` and `rehearsal`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from kokoro_speechd.errors import ModelError
from kokoro_speechd.model_place import locate_model
from kokoro_speechd.settings import load_settings
from kokoro_speechd.synthesis.model_files import WEIGHTS_NAME, find_model
from kokoro_speechd.synthesis.verdict import Verdict, save_verdict
from kokoro_speechd.synthesis.voice_pack import load_voice
from kokoro_speechd.voices.catalogue import discover

if TYPE_CHECKING:
    from pathlib import Path

_CHECKED_VOICES = 2

_WARNING = "NOISE, NOT SPEECH: this model has Kokoro's form and random numbers. It is for tests only."


def write_rehearsal(folder: Path, seed: int) -> int:
    """Write a rehearsal model and say loudly what it is; return the exit code."""
    folder = folder.absolute()
    if (folder / WEIGHTS_NAME).exists():
        raise ModelError(f"{folder} holds a model already; choose another folder")
    from kokoro_speechd.synthesis.rehearsal import write_rehearsal_model

    print(_WARNING, file=sys.stderr)
    write_rehearsal_model(folder, seed=seed)
    print(f'Written to {folder}. To use it: model_path = "{folder}" below [model] in config.toml.')
    print(_WARNING, file=sys.stderr)
    return 0


def check(folder: Path | None, *, bound_db: float | None, as_json: bool) -> int:
    """Load the model, measure how it is best run here and keep that; return the exit code.

    Raises ModelError, VoiceError, SynthesisError when it cannot speak.
    """
    from kokoro_speechd.synthesis.self_check import BOUND_DB, check_model

    place = find_model(folder) if folder else locate_model(load_settings())
    if place.files is None:
        raise ModelError(f"there is no usable model{f' in {folder}' if folder else ''}; see `doctor`")
    voices = sorted(discover(place.files.voices), key=lambda voice: voice.rank)
    paths = [voice.path for voice in voices if voice.path is not None][:_CHECKED_VOICES]
    if not paths:
        raise ModelError("there is no voice to check it with")
    verdict = check_model(
        place.files,
        [load_voice(path) for path in paths],
        lambda step: print(step, file=sys.stderr, flush=True),
        bound_db=BOUND_DB if bound_db is None else bound_db,
    )
    kept = True
    try:
        save_verdict(place.files.weights, verdict)
    except OSError as error:
        print(f"This cannot be kept: {error}", file=sys.stderr)
        kept = False
    print(json.dumps(asdict(verdict), indent=2) if as_json else _said(verdict))
    return 0 if kept else 1


def _said(verdict: Verdict) -> str:
    threads = f"{verdict.threads} thread{'s' if verdict.threads > 1 else ''}"
    if verdict.windows is None:
        windows = (
            f"Phrases are rendered whole: in pieces they would differ by {verdict.distance_db:.2f} dB, "
            f"and {verdict.bound_db:g} dB is the most that is allowed."
        )
    else:
        windows = (
            f"Phrases are rendered in pieces, the first of {25 * verdict.windows.first} ms: they differ by "
            f"{verdict.distance_db:.2f} dB from whole ones, at most {verdict.bound_db:g} dB is allowed."
        )
    return (
        f"The model speaks.\n{windows}\nOn {verdict.device} with {threads} a sentence of four seconds takes "
        f"{verdict.sentence_s:.2f} s.\nThis is kept, and in force from the daemon's next start or reload on."
    )
