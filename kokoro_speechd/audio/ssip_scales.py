# SPDX-License-Identifier: GPL-3.0-or-later
"""What SSIP's -100…100 means: for Kokoro, and for espeak-ng so that both sound alike; gain and 16 bit.

| value       | -100   | 0       | 100     |                                                  |
|-------------|--------|---------|---------|--------------------------------------------------|
| rate        | 1/3    | 1       | fastest | pace, exponential: equal steps sound equal       |
| pitch       | -12    | 0       | 12      | semitones around the voice's own median          |
| pitch range | 0      | 1       | 2       | factor of the distance from the median           |
| volume      | silent | half    | full    | gain; speech-dispatcher's usual volume is 100    |

`fastest` is a setting, 4 unless the user says otherwise. Below 0 a step is that of a setting of 3, because a
quarter of the pace is of no use. All are monotone. Values beyond the ends count as the ends.
"""

from __future__ import annotations

import math

SEMITONES = 12  # at pitch 100
ESPEAK_WPM = 175  # espeak-ng's normal speed, words per minute
_FASTEST_WPM, _SLOWEST_WPM = 900, 80  # what espeak-ng can do
FASTEST = 4.0  # times the voice's own pace, at the rate 100
_SLOWEST = 1 / 3  # at the rate -100


def _clip(value: int) -> int:
    return max(-100, min(100, value))


def rate_to_speed(rate: int, fastest: float = FASTEST) -> float:
    """Return the factor on the voice's own pace: `fastest` ** (rate / 100), 3 ** (rate / 100) below 0."""
    steps = _clip(rate) / 100
    return float(fastest**steps if steps > 0 else _SLOWEST**-steps)


def speed_to_rate(speed: float, fastest: float = FASTEST) -> int:
    """Return the rate whose speed is nearest to a factor on the voice's own pace."""
    return min(range(-100, 101), key=lambda rate: abs(math.log(rate_to_speed(rate, fastest) / speed)))


def pitch_to_semitones(pitch: int) -> float:
    """Return by how many semitones the voice is raised: an octave at 100."""
    return SEMITONES * _clip(pitch) / 100


def range_to_factor(pitch_range: int) -> float:
    """Return the factor on the melody's width: 0 is monotonous, 1 the voice's own."""
    return 1 + _clip(pitch_range) / 100


def volume_to_gain(volume: int) -> float:
    """Return the factor on the samples, 0 to 1; 100 is full, as with speech-dispatcher's espeak-ng."""
    return (_clip(volume) + 100) / 200


def percent_to_volume(percent: int) -> int:
    """Return the volume whose gain is so many percent of full."""
    return 2 * percent - 100


def rate_to_wpm(rate: int, fastest: float = FASTEST) -> int:
    """Return espeak-ng's words per minute for the same pace."""
    return max(_SLOWEST_WPM, min(_FASTEST_WPM, round(ESPEAK_WPM * rate_to_speed(rate, fastest))))


def pitch_to_espeak(pitch: int) -> int:
    """Return espeak-ng's pitch, 0 to 99; 50 is normal."""
    return min(99, (_clip(pitch) + 100) // 2)


def range_to_espeak(pitch_range: int) -> int:
    """Return espeak-ng's pitch range, 0 (monotonous) to 99; 50 is normal."""
    return min(99, (_clip(pitch_range) + 100) // 2)


def volume_to_espeak(volume: int, gain: float = 1.0) -> int:
    """Return espeak-ng's volume, 0 to 100, with a gain of at most 1; 100 is normal, more would clip."""
    return int((_clip(volume) + 100) * gain / 2 + 0.5)  # its steps are coarse
