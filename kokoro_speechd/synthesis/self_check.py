# SPDX-License-Identifier: GPL-3.0-or-later
"""How a model is best run here: measured on its own weights and on this machine, not guessed.

*Windows.* Norms of decoder and vocoder take their statistics from the frames that are rendered together, so
a phrase in windows is not quite the phrase rendered whole. How different it sounds depends on the weights.
The same phrases are rendered both ways, with the same noise, and the distance of their spectra is measured.
Of the plans whose distance is within a bound the one that is heard soonest is chosen.

*Threads and devices.* A sentence is rendered with each number of threads, and on a GPU where there is one.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kokoro_speechd.errors import KokoroSpeechdError
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.forward import FRAME_SAMPLES, SAMPLE_RATE
from kokoro_speechd.synthesis.pace import cost_to_first_sound
from kokoro_speechd.synthesis.spectral_distance import mel_distances
from kokoro_speechd.synthesis.verdict import Verdict
from kokoro_speechd.synthesis.windows import WindowPlan

if TYPE_CHECKING:
    from kokoro_speechd.synthesis.model_files import ModelFiles
    from kokoro_speechd.synthesis.voice_pack import VoicePack

BOUND_DB = 1.5
"""The most that windows may differ. 1 dB counts as transparent; other noise alone makes more than 3 dB."""

# A key's name, a few words, a question, a sentence of two clauses, a list.
_PHRASES = (
    "ˈɛskˌAp",
    "kˈOz ðə wˈɪndO.",
    "dˈu ju wˈɔnt tə sˈAv jʊɹ ʧˈAnʤᵻz?",
    "ðə kwˈɪk bɹˈWn fˈɑks ʤˈʌmps ˈOvəɹ ðə lˈAzi dˈɔɡ, ænd ðˈɛn ɪt ɡˈOz hˈOm.",
    "wˈʌn, tˈu, θɹˈi, fˈɔɹ, fˈIv, sˈɪks, sˈɛvən, ˈAt.",
)
_SENTENCE = _PHRASES[3]
_LETTERS = ("ˈA", "bˈi", "kjˈu", "ˈɛks", "dˈʌbəljˌu")
_FIRST = (4, 6, 8, 12, 16, 24)
# Frames of context in the decoder and the generator's two stages; more is more like the whole, and later.
_CONTEXTS: tuple[tuple[int | None, int, int], ...] = ((8, 4, 1), (16, 8, 2), (None, 16, 4), (None, 32, 12))
_SEED = 1
_ROUNDS = 3
_HARDLY = 1.15  # more threads must make it so many times as fast to be worth their cores


@dataclass(frozen=True, slots=True)
class Tried:
    """A plan and the mean distance of its phrases to the whole ones, in dB."""

    plan: WindowPlan
    distance_db: float


def check_model(
    files: ModelFiles,
    voices: Sequence[VoicePack],
    say: Callable[[str], None],
    *,
    bound_db: float = BOUND_DB,
) -> Verdict:
    """Measure; `say` is told each step. Raises ModelError, SynthesisError, VoiceError."""
    engine = Engine(files)
    try:
        best: Tried | None = None
        for tried in try_windows(engine, voices):
            plan = tried.plan
            context = "the whole decoder" if plan.decoder is None else f"{plan.decoder} frames"
            say(f"first window {25 * plan.first} ms, context {context}: {tried.distance_db:.2f} dB")
            if best is None or tried.distance_db < best.distance_db:
                best = tried
            if tried.distance_db <= bound_db:
                break
        alone, among = (audible_letter(engine, voices[0], company=company) for company in (False, True))
        say(f"a letter by itself is audible for {1000 * alone:.0f} ms, in company for {1000 * among:.0f} ms")
    finally:
        engine.close()
    assert best is not None  # noqa: S101 - there are plans
    speeds = dict(_speeds(files, voices[0], say))
    device, threads = choose_speed(speeds)
    return Verdict(
        windows=best.plan if best.distance_db <= bound_db else None,
        distance_db=round(best.distance_db, 3),
        bound_db=bound_db,
        threads=threads,
        device=device,
        sentence_s=round(speeds[device, threads], 3),
    )


def try_windows(engine: Engine, voices: Sequence[VoicePack]) -> Iterator[Tried]:
    """Yield every plan with its distance, the one that is heard soonest first."""
    import numpy as np

    plans = [
        WindowPlan(first=first, decoder=decoder, first_stage=first_stage, last_stage=last_stage)
        for first in _FIRST
        for decoder, first_stage, last_stage in _CONTEXTS
    ]
    phrases = [(symbols, voice) for voice in voices for symbols in _PHRASES]
    wholes = [engine.begin(symbols, voice, seed=_SEED).whole() for symbols, voice in phrases]
    for plan in sorted(plans, key=cost_to_first_sound):
        distances = []
        for (symbols, voice), whole in zip(phrases, wholes, strict=True):
            pieces = list(engine.begin(symbols, voice, seed=_SEED).pieces(plan))
            distances.append(mel_distances(np.concatenate(pieces), whole))
        yield Tried(plan, float(np.concatenate(distances).mean()))


def audible_letter(engine: Engine, voice: VoicePack, *, company: bool) -> float:
    """Return for how many seconds a letter can be heard, on average; much less than 0.2 is swallowed.

    That is the time of its frames of 25 ms within 30 dB of its loudest one.
    """
    import numpy as np

    heard = []
    for letter in _LETTERS:
        sound = engine.begin(letter, voice, seed=_SEED, company=company).whole()
        power = np.square(sound.reshape(-1, FRAME_SAMPLES)).mean(1)
        heard.append(int((power > 1e-3 * power.max()).sum()) * FRAME_SAMPLES / SAMPLE_RATE)
    return statistics.mean(heard)


def _speeds(
    files: ModelFiles, voice: VoicePack, say: Callable[[str], None]
) -> Iterator[tuple[tuple[str, int], float]]:
    """Yield the seconds for a sentence by device and number of threads."""
    import torch

    cores = len(os.sched_getaffinity(0))
    places = [("cpu", threads) for threads in range(1, min(cores, 8) + 1)]
    if torch.cuda.is_available():
        places.append(("cuda", 1))
    for device, threads in places:
        try:
            seconds = _seconds(files, voice, device, threads)
        except KokoroSpeechdError:
            if device == "cpu":
                raise
            say(f"{device}: cannot be used")
            continue
        say(f"{device}, {threads} thread{'s' if threads > 1 else ''}: a sentence in {1000 * seconds:.0f} ms")
        yield (device, threads), seconds


def _seconds(files: ModelFiles, voice: VoicePack, device: str, threads: int) -> float:
    engine = Engine(files, device=device, threads=threads)
    try:
        engine.render(_SENTENCE, voice)
        times = []
        for _ in range(_ROUNDS):
            began = time.perf_counter()
            engine.render(_SENTENCE, voice)
            times.append(time.perf_counter() - began)
        return statistics.median(times)
    finally:
        engine.close()


def choose_speed(speeds: dict[tuple[str, int], float]) -> tuple[str, int]:
    """Return the device and threads: the fewest on the fastest device that are nearly as fast as all."""
    device = min(speeds, key=lambda place: speeds[place])[0]
    there = {threads: seconds for (place, threads), seconds in speeds.items() if place == device}
    best = min(there.values())
    return device, min(threads for threads, seconds in there.items() if seconds <= _HARDLY * best)
