# SPDX-License-Identifier: GPL-3.0-or-later
"""Length, pitch and places of stretched sound, on tones and on espeak-ng's speech."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kokoro_speechd.audio import oversampling, sonic
from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.audio.stretch import Stretch
from kokoro_speechd.audio.time_map import FASTEST, SLOWEST, TimeMap, time_map
from kokoro_speechd.errors import StretchError
from kokoro_speechd.espeak import Espeak

LINES = (
    "The quick brown fox jumps over the lazy dog, while seven wizards check their many boxes.",
    "We were away a year ago, and no one knew where our yellow lorry had been all along.",
    "Now nine men may roam the moor, near and low, and you will warn your own mariners.",
)
SPEEDS = (1 / 3, 0.5, 0.8, 1.5, 2.0, 3.0, 4.6, 6.0)
Samples = NDArray[np.float32]


def stretched(samples: Samples, course: TimeMap, cuts: list[int] | None = None) -> Samples:
    stretch = Stretch(course)
    pieces = [stretch.feed(piece) for piece in np.split(samples, cuts or [])]
    return np.concatenate([*pieces, stretch.finish()])


def at(samples: Samples, speed: float) -> Samples:
    return stretched(samples, time_map([(len(samples), speed)]))


def tone(hertz: float, seconds: float) -> Samples:
    """Return a voice-like tone: three harmonics."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    waves = [np.sin(2 * np.pi * n * hertz * time + n) / n for n in (1, 2, 3)]
    return (0.3 * sum(waves)).astype(np.float32)


def strongest(samples: Samples) -> float:
    """Return the frequency of the strongest partial in Hz, to a tenth of a percent."""
    middle = samples[len(samples) // 5 : -len(samples) // 5]
    size = 1 << 20
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), size))
    return float(spectrum.argmax() * SAMPLE_RATE / size)


@cache
def speech(variant: str | None, pitch_range: int = 50) -> Samples:
    """Return espeak-ng's speech at 24 kHz (it has 22.05: what is a little higher here is so for both)."""
    chunks: list[bytes] = []
    Espeak.shared().synthesize(
        " ".join(LINES),
        "en-us",
        variant=variant,
        pitch_range=pitch_range,
        on_audio=lambda data, _: chunks.append(data) or True,
    )
    return np.frombuffer(b"".join(chunks), np.int16).astype(np.float32) / 32768


def median_f0(samples: Samples, around: float) -> float:
    """Return the median F0 in Hz of what is voiced, by autocorrelation, within 40 % of a value."""
    found = []
    size = SAMPLE_RATE // 33
    lags = np.arange(int(SAMPLE_RATE / around / 1.4), int(SAMPLE_RATE / around * 1.4))
    for start in range(0, len(samples) - size, size // 4):
        frame = samples[start : start + size] - samples[start : start + size].mean()
        if np.sqrt((frame**2).mean()) < 0.03:
            continue
        energy = np.cumsum(np.append(0, frame.astype(float) ** 2))
        likeness = np.array(
            [
                np.dot(frame[lag:], frame[:-lag]) / np.sqrt((energy[-1] - energy[lag]) * energy[size - lag])
                for lag in lags
            ]
        )
        best = int(likeness.argmax())
        if likeness[best] > 0.6 and 0 < best < len(lags) - 1:
            left, peak, right = likeness[best - 1 : best + 2]
            found.append(SAMPLE_RATE / (lags[best] + (left - right) / (2 * (left - 2 * peak + right))))
    assert len(found) >= 30
    return float(np.median(found))


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("hertz", [85.0, 123.4, 210.0, 287.0, 335.5])
def test_length_and_pitch_of_tones(hertz: float, speed: float) -> None:
    original = tone(hertz, 2.5)
    made = at(original, speed)
    assert len(made) == round(len(original) / speed)
    assert strongest(made) == pytest.approx(hertz, rel=0.01)
    middle = slice(len(made) // 5, -len(made) // 5)
    assert np.sqrt((made[middle] ** 2).mean()) == pytest.approx(np.sqrt((original**2).mean()), rel=0.1)


@pytest.mark.parametrize("speed", [0.5, 1.5, 3.0, 6.0])
@pytest.mark.parametrize(("variant", "hertz"), [(None, 97), ("f2", 185)])
def test_length_and_pitch_of_speech(variant: str | None, hertz: float, speed: float) -> None:
    """Without melody: else the median depends on which syllables last long enough to be measured."""
    original = speech(variant, pitch_range=0)
    made = at(original, speed)
    assert len(made) == round(len(original) / speed)
    assert median_f0(made, hertz) == pytest.approx(median_f0(original, hertz), rel=0.01)


@pytest.mark.parametrize("speed", SPEEDS)
def test_every_place_is_where_the_map_says(speed: float) -> None:
    """Two tones by turns: where one goes over into the other is found in the sound itself."""
    bounds = np.cumsum([0, 5200, 3100, 7900, 4000, 2900, 6100, 5000, 3300, 4500, 8000])
    pitches = itertools.cycle((120.0, 310.0))
    original = np.concatenate([tone(next(pitches), size / SAMPLE_RATE) for size in np.diff(bounds)])
    made = at(original, speed)
    time = np.arange(len(made)) / SAMPLE_RATE
    blur = np.hanning(round(0.012 * SAMPLE_RATE))
    low, high = (
        np.abs(np.convolve(made * np.exp(-2j * np.pi * hertz * time), blur, "same")) for hertz in (120, 310)
    )
    changes = np.flatnonzero(np.diff(np.sign(high - low)))
    for bound in bounds[1:-1]:
        expected = bound / speed
        assert np.abs(changes - expected).min() < 0.02 * SAMPLE_RATE, (bound, expected)


def test_pauses_at_a_speed_of_their_own() -> None:
    """Sound, silence, sound: the silence ends where the map says, and shrinks more than the sound."""
    silence = np.zeros(12_000, np.float32)
    original = np.concatenate([tone(150, 0.5), silence, tone(150, 0.5)])
    course = time_map([(12_000, 2.0), (24_000, 4.0), (len(original), 2.0)])
    assert course.length == 6_000 + 3_000 + 6_000
    assert [course.place(sample) for sample in (0, 6_000, 12_000, 18_000, 24_000, 36_000)] == [
        0, 3_000, 6_000, 7_500, 9_000, 15_000,
    ]  # fmt: skip
    made = stretched(original, course)
    assert len(made) == course.length
    loud = np.flatnonzero(np.abs(made) > 0.1)
    gap = int(np.diff(loud).argmax())
    assert loud[gap] == pytest.approx(6_000, abs=360)
    assert loud[gap + 1] == pytest.approx(9_000, abs=360)


@pytest.mark.parametrize("speed", [0.5, 1.3, 2.0, 4.6])
@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, 40_000), max_size=30))
def test_the_pieces_do_not_matter(speed: float, cuts: list[int]) -> None:
    original = speech(None)[:40_000]
    course = time_map([(len(original), speed)])
    made = stretched(original, course, sorted(cuts))
    assert np.abs(made - stretched(original, course)).max() < 1e-4


@pytest.mark.parametrize("speed", [0.5, 1.5, 3.0, 6.0])
def test_little_is_held_back_and_the_beginning_is_not_late(speed: float) -> None:
    """A window of 100 ms gives its sound at once, but for what sonic wants to see of the next."""
    original = tone(180, 1)
    stretch = Stretch(time_map([(len(original), speed)]))
    first = stretch.feed(original[:2400])
    assert len(first) > 0
    assert 2400 - len(first) * speed < 0.05 * SAMPLE_RATE
    whole = np.concatenate([first, stretch.feed(original[2400:]), stretch.finish()])
    loud = np.flatnonzero(np.abs(whole) > 0.1)
    assert loud[0] < 0.005 * SAMPLE_RATE
    assert len(whole) - loud[-1] < 0.010 * SAMPLE_RATE


@pytest.mark.parametrize("speed", [SLOWEST, 0.5, 1.0, 1.001, 2.0, FASTEST, 1e-9, 1e9])
@pytest.mark.parametrize("length", [1, 2, 7, 300, 301, 1500, 9_000])
def test_any_length_at_any_speed(length: int, speed: float) -> None:
    course = time_map([(length, speed)])
    made = stretched(np.full(length, 0.25, np.float32), course, [0, length // 2, length])
    assert len(made) == course.length
    assert np.isfinite(made).all()
    assert np.abs(made).max(initial=0) < 0.3


def test_what_is_no_sound_stays_within_bounds() -> None:
    wild = np.array([np.nan, np.inf, -np.inf, 5.0, -5.0, 1.9] * 2_000, np.float32)
    made = at(wild, 2.0)
    assert len(made) == len(wild) // 2
    assert np.isfinite(made).all()


@given(
    length=st.integers(1, 100_000),
    speed=st.floats(0.2, 10),
    pause_speed=st.floats(0.2, 10),
    bounds=st.lists(st.integers(0, 120_000), max_size=8),
)
def test_maps_grow(length: int, speed: float, pause_speed: float, bounds: list[int]) -> None:
    bounds = sorted(bounds)
    pauses = zip(bounds[::2], bounds[1::2], strict=False)
    ends = [part for start, end in pauses for part in ((start, speed), (end, pause_speed))]
    course = time_map([*((min(end, length), pace) for end, pace in ends), (length, speed)])
    assert course.before[0] == course.after[0] == 0
    assert course.before[-1] == length
    assert list(course.before) == sorted(set(course.before))
    assert list(course.after) == sorted(set(course.after))
    low, high = sorted((speed, pause_speed))
    assert length / high - 1e-6 <= course.after[-1] <= length / low + 1e-6
    places = [course.place(sample) for sample in range(0, length + 1, max(1, length // 50))]
    assert places == sorted(places)


def test_oversampling_there_and_back_changes_nothing_that_is_heard() -> None:
    original = tone(700, 0.5) + tone(2900, 0.5)
    up, down = oversampling.Upsampler(), oversampling.Downsampler()
    made, finer = [], []
    for piece in np.split(original, [5, 11, 12, 500, 7_000]):
        finer.append(up.feed(piece))
        made.append(down.feed(finer[-1]))
    finer.append(up.finish())
    made += [down.feed(finer[-1]), down.finish()]
    result = np.concatenate(made)
    assert len(np.concatenate(finer)) == oversampling.FACTOR * len(original)
    assert len(result) == len(original)
    assert np.abs(result - original)[100:-100].max() < 0.005


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    sonic.load.cache_clear()
    monkeypatch.setattr(sonic, "SYSTEM_LIBRARY", "libno-such-thing.so.0")
    monkeypatch.setattr(sonic.importlib.util, "find_spec", lambda _name: None)
    try:
        with pytest.raises(StretchError, match="libno-such-thing"):
            Stretch(time_map([(100, 2.0)]))
    finally:
        sonic.load.cache_clear()
