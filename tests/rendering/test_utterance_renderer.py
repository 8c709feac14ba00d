# SPDX-License-Identifier: GPL-3.0-or-later
"""From utterance to sound with the random model: every mark at the sample of its word."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from kokoro_speechd.errors import Cancelled, LanguageError, VoiceError
from kokoro_speechd.rendering.progress import place_marks
from kokoro_speechd.rendering.synthesizer import Synthesizer, open_synthesizer
from kokoro_speechd.settings import Settings
from kokoro_speechd.synthesis.files.model_files import find_model
from kokoro_speechd.synthesis.reference import forward
from kokoro_speechd.synthesis.reference.kokoro_model import load_model
from kokoro_speechd.synthesis.voice.voice_pack import load_voice
from kokoro_speechd.text.script import Mark, Phonemes
from kokoro_speechd.utterance import Audio, Item, Kind, MarkReached, Parameters, Utterance

pytestmark = pytest.mark.slow
RATE = 24_000
FRAME = 600
EDGE = 480  # the setting edge_silence_ms that everybody has

# Words, their voice, and the phonemes by hand, words parted as the words are.
SENTENCES = {
    "en-US": (
        "af_heart",
        ["Hello", "there,", "brave", "new", "world."],
        ["həlˈO", "ðˈɛɹ,", "bɹˈAv", "nˈu", "wˈɜɹld."],
    ),
    "fr": ("ff_siwis", ["Bonjour", "mon", "vieux", "monde."], ["bɔ̃ʒˈuʁ", "mɔ̃", "vjˈø", "mˈɔ̃d."]),
    "ja": ("jf_alpha", ["今日", "は", "良い", "天気", "です。"], ["kʲoː", "βa", "joi", "teŋkʲi", "desɨ."]),
}  # fmt: skip


@pytest.fixture(scope="module")
def synthesizer(random_model: Path) -> Synthesizer:
    return open_synthesizer(Settings(model_path=random_model, memory_mb=0, disk_mb=0))


def speak(
    synthesizer: Synthesizer, text: str, voice: str = "af_heart", language: str = "en-US", **parameters: int
) -> list[Item]:
    utterance = Utterance(1, Kind.TEXT, text, replace(Parameters(), **parameters))
    return list(synthesizer.speak(utterance, voice, language, lambda: None))


def timeline(items: list[Item]) -> tuple[dict[str, int], int]:
    """Return the sample of each mark and the whole length."""
    marks, position = {}, 0
    for item in items:
        if isinstance(item, MarkReached):
            marks[item.name] = position
        else:
            position += len(item.samples) // 2
    return marks, position


def sound(items: list[Item]) -> np.ndarray:
    return np.frombuffer(b"".join(item.samples for item in items if isinstance(item, Audio)), "<i2")


@pytest.mark.parametrize("language", SENTENCES)
def test_marks_lie_at_the_first_phoneme_of_their_word(
    synthesizer: Synthesizer, random_model: Path, language: str
) -> None:
    """Expected: the durations that the model itself predicts for the phonemes written down by hand."""
    if language == "ja" and importlib.util.find_spec("pyopenjtalk") is None:
        pytest.skip("the extra ja is not installed")
    voice, words, phonemes = SENTENCES[language]
    gap = "" if language == "ja" else " "
    document = gap.join(f'<mark name="{n}"/>{word}' for n, word in enumerate(words))
    marks, total = timeline(
        speak(synthesizer, f'<speak>{document}<mark name="end"/></speak>', voice, language)
    )

    symbols = " ".join(phonemes)
    files = find_model(random_model).files
    assert files is not None
    model = load_model(files)
    tokens = torch.tensor([[0, *(model.vocab[symbol] for symbol in symbols), 0]])
    style = load_voice(random_model / f"voices/{voice}.pt").style(len(symbols))
    with torch.inference_mode():
        durations = forward.prosody(model, tokens, style).durations.tolist()
    place, beginning = 0, marks["0"] - durations[0] * FRAME  # what is cut of the begin token
    # Of that token four frames are left, less what is silent; words are heard 45 ms before their frames.
    assert EDGE <= marks["0"] <= EDGE + 4 * FRAME - 0.045 * RATE
    for number, word in enumerate(phonemes):
        expected = beginning + sum(durations[: place + 1]) * FRAME
        assert abs(marks[str(number)] - expected) <= FRAME, (number, marks)
        place += len(word) + 1
    assert marks["end"] == total > marks[str(len(words) - 1)]


def test_several_marks_at_one_place_and_at_both_ends(synthesizer: Synthesizer) -> None:
    items = speak(
        synthesizer,
        '<mark name="a"/><mark name="b"/>One <mark name="c"/><mark name="d"/>two.'
        '<mark name="e"/><mark name="f"/>',
    )
    assert [item.name for item in items if isinstance(item, MarkReached)] == list("abcdef")
    marks, total = timeline(items)
    assert 0 < marks["a"] == marks["b"] < marks["c"] == marks["d"] < marks["e"] == marks["f"] == total


def test_marks_survive_several_phrases(synthesizer: Synthesizer) -> None:
    words = ("several words in a row that never come to a stop " * 5).split()
    items = speak(
        synthesizer, "".join(f'<mark name="{n}"/>{word} ' for n, word in enumerate(words)), rate=100
    )
    marks, total = timeline(items)
    assert list(marks) == [str(n) for n in range(len(words))]
    places = list(marks.values())
    assert places == sorted(set(places))
    assert places[-1] < total


@pytest.mark.parametrize("text", ["", " ", "\n", "<mark name='a'/>", "\x01"])
def test_nothing_to_say(synthesizer: Synthesizer, text: str) -> None:
    items = speak(synthesizer, text)
    assert not sound(items).size
    assert [item.name for item in items if isinstance(item, MarkReached)] == (["a"] if "mark" in text else [])


@pytest.mark.parametrize("text", ["@", "#", "*", "&", "!", "✓", "•", "…", "...", "?!", "—"])
def test_no_sign_that_is_sent_alone_is_silent(synthesizer: Synthesizer, text: str) -> None:
    assert sound(speak(synthesizer, text)).size


@pytest.mark.parametrize("kind", [Kind.CHAR, Kind.KEY, Kind.ICON])
@pytest.mark.parametrize("text", ["a", "shift_a", "space", "!", "é", "漢", "\u0301"])
def test_characters_keys_and_icons_sound(synthesizer: Synthesizer, kind: Kind, text: str) -> None:
    utterance = Utterance(1, kind, text, Parameters(rate=100))
    assert sound(list(synthesizer.speak(utterance, "af_heart", "en-US", lambda: None))).size


def test_rate_makes_it_shorter_and_volume_quieter(synthesizer: Synthesizer) -> None:
    lengths = [sound(speak(synthesizer, "Some words to say", rate=rate)).size for rate in (-60, 0, 60)]
    assert lengths[0] > lengths[1] > lengths[2]
    peaks = []
    for volume in (100, 0, -100):
        torch.manual_seed(1)  # the same noise each time
        peaks.append(np.abs(sound(speak(synthesizer, "Some words", volume=volume)).astype(int)).max())
    loud, quiet, silent = peaks
    assert loud > 1.5 * quiet > 0 == silent
    assert loud <= 32767


def test_an_unwanted_utterance_ends_and_the_next_is_whole(random_model: Path) -> None:
    synthesizer = open_synthesizer(Settings(model_path=random_model, memory_mb=0, disk_mb=0))
    calls = 0

    def after(limit: int) -> None:
        nonlocal calls
        calls += 1
        if calls > limit:
            raise Cancelled

    utterance = Utterance(1, Kind.TEXT, "A few words only", Parameters())
    torch.manual_seed(3)
    whole = sound(speak(synthesizer, utterance.text))
    for limit in (0, 3, 10, 40):
        calls = 0
        with pytest.raises(Cancelled):
            list(synthesizer.speak(utterance, "af_heart", "en-US", lambda limit=limit: after(limit)))
    torch.manual_seed(3)
    assert np.array_equal(sound(speak(synthesizer, utterance.text)), whole)


def test_what_cannot_be_spoken_is_named(synthesizer: Synthesizer) -> None:
    with pytest.raises(VoiceError, match="af_nobody"):
        speak(synthesizer, "x", voice="af_nobody")
    with pytest.raises(LanguageError):
        speak(synthesizer, "x", language="de")


def test_place_marks() -> None:
    phrase = Phonemes("ab c", (0, 1, 2, 3), (1, 2, 3, 4))
    starts = [0, 600, 1200, 1800]
    marks = [Mark("start", 0), Mark("gap", 2), Mark("c", 3), Mark("after", 4)]
    assert place_marks(marks, phrase, starts) == (
        [(0, marks[0]), (1800, marks[1]), (1800, marks[2])],
        [marks[3]],
    )


def test_languages_and_breaks_of_a_message(synthesizer: Synthesizer) -> None:
    """The whole way, as the daemon goes it: Kokoro, silence, espeak-ng, Kokoro's French."""
    document = (
        '<mark name="a"/>One word.<break time="500ms"/><mark name="b"/>Then <lang xml:lang="de">'
        '<mark name="c"/>Guten Tag</lang> and <lang xml:lang="fr">'
        '<mark name="d"/>bonjour</lang><mark name="e"/>'
    )
    items = speak(synthesizer, document)
    marks, total = timeline(items)
    assert list(marks) == list("abcde")
    assert list(marks.values()) == sorted(set(marks.values()))
    assert marks["e"] == total
    silent = np.flatnonzero(sound(items)[: marks["b"]] == 0)
    assert len(silent) == pytest.approx(0.52 * 24_000, abs=FRAME)  # the message's edge and the break
    offsets = [item.offset for item in items if isinstance(item, Audio)]
    assert offsets == sorted(offsets)
    assert offsets[-1] == len("One word. Then Guten Tag and ")
