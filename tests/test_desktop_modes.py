# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's speech-dispatcher with spd-say and python-speechd: every mode and every type of message."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop import Desktop
from tests.rendering.test_sound_icons import write_wav

pytestmark = [pytest.mark.desktop, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A desktop without a model: what is asked for is the same with espeak-ng, and faster to hear."""
    desktop = Desktop(tmp_path_factory.mktemp("modes"))
    sounds = Path(desktop.environment["XDG_DATA_HOME"]) / "sounds/sound-icons"
    write_wav(sounds / "message.wav", ([9000] * 20 + [-9000] * 20) * 400)  # one second that is nobody's voice
    try:
        yield desktop.start()
    finally:
        desktop.close()


def heard(desktop: Desktop, *arguments: str) -> float:
    """Speak with spd-say and wait; return the seconds between the first and last sound at the sink."""
    assert desktop.recorder is not None
    begun = time.monotonic()
    desktop.spd_say("-o", "kokoro", "-w", "-r", "50", *arguments)
    time.sleep(0.3)
    loud = [
        when for when, piece in list(desktop.recorder.pieces) if when >= begun and piece and max(piece) > 300
    ]
    assert loud, f"nothing was heard of {arguments}"
    return loud[-1] - loud[0]


@pytest.mark.parametrize("mode", ["none", "some", "most", "all"])
def test_punctuation_modes(desktop: Desktop, mode: str) -> None:
    heard(desktop, "-m", mode, "So, (this) & that_too.")


def test_more_punctuation_takes_longer(desktop: Desktop) -> None:
    text = "(a) {b} [c], d; e: f!"
    assert heard(desktop, "-m", "all", text) > heard(desktop, "-m", "none", text) + 1


def test_spelling(desktop: Desktop) -> None:
    assert heard(desktop, "-s", "spelling") > 1.5 * heard(desktop, "spelling")


CLIENT = """
import speechd, sys, threading
client = speechd.SSIPClient("modes")
client.set_output_module("kokoro")
client.set_rate(50)

client.set_priority(speechd.Priority.MESSAGE)  # these wait for one another

def spoken(text="now"):
    # Behind everything that was sent before.
    ended = threading.Event()
    events = []
    def on_event(kind, **_):
        events.append(kind)
        if kind in (speechd.CallbackType.END, speechd.CallbackType.CANCEL):
            ended.set()
    client.speak(text, callback=on_event)
    assert ended.wait(100), f"{text!r} or what was before it did not end"
    assert events[-1] == speechd.CallbackType.END, events
    print(text, flush=True)

for language in ("en", "es", "xx"):
    client.set_language(language)
    for character in ("a", "A", "é", " ", ".", "&", "<", "漢", "\\u0301", "\\U0001f600", "7"):
        client.char(character)
    spoken()
    for key in ("a", "shift_a", "control_alt_delete", "F1", "kp-enter", "Page_Up", "_", "double-quote"):
        client.key(key)
    spoken()
client.set_language("en")
for icon in ("message", "no-such-icon"):
    client.sound_icon(icon)
spoken()
for mode in ("none", "some", "most", "all"):
    client._conn.send_command("SET", "self", "PUNCTUATION", mode)  # the library knows no "most"
    spoken("One, (two) & three_four.")
client.set_punctuation(speechd.PunctuationMode.NONE)
for mode in ("none", "spell", "icon"):
    client.set_cap_let_recogn(mode)
    client.char("A")
    spoken("Ann and BOB")
client.set_cap_let_recogn("none")
for spelling in (True, False):
    client.set_spelling(spelling)
    spoken("word, two")
client.close()
"""


def test_every_type_and_mode_of_a_python_client(desktop: Desktop) -> None:
    """Each message ends with END, and the module is none the worse for it."""
    if shutil.which("/usr/bin/python3") is None:
        pytest.skip("python3-speechd is Debian's, for its own Python")
    ran = subprocess.run(
        ["/usr/bin/python3", "-c", CLIENT],
        env=desktop.environment, capture_output=True, text=True, timeout=250, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.splitlines()) == 3 * 2 + 1 + 4 + 3 + 2
    assert "failed" not in desktop.module_log()


def test_a_sound_icon_is_heard(desktop: Desktop) -> None:
    assert desktop.recorder is not None
    begun = time.monotonic()
    desktop.spd_say("-o", "kokoro", "-w", "-I", "message")
    time.sleep(0.5)
    assert 6000 < desktop.recorder.loudness_since(begun) < 12_000


def test_an_icon_without_a_file_is_spoken(desktop: Desktop) -> None:
    assert heard(desktop, "-I", "no-such-icon") > 0.15  # its name, and not a click
