# SPDX-License-Identifier: GPL-3.0-or-later
"""How a model is best run here: measured on this machine, not guessed.

A sentence is rendered with one, two, four and eight threads as long as more are of use, on a GPU where there
is one, and a phrase with factors rounded to bfloat16 where the processor has that. Who multiplies was
measured when the model was loaded (`products`). And what a listener can expect is said: how long a word and a
sentence take until they are heard.

Somebody waits for all of this, so it takes a few seconds: each way is tried by turns or after one that is
warm, few times, and the least time counts, since other programs only ever make it longer.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from kokoro_speechd.errors import KokoroSpeechdError, SynthesisError
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.files.calibration_result import CalibrationResult, Precision
from kokoro_speechd.synthesis.phrase.request import PhraseRequest

if TYPE_CHECKING:
    from kokoro_speechd.synthesis.files.model_files import ModelFiles
    from kokoro_speechd.synthesis.voice.voice_pack import VoicePack

_WORD = "ˈɛskˌAp"
_SENTENCE = "ðə kwˈɪk bɹˈWn fˈɑks ʤˈʌmps ˈOvəɹ ðə lˈAzi dˈɔɡ, ænd ðˈɛn ɪt ɡˈOz hˈOm."
_PHRASE = "ðə kwˈɪk bɹˈWn fˈɑks ʤˈʌmps."
_SEED = 1
_ROUNDS = 2
_FIRST_SOUNDS = 3
_HARDLY = 1.15  # more threads must make it so many times as fast to be worth their cores
_WORTH_ROUNDING = 1.05  # bfloat16 must make it so many times as fast
_THREADS = (1, 2, 4, 8)
_MULTIPLIERS = {
    "torch": "torch's",
    "onednn": "oneDNN's with packed weights",
    "compiled": "the compiled kernels'",
}
_AUDIBLE = 0.003  # of full scale, -50 dB


def check_model(
    engine: Engine, voice: VoicePack, say: Callable[[str], None], *, files: ModelFiles
) -> CalibrationResult:
    """Measure on the CPU with an engine that is loaded, and on a GPU; `say` is told each step.

    Raises ModelError, SynthesisError, VoiceError. That the model speaks at all is checked first.
    """
    from kokoro_speechd.synthesis.fast.products import rounds

    say(f"products: {_products(engine)}")
    _must_speak(engine, voice)
    speeds = dict(_speeds(engine, files, voice, say))
    device, threads = choose_speed(speeds)
    engine.set_threads(threads)
    result = partial(_result, voice=voice, device=device, threads=threads)
    if device == engine.device and rounds():
        rounding = Engine(
            files, context=True, threads=threads, products=engine.products, precision="bfloat16"
        )
        try:
            if _precision(engine, rounding, voice, say) == "bfloat16":
                return result(rounding, "bfloat16", seconds=_seconds(rounding, voice))
        finally:
            rounding.close()
    return result(engine, "float32", seconds=speeds[device, threads])


def _result(
    engine: Engine, precision: Precision, *, voice: VoicePack, device: str, threads: int, seconds: float
) -> CalibrationResult:
    """Return the result with what a listener waits for; `seconds`: see its `sentence_s`."""
    word, sentence = (_first_sound(engine, voice, symbols) for symbols in (_WORD, _SENTENCE))
    return CalibrationResult(
        threads=threads,
        device=device,
        sentence_s=round(seconds, 3),
        word_heard_s=round(word, 3),
        sentence_heard_s=round(sentence, 3),
        precision=precision,
        products=engine.products,
    )


def _products(engine: Engine) -> str:
    """Say who multiplies, and how long each of those who can takes."""
    from kokoro_speechd.synthesis.fast.choice import seconds

    took = ", ".join(f"{_MULTIPLIERS[name]} take {1e6 * each:.0f} µs" for name, each in seconds().items())
    return f"{_MULTIPLIERS[engine.products]}; {took} each"


def _precision(engine: Engine, rounding: Engine, voice: VoicePack, say: Callable[[str], None]) -> Precision:
    """Return the precision that is faster here; `rounding` is an engine with bfloat16."""
    times: list[list[float]] = [[], []]
    for _ in range(_ROUNDS):  # by turns: a busy machine slows both down alike
        for each, measured in zip((engine, rounding), times, strict=True):
            began = time.process_time()  # which other programs change less
            each.render(PhraseRequest(_PHRASE, voice))
            measured.append(time.process_time() - began)
    exact, rounded = map(min, times)
    say(f"bfloat16: a phrase in {1000 * rounded:.0f} ms, float32: {1000 * exact:.0f} ms")
    return choose_precision(exact, rounded)


def _must_speak(engine: Engine, voice: VoicePack) -> None:
    """Raise SynthesisError where a sentence makes silence, or noise that never ends."""
    samples = engine.render(PhraseRequest(_SENTENCE, voice, seed=_SEED)).samples
    if not (abs(samples) > _AUDIBLE).any():
        raise SynthesisError("the model makes silence only")


def _speeds(
    engine: Engine, files: ModelFiles, voice: VoicePack, say: Callable[[str], None]
) -> Iterator[tuple[tuple[str, int], float]]:
    """Yield the seconds for a sentence by device and number of threads."""
    import torch

    cores, best = len(os.sched_getaffinity(0)), float("inf")
    for threads in sorted({min(threads, cores) for threads in _THREADS}):
        engine.set_threads(threads)
        seconds = _seconds(engine, voice)
        say(f"{threads} thread{'s' if threads > 1 else ''}: a sentence in {1000 * seconds:.0f} ms")
        yield (engine.device, threads), seconds
        if seconds * _HARDLY > best:
            break  # still more will not be of use either
        best = seconds
    if torch.cuda.is_available():
        try:
            on_gpu = Engine(files, device="cuda")
            on_gpu.render(PhraseRequest(_SENTENCE, voice))  # its kernels are loaded with the first one
            seconds = _seconds(on_gpu, voice)
            on_gpu.close()
        except KokoroSpeechdError:
            say("cuda: cannot be used")
            return
        say(f"cuda: a sentence in {1000 * seconds:.0f} ms")
        yield ("cuda", 1), seconds


def _seconds(engine: Engine, voice: VoicePack) -> float:
    """Return the least time of some that a sentence takes; something was rendered before."""
    times = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        engine.render(PhraseRequest(_SENTENCE, voice))
        times.append(time.perf_counter() - began)
    return min(times)


def _first_sound(engine: Engine, voice: VoicePack, symbols: str) -> float:
    """Return the seconds until something of a phrase can be heard."""
    times = []
    for _ in range(_FIRST_SOUNDS):
        began = time.perf_counter()
        for piece in engine.begin(PhraseRequest(symbols, voice, seed=_SEED)).pieces(lambda: 0.0):
            if (abs(piece) > _AUDIBLE).any():
                break
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def choose_precision(exact: float, rounded: float) -> Precision:
    """Return what is worth it, of the seconds that a sentence takes with each."""
    return "bfloat16" if rounded * _WORTH_ROUNDING <= exact else "float32"


def choose_speed(speeds: dict[tuple[str, int], float]) -> tuple[str, int]:
    """Return the device and threads: the fewest on the fastest device that are nearly as fast as all."""
    device = min(speeds, key=lambda place: speeds[place])[0]
    there = {threads: seconds for (place, threads), seconds in speeds.items() if place == device}
    best = min(there.values())
    return device, min(threads for threads, seconds in there.items() if seconds <= _HARDLY * best)
