# SPDX-License-Identifier: GPL-3.0-or-later
"""A language that is registered in one place is known everywhere."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from kokoro_speechd.synthesis.statistics_learning import sentences_of
from kokoro_speechd.text.language_tags import kokoro_language
from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.languages.language import Language
from kokoro_speechd.text.naming.keys import key_text
from kokoro_speechd.text.naming.modes import Modes
from kokoro_speechd.text.normalizing.rules import Rule, rule
from kokoro_speechd.text.phonemes.ipa import kokoro_symbols
from kokoro_speechd.text.phonemizers.phonemizer import Phonemizer, PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
from kokoro_speechd.text.phonemizers.script_phonemes import phonemes_of
from kokoro_speechd.text.phonemizers.spoken_form import spoken_form
from kokoro_speechd.text.script import Phonemes, Script
from kokoro_speechd.text.ssml.say_as import spoken_as
from kokoro_speechd.utterance import Parameters
from kokoro_speechd.voices.catalogue import describe
from kokoro_speechd.voices.selection import choose

OPTIONS = PhonemizerOptions()
TOY = Language(
    tag="tlh",
    letter="k",
    voice_tag="tlh-AQ",
    names=("tlh",),
    phonemizer=f"{__name__}:toy_phonemizer",
    normalizing=__name__,
    keys={"space": "logh"},
    patterns={"capital": "tin {}"},
    between_keys=" je ",
    beep="Qo",
)


class Toy:
    """Says every letter as it is written, and "o" for what is none."""

    def phonemes(self, text: str) -> Phonemes:
        places = range(len(text))
        said = "".join(char if char.isascii() and (char.islower() or char == " ") else "o" for char in text)
        return Phonemes(said, tuple(places), tuple(place + 1 for place in places))


def toy_phonemizer(
    language: Language, _options: PhonemizerOptions, _english: Callable[[str], Phonemes]
) -> Phonemizer:
    assert language is TOY
    return Toy()


def build(language: str) -> tuple[SimpleNamespace, list[Rule]]:
    """Return what a normalizing module does: here the one rule that 1 is "wa"."""
    assert language == "tlh"
    return SimpleNamespace(spaced=True), [rule("1", lambda match: [(match.start(), match.end(), "wa")])]


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LANGUAGES, TOY.tag, TOY)


def test_it_is_known_by_its_names() -> None:
    assert kokoro_language("TLH_AQ.UTF-8") == "tlh"
    assert kokoro_language("en") == "en-US"


def test_it_is_forgotten_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(LANGUAGES, TOY.tag)
    assert kokoro_language("tlh") is None
    assert describe("kf_toy").language is None


def test_its_figures_and_letters_are_read() -> None:
    assert spoken_form("a 1", "tlh-AQ").text == "a wa"
    script = Script("a 1")
    found = phonemes_of(script, (0, 3), "tlh-AQ", lambda: phonemizer_for("tlh-AQ", OPTIONS))
    assert found.symbols == "a wa"
    assert found.starts == (0, 1, 2, 2)


def test_its_phonemizer_is_built_once() -> None:
    assert phonemizer_for("tlh", OPTIONS) is phonemizer_for("tlh-AQ", OPTIONS)


def test_its_names_are_said() -> None:
    assert key_text("shift_space", "tlh") == "shift je logh"
    assert Modes(capitals="spell").read("aBc", "tlh").text == "a tin Bc"
    assert spoken_as("damn", "expletive", None, "tlh") == "Qo"


def test_ipa_is_understood() -> None:
    assert kokoro_symbols("/taɪ/", "tlh") == "tI"


def test_its_voices_are_chosen() -> None:
    voices = [describe(name) for name in ("af_heart", "km_worf", "kf_lursa")]
    assert [voice.language for voice in voices] == ["en-US", "tlh-AQ", "tlh-AQ"]
    assert choose(Parameters(language="tlh"), voices).voice == voices[2]
    chosen = choose(Parameters(language="tlh", voice_type="male2"), voices)
    assert (chosen.voice, chosen.language) == (voices[1], "tlh-AQ")
    assert choose(Parameters(language="tlh"), voices[:1]).voice == voices[0]


def test_its_voices_learn_from_english_sentences() -> None:
    assert sentences_of("tlh-AQ") == sentences_of("en-US")
