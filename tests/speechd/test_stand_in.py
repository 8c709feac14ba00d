# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in is ready before it is needed: on a busy machine an import takes a second of silence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.private_home import private_environment

# The process of the module before its first message, then one that espeak-ng takes over in the midst.
CODE = """
import sys
from kokoro_speechd.speechd import module
from kokoro_speechd.rendering.fallback import FallbackSpeaker
from kokoro_speechd.rendering.request import SpeechRequest
from kokoro_speechd.settings import load_settings
from kokoro_speechd.speechd import speaking_thread
from kokoro_speechd.speechd.dotconf import ModuleConfig
from kokoro_speechd.speechd.voice_list import VoiceList
from kokoro_speechd.errors import EngineError
from kokoro_speechd.utterance import Audio, Kind, Parameters, Utterance
from kokoro_speechd.voices.catalogue import Voice
from kokoro_speechd.voices.selection import Choice

class Session:
    def __init__(self):
        self.blocks = []
    def audio(self, request, samples, rate):
        self.blocks.append((len(samples), rate))
        return True
    def mark(self, request, name):
        return True

class Engine:
    def speak(self, request, voice, language):
        yield Audio(bytes(4800), 0)
        raise EngineError("the engine gives no sign of life")
    def wait_until_loaded(self, request): pass
    def retry(self): pass

voices = VoiceList(load_settings(), ModuleConfig())
speaking_thread.prepare_espeak(voices)
before = set(sys.modules)
session = Session()
request = SpeechRequest(Utterance(1, Kind.TEXT, "<speak>Hello, 12 words.</speak>", Parameters()))
sink = speaking_thread.PacedSink(session, request, 60.0)
choice = Choice(Voice("af_heart", "en-US", "female", "A"), "en-US")
assert FallbackSpeaker(Engine()).speak(request, choice, sink, voices.options)
assert len(session.blocks) > 5, "espeak-ng did not go on"
assert {rate for _, rate in session.blocks} == {24000}
print(sorted(set(sys.modules) - before))
print("numpy" in sys.modules)
"""


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, with a home of its own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=private_environment(folder),
        timeout=120,
        check=False,
    )


def test_espeak_goes_on_without_an_import(tmp_path: Path) -> None:
    ran = run(CODE, tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == ["[]", "False"]


BROKEN = """
import threading
from kokoro_speechd.speechd import speaking_thread
from kokoro_speechd.speechd.hurry import Hurry

asked = threading.Event()

class Session:
    def next_request(self):
        asked.set()
        threading.Event().wait()

def fail(voices):
    raise LookupError("no such thing")

speaking_thread.prepare_espeak = fail
speaking_thread.SpeakingThread(Session(), None, None, lead=0.5, hurry=Hurry(0.25)).start()
print(asked.wait(60))
"""


def test_a_thread_that_cannot_prepare_speaks_all_the_same(tmp_path: Path) -> None:
    ran = run(BROKEN, tmp_path)
    assert ran.stdout.strip() == "True", ran.stderr
    assert "LookupError" in ran.stderr
