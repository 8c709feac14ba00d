# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd model check` and `random`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from kokoro_speechd.errors import ModelError
from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.settings import load_settings
from kokoro_speechd.synthesis.files.calibration_result import CalibrationResult, save_calibration
from kokoro_speechd.synthesis.files.model_files import WEIGHTS_NAME, find_model
from kokoro_speechd.system.messages import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kokoro_speechd.synthesis.files.model_files import ModelFiles


def _warning() -> str:
    return _("NOISE, NOT SPEECH: this model has Kokoro's form and random numbers. It is for tests only.")


def write_random_model(folder: Path, seed: int) -> int:
    """Write a random model and say loudly what it is; return the exit code."""
    folder = folder.absolute()
    if (folder / WEIGHTS_NAME).exists():
        raise ModelError(_("{folder} holds a model already; choose another folder").format(folder=folder))
    from kokoro_speechd.synthesis.reference.random_model import write_model_files

    print(_warning(), file=sys.stderr)
    write_model_files(folder, seed=seed)
    text = _('Written to {folder}. To use it: model_path = "{folder}" below [model] in config.toml.')
    print(text.format(folder=folder))
    print(_warning(), file=sys.stderr)
    return 0


def check(folder: Path | None, *, as_json: bool) -> int:
    """Load the model, measure how it is best run here and keep that; return the exit code.

    What the best voice's statistics are is learned too, where they are not there. Raises ModelError,
    VoiceError, SynthesisError when it cannot speak.
    """
    place = find_model(folder) if folder else locate_model(load_settings())
    if place.files is None:
        text = (
            _("there is no usable model in {folder}; see `doctor`")
            if folder
            else _("there is no usable model; see `doctor`")
        )
        raise ModelError(text.format(folder=folder))
    calibration = measured(place.files, lambda step: print(step, file=sys.stderr, flush=True))
    kept = True
    try:
        save_calibration(place.files.weights, calibration)
    except OSError as error:
        print(_("This cannot be kept: {reason}").format(reason=error), file=sys.stderr)
        kept = False
    print(json.dumps(asdict(calibration), indent=2) if as_json else _said(calibration))
    return 0 if kept else 1


def measured(files: ModelFiles, say: Callable[[str], None]) -> CalibrationResult:
    """Speak with a model and measure it. Raises ModelError, VoiceError and SynthesisError."""
    from kokoro_speechd.cli.model.voice_learning import default_voice
    from kokoro_speechd.synthesis.calibration import check_model
    from kokoro_speechd.synthesis.engine import Engine

    engine = Engine(files, context=True)
    try:
        return check_model(engine, default_voice(engine, files, say), say, files=files)
    finally:
        engine.close()


def _said(calibration: CalibrationResult) -> str:
    speed = ngettext(
        "On {device} with {threads} thread a sentence of four seconds takes {seconds:.2f} s.",
        "On {device} with {threads} threads a sentence of four seconds takes {seconds:.2f} s.",
        calibration.threads,
    )
    heard = _("A word is heard after {word:.0f} ms, a sentence after {sentence:.0f} ms.")
    return "\n".join(
        [
            _("The model speaks."),
            speed.format(
                device=calibration.device, threads=calibration.threads, seconds=calibration.sentence_s
            ),
            heard.format(word=1000 * calibration.word_heard_s, sentence=1000 * calibration.sentence_heard_s),
            _("This is kept, and in force from the daemon's next start or reload on."),
        ]
    )
