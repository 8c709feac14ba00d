# SPDX-License-Identifier: GPL-3.0-or-later
"""A rehearsal model: Kokoro's real architecture and files with seeded random weights: noise, not speech.

For tests, benchmarks and packagers: it costs exactly what the real one costs and goes through the same code.
The weights are biased so that durations, F0 and level are speech-like:

* durations: each token's sum of 50 sigmoids lies around 2.75 frames of 25 ms
* F0: around 150 Hz
"""

from __future__ import annotations

import logging
import math
import os
import tempfile
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from kokoro_speechd.synthesis.kokoro_model import PARTS, import_kmodel
from kokoro_speechd.synthesis.model_files import CONFIG_NAME, VOICES_NAME, WEIGHTS_NAME

_log = logging.getLogger(__name__)

# At least one for each language, both genders where there are both.
VOICES = (
    "af_heart", "af_bella", "am_fenrir", "am_michael", "bf_emma", "bm_george", "ef_dora", "em_alex",
    "ff_siwis", "hf_alpha", "hm_omega", "if_sara", "im_nicola", "jf_alpha", "jm_kumo", "pf_dora", "pm_alex",
    "zf_xiaobei", "zm_yunjian",
)  # fmt: skip
_VOICE_ROWS = 510
_FRAMES_A_TOKEN = 1.6  # without the weights, whose spread lifts the mean to about 2.75
_NOTE = """This is a rehearsal model: the architecture of Kokoro-82M with random weights.
It makes noise, not speech. It is for tests, benchmarks and packagers.
"""


def write_rehearsal_model(folder: Path, *, seed: int = 0, voices: Sequence[str] = VOICES) -> None:
    """Write config.json, kokoro-v1_0.pth and voices/*.pt into `folder`, each file whole or not at all.

    The same seed gives the same tensors. Raises OSError when the folder cannot be written.
    """
    import torch

    _log.warning("writing a rehearsal model: random weights, noise instead of speech")
    (folder / VOICES_NAME).mkdir(parents=True, exist_ok=True)
    config = resources.files("kokoro_speechd.synthesis").joinpath("kokoro-config.json").read_text("utf-8")
    _write(folder / CONFIG_NAME, lambda path: path.write_text(config, encoding="utf-8"))
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        checkpoint = _random_checkpoint(folder / CONFIG_NAME, generator)
    _write(folder / WEIGHTS_NAME, lambda path: torch.save(checkpoint, path))
    for name in voices:
        styles = _random_voice(generator)
        _write(folder / VOICES_NAME / f"{name}.pt", lambda path, styles=styles: torch.save(styles, path))
    _write(folder / "README.txt", lambda path: path.write_text(_NOTE, encoding="utf-8"))


def _write(target: Path, write: Any) -> None:
    """Write a file beside its place and move it there."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    os.close(handle)
    try:
        write(Path(name))
        Path(name).chmod(0o644)
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)


def _random_checkpoint(config: Path, generator: Any) -> dict[str, dict[str, Any]]:
    """Return the parts of a model as the published file holds them."""
    import warnings

    import torch

    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as scratch:
        warnings.simplefilter("ignore")
        nothing = Path(scratch) / "nothing.pth"
        torch.save({}, nothing)
        model = import_kmodel()(repo_id="hexgrad/Kokoro-82M", config=str(config), model=str(nothing))
        with torch.no_grad():
            _bias(model, generator)
    return {part: _published(getattr(model, part)) for part in PARTS}


def _bias(model: Any, generator: Any) -> None:
    import torch

    projection = model.predictor.duration_proj.linear_layer
    projection.weight.mul_(3.0)
    share = _FRAMES_A_TOKEN / 50
    projection.bias.fill_(math.log(share / (1 - share)))
    model.predictor.F0_proj.weight.mul_(150.0)
    model.predictor.F0_proj.bias.fill_(150.0)
    for name, parameter in model.named_parameters():
        if ".alpha" in name:  # Snake's frequencies: ones would make all channels alike
            parameter.copy_(torch.exp(0.5 * torch.randn(parameter.shape, generator=generator)))


def _published(module: Any) -> dict[str, Any]:
    """Return a part's tensors by the published file's names, without what that file leaves out."""
    import torch

    tensors: dict[str, Any] = {}
    for name, value in module.state_dict().items():
        owner, _, last = name.rpartition(".")
        if last in ("weight", "bias") and isinstance(module.get_submodule(owner), torch.nn.InstanceNorm1d):
            continue
        published = name.replace("parametrizations.weight.original0", "weight_g")
        published = published.replace("parametrizations.weight.original1", "weight_v")
        tensors[f"module.{published}"] = value.contiguous()
    return tensors


def _random_voice(generator: Any) -> Any:
    """Return a voice [510, 1, 256] whose rows drift slowly, as real ones do."""
    import torch

    base = 0.25 * torch.randn(1, 1, 256, generator=generator)
    drift = torch.cumsum(0.005 * torch.randn(_VOICE_ROWS, 1, 256, generator=generator), 0)
    return (base + drift).contiguous()
