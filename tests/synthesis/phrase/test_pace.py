# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows on machines of any speed, by the clock of a simulated listener."""

from __future__ import annotations

import pytest

from kokoro_speechd.synthesis.phrase.pace import FRAME_SECONDS, Pace
from kokoro_speechd.synthesis.phrase.windows import LONGEST, SHORTEST, Window, window, windows

LONG = 600  # frames: 15 seconds


def cost(window: Window) -> float:
    """Return what a window costs, in frames, on a machine that is not quite what `pace` assumes."""
    (first, last), decoder = window.stages, window.decoder
    return 5 + 0.03 * (decoder[1] - decoder[0]) + 0.27 * (first[1] - first[0]) + 0.7 * (last[1] - last[0])


def listen(pace: Pace, seconds: float, frames: int = LONG) -> tuple[float, float, list[int]]:
    """Render a phrase where a frame takes `seconds`; return the first sound, silence after it, the sizes."""
    now = played_out = silence = 0.0
    first = None
    sizes = []

    def buffered() -> float:
        return max(0.0, played_out - now)

    for made in windows((0, frames), frames, pace.sizes(buffered)):
        took = seconds * cost(made)
        now += took
        pace.measured(made, took)
        if first is None:
            first = played_out = now
        silence += max(0.0, now - played_out)
        sizes.append(made.end - made.start)
        played_out = max(played_out, now) + sizes[-1] * FRAME_SECONDS
    assert first is not None
    assert sum(sizes) == frames
    return first, silence, sizes


@pytest.mark.parametrize("seconds", [0.001, 0.004, 0.008, 0.012, 0.015])
def test_the_sound_does_not_stop_once_it_began(seconds: float) -> None:
    pace = Pace()
    listen(pace, seconds)
    first, silence, sizes = listen(pace, seconds)
    assert silence == 0
    assert sizes[0] <= 20
    assert max(sizes) <= LONGEST
    assert first < 0.5
    assert len(sizes) < LONG / 20  # they grow


def test_a_faster_machine_speaks_sooner() -> None:
    first_sizes = []
    for seconds in (0.001, 0.008, 0.015):
        pace = Pace()
        listen(pace, seconds)
        first_sizes.append(listen(pace, seconds)[2][0])
    assert first_sizes[0] == SHORTEST
    assert sorted(set(first_sizes)) == first_sizes


def test_a_machine_that_cannot_keep_up_still_begins() -> None:
    pace = Pace()
    listen(pace, 0.05)
    first, silence, sizes = listen(pace, 0.05)
    assert first < 2
    assert silence > 0
    assert set(sizes[:-1]) == {20}


def test_one_window_that_was_interrupted_changes_nothing() -> None:
    pace = Pace()
    listen(pace, 0.01)
    before = pace.seconds
    interrupted = next(windows((0, LONG), LONG, lambda: 10))
    pace.measured(interrupted, 60.0)
    assert pace.seconds == pytest.approx(before, rel=0.1)


def test_what_is_in_hand_makes_the_first_one_long() -> None:
    pace = Pace()
    listen(pace, 0.01)
    assert pace.sizes(lambda: 3.0)() == LONGEST


def test_frames_that_are_heard_faster_must_be_made_faster() -> None:
    """At three times the pace the first window is as long as on a machine three times as slow."""
    pace, slow = Pace(), Pace()
    made = Window(0, 8, (0, 24), ((0, 16), (0, 10)))
    pace.measured(made, 0.06)
    slow.measured(made, 0.18)
    hasty = pace.sizes(lambda: 0.0, speedup=3.0)()
    assert hasty == slow.sizes(lambda: 0.0)() > pace.sizes(lambda: 0.0)()


def test_the_cost_of_sound_is_known_once_some_was_made() -> None:
    pace = Pace()
    assert pace.cost is None
    pace.measured(window(16, 36, 100), 0.2)  # half a second of sound, with all its context
    assert pace.cost == pytest.approx(0.4)
