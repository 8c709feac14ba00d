# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd model check` and `rehearsal`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from kokoro_speechd.errors import ModelError
from kokoro_speechd.messages import _, ngettext
from kokoro_speechd.model_place import locate_model
from kokoro_speechd.settings import load_settings
from kokoro_speechd.synthesis.model_files import WEIGHTS_NAME, find_model
from kokoro_speechd.synthesis.verdict import Verdict, save_verdict
from kokoro_speechd.synthesis.voice_pack import load_voice
from kokoro_speechd.voices.catalogue import discover

if TYPE_CHECKING:
    from pathlib import Path

_CHECKED_VOICES = 2


def _warning() -> str:
    return _("NOISE, NOT SPEECH: this model has Kokoro's form and random numbers. It is for tests only.")


def write_rehearsal(folder: Path, seed: int) -> int:
    """Write a rehearsal model and say loudly what it is; return the exit code."""
    folder = folder.absolute()
    if (folder / WEIGHTS_NAME).exists():
        raise ModelError(_("{folder} holds a model already; choose another folder").format(folder=folder))
    from kokoro_speechd.synthesis.rehearsal import write_rehearsal_model

    print(_warning(), file=sys.stderr)
    write_rehearsal_model(folder, seed=seed)
    text = _('Written to {folder}. To use it: model_path = "{folder}" below [model] in config.toml.')
    print(text.format(folder=folder))
    print(_warning(), file=sys.stderr)
    return 0


def check(folder: Path | None, *, bound_db: float | None, as_json: bool) -> int:
    """Load the model, measure how it is best run here and keep that; return the exit code.

    Raises ModelError, VoiceError, SynthesisError when it cannot speak.
    """
    from kokoro_speechd.synthesis.self_check import BOUND_DB, check_model

    place = find_model(folder) if folder else locate_model(load_settings())
    if place.files is None:
        text = (
            _("there is no usable model in {folder}; see `doctor`")
            if folder
            else _("there is no usable model; see `doctor`")
        )
        raise ModelError(text.format(folder=folder))
    voices = sorted(discover(place.files.voices), key=lambda voice: voice.rank)
    paths = [voice.path for voice in voices if voice.path is not None][:_CHECKED_VOICES]
    if not paths:
        raise ModelError(_("there is no voice to check it with"))
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
        print(_("This cannot be kept: {reason}").format(reason=error), file=sys.stderr)
        kept = False
    print(json.dumps(asdict(verdict), indent=2) if as_json else _said(verdict))
    return 0 if kept else 1


def _said(verdict: Verdict) -> str:
    if verdict.windows is None:
        windows = _(
            "Phrases are rendered whole: in pieces they would differ by {distance:.2f} dB, and {bound:g} dB "
            "is the most that is allowed."
        )
    else:
        windows = _(
            "Phrases are rendered in pieces, the first of {first} ms: they differ by {distance:.2f} dB from "
            "whole ones, at most {bound:g} dB is allowed."
        )
    speed = ngettext(
        "On {device} with {threads} thread a sentence of four seconds takes {seconds:.2f} s.",
        "On {device} with {threads} threads a sentence of four seconds takes {seconds:.2f} s.",
        verdict.threads,
    )
    return "\n".join(
        [
            _("The model speaks."),
            windows.format(
                distance=verdict.distance_db,
                bound=verdict.bound_db,
                first=25 * verdict.windows.first if verdict.windows else 0,
            ),
            speed.format(device=verdict.device, threads=verdict.threads, seconds=verdict.sentence_s),
            _("This is kept, and in force from the daemon's next start or reload on."),
        ]
    )
