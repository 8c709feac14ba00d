# SPDX-License-Identifier: GPL-3.0-or-later
"""A random model: Kokoro's real architecture and files with seeded random weights: noise, not speech.

For tests, benchmarks and packagers: it costs exactly what the real one costs and goes through the same code.
The weights are fitted so that durations, F0 and level are speech-like, and what belongs to one phoneme can be
told from what belongs to its neighbour:

* durations: 1 to 6 frames of 25 ms by the phoneme, a little by its neighbours and the voice; 2.75 on average
* F0: 150 Hz, 20 Hz up and down with the phonemes
* level: inside full scale
"""

from __future__ import annotations

import logging
import math
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from kokoro_speechd.synthesis.files.model_files import CONFIG_NAME, VOICES_NAME, WEIGHTS_NAME
from kokoro_speechd.synthesis.files.tensor_names import PARTS
from kokoro_speechd.synthesis.reference.forward import prosody
from kokoro_speechd.synthesis.reference.kokoro_model import import_kmodel

_log = logging.getLogger(__name__)

# At least one for each language, both genders where there are both.
VOICES = (
    "af_heart", "af_bella", "am_fenrir", "am_michael", "bf_emma", "bm_george", "ef_dora", "em_alex",
    "ff_siwis", "hf_alpha", "hm_omega", "if_sara", "im_nicola", "jf_alpha", "jm_kumo", "pf_dora", "pm_alex",
    "zf_xiaobei", "zm_yunjian",
)  # fmt: skip
_VOICE_ROWS = 510
_STYLE = 128  # values of the half of a voice's row that says how it speaks
# The frames of a phoneme, by its number in the vocabulary, again and again; of many orders that were tried,
# one whose mean over sentences is nearly the same in all nine languages.
_FRAMES = (4, 3, 5, 2, 2, 1, 1, 6)
_EDGE_FRAMES = 3  # of the begin and end tokens
_STEEPNESS = 4.0  # of the step from one frame to the next: 1 frame of the fit moves the sum by about 1
_F0_MEAN, _F0_SPREAD = 150.0, 20.0  # Hz
# Phonemes of the phrases that are looked at for the fits. More in all would cost seconds, and change little.
_DURATION_PHRASES = (3, 6, 12, 24, 36, 48) * 5
_F0_PHRASES = (5, 10, 20, 40) * 2
_NOTE = """This is a random model: the architecture of Kokoro-82M with random weights.
It makes noise, not speech. It is for tests, benchmarks and packagers.
"""


def write_model_files(folder: Path, *, seed: int = 0, voices: Sequence[str] = VOICES) -> None:
    """Write config.json, kokoro-v1_0.pth and voices/*.pt into `folder`, each file whole or not at all.

    The same seed gives the same tensors on machines that compute alike. Raises OSError when the folder
    cannot be written.
    """
    import torch

    _log.warning("writing a random model: random weights, noise instead of speech")
    (folder / VOICES_NAME).mkdir(parents=True, exist_ok=True)
    config = (
        resources.files("kokoro_speechd.synthesis.files").joinpath("kokoro-config.json").read_text("utf-8")
    )
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
        with torch.no_grad(), _one_thread():
            _bias(model.eval(), generator)
    return {part: _published(getattr(model, part)) for part in PARTS}


@contextmanager
def _one_thread() -> Iterator[None]:
    """Compute with one thread: sums in another order have other last digits."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _bias(model: Any, generator: Any) -> None:
    import torch

    for name, parameter in model.named_parameters():
        if ".alpha" in name:  # Snake's frequencies: ones would make all channels alike
            parameter.copy_(torch.exp(0.5 * torch.randn(parameter.shape, generator=generator)))
    magnitudes = model.decoder.generator.post_n_fft // 2 + 1
    model.decoder.generator.conv_post.bias[:magnitudes] -= math.log(2)  # of a spectrum's logarithm
    _keep_phonemes_apart(model)
    _fit_durations(model, generator)
    _fit_f0(model, generator)


def _keep_phonemes_apart(model: Any) -> None:
    """Let the states that durations and F0 are made from say which phoneme they belong to.

    Random weights blur all phonemes of a phrase into one, and the voice's style drowns the rest.
    """
    import torch

    model.bert.embeddings.word_embeddings.weight.mul_(6.0)  # against those of position
    for layers in model.bert.encoder.albert_layer_groups:
        for layer in layers.albert_layers:
            layer.attention.dense.weight.mul_(0.1)
    for module in model.predictor.modules():
        if isinstance(module, torch.nn.LSTM):
            size = module.hidden_size
            for name, parameter in module.named_parameters():
                if "weight_hh" in name:
                    parameter.mul_(0.1)
                elif "weight_ih" in name:
                    parameter[:, -_STYLE:].mul_(0.1)
                elif "bias_ih" in name:
                    parameter[size : 2 * size] -= 4.0  # the forget gates
        elif isinstance(module, torch.nn.Linear) and module.in_features == _STYLE:
            module.weight.mul_(0.1)  # a norm's scale and shift


def _fit_durations(model: Any, generator: Any) -> None:
    """Make the durations' last layer tell each phoneme's frames from its state, by ridge regression.

    The layer gives 50 logits, whose sigmoids add up to a token's frames. One is always on, five step in one
    after the other at 1.5, 2.5 ... frames of the fit, the others are always off: whatever the voice and
    the phrase, a token has 1 to 6 frames.
    """
    import torch

    layer = model.predictor.duration_proj.linear_layer
    layer.weight.zero_()
    layer.bias.fill_(-12.0)  # off: all tokens have one frame while the states are looked at
    tokens, inputs = _watch(model, layer, _DURATION_PHRASES, generator)
    numbers = torch.cat([phrase[0] for phrase in tokens])
    states = torch.cat([phrase[0][0] for phrase in inputs]).double()
    frames = torch.tensor(_FRAMES, dtype=torch.double)[numbers % len(_FRAMES)]
    frames[numbers == 0] = _EDGE_FRAMES
    middle, mean = states.mean(0), frames.mean()
    states -= middle
    products = states.T @ states
    products.diagonal().add_(0.02 * products.diagonal().mean())
    direction = torch.linalg.solve(products, states.T @ (frames - mean))
    steps = max(_FRAMES) - 1
    layer.weight[1 : 1 + steps] = (_STEEPNESS * direction).float()
    layer.bias[0] = 12.0
    for step in range(1, 1 + steps):
        layer.bias[step] = _STEEPNESS * float(mean - middle @ direction - (step + 0.5))


def _fit_f0(model: Any, generator: Any) -> None:
    """Scale F0's last layer, a random projection, to the mean and spread wanted."""
    import torch

    layer = model.predictor.F0_proj
    _, inputs = _watch(model, layer, _F0_PHRASES, generator)
    curves = [(layer.weight[:, :, 0] @ phrase[0][0]).flatten() for phrase in inputs]
    layer.weight.mul_(_F0_SPREAD / torch.stack([curve.std() for curve in curves]).mean())
    mean = torch.stack([(layer.weight[:, :, 0] @ phrase[0][0]).mean() for phrase in inputs]).mean()
    layer.bias.fill_(_F0_MEAN - float(mean))


def _watch(model: Any, module: Any, lengths: Sequence[int], generator: Any) -> tuple[list[Any], list[Any]]:
    """Return the tokens of phrases of random phonemes, and what `module` is given for them."""
    import torch

    seen: list[Any] = []
    handle = module.register_forward_pre_hook(lambda _, inputs: seen.append(inputs))
    phonemes = torch.tensor(sorted(model.vocab.values()))
    phrases = []
    for length in lengths:
        chosen = phonemes[torch.randint(len(phonemes), (length,), generator=generator)]
        phrases.append(torch.nn.functional.pad(chosen, (1, 1))[None])
        prosody(model, phrases[-1], _random_voice(generator)[length - 1])
    handle.remove()
    return phrases, seen


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
