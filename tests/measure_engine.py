# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the fast engine with upstream's KModel: the same tokens, one process, in turns (A B A B).

    python tests/measure_engine.py MODEL_FOLDER [--workers N] [--rounds N] [--lengths 3,15,60,150,400]

Prints for each length the medians of upstream's and our time, and the median of the ratios of neighbours, in
wall time and in the process's CPU time, which other programs disturb least. `ONEDNN_MAX_CPU_ISA=AVX2` in the
environment measures what machines without AVX-512 get from oneDNN.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch

from kokoro_speechd.synthesis.fast_model import FastModel
from kokoro_speechd.synthesis.kokoro_model import load_model
from kokoro_speechd.synthesis.model_files import find_model
from kokoro_speechd.synthesis.voice_pack import load_voice

SENTENCE = "ðə kwˈɪk bɹˈWn fˈɑks ʤˈʌmps ˈOvəɹ ðə lˈAzi dˈɔɡ bɪfˈɔɹ lˈʌnʧ, ænd ðˈɛn ɪt ɡˈOz hˈOm. "


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lengths", default="3,15,60,150,400")
    parser.add_argument("--threads", type=int, default=1, help="torch's threads for upstream")
    options = parser.parse_args()
    torch.set_num_threads(1)
    files = find_model(options.model).files
    assert files is not None
    upstream, ours = load_model(files), FastModel(files, workers=options.workers)
    voice = load_voice(min((options.model / "voices").glob("*.pt")))
    print(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, {os.cpu_count()} cores,")
    print(f"ONEDNN_MAX_CPU_ISA={os.environ.get('ONEDNN_MAX_CPU_ISA', 'unset')}, workers {options.workers}")
    print("phonemes  sound   upstream       ours   wall ratio  CPU ratio   text side")
    for length in map(int, options.lengths.split(",")):
        symbols = (SENTENCE * (length // len(SENTENCE) + 1))[:length]
        tokens = torch.tensor([[0, *(upstream.vocab[symbol] for symbol in symbols), 0]])
        style = voice.style(length)

        def theirs(tokens: torch.Tensor = tokens, style: torch.Tensor = style) -> torch.Tensor:
            torch.set_num_threads(options.threads)
            samples: torch.Tensor = upstream.forward_with_tokens(tokens, style, 1.0)[0]
            torch.set_num_threads(1)
            return samples

        def mine(tokens: torch.Tensor = tokens, style: torch.Tensor = style) -> torch.Tensor:
            return ours.render(ours.prosody(tokens, style), style)

        def text(tokens: torch.Tensor = tokens, style: torch.Tensor = style) -> object:
            return ours.prosody(tokens, style)

        seconds = theirs().numel() / 24_000
        mine()
        turns = [(timed(theirs), timed(mine), timed(text)) for _ in range(options.rounds)]
        walls = [statistics.median(turn[side][0] for turn in turns) for side in (0, 1, 2)]
        ratios = [statistics.median(turn[0][kind] / turn[1][kind] for turn in turns) for kind in (0, 1)]
        print(
            f"{length:8} {seconds:5.1f} s {walls[0] * 1e3:7.0f} ms {walls[1] * 1e3:7.0f} ms "
            f"{ratios[0]:12.2f} {ratios[1]:10.2f} {walls[2] * 1e3:8.0f} ms",
            flush=True,
        )


if __name__ == "__main__":
    main()
