# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import random
import signal
import struct
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from kokoro_speechd.audio import device as device_module
from kokoro_speechd.audio.playback import Playback
from kokoro_speechd.errors import PlaybackError
from tests import desktop as desktop_module
from tests.desktop import Desktop, MissingError, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Samples are compared one by one, and PulseAudio drops or repeats some when the machine is busy for too long.
# A fault of ours is there again in the second and third try.
pytestmark = pytest.mark.flaky(reruns=2)

RATE = 48_000  # the null sink's own: nothing is resampled, so samples can be compared one by one


@pytest.fixture
def silent_desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    """A desktop whose sound server is not started yet; this process would use it."""
    monkeypatch.setattr(desktop_module, "RATE", RATE)
    try:
        desktop = Desktop(tmp_path)
    except MissingError as missing:
        pytest.skip(str(missing))
    for name in ("HOME", "PULSE_SERVER", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, desktop.environment[name])
    try:
        yield desktop
    finally:
        desktop.close()


@pytest.fixture
def desktop(silent_desktop: Desktop) -> Desktop:
    silent_desktop.start_sound()
    return silent_desktop


@pytest.fixture
def playback() -> Iterator[Playback]:
    playback = Playback(RATE)
    yield playback
    playback.close()


def noise(seconds: float, seed: int = 1) -> bytes:
    """Samples of which none is silence."""
    chance = random.Random(seed)
    count = int(seconds * RATE)
    return struct.pack(
        f"<{count}h", *(chance.choice((-1, 1)) * chance.randint(1000, 9000) for _ in range(count))
    )


def recorded(desktop: Desktop, begun: float = 0.0) -> bytes:
    assert desktop.recorder is not None
    return desktop.recorder.samples_since(begun)


def sounding(samples: bytes) -> bytes:
    """The same without its silence."""
    return b"".join(
        samples[at : at + 2] for at in range(0, len(samples), 2) if samples[at : at + 2] != b"\0\0"
    )


def write_for_ever(playback: Playback) -> None:
    while True:
        playback.write(noise(0.5))


def record_for(desktop: Desktop, seconds: float) -> None:
    """Wait until the recorder has heard so much more."""
    wanted = len(recorded(desktop)) + int(seconds * RATE) * 2
    wait_until(lambda: len(recorded(desktop)) >= wanted, 60, "the recorder hears nothing")


def heard_at_least(playback: Playback, seconds: float) -> None:
    wait_until(lambda: playback.heard >= seconds * RATE, 60, "nothing is heard")


@pytest.mark.desktop
def test_exactly_the_samples_given_are_heard(desktop: Desktop, playback: Playback) -> None:
    samples = noise(2.5)
    playback.open()
    for at in range(0, len(samples), 9_998):
        assert playback.write(samples[at : at + 9_998])
    playback.finish()
    assert playback.heard == len(samples) // 2
    assert playback.unheard() == b""
    wait_until(lambda: samples in recorded(desktop), 10, "other samples were heard")
    assert sounding(recorded(desktop)) == samples
    assert playback.underruns == 0


@pytest.mark.desktop
def test_a_full_store_waits_for_the_device(desktop: Desktop) -> None:
    playback = Playback(RATE, store=0.2)
    try:
        playback.open()
        for _ in range(20):
            playback.write(noise(0.1))
            assert len(playback.unheard()) < 0.8 * RATE * 2
        playback.finish()
    finally:
        playback.close()


@pytest.mark.desktop
def test_marks_come_when_their_sample_is_heard(desktop: Desktop, playback: Playback) -> None:
    called: list[tuple[str, float, int]] = []

    def mark(name: str) -> None:
        playback.at(lambda: called.append((name, time.monotonic(), threading.get_ident())))

    playback.open()
    mark("begin")
    time.sleep(0.2)  # the silence before is no reason to call it
    assert called == []
    samples = noise(2)
    playback.write(samples[: len(samples) // 2])
    mark("middle")
    mark("middle too")
    playback.write(samples[len(samples) // 2 :])
    mark("end")
    playback.finish()
    assert [name for name, _, _ in called] == ["begin", "middle", "middle too", "end"]
    wait_until(lambda: samples in recorded(desktop), 10, "other samples were heard")
    begin = recorded(desktop).index(samples) // 2
    assert desktop.recorder is not None
    pieces = list(desktop.recorder.pieces)
    for (name, when, thread), seconds in zip(called, (0, 1, 1, 2), strict=True):
        place = sum(len(piece) for moment, piece in pieces if moment <= when)
        assert -0.2 < (place - begin) / RATE - seconds < 0.5, name
        assert thread != threading.get_ident()


@pytest.mark.desktop
def test_a_mark_that_fails_does_not_hold_up_the_next(
    desktop: Desktop, playback: Playback, caplog: pytest.LogCaptureFixture
) -> None:
    called = []
    playback.open()
    playback.at(lambda: 1 // 0)  # type: ignore[arg-type,return-value]
    playback.at(lambda: called.append(1))
    playback.write(noise(0.1))
    playback.finish()
    assert called == [1]
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.desktop
def test_a_second_utterance_follows_the_first(desktop: Desktop, playback: Playback) -> None:
    playback.open()
    called = []
    for number in range(3):
        playback.write(noise(0.2, number))
        playback.finish()
        playback.at(lambda number=number: called.append(number))  # type: ignore[misc]
        assert len(called) == number
    playback.finish()
    assert called == [0, 1, 2]
    everything = b"".join(noise(0.2, number) for number in range(3))
    wait_until(lambda: sounding(recorded(desktop)) == everything, 10, "something else was heard")
    assert playback.underruns == 0


@pytest.mark.desktop
def test_samples_that_come_too_late_are_counted(desktop: Desktop, playback: Playback) -> None:
    playback.open()
    record_for(desktop, 0.2)
    assert playback.underruns == 0
    playback.write(noise(0.1))
    wait_until(lambda: playback.underruns > 0, 60, "nothing was counted")
    playback.write(noise(0.1, 2))
    playback.finish()
    counted = playback.underruns
    record_for(desktop, 0.3)
    assert playback.underruns == counted


@pytest.mark.desktop
def test_a_pause_loses_nothing_and_lets_the_device_rest(desktop: Desktop, playback: Playback) -> None:
    samples = noise(1.5)
    playback.open()
    playback.write(samples)
    heard_at_least(playback, 0.3)
    playback.pause()
    wait_until(lambda: not playback._device.running, 60, "the device does not rest")
    heard, asked = playback.heard, playback._device._asked
    assert heard < len(samples) // 2
    before = len(sounding(recorded(desktop)))
    record_for(desktop, 0.5)
    assert len(sounding(recorded(desktop))) == before
    assert (playback.heard, playback._device._asked) == (heard, asked)
    playback.resume()
    playback.finish()
    wait_until(lambda: sounding(recorded(desktop)) == samples, 10, "other samples were heard")


@pytest.mark.desktop
def test_a_short_pause_loses_nothing(desktop: Desktop, playback: Playback) -> None:
    samples = noise(1.5)
    playback.open()
    playback.write(samples)
    for seconds in (0.2, 0.4, 0.6):
        heard_at_least(playback, seconds)
        playback.pause()
        record_for(desktop, 0.2)
        playback.resume()
    playback.finish()
    wait_until(lambda: sounding(recorded(desktop)) == samples, 10, "other samples were heard")


@pytest.mark.desktop
def test_a_paused_writer_waits_longer_than_for_a_device_that_hangs(
    desktop: Desktop, playback: Playback, monkeypatch: pytest.MonkeyPatch
) -> None:
    playback.open()
    monkeypatch.setattr(device_module, "_HANGS", 0.5)
    monkeypatch.setattr(device_module, "_RESTS", 0.1)
    playback.write(noise(1.5))
    playback.pause()
    threading.Timer(1.5, playback.resume).start()
    assert playback.write(noise(0.1))
    assert not playback._paused
    playback.finish()


@pytest.mark.desktop
def test_an_abort_is_silent_and_final(desktop: Desktop) -> None:
    playback = Playback(RATE, latency=1.0)  # so much the device holds, and must forget
    called = []
    playback.open()
    playback.write(noise(3))
    playback.at(lambda: called.append(1))
    writer = threading.Thread(target=lambda: called.append(playback.write(noise(1))))
    writer.start()
    heard_at_least(playback, 0.2)
    heard = playback.heard
    playback.abort()
    writer.join(60)
    assert called == [False]
    assert not playback.write(noise(1))
    playback.at(lambda: called.append(1))
    playback.finish()
    record_for(desktop, 2.0)
    assert len(sounding(recorded(desktop))) / 2 < heard + 0.7 * RATE
    playback.close()
    assert called == [False]


@pytest.mark.desktop
def test_a_server_that_died_is_said_and_the_next_one_plays_the_rest(
    desktop: Desktop, playback: Playback
) -> None:
    playback.open()
    written = b""
    for number in range(12):  # more than the store holds
        written += noise(0.1, number)
        assert playback.write(noise(0.1, number))
    desktop.pulse.kill()
    with pytest.raises(PlaybackError, match="went away"):
        playback.finish()
    rest = playback.unheard()
    assert written.endswith(rest)
    assert playback.heard * 2 + len(rest) == len(written)
    assert 0 < playback.heard < len(written) // 2
    with pytest.raises(PlaybackError, match="went away"):
        write_for_ever(playback)
    playback.close()
    second = Playback(RATE)
    try:
        with pytest.raises(PlaybackError, match="cannot be opened"):
            second.open()
        assert desktop.recorder is not None
        desktop.recorder.close()
        desktop.start_sound()
        second.open()
        second.write(rest)
        second.finish()
        wait_until(lambda: rest in recorded(desktop), 10, "the rest was not heard")
    finally:
        second.close()


LATE = """
import sys
from kokoro_speechd.audio.playback import Playback
from kokoro_speechd.errors import PlaybackError
playback = Playback(48000)
try:
    playback.open()
except PlaybackError:
    print("no device", flush=True)
samples = sys.stdin.buffer.read()
playback.open()
playback.write(samples)
playback.finish()
playback.close()
"""


@pytest.mark.desktop
def test_a_server_that_was_not_there_at_first_is_found(silent_desktop: Desktop) -> None:
    # In a process of its own: this one may have listed its devices long ago.
    with subprocess.Popen(
        [sys.executable, "-c", LATE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=silent_desktop.environment,
    ) as player:
        try:
            assert player.stdout is not None
            assert player.stdout.readline() == b"no device\n"
            silent_desktop.start_sound()
            player.communicate(noise(0.2), timeout=60)
            assert player.returncode == 0
        finally:
            player.kill()
    wait_until(lambda: noise(0.2) in recorded(silent_desktop), 10, "other samples were heard")


@pytest.mark.desktop
def test_a_server_that_hangs_holds_nobody_up(
    desktop: Desktop, playback: Playback, monkeypatch: pytest.MonkeyPatch
) -> None:
    playback.open()
    playback.write(noise(0.5))
    heard_at_least(playback, 0.1)
    monkeypatch.setattr(device_module, "_HANGS", 1.0)
    desktop.pulse.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(PlaybackError, match="does not take any sound"):
            write_for_ever(playback)
        second = Playback(RATE)
        with pytest.raises(PlaybackError):
            second.open()
        begun = time.monotonic()
        playback.abort()
        playback.close()
        second.close()
        assert time.monotonic() - begun < 20
    finally:
        desktop.pulse.send_signal(signal.SIGCONT)
    wait_until(lambda: not threads_of_playback(), 60, "a thread stayed")
    third = Playback(RATE)
    third.open()
    third.write(noise(0.2, 7))
    third.finish()
    third.close()


def threads_of_playback() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("playback-")]


@pytest.mark.desktop
def test_nothing_stays_behind(desktop: Desktop) -> None:
    def count() -> tuple[int, int]:
        return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))  # noqa: PTH208

    def round_(number: int) -> None:
        playback = Playback(RATE)
        playback.open()
        playback.at(lambda: None)
        playback.write(noise(0.02))
        if number % 2:
            playback.finish()
        else:
            playback.abort()
        playback.close()
        playback.close()

    threads = count()[1]
    round_(0)  # loads PortAudio, which keeps a descriptor or two
    wait_until(lambda: count()[1] == threads, 60, "a thread stayed")
    before = count()
    for number in range(20):
        round_(number)
    wait_until(lambda: count() == before, 60, "a thread or a descriptor stayed")
    assert threads_of_playback() == []


@pytest.mark.parametrize("pulse", ["unix:/nonexistent/pulse", None])
def test_no_device_is_said_in_one_sentence(pulse: str | None) -> None:
    code = (
        "from kokoro_speechd.audio.playback import play; from kokoro_speechd.errors import PlaybackError\n"
        "for device in ('no device of this name', '99', None):\n"
        "    try: play(iter([b'ab']), 24000, device=device)\n"
        "    except PlaybackError as error: print(error)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PULSE_SERVER"}
    if pulse is not None:
        environment["PULSE_SERVER"] = pulse
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, timeout=120
    )
    assert ran.stdout.count("\n") >= 2
    assert all("sound" in line for line in ran.stdout.splitlines())
    assert ran.stderr == ""


@pytest.mark.desktop
def test_a_text_is_heard_at_the_sound_server(desktop: Desktop) -> None:
    assert desktop.recorder is not None
    begun = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-m", "kokoro_speechd.cli.main", "say", "Hello"],
        capture_output=True,
        env=desktop.environment,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    wait_until(lambda: desktop.recorder.loudness_since(begun) > 1000, 10, "nothing was heard")


PLAY = """
import ctypes, itertools, logging, subprocess, sys, threading, time
log = logging.getLogger()
log.addHandler(logging.StreamHandler(sys.stderr))
over = threading.Event()
def chat():
    for number in itertools.count():
        log.warning("line %d", number)
        if over.wait(0.001):
            print(number + 1, "lines")
            return
chatter = threading.Thread(target=chat)
chatter.start()
from kokoro_speechd.audio import device, playback
from kokoro_speechd.errors import PlaybackError
device._HANGS = 1.0
def chunks():
    for _ in range(10):
        yield bytes(4800)
    subprocess.run(["sh", "-c", "echo a child >&2"])
    print("playing", flush=True)
    yield from itertools.repeat(bytes(4800))
try:
    playback.play(chunks(), 24000)
except PlaybackError as error:
    print(error)
over.set()
chatter.join()
"""


@pytest.mark.desktop
@pytest.mark.timeout(90)  # an interpreter that cannot exit hangs
@pytest.mark.parametrize(
    ("blow", "complaint", "unbuffered"),
    [(signal.SIGSTOP, "does not take any sound", "1"), (signal.SIGKILL, "went away", "")],
)
def test_only_our_own_words_reach_stderr_when_the_server_fails(
    desktop: Desktop, blow: signal.Signals, complaint: str, unbuffered: str
) -> None:
    environment = {**desktop.environment, "PYTHONUNBUFFERED": unbuffered}
    player = subprocess.Popen(
        [sys.executable, "-c", PLAY], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    drained: list[bytes] = []
    assert player.stdout is not None
    assert player.stderr is not None
    drain = threading.Thread(target=lambda: drained.append(player.stderr.read()))  # type: ignore[union-attr]
    drain.start()
    try:
        assert player.stdout.readline() == b"playing\n"
        desktop.pulse.send_signal(blow)
        said = player.stdout.read().decode()
        assert player.wait(60) == 0  # also while the server hangs still
        drain.join(60)
    finally:
        desktop.pulse.send_signal(signal.SIGCONT)
        player.kill()
        player.wait()
        player.stdout.close()
        player.stderr.close()
    assert complaint in said
    lines = drained[0].decode().splitlines()
    lines.remove("a child")
    assert lines == [f"line {number}" for number in range(len(lines))]
    assert said.endswith(f"{len(lines)} lines\n")
