# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare ways to stretch speech: how much of espeak-ng's speech is left at up to six times its speed.

    .venv/bin/python -m pip install --no-deps scipy pystoi pytsmod libtsm python-stretch pylibrb audiostretchy
    .venv/bin/python -m tests.measure_stretch [FOLDER]

FOLDER may hold libsonic.so.0 and libSoundTouchDll.so.1, where Debian's packages are not installed. What is
not here is left out.

STOI compares speech of the same length, so the stretched sound is led back to the length it had. Once by
WSOLA, the same for all; once without any sound: the measure's own frames of both sounds are compared, those
of the stretched one taken at the places that the time map says. So it sees, too, what is late or drifts.
"""

from __future__ import annotations

import ctypes
import importlib
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from kokoro_speechd.audio import sonic
from kokoro_speechd.audio.stretch import Stretch
from kokoro_speechd.audio.time_map import time_map
from kokoro_speechd.espeak import Espeak

RATE = 24_000
SPEEDS = (0.5, 1.5, 2.0, 3.0, 4.6, 6.0)
VOICES = (("en-us", None), ("en-gb", "f2"), ("de", None), ("fr", "f3"), ("pt-br", None), ("it", "m3"))
TEXTS = {
    "en": "The quick brown fox jumps over the lazy dog, while seven wizards check their boxes. "
    "Press control, alt and delete; then choose the third button from the left. Was it worth it?",
    "de": "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. Bitte drücken Sie die Taste.",
    "fr": "Portez ce vieux whisky au juge blond qui fume. Appuyez sur la touche, puis fermez la fenêtre.",
    "pt": "Um pequeno jabuti xereta viu dez cegonhas felizes. Feche a janela e escolha o terceiro botão.",
    "it": "Quel vituperabile xenofobo zelante assaggia il whisky. Premere il tasto e chiudere la finestra.",
}

Way = Callable[[np.ndarray, float], np.ndarray]


def speech(language: str, variant: str | None) -> np.ndarray:
    """Return espeak-ng's speech, float32 at 24 kHz."""
    from scipy.signal import resample_poly

    chunks: list[bytes] = []
    Espeak.shared().synthesize(
        TEXTS[language[:2]], language, variant=variant, on_audio=lambda data, _: chunks.append(data) or True
    )
    samples = np.frombuffer(b"".join(chunks), np.int16) / 32768
    assert Espeak.shared().sample_rate == 22_050
    return resample_poly(samples, 160, 147).astype(np.float32)


def ours(samples: np.ndarray, speed: float) -> np.ndarray:
    """Return what the product makes."""
    stretched = Stretch(time_map([(len(samples), speed)]))
    pieces = [stretched.feed(samples[start : start + 2400]) for start in range(0, len(samples), 2400)]
    return np.concatenate([*pieces, stretched.finish()])


def plain_sonic(library: str) -> Way:
    """Return sonic as it is."""
    native = ctypes.CDLL(library)
    sonic._declare(native)

    def way(samples: np.ndarray, speed: float) -> np.ndarray:
        with_library = sonic.load
        sonic.load = lambda: (native, library)  # type: ignore[assignment]
        try:
            stream = sonic.SonicStream(RATE)
        finally:
            sonic.load = with_library
        stream.write((samples * 16384).astype(np.int16), speed)
        native.sonicFlushStream.argtypes = [ctypes.c_void_p]
        native.sonicFlushStream(stream._stream)
        return stream.read().astype(np.float32) / 16384

    return way


def signalsmith(module: Any) -> Way:
    def way(samples: np.ndarray, speed: float) -> np.ndarray:
        engine = module.Signalsmith.Stretch()
        engine.preset(1, RATE)
        engine.setTimeFactor(speed)
        return np.asarray(engine.process(samples[None].copy()))[0]

    return way


def rubber_band(module: Any, *, finer: bool) -> Way:
    def way(samples: np.ndarray, speed: float) -> np.ndarray:
        option = module.Option
        options = option.PROCESS_OFFLINE | (option.ENGINE_FINER if finer else option.ENGINE_FASTER)
        options |= option.WINDOW_SHORT | option.THREADING_NEVER
        engine = module.RubberBandStretcher(RATE, 1, options, 1 / speed, 1.0)
        engine.set_max_process_size(len(samples))
        engine.study(samples[None], True)
        engine.process(samples[None], True)
        return np.asarray(engine.retrieve_available())[0]

    return way


def sound_touch(library: str) -> Way:
    native = ctypes.CDLL(library)
    native.soundtouch_createInstance.restype = ctypes.c_void_p

    def way(samples: np.ndarray, speed: float) -> np.ndarray:
        handle = ctypes.c_void_p(native.soundtouch_createInstance())
        native.soundtouch_setSampleRate(handle, RATE)
        native.soundtouch_setChannels(handle, 1)
        native.soundtouch_setSetting(handle, 0, 0)
        for setting, value in ((3, 40), (4, 15), (5, 8)):  # its README's values for speech
            native.soundtouch_setSetting(handle, setting, value)
        native.soundtouch_setTempo(handle, ctypes.c_float(speed))
        data = np.ascontiguousarray(samples)
        native.soundtouch_putSamples(handle, data.ctypes.data_as(ctypes.c_void_p), len(data))
        native.soundtouch_flush(handle)
        made = np.empty(int(len(data) / speed) + 9600, np.float32)
        count = native.soundtouch_receiveSamples(handle, made.ctypes.data_as(ctypes.c_void_p), len(made))
        native.soundtouch_destroyInstance(handle)
        return made[:count]

    return way


def tdhs(module: Any) -> Way:
    def way(samples: np.ndarray, speed: float) -> np.ndarray:
        data, left = (samples * 16384).astype(np.int16), 1 / speed
        while abs(left - 1) > 1e-3:  # one pass changes the length to a half or double at most
            ratio = min(2.0, max(0.5, left))
            engine = module.TDHSAudioStretch(RATE // 400, RATE // 65, 1, 0)
            out = np.zeros(engine.output_capacity(len(data), ratio) + 48_000, np.int16)
            count = engine.process_samples(data, len(data), out, ratio)
            rest = np.zeros(48_000, np.int16)
            data = np.concatenate([out[:count], rest[: engine.flush(rest)]])
            engine.deinit()
            left /= ratio
        return data.astype(np.float32) / 16384

    return way


def candidates(folder: Path) -> dict[str, Way]:
    """Return what is here."""
    found: dict[str, Way] = {
        "kokoro-speechd (sonic)": ours,
        "sonic, espeakng_loader's": plain_sonic(sonic.load()[1]),
    }
    for name, library, make in (
        ("sonic 0.2, Debian's", "libsonic.so.0", plain_sonic),
        ("SoundTouch, Debian's", "libSoundTouchDll.so.1", sound_touch),
    ):
        for path in (str(folder / library), library):
            try:
                found[name] = make(path)
                break
            except OSError:
                continue
    makers: dict[str, tuple[str, Callable[[Any], Way]]] = {
        "Rubber Band R2": ("pylibrb", lambda module: rubber_band(module, finer=False)),
        "Rubber Band R3": ("pylibrb", lambda module: rubber_band(module, finer=True)),
        "Signalsmith Stretch": ("python_stretch", signalsmith),
        "TDHS (audiostretchy)": ("audiostretchy.interface.tdhs", tdhs),
        "WSOLA (pytsmod)": (
            "pytsmod",
            lambda module: lambda x, s: module.wsola(x, 1 / s, win_size=720, syn_hop_size=360, tolerance=240),
        ),
        "phase vocoder (pytsmod)": (
            "pytsmod",
            lambda module: (
                lambda x, s: module.phase_vocoder(x, 1 / s, win_size=1024, syn_hop_size=256, phase_lock=True)
            ),
        ),
    }
    for name, (module, maker) in makers.items():
        try:
            found[name] = maker(importlib.import_module(module))
        except (ImportError, OSError) as error:  # noqa: PERF203 - each may be missing
            print(f"left out: {name}: {error}", file=sys.stderr)
    return found


def round_trip(clean: np.ndarray, made: np.ndarray) -> float:
    """Return the STOI of a sound that was led back to its length."""
    import pystoi
    import pytsmod

    back = pytsmod.wsola(made, len(clean) / len(made), win_size=720, syn_hop_size=360, tolerance=240)
    back = np.pad(back, (0, max(0, len(clean) - len(back))))[: len(clean)]
    return float(pystoi.stoi(clean, back, RATE))


def aligned(clean: np.ndarray, made: np.ndarray, speed: float) -> float:
    """Return the extended STOI of the frames that the time map puts at the same places."""
    measure = importlib.import_module("pystoi.stoi")
    utils = importlib.import_module("pystoi.utils")
    size, length = measure.N_FRAME, measure.N
    window = np.hanning(size + 2)[1:-1]

    def bands(sound: np.ndarray, middles: np.ndarray) -> np.ndarray:
        padded = np.pad(utils.resample_oct(np.asarray(sound, float), measure.FS, RATE), size)
        starts = np.clip(np.rint(middles).astype(int) + size // 2, 0, len(padded) - size)
        frames = np.lib.stride_tricks.sliding_window_view(padded, size)[starts] * window
        return np.sqrt(measure.OBM @ np.abs(np.fft.rfft(frames, measure.NFFT)).T ** 2)

    middles = np.arange(size // 2, len(clean) * measure.FS / RATE - size // 2, size // 2)
    x = bands(clean, middles)
    level = np.linalg.norm(x, axis=0)
    heard = level > level.max() / 100

    y = bands(made, middles / speed)
    spans = range(length, int(heard.sum()) + 1)
    x, y = (
        utils.row_col_normalize(np.array([z[:, heard][:, end - length : end] for end in spans]))
        for z in (x, y)
    )
    return float(np.sum(x * y / length) / x.shape[0])


def main() -> None:
    """Print the tables."""
    warnings.simplefilter("ignore")
    sounds = [speech(*voice) for voice in VOICES]
    seconds = sum(map(len, sounds)) / RATE
    ways = candidates(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    print(f"{len(sounds)} voices, {seconds:.0f} s")
    results: dict[str, list[tuple[float, float, float, float]]] = {}
    for name, way in ways.items():
        results[name] = []
        for speed in SPEEDS:
            began = time.process_time()
            made = [way(sound, speed) for sound in sounds]
            cost = (time.process_time() - began) / seconds
            pairs = list(zip(sounds, made, strict=True))
            off = max(abs(len(y) * speed / len(x) - 1) for x, y in pairs)
            results[name].append(
                (
                    float(np.mean([aligned(x, y, speed) for x, y in pairs])),
                    float(np.mean([round_trip(x, y) for x, y in pairs])),
                    100 * off,
                    1000 * cost,
                )
            )
    titles = (
        "extended STOI, frames aligned by the time map",
        "STOI, led back by WSOLA",
        "length off by, % at most",
        "CPU, ms for a second of sound",
    )
    for index, title in enumerate(titles):
        print(f"\n{title}\n{'':26}" + "".join(f"{speed:>8}" for speed in SPEEDS))
        for name, rows in results.items():
            digits = 3 if index < 2 else 1
            print(f"{name:26}" + "".join(f"{row[index]:8.{digits}f}" for row in rows))


if __name__ == "__main__":
    main()
