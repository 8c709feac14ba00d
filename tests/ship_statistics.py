# SPDX-License-Identifier: GPL-3.0-or-later
"""Learn the statistics of all published voices; write the file that comes with the program.

    python -m tests.ship_statistics       # ten minutes, of which nothing is done twice

What was learned is kept in `.cache-tests/statistics`. Needs the real voice, see `tests.real_model`; another
one in $KOKORO_MODEL will do if it is the published one.
`kokoro_speechd/synthesis/voice/shipped_statistics.py`
reads the file; `python -m tests.measure_voice shipped-statistics` listens to what became of them.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.files.file_hash import content_hash
from kokoro_speechd.synthesis.files.weights_sketch import WeightsSketch
from kokoro_speechd.synthesis.statistics_learning import learned
from kokoro_speechd.synthesis.voice.shipped_statistics import (
    FILE,
    MOMENTS,
    SHARES,
    ShippedStatistics,
    cosines,
    parted,
    voice_digest,
)
from kokoro_speechd.synthesis.voice.statistics_store import StatisticsStore
from kokoro_speechd.synthesis.voice.voice_pack import load_voice
from kokoro_speechd.synthesis.voice.voice_statistics import VoiceStatistics
from kokoro_speechd.voices.catalogue import discover
from tests.real_model import find_or_fetch_model
from tests.real_voice.rendering import STATISTICS, files_of, languages_of

_STEP = 0.02  # of a channel's deviation, and of its logarithm
# Of that, by the beginning of a norm's name: with each norm alone in steps, these were 10 dB and more above,
# or below, what all others do to the sound. The first has F0 and energy among its channels.
_STEPS = {
    "decoder.encode.norm1": 0.15,
    "decoder.generator.resblocks.5.": 0.3,
    "decoder.generator.resblocks.3.": 2.0,
    "decoder.generator.noise_res.": 2.0,
}


def steps_of(norms: Mapping[str, int]) -> NDArray[np.float32]:
    """Return the steps of means and of deviations, [2, norms], in the order of the norms' names."""
    row = [
        _STEP * next((factor for start, factor in _STEPS.items() if name.startswith(start)), 1.0)
        for name in sorted(norms)
    ]
    return np.array([row, row], np.float32)


def written(
    learned_ones: Mapping[str, VoiceStatistics], sketch: WeightsSketch, steps: NDArray[np.float32]
) -> bytes:
    """Return the file for the statistics of voices by their digest; all have the same norms and sets."""
    everything = [learned_ones[digest] for digest in sorted(learned_ones)]
    means = np.stack([each.means.numpy() for each in everything])  # [voices, sets, channels]
    logarithms = np.log(np.stack([each.variances.sqrt().numpy() for each in everything]))
    scales = np.exp(logarithms.mean((0, 1))).astype(np.float32)
    moments = np.concatenate([means / scales, logarithms], 2)
    middle = moments.mean(0).astype(np.float16)
    sizes = everything[0].sizes
    each_step = np.repeat(steps.reshape(-1), [*sizes, *sizes])
    moved = cosines(len(middle)) @ (moments - middle.astype(np.float32))
    arrays: dict[str, NDArray[np.generic]] = {
        "vectors": sketch.vectors,
        "matrices": sketch.matrices,
        "scales": scales,
        "middle": middle,
        "steps": steps,
    }
    for digest, each, numbers in zip(sorted(learned_ones), everything, moved, strict=True):
        arrays[digest + SHARES] = each.shares.numpy()
        arrays[digest + MOMENTS] = parted(np.rint(numbers / each_step).astype(np.int64))
    file = io.BytesIO()
    # As `numpy.savez_compressed`, but LZMA takes a seventh less than zlib.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        for name, array in arrays.items():
            entry = io.BytesIO()
            np.save(entry, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), entry.getvalue(), zipfile.ZIP_LZMA)
    return file.getvalue()


def main() -> int:
    """Learn what is not learned yet, write the file, and read it as the program does."""
    with tempfile.TemporaryDirectory(prefix="voice-home-") as home:
        os.environ["XDG_CACHE_HOME"] = home
        torch.set_num_threads(1)
        model = find_or_fetch_model()
        files = files_of(model)
        engine = Engine(files)
        store = StatisticsStore(STATISTICS, content_hash(files.weights), engine.norms)
        languages = languages_of(model)
        packs = []
        for voice in discover(files.voices):
            assert voice.path is not None
            print(voice.name, flush=True)
            packs.append(learned(engine, load_voice(voice.path), languages[voice.name], store))
        sketch = engine.sketch
        assert sketch is not None
    found = {voice_digest(pack): pack.statistics for pack in packs if pack.statistics is not None}
    data = written(found, sketch, steps_of(engine.norms))
    FILE.write_bytes(data)
    shipped = ShippedStatistics(sketch, engine.norms)
    for pack in packs:
        assert shipped.get(replace(pack, statistics=None)) is not None
    print(f"{FILE}: {len(found)} voices, {len(data) / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
