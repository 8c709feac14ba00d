# SPDX-License-Identifier: GPL-3.0-or-later
"""What Emacspeak's commands do, told by what the player is asked for."""

from __future__ import annotations

import logging
from itertools import pairwise

import pytest

from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.emacspeak.commands import CommandParser
from kokoro_speechd.emacspeak.server import Server
from kokoro_speechd.emacspeak.sounds import tone
from kokoro_speechd.utterance import Kind, Parameters, Utterance


class Heard:
    """A voice and sounds that write down what they are asked for."""

    def __init__(self) -> None:
        self.utterances: list[Utterance] = []
        self.log: list[str] = []

    def speak(self, utterance: Utterance, *, interrupt: bool) -> None:
        self.utterances.append(utterance)
        self.log.append(("now " if interrupt else "") + utterance.text)

    def stop_all(self) -> None:
        self.log.append("stop")

    def pause(self) -> None:
        self.log.append("pause")

    def resume(self) -> None:
        self.log.append("resume")

    def tone(self, hertz: int, milliseconds: int) -> None:
        self.log.append(f"tone {hertz} {milliseconds}")

    def file(self, path: str) -> None:
        self.log.append(f"file {path}")


class Emacs:
    """Writes commands to a server."""

    def __init__(self, voice: str | None = None, language: str | None = None) -> None:
        self.heard = Heard()
        languages = ["en-US", "fr", "en-US", "it"]
        self.server = Server(
            self.heard, self.heard, lambda: languages, 6.0, voice_name=voice, language=language
        )

    def says(self, text: str) -> list[str]:
        """Return what is heard of it."""
        self.heard.log.clear()
        for command in CommandParser().feed(text):
            assert self.server.handle(command)
        return list(self.heard.log)

    @property
    def parameters(self) -> Parameters:
        return self.heard.utterances[-1].parameters


def test_nothing_is_heard_before_it_is_dispatched_and_then_once() -> None:
    emacs = Emacs()
    assert emacs.says("q {One. }\nq {Two <b> }\nsh 200\nq {three }\n") == []
    assert emacs.says("d\n") == ['One. Two &lt;b&gt; <break time="200ms"/>three']
    assert emacs.says("d\n") == []


def test_a_stop_forgets_what_waits_and_ends_a_pause() -> None:
    emacs = Emacs()
    assert emacs.says("q {lost }\ntts_pause\ns\nd\n") == ["pause", "stop", "resume"]
    assert emacs.says("tts_resume\n") == ["resume"]


def test_what_is_said_at_once_interrupts() -> None:
    emacs = Emacs()
    assert emacs.says("tts_say { yes & no}\nl {x}\n") == ["now yes &amp; no", "now x"]
    assert emacs.heard.utterances[-1].kind is Kind.CHAR
    assert emacs.parameters.pitch == 0
    emacs.says("l {X}\n")
    assert emacs.parameters.pitch == 50
    assert emacs.says("l {<tag}\n") == ["now &lt;tag"]


def test_tones_and_icons_are_heard_in_their_turn() -> None:
    emacs = Emacs()
    assert emacs.says("a /x/open.ogg\nt 500 30\nq {x. }\np /x/now.ogg\n") == ["file /x/now.ogg"]
    assert emacs.says("d\n") == ["file /x/open.ogg", "tone 500 30", "x."]
    assert emacs.says("t 99999 99999\nt\nt high low\nd\n") == ["tone 11000 2000", "tone 440 50"]


def test_the_state_reaches_the_voice() -> None:
    emacs = Emacs()
    emacs.says("tts_sync_state all 1 0 1 350\nq {x }\nd\n")
    assert emacs.parameters.punctuation == "all"
    assert emacs.parameters.capitals == "icon"
    assert emacs.parameters.rate == 39  # twice the pace: 6 ** 0.39
    emacs.says("tts_set_character_scale 2\ntts_set_speech_rate 175\nl {a}\n")
    assert emacs.parameters.rate == 39
    emacs.says("tts_reset\nq {x }\nd\n")
    assert emacs.parameters == Parameters(punctuation="some")


def test_a_rate_in_the_queue_holds_for_what_follows() -> None:
    emacs = Emacs()
    assert emacs.says("q {a. }\nr {350}\nq {b. }\nr {175}\nq {c. }\nd\n") == [
        'a. <prosody rate="200%">b. </prosody><prosody rate="100%">c. </prosody>'
    ]


def test_voices_for_parts_of_a_text() -> None:
    """As Emacspeak 53 writes them for a server whose name ends in espeak."""
    emacs = Emacs()
    tags = '<prosody pitch="-4.8st"><prosody range="140%"><prosody volume="+2.4dB">'
    wanted = f"Hello from {tags}Emacspeak {'</prosody>' * 3}and more."
    assert emacs.says(
        "c { }\nq {Hello from  }\n"
        'c { <prosody pitch="30"><prosody range="70"><prosody volume="70"> }\nq {Emacspeak }\n'
        "c { }\nq {and more. }\nd\n"
    ) == [wanted]
    assert emacs.says("c {[:np :ra 200] }\nq {a. }\nc {<audio src='x'/>}\nq {b }\nc {say this}\nd\n") == [
        "a. b"
    ]
    assert emacs.says("c {say this}\nsh 100\nd\n") == []


def test_languages() -> None:
    emacs = Emacs("af_heart", "en-US")
    emacs.says("q {x }\nd\n")
    assert (emacs.parameters.language, emacs.parameters.voice) == ("en-US", "af_heart")
    assert emacs.says("set_lang fr t\n") == ["now fr"]
    assert (emacs.parameters.language, emacs.parameters.voice) == ("fr", None)
    emacs.says("set_next_lang t\n")
    assert emacs.parameters.language == "it"
    emacs.says("set_next_lang t\nset_previous_lang t\n")
    assert emacs.parameters.language == "it"


@pytest.mark.parametrize(
    "wrong",
    ["tts_set_punctuations loud", "tts_set_speech_rate fast", "tts_set_speech_rate nan", "xylophone yes",
     "tts_sync_state some 1", "tts_set_character_scale {}", "t", "sh never", "r {}", "l", "q", "set_lang"],
)  # fmt: skip
def test_what_is_wrong_is_told_without_its_text_and_speech_goes_on(
    wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    emacs = Emacs()
    with caplog.at_level(logging.DEBUG):
        emacs.says(f"{wrong}\nd\n")
    assert "xylophone" not in caplog.text
    assert "loud" not in caplog.text
    emacs.says("q {x }\nd\n")
    assert emacs.parameters == Parameters(punctuation="some")


def test_a_tone_has_its_length_and_pitch_and_no_click() -> None:
    samples = memoryview(tone(1000, 100)).cast("h")
    assert len(samples) == SAMPLE_RATE // 10
    crossings = sum(a < 0 <= b for a, b in pairwise(samples))
    assert 98 <= crossings <= 101
    assert max(map(abs, samples)) > 7000
    assert abs(samples[1]) < 200 > abs(samples[-1])
