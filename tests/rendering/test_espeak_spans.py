# SPDX-License-Identifier: GPL-3.0-or-later
"""What documents say reaches a listener also when espeak-ng speaks: real espeak-ng, measured."""

from __future__ import annotations

import numpy as np
import pytest

from kokoro_speechd.rendering import espeak_voice
from kokoro_speechd.rendering.espeak_ssml import Base, to_espeak_ssml
from kokoro_speechd.text.detection.sentences import tell_languages
from kokoro_speechd.text.ssml.parser import scan
from kokoro_speechd.utterance import Kind, Parameters, Utterance

RATE = 22050
TEXT = "several words in a row that are said"

DOCUMENTS = [
    ("plain", "plain"),
    ('a<break time="500ms"/>b', 'a<break time="615ms"/> b'),
    ('<prosody rate="150%">a</prosody> b', '<prosody rate="150%">a</prosody> b'),
    ('<prosody pitch="+4st" volume="50">an</prosody>', '<prosody pitch="75" volume="50">an</prosody>'),
    ('<lang xml:lang="de">ja</lang> b', '<voice xml:lang="de" gender="female">ja</voice> b'),
    ('<lang xml:lang="xx">ja</lang>', "ja"),
    ('<lang xml:lang="en-US">an</lang>', "an"),
    ("a привет", 'a <voice xml:lang="ru" gender="female">привет</voice>'),
    ('<voice gender="male">an</voice>', '<voice xml:lang="en-US" gender="male">an</voice>'),
    (
        '<say-as interpret-as="characters">a&lt;</say-as>',
        ' <say-as interpret-as="characters">&#97;</say-as> ,  less ',
    ),
    ('<say-as interpret-as="ordinal">5</say-as>', "fifth"),
    ('<phoneme ph="ə">word</phoneme>', "word"),
    ('<say-as interpret-as="digits">1<mark name="m"/>2</say-as>', '<mark name="0"/>1 2'),
]


@pytest.mark.parametrize(("document", "expected"), DOCUMENTS)
def test_documents(document: str, expected: str) -> None:
    script = tell_languages(scan(document), "en-US")
    assert to_espeak_ssml(script, 0, Base("en-US", "f2"))[0] == f"<speak>{expected}</speak>"


class Sink:
    def __init__(self) -> None:
        self.heard = bytearray()
        self.marks: list[tuple[str, int]] = []

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        assert sample_rate == RATE
        self.heard += samples
        return True

    def mark(self, name: str) -> bool:
        self.marks.append((name, len(self.heard) // 2))
        return True

    @property
    def samples(self) -> np.ndarray:
        return np.frombuffer(bytes(self.heard), "<i2")

    def pitch(self) -> float:
        """Return the median F0 in Hz, by autocorrelation."""
        found = []
        for start in range(0, len(self.samples) - 1400, 400):
            window = self.samples[start : start + 1400].astype(float)
            if np.abs(window).max() < 2000:
                continue
            likeness = np.correlate(window, window, "full")[1399:]
            lag = RATE // 500 + int(likeness[RATE // 500 : RATE // 60].argmax())
            if likeness[lag] > 0.5 * likeness[0]:
                found.append(RATE / lag)
        return float(np.median(found))


def speak(document: str, language: str = "en-US", start: int = 0, **parameters: int) -> Sink:
    utterance = Utterance(1, Kind.TEXT, document, Parameters(**parameters))  # type: ignore[arg-type]
    sink = Sink()
    script = espeak_voice.script_for_espeak(utterance, language, writing=True)
    espeak_voice.speak(utterance, script, language, sink, start=start, variant="f2")
    return sink


@pytest.mark.parametrize(("written", "factor"), [("200%", 2), ("150%", 1.5), ("50%", 0.5)])
def test_a_rate(written: str, factor: float) -> None:
    plain, asked = (
        len(speak(document).samples) for document in (TEXT, f'<prosody rate="{written}">{TEXT}</prosody>')
    )
    assert plain / asked == pytest.approx(factor, rel=0.12)


@pytest.mark.parametrize(("written", "semitones"), [("+4st", 4), ("-4st", -4), ("high", 3)])
def test_a_pitch(written: str, semitones: int) -> None:
    plain, asked = (
        speak(document).pitch() for document in (TEXT, f'<prosody pitch="{written}">{TEXT}</prosody>')
    )
    assert 12 * np.log2(asked / plain) == pytest.approx(semitones, abs=0.7)


def test_a_pitch_in_hertz_and_a_volume() -> None:
    assert speak(f'<prosody pitch="160Hz">{TEXT}</prosody>').pitch() == pytest.approx(160, rel=0.06)
    plain, quiet = (
        np.abs(speak(document).samples.astype(int)).max()
        for document in (TEXT, f'<prosody volume="-6dB">{TEXT}</prosody>')
    )
    assert quiet == pytest.approx(plain / 2, rel=0.15)


@pytest.mark.parametrize("milliseconds", [300, 500, 1500])
def test_a_break(milliseconds: int) -> None:
    heard = np.flatnonzero(np.abs(speak(f'One word<break time="{milliseconds}ms"/>and another').samples) > 50)
    assert np.diff(heard).max() / RATE == pytest.approx(milliseconds / 1000, abs=0.06)


def test_a_language_within_a_message_and_the_voice_after_it() -> None:
    german = speak('<lang xml:lang="de">Guten Tag Herr Meier</lang>')
    # Not to the sample: within a message espeak-ng has but one female voice.
    assert len(german.samples) == pytest.approx(len(speak("Guten Tag Herr Meier", "de").samples), rel=0.15)
    mixed = speak(
        'One <mark name="a"/><lang xml:lang="de">Guten Tag <mark name="b"/>Herr Meier</lang> '
        f'<mark name="c"/>{TEXT}<mark name="d"/>'
    )
    assert [name for name, _ in mixed.marks] == list("abcd")
    places = [place for _, place in mixed.marks]
    assert places == sorted(set(places))
    after = Sink()
    after.heard = mixed.heard[2 * places[2] :]
    assert after.pitch() == pytest.approx(speak(TEXT).pitch(), rel=0.06), "the same voice as before"


def test_going_on_from_the_middle_keeps_what_is_left() -> None:
    document = (
        '<prosody rate="50%">one two <mark '
        'name="a"/>three</prosody><break time="500ms"/> <mark name="b"/>four'
    )
    script = scan(document)
    clean, names = to_espeak_ssml(script, script.text.index("three"))
    assert clean == (
        '<speak><mark name="0"/><prosody rate="50%">three</prosody><break time="615ms"/> '
        '<mark name="1"/>four</speak>'
    )
    assert names == ("a", "b")
    assert to_espeak_ssml(script, script.text.index("four"))[0] == '<speak><mark name="0"/>four</speak>'


def test_long_texts_in_pieces_lose_nothing() -> None:
    document = "".join(
        f'<mark name="{n}"/>Sentence {n}, <lang xml:lang="de">Satz</lang>. <break time="10ms"/>'
        for n in range(60)
    )
    utterance = Utterance(1, Kind.TEXT, document, Parameters(rate=100))
    sink = Sink()
    espeak_voice.speak_in_pieces(utterance, scan(document), "en", sink)
    assert [name for name, _ in sink.marks] == [str(n) for n in range(60)]
    places = [place for _, place in sink.marks]
    assert places == sorted(set(places))
