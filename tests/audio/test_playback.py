# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import subprocess
import sys
import threading

from kokoro_speechd.audio.playback import Store


def test_a_store_gives_what_it_got_and_then_silence() -> None:
    store = Store(100)
    store.put(b"abcd")
    store.put(b"ef")
    assert store.take(4) == (b"abcd", False)
    assert store.take(4) == (b"ef\0\0", False)
    assert store.take(2) == (b"\0\0", False)


def test_the_end_comes_with_the_last_samples() -> None:
    store = Store(100)
    store.put(b"abcd")
    store.end()
    assert store.take(3) == (b"abc", False)
    assert store.take(3) == (b"d\0\0", True)
    assert store.take(1) == (b"\0", True)


def test_a_full_store_waits_for_the_device() -> None:
    store = Store(4)
    store.put(b"abcdef")
    assert not store.has_room(0)
    threading.Timer(0.01, store.take, [3]).start()
    assert store.has_room(60)


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
