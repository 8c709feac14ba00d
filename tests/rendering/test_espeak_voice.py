# SPDX-License-Identifier: GPL-3.0-or-later
"""espeak-ng's voice with the real library: what the modes ask for is heard, and every mark."""

from __future__ import annotations

import pytest

from kokoro_speechd.espeak import Espeak
from kokoro_speechd.rendering import espeak_voice
from kokoro_speechd.rendering.capital_sound import tone
from kokoro_speechd.utterance import Kind, Parameters, Utterance


class Heard:
    """A sink that keeps everything in order."""

    def __init__(self) -> None:
        self.items: list[bytes | str] = []

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        assert sample_rate == Espeak.shared().sample_rate
        self.items.append(samples)
        return True

    def mark(self, name: str) -> bool:
        self.items.append(name)
        return True

    @property
    def seconds(self) -> float:
        return (
            sum(len(item) for item in self.items if isinstance(item, bytes)) / 2 / Espeak.shared().sample_rate
        )


def speak(text: str, language: str = "en-US", kind: Kind = Kind.TEXT, **parameters: object) -> Heard:
    heard = Heard()
    utterance = Utterance(1, kind, text, Parameters(**parameters))  # type: ignore[arg-type]
    espeak_voice.speak(
        utterance, espeak_voice.script_for_espeak(utterance, language, writing=True), language, heard
    )
    return heard


@pytest.mark.parametrize("language", ["en-US", "de", "es", "hi", "la", "ru"])
@pytest.mark.parametrize(
    "char", ["a", "Z", "é", "7", ".", " ", "→", "😀", "\u0301", "ᚠ", "漢", "\x07", "℃", "⏰"]
)
def test_every_character_is_heard(char: str, language: str) -> None:
    assert speak(char, language, Kind.CHAR).seconds > 0.1


@pytest.mark.parametrize("text", ["0", "8", "h", "H", "ø", "1980", "kl. 8, 0"])
def test_greenlandic_does_not_end_the_process(text: str) -> None:
    assert speak(text, "kl").seconds > 0.1
    assert speak(text, "kl", Kind.CHAR).seconds > 0.1


@pytest.mark.parametrize("language", ["en-US", "de", "es", "fi"])
def test_keys_are_heard(language: str) -> None:
    assert speak("control_alt_F1", language, Kind.KEY).seconds > 0.7


def test_punctuation_is_named_as_far_as_it_is_asked_for() -> None:
    none, some, most, every = (
        speak("so, (a) & b.", punctuation=mode).seconds for mode in ("none", "some", "most", "all")
    )
    assert none < some + 0.1 < most < every  # espeak-ng says "and" for "&" in any mode


def test_spelling_is_heard_letter_by_letter() -> None:
    assert speak("word", spelling=True).seconds > 2 * speak("word").seconds


@pytest.mark.parametrize("language", ["en-US", "es", "de"])
def test_capitals_are_told_in_any_language(language: str) -> None:
    assert speak("Anna", language, capitals="spell").seconds > speak("Anna", language).seconds + 0.2
    assert speak("A", language, Kind.CHAR, capitals="spell").seconds > 0.2 + (
        speak("A", language, Kind.CHAR).seconds
    )
    assert speak("anna", language, capitals="spell").seconds < speak("anna", language).seconds + 0.05


def test_a_capital_letter_sounds_like_a_small_one_where_nothing_else_is_asked_for() -> None:
    small, capital = speak("a", kind=Kind.CHAR).seconds, speak("A", kind=Kind.CHAR).seconds
    assert abs(small - capital) < 0.03


def test_a_capital_is_told_by_a_sound_and_marks_stay() -> None:
    text = '<speak><mark name="1"/>one <mark name="2"/>Two <mark name="3"/>three</speak>'
    heard = speak(text, capitals="icon")
    sound = tone(Espeak.shared().sample_rate, 100)
    assert [item for item in heard.items if isinstance(item, str)] == ["1", "2", "3"]
    assert heard.items.count(sound) == 1
    assert heard.items.index("2") < heard.items.index(sound) < heard.items.index("3")
    assert sound not in speak(text).items


def test_marks_stay_in_order_in_all_modes() -> None:
    text = "<speak>" + "".join(f'<mark name="{n}"/>Wo, rd({n}) ' for n in range(20)) + "</speak>"
    for parameters in (
        {"punctuation": "all"},
        {"spelling": True},
        {"capitals": "spell"},
        {"capitals": "icon"},
    ):
        heard = speak(text, rate=100, **parameters)
        assert [item for item in heard.items if isinstance(item, str)] == [str(n) for n in range(20)]
