# SPDX-License-Identifier: GPL-3.0-or-later
"""End to end: Debian's speech-dispatcher and spd-say, our module, a PulseAudio null sink."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop import Desktop, wait_until

pytestmark = [pytest.mark.desktop, pytest.mark.slow, pytest.mark.timeout(300)]

LONG = "This is a long message that goes on for quite a while, so that it can be interrupted. " * 4


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory, random_model: Path) -> Iterator[Desktop]:
    # The first word of a language may take seconds on a busy machine; here that must not be espeak-ng's.
    patient = "[speechd]\nengine_timeout_s = 20\n"
    desktop = Desktop(tmp_path_factory.mktemp("desktop"), random_model, settings=patient)
    try:
        yield desktop.start()
    finally:
        desktop.close()


@pytest.fixture(scope="module")
def bare_desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A desktop without a model."""
    desktop = Desktop(tmp_path_factory.mktemp("bare"))
    try:
        yield desktop.start()
    finally:
        desktop.close()


def say(desktop: Desktop, *arguments: str) -> tuple[float, int]:
    """Speak and wait; return when it began and the loudest sample heard at the sink."""
    assert desktop.recorder is not None
    begun = time.monotonic()
    desktop.spd_say("-o", "kokoro", "-w", *arguments)
    time.sleep(0.3)  # what is on its way through the sound server
    return begun, desktop.recorder.loudness_since(begun)


def test_espeak_sound_arrives_without_a_model(bare_desktop: Desktop) -> None:
    assert say(bare_desktop, "Hello")[1] > 1000
    assert say(bare_desktop, "Hello again")[1] > 1000
    log = bare_desktop.module_log()
    assert log.count("espeak-ng speaks") == 1  # said once, and what to put where
    assert "kokoro-v1_0.pth" in log
    assert f"{bare_desktop.environment['XDG_DATA_HOME']}/kokoro-speechd/model" in log


def test_kokoro_sound_arrives(desktop: Desktop) -> None:
    assert say(desktop, "Hello")[1] > 300  # espeak-ng, while the model loads
    wait_until(desktop.kokoro_speaks, 90, "the model was not loaded")
    before = desktop.module_log().count("espeak-ng speaks instead")
    for arguments in (["Hello"], ["-r", "50", "Faster"], ["-p", "50", "Higher"], ["-l", "fr", "Bonjour"],
                      ["-y", "bf_emma", "Good day"], ["-t", "male2", "A man"],
                      ["-l", "xx", "Whatever"]):  # fmt: skip
        assert say(desktop, *arguments)[1] > 300, arguments
    assert desktop.module_log().count("espeak-ng speaks instead") == before


def test_modules_and_voices_are_listed(desktop: Desktop) -> None:
    assert "kokoro" in desktop.spd_say("-O").split()
    voices = desktop.spd_say("-o", "kokoro", "-L")
    assert "af_heart" in voices
    assert "en-US" in voices


@pytest.mark.parametrize("option", ["-S", "-C"])
def test_stop_and_cancel(desktop: Desktop, option: str) -> None:
    assert desktop.recorder is not None
    wait_until(desktop.kokoro_speaks, 90, "the model was not loaded")
    begun = time.monotonic()
    desktop.spd_say("-o", "kokoro", LONG)
    recorder = desktop.recorder
    wait_until(lambda: recorder.loudness_since(begun) > 300, 60, "nothing was heard")
    stopped = time.monotonic()
    desktop.spd_say(option)
    time.sleep(1.5)
    assert recorder.last_sound() - stopped < 1.0
    assert say(desktop, "And on")[1] > 300


def test_messages_interrupt_one_another(desktop: Desktop) -> None:
    for _ in range(15):
        desktop.spd_say("-o", "kokoro", LONG)
    assert say(desktop, "The last")[1] > 300


PAUSING_CLIENT = """
import speechd, sys, threading
seen = {name: threading.Event() for name in ("begin", "pause", "end", "resume", "cancel")}
client = speechd.SSIPClient("pausing")
client.set_output_module("kokoro")
client.speak(
    "One sentence only without any stop",
    callback=lambda kind, **_: seen[kind].set(),
    event_types=(speechd.CallbackType.BEGIN, speechd.CallbackType.PAUSE, speechd.CallbackType.END),
)
assert seen["begin"].wait(30), "it did not begin"
client.pause()
assert seen["pause"].wait(30), "it did not pause"
client.resume()
client.close()
"""


def test_pause_and_resume_of_a_message_without_marks(desktop: Desktop) -> None:
    """0.11.4 hangs for good when a module ends a paused message without one of the server's marks."""
    ran = subprocess.run(
        ["/usr/bin/python3", "-c", PAUSING_CLIENT],  # python3-speechd is Debian's
        env=desktop.environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert say(desktop, "It still speaks")[1] > 300


def test_the_users_configuration_is_not_touched(desktop: Desktop) -> None:
    assert not (Path(desktop.environment["XDG_CONFIG_HOME"]) / "speech-dispatcher").exists()


def test_a_new_server_finds_the_module_again(desktop: Desktop) -> None:
    desktop.server.terminate()
    desktop.server.wait(20)
    Path(desktop.environment["SPEECHD_ADDRESS"].removeprefix("unix_socket:")).unlink(missing_ok=True)
    desktop.start_speech()
    assert say(desktop, "Hello")[1] > 300
