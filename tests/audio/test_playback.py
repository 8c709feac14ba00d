# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.desktop import Desktop, MissingError, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_no_device_is_said_in_one_sentence() -> None:
    code = (
        "from kokoro_speechd.audio.playback import play; from kokoro_speechd.errors import PlaybackError\n"
        "try: play(iter([b'ab']), 24000, device='no device of this name')\n"
        "except PlaybackError as error: print(error)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert ran.stdout.count("\n") == 1
    assert "sound" in ran.stdout


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    try:
        desktop = Desktop(tmp_path)
    except MissingError as missing:
        pytest.skip(str(missing))
    try:
        desktop.start_sound()
        yield desktop
    finally:
        desktop.close()
        if desktop.recorder is not None and (pipe := desktop.recorder._process.stdout) is not None:
            pipe.close()


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
import itertools, sys, time
from kokoro_speechd.audio import playback
from kokoro_speechd.errors import PlaybackError
playback._HANGS = 1.0
def chunks():
    for _ in range(10):
        yield bytes(4800)
    print("playing", flush=True)
    yield from itertools.repeat(bytes(4800))
try:
    playback.play(chunks(), 24000)
except PlaybackError as error:
    print(error)
"""


@pytest.mark.desktop
@pytest.mark.parametrize(
    ("blow", "complaint"), [(signal.SIGSTOP, "does not take any sound"), (signal.SIGKILL, "went away")]
)
def test_a_sound_server_that_hangs_or_dies_holds_nobody_up(
    desktop: Desktop, blow: signal.Signals, complaint: str
) -> None:
    player = subprocess.Popen([sys.executable, "-c", PLAY], stdout=subprocess.PIPE, env=desktop.environment)
    try:
        assert player.stdout is not None
        assert player.stdout.readline() == b"playing\n"
        desktop.pulse.send_signal(blow)
        said, _ = player.communicate(timeout=60)
    finally:
        desktop.pulse.send_signal(signal.SIGCONT)
        player.kill()
        player.wait()
    assert complaint in said.decode()
