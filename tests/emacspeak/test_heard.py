# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd emacspeak` driven through its pipe, and by Emacspeak itself where that is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop import Desktop, wait_until

pytestmark = [pytest.mark.desktop, pytest.mark.slow]
COMMAND = (sys.executable, "-m", "kokoro_speechd.cli.main", "emacspeak")
LISP = Path("/usr/share/emacs/site-lisp/emacspeak/lisp/emacspeak-setup.el")
LONG = "One two three four five six seven eight nine ten. " * 6


class Emacs:
    """Somebody at Emacs with a sound server, and no speech-dispatcher and no bus."""

    def __init__(self, root: Path) -> None:
        self.desktop = Desktop(root, settings="[speechd]\nengine_timeout_s = 2\n")
        self.desktop.start_sound()
        self.process = subprocess.Popen(
            COMMAND, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=self.desktop.environment, text=True
        )

    def send(self, text: str) -> float:
        """Send commands; return when."""
        assert self.process.stdin is not None
        self.process.stdin.write(text)
        self.process.stdin.flush()
        return time.monotonic()

    def hears(self, since: float) -> None:
        recorder = self.desktop.recorder
        assert recorder is not None
        wait_until(lambda: recorder.loudness_since(since) > 300, 60, "nothing is heard")

    def silence(self) -> None:
        """Wait until nothing has been heard for half a second."""
        recorder = self.desktop.recorder
        assert recorder is not None
        wait_until(lambda: time.monotonic() - recorder.last_sound() > 0.5, 60, "it is not silent")

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()
        self.desktop.close()


@pytest.fixture(scope="module")
def emacs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emacs]:
    found = Emacs(tmp_path_factory.mktemp("emacs"))
    yield found
    found.close()


@pytest.mark.parametrize(
    "commands", ["tts_say {hello}\n", "l {a}\n", "q {hello }\nd\n", "version\n", "t 440 200\nd\n"]
)
def test_it_is_heard(emacs: Emacs, commands: str) -> None:
    emacs.silence()
    emacs.hears(emacs.send(commands))


def test_a_stop_is_silence_and_what_waited_is_not_said(emacs: Emacs) -> None:
    emacs.silence()
    emacs.hears(emacs.send(f"q {{{LONG}}}\nd\nq {{{LONG}}}\nd\n"))
    stopped = emacs.send("s\n")
    emacs.silence()
    assert time.monotonic() - stopped < 15, "it went on for as long as the text is"
    emacs.hears(emacs.send("tts_say {on}\n"))


def test_a_pause_is_silence_until_it_goes_on(emacs: Emacs) -> None:
    emacs.silence()
    emacs.hears(emacs.send(f"tts_say {{{LONG}}}\n"))
    emacs.send("tts_pause\n")
    emacs.silence()
    emacs.hears(emacs.send("tts_resume\n"))
    emacs.send("s\n")


def test_a_sound_file_is_heard(emacs: Emacs, tmp_path: Path) -> None:
    path = tmp_path / "icon.wav"
    subprocess.run(
        [sys.executable, "-m", "kokoro_speechd.cli.main", "say", "-o", str(path), "icon"],
        env=emacs.desktop.environment, check=True, capture_output=True,
    )  # fmt: skip
    emacs.silence()
    emacs.hears(emacs.send(f"p {path}\n"))


def test_it_leaves_with_its_input_and_has_said_nothing_of_the_text(tmp_path: Path) -> None:
    found = Emacs(tmp_path)
    try:
        found.hears(found.send("tts_say {xylophone}\nxylophone {xylophone}\n"))
        _, complaints = found.process.communicate(timeout=60)
        assert found.process.returncode == 0
        assert "was not understood" in complaints
        assert "xylophone" not in complaints
    finally:
        found.close()


# What Emacspeak loads where it is not started in batch mode, as far as speech needs it.
LOADED = """
(load "emacspeak-setup") (load "emacspeak-loaddefs") (require 'dtk-speak)
(defvar emacspeak-pronounce-pronunciation-table nil) (defvar emacspeak-speak-messages t)
(defvar emacspeak-use-auditory-icons nil)
(load "espeak-voices") (load "voice-setup")
(dtk-initialize)
"""


@pytest.mark.skipif(
    not (shutil.which("emacs") and LISP.exists()),
    reason="Emacspeak is missing: install Debian's packages emacs-nox and emacspeak",
)
@pytest.mark.parametrize("spoken", ['(dtk-speak "Hello, {you}.")', '(dtk-letter "{")', '(dtk-say "now")'])
def test_emacspeak_itself_is_heard(tmp_path: Path, spoken: str) -> None:
    """Emacspeak starts the server by itself, from a script as in docs/clients.md."""
    desktop = Desktop(tmp_path)
    script = tmp_path / "kokoro-espeak"
    script.write_text(f"#!/bin/sh\nexec {' '.join(COMMAND)} 2>>{tmp_path}/server.log\n")
    script.chmod(0o700)
    begin = tmp_path / "begin.el"
    begin.write_text(f'(setq dtk-program "{script}" dtk-program-args nil){LOADED}{spoken}(sleep-for 20)')
    try:
        desktop.start_sound()
        recorder, begun = desktop.recorder, time.monotonic()
        assert recorder is not None
        with (tmp_path / "emacs.log").open("wb") as log:
            process = subprocess.Popen(
                ["emacs", "-Q", "--batch", "-L", str(LISP.parent), "-l", str(begin)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=desktop.environment,
            )  # fmt: skip
        try:
            wait_until(
                lambda: recorder.loudness_since(begun) > 300,
                100,
                lambda: (tmp_path / "emacs.log").read_text()[-2000:] + (tmp_path / "server.log").read_text(),
            )
        finally:
            process.kill()
            process.wait()
    finally:
        desktop.close()
