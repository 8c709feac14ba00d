# SPDX-License-Identifier: GPL-3.0-or-later
"""Spans of a message in sound: breaks, rates, pitches, languages, with the random model and espeak-ng.

The model computes durations and F0; its sound, which nothing here depends on, is a constant instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kokoro_speechd.audio import ssip_scales
from kokoro_speechd.audio.silence import GUARD
from kokoro_speechd.espeak import Espeak
from kokoro_speechd.rendering.utterance_renderer import SynthesisOptions, UtteranceRenderer
from kokoro_speechd.synthesis.engine import Engine, Sound
from kokoro_speechd.synthesis.files.model_files import find_model
from kokoro_speechd.synthesis.phrase.contour import faster
from kokoro_speechd.synthesis.phrase.prosody import VOICED_THRESHOLD
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack, load_voice
from kokoro_speechd.text import phrases
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.script import Phonemes
from kokoro_speechd.utterance import Item, Kind, Parameters, Utterance
from kokoro_speechd.voices.catalogue import Voice, discover
from kokoro_speechd.voices.levels import levels
from kokoro_speechd.voices.selection import Choice, espeak_variant
from kokoro_speechd.voices.switching import VoiceSwitching
from tests.rendering.test_utterance_renderer import sound, timeline

pytestmark = pytest.mark.slow
FRAME, RATE = 600, 24_000
TEXT = "several words in a row that are said"


class Phrase:
    """A phrase of the model's whose phonemes are heard as a constant, between silence.

    `begin` and `end` are the samples of it that are heard.
    """

    speedup = 1.0

    def __init__(self, sound: Sound) -> None:
        self.starts, self.length = sound.starts, sound.length
        self.durations = sound.excerpt.phrase.durations
        self.begin = int(sound.starts[0])
        self.end = self.begin + FRAME * int(self.durations[1:-1].sum())
        self.f0 = sound.excerpt.phrase.f0.numpy().ravel()

    def pieces(self, buffered_seconds: Any = None) -> Iterator[np.ndarray]:
        samples = np.zeros(self.length, np.float32)
        samples[self.begin : self.end] = 0.3
        yield from np.split(samples, range(9000, self.length, 9000))


class Synthesizer:
    """A renderer whose engine remembers what it was asked for."""

    fastest = 3.0

    def __init__(self, model: Path, options: PhonemizerOptions) -> None:
        files = find_model(model).files
        assert files is not None
        self._engine = Engine(files)
        self._voices = {voice.name: voice for voice in discover(files.voices)}
        self._packs: dict[str, VoicePack] = {}
        self.sounds: list[Phrase] = []
        self.spoken: list[str] = []
        switching = VoiceSwitching(list(self._voices.values()), "af_heart")
        self._renderer = UtteranceRenderer(self, switching, self._pack, SynthesisOptions(options, edge=0))  # type: ignore[arg-type]

    def _pack(self, voice: Voice) -> VoicePack:
        assert voice.path is not None
        return self._packs.setdefault(voice.name, load_voice(voice.path))

    def pace(self, rate: int) -> float:
        """Return the pace of a rate; all of it is the model's here, nothing is stretched."""
        return ssip_scales.rate_to_speed(rate, self.fastest)

    def shrinking(self, pace: float) -> float:
        return pace

    def begin(self, request: PhraseRequest, *, keep: bool, check: Callable[[], None]) -> Phrase:
        if (contour := request.contour) is not None:
            request = replace(request, contour=faster(contour, [tone.rate for tone in contour]))
        self.sounds.append(Phrase(self._engine.begin(request, check=check)))
        self.spoken.append(request.voice.name)
        return self.sounds[-1]

    def speak(self, document: str, name: str = "af_heart", **parameters: int) -> list[Item]:
        self.sounds, self.spoken = [], []
        utterance = Utterance(1, Kind.TEXT, document, Parameters(**parameters))  # type: ignore[arg-type]
        voice = self._voices[name]
        own = Choice(voice, voice.language or "", espeak_variant(voice))
        return list(self._renderer.speak(utterance, own, lambda: None))

    def frames(self) -> int:
        """Return the frames of all phonemes, without the silence around phrases."""
        return sum(int(phrase.durations[1:-1].sum()) for phrase in self.sounds)

    def pitch(self) -> float:
        """Return the median F0 of all that is voiced."""
        values = np.concatenate([phrase.f0 for phrase in self.sounds])
        return float(np.median(values[values > VOICED_THRESHOLD]))


@pytest.fixture(scope="module")
def synthesizer(random_model: Path) -> Iterator[Synthesizer]:
    synthesizer = Synthesizer(random_model, PhonemizerOptions(japanese_dictionary=Path("/nowhere")))
    yield synthesizer
    synthesizer._engine.close()


def marks_of(items: list[Item]) -> dict[str, int]:
    return timeline(items)[0]


def silence_before(synthesizer: Synthesizer, mark: int) -> float:
    """Return the milliseconds between the first phrase's last phoneme and a mark at the second's first."""
    first = synthesizer.sounds[0]
    return 1000 * (mark - (GUARD + first.end - first.begin)) / RATE


@pytest.mark.parametrize("milliseconds", [150, 250, 500, 1500, 4000])
@pytest.mark.parametrize("around", ["One word{}then another.", "One word.{}Then another."])
def test_a_break_lasts_as_long_as_it_says(synthesizer: Synthesizer, milliseconds: int, around: str) -> None:
    pause = f'<mark name="a"/><break time="{milliseconds}ms"/><mark name="b"/>'
    items = synthesizer.speak(around.format(pause))
    marks = marks_of(items)
    assert silence_before(synthesizer, marks["b"]) == pytest.approx(milliseconds, abs=25)
    first = synthesizer.sounds[0]
    assert marks["a"] == first.end - first.begin + 2 * GUARD, (
        "a mark before the break comes before its silence"
    )
    inserted = sound(items)[marks["a"] : marks["a"] + (milliseconds - 100) * RATE // 1000]
    assert not inserted.any()


def test_breaks_at_the_ends_and_alone(synthesizer: Synthesizer) -> None:
    plain = len(sound(synthesizer.speak("One word.")))
    for document in ('<break time="1s"/>One word.', 'One word.<break time="1s"/>'):
        assert len(sound(synthesizer.speak(document))) == pytest.approx(plain + RATE, abs=FRAME)
    assert len(sound(synthesizer.speak('<break time="700ms"/>'))) == 0.7 * RATE
    assert len(sound(synthesizer.speak('<break time="700ms"/> <break time="300ms"/>'))) == RATE


def test_pauses_of_sentences_shrink_with_the_rate_and_exact_ones_do_not(synthesizer: Synthesizer) -> None:
    spoken = {}
    for pause in ("", '<break strength="strong"/>', '<break time="800ms"/>'):
        for rate in (0, 60):
            items = synthesizer.speak(f'One word.{pause}<mark name="b"/> Then another.', rate=rate)
            spoken[pause, rate] = silence_before(synthesizer, marks_of(items)["b"]) if pause else 0.0
    assert spoken['<break time="800ms"/>', 60] == pytest.approx(800, abs=25)
    assert spoken['<break strength="strong"/>', 0] == pytest.approx(800, abs=25)
    assert spoken['<break strength="strong"/>', 60] == pytest.approx(800 / 3**0.6, abs=25)


RATES = [
    ("50%", 0.5),
    ("80%", 0.8),
    ("110%", 1.1),
    ("150%", 1.5),
    ("+80%", 1.8),
    ("fast", 1.5),
    ("1.25", 1.25),
]


@pytest.mark.parametrize(("written", "factor"), RATES)
def test_a_rate_is_what_it_says(synthesizer: Synthesizer, written: str, factor: float) -> None:
    synthesizer.speak(TEXT)
    plain = synthesizer.frames()
    synthesizer.speak(f'<prosody rate="{written}">{TEXT}</prosody>')
    assert plain / synthesizer.frames() == pytest.approx(factor, rel=0.03)


@pytest.mark.parametrize(("written", "factor"), RATES)
def test_a_rate_within_a_sentence_leaves_the_rest_and_the_phrase(
    synthesizer: Synthesizer, written: str, factor: float
) -> None:
    marked = '<mark name="a"/>several words <mark name="b"/>{}<mark name="c"/>{}said<mark name="d"/>'
    lengths = []
    for begin, end in (("", ""), (f'<prosody rate="{written}">', "</prosody>")):
        marks = marks_of(synthesizer.speak(marked.format(f"{begin}in a row that are ", end)))
        assert len(synthesizer.sounds) == 1, "one phrase"
        lengths.append([marks[second] - marks[first] for first, second in zip("abc", "bcd", strict=True)])
    plain, moved = lengths
    assert moved[0] == pytest.approx(plain[0], abs=FRAME)
    assert moved[2] == pytest.approx(plain[2], abs=FRAME)
    assert moved[1] == pytest.approx(plain[1] / factor, abs=2 * FRAME)


@pytest.mark.parametrize("rate", [0, 60])
def test_another_voice_within_a_sentence_goes_on_at_once(synthesizer: Synthesizer, rate: int) -> None:
    items = synthesizer.speak('One word <voice name="bf_emma">another one</voice> here', rate=rate)
    assert synthesizer.spoken == ["af_heart", "bf_emma", "af_heart"]
    heard = sum(phrase.end - phrase.begin for phrase in synthesizer.sounds)
    pauses = (len(sound(items)) - 2 * GUARD - heard) / RATE
    assert pauses == pytest.approx(2 * 0.04 / 3 ** (rate / 100), abs=0.002)


@pytest.mark.parametrize(
    ("end", "pause"), [("", 0.06), (",", 0.325), (";", 0.325), (".", 0.39), ("?”", 0.39)]
)
@pytest.mark.parametrize("rate", [0, 50])
def test_where_only_the_phrase_ends_the_pause_is_the_voice_s_own(
    synthesizer: Synthesizer, monkeypatch: pytest.MonkeyPatch, end: str, pause: float, rate: int
) -> None:
    """The model ends each phrase as if nothing came behind it, here with a second of silence; af_heart."""
    parts = [Phonemes(symbols, (at,), (at + 1,)) for symbols, at in (("a", 0), ("b", 2))]
    first = Phonemes(f"a{end}", (0,) * (1 + len(end)), (1,) * (1 + len(end)))
    monkeypatch.setattr(phrases, "cut", lambda *_args, **_named: [first, parts[1]])
    begin = synthesizer.begin

    def with_silence(request: PhraseRequest, **how: Any) -> Phrase:
        made = begin(request, **how)
        made.length += RATE
        return made

    monkeypatch.setattr(synthesizer, "begin", with_silence)
    heard = np.flatnonzero(np.abs(sound(synthesizer.speak("a b", rate=rate))) > 0)
    gap = int(np.diff(heard).max()) - 1
    pace = synthesizer.pace(rate)
    assert gap == pytest.approx(pause / pace * RATE, abs=3)


def test_behind_a_sentence_another_voice_waits_as_the_model_does(synthesizer: Synthesizer) -> None:
    items = synthesizer.speak('One word. <voice name="bf_emma">Another one here.</voice>')
    assert synthesizer.spoken == ["af_heart", "bf_emma"]
    heard = sum(phrase.end - phrase.begin for phrase in synthesizer.sounds)
    assert len(sound(items)) - 2 * GUARD - heard == round(levels()["af_heart"].stop / 1000 * RATE)


PITCHES = [("+2st", 2.0), ("-5st", -5.0), ("+50%", 7.02), ("high", 3.0), ("150%", 7.02), ("-0.5st", -0.5)]


@pytest.mark.parametrize("own", [0, 40])
@pytest.mark.parametrize(("written", "semitones"), PITCHES)
def test_a_pitch_is_what_it_says(synthesizer: Synthesizer, written: str, semitones: float, own: int) -> None:
    synthesizer.speak(TEXT, pitch=own)
    plain = synthesizer.pitch()
    synthesizer.speak(f'<prosody pitch="{written}">{TEXT}</prosody>', pitch=own)
    assert synthesizer.pitch() / plain == pytest.approx(2 ** (semitones / 12), rel=0.03)


@pytest.mark.parametrize("hz", [90, 150, 240])
def test_a_pitch_in_hertz_is_met(synthesizer: Synthesizer, hz: int) -> None:
    synthesizer.speak(f'<prosody pitch="{hz}Hz">{TEXT}</prosody>', pitch=-30, pitch_range=50)
    assert synthesizer.pitch() == pytest.approx(hz, rel=0.03)
    synthesizer.speak(TEXT)
    plain = synthesizer.pitch()
    synthesizer.speak(f'<prosody pitch="+25Hz">{TEXT}</prosody>')
    assert synthesizer.pitch() - plain == pytest.approx(25, abs=0.03 * plain)


def test_a_pitch_within_a_sentence_leaves_the_rest(synthesizer: Synthesizer) -> None:
    synthesizer.speak(TEXT)
    plain = synthesizer.sounds[0].f0
    synthesizer.speak('several words <prosody pitch="+4st">in a row</prosody> that are said')
    (phrase,) = synthesizer.sounds
    moved = phrase.f0
    assert len(moved) == len(plain)
    voiced = plain > VOICED_THRESHOLD
    ratios = np.round(12 * np.log2(moved[voiced] / plain[voiced]), 2)
    assert set(ratios) == {0.0, 4.0}
    assert 0.15 < np.mean(ratios == 4.0) < 0.6


def test_a_range_and_an_emphasis(synthesizer: Synthesizer) -> None:
    def spread() -> float:
        values = synthesizer.sounds[0].f0
        return float(np.std(12 * np.log2(values[values > VOICED_THRESHOLD])))

    synthesizer.speak(TEXT)
    plain, length = spread(), synthesizer.frames()
    synthesizer.speak(f'<prosody range="x-low">{TEXT}</prosody>')
    assert spread() == pytest.approx(plain / 4, rel=0.03)
    synthesizer.speak(f'<emphasis level="strong">{TEXT}</emphasis>')
    assert spread() > 1.2 * plain
    assert synthesizer.frames() == pytest.approx(length / 0.88, rel=0.03)


def test_a_volume_within_a_sentence(synthesizer: Synthesizer) -> None:
    marked = 'several words <mark name="a"/>{}in a row<mark name="b"/>{} that are said'
    items = synthesizer.speak(marked.format('<prosody volume="silent">', "</prosody>"))
    marks, heard = marks_of(items), sound(items)
    span = heard[marks["a"] : marks["b"]]  # with the space behind it, which is not in the element
    assert np.mean(span == 0) > 0.7
    assert heard[GUARD : marks["a"] - 240].all()
    assert heard[marks["b"] + 240 : -GUARD].all()


def espeak_length(text: str, language: str, variant: str | None = "f2") -> float:
    """Return the seconds of espeak-ng's sound, the silence at its end left out."""
    heard = bytearray()

    def take(chunk: bytes, _marks: Any) -> bool:
        heard.extend(chunk)
        return True

    Espeak.shared().synthesize(f"<speak>{text}</speak>", language, ssml=True, variant=variant, on_audio=take)
    array = np.frombuffer(bytes(heard), "<i2")
    return float(np.flatnonzero(np.abs(array) > 50)[-1]) / Espeak.shared().sample_rate


SWITCHES = [
    ('He said <lang xml:lang="de">{}</lang> and left', "Guten Tag Herr Meier", "de"),
    ("He said {}and left", "привет, как дела ", "ru"),
    ("He said {}and left", "καλημέρα κόσμε ", "el"),
    ("He said {}and left", "안녕하세요 ", "ko"),
    ("He said {}and left", "שלום עולם ", "he"),
]


@pytest.mark.parametrize(("around", "text", "language"), SWITCHES)
def test_what_kokoro_lacks_is_spoken_by_espeak_in_its_language(
    synthesizer: Synthesizer, around: str, text: str, language: str
) -> None:
    marked = (
        '<mark name="a"/>' + around.format(f'<mark name="b"/>{text}<mark name="c"/>') + '<mark name="d"/>'
    )
    items = synthesizer.speak(marked)
    marks = marks_of(items)
    assert list(marks) == ["a", "b", "c", "d"]
    assert list(marks.values()) == sorted(marks.values())
    assert len(synthesizer.sounds) == 2, "before and after"
    first, second = synthesizer.sounds
    kokoro = sum(phrase.end - phrase.begin + 2 * GUARD for phrase in synthesizer.sounds)
    spoken = (len(sound(items)) - kokoro) / RATE
    assert spoken == pytest.approx(espeak_length(text, language), rel=0.1)
    assert abs(marks["b"] - (first.end - first.begin + 2 * GUARD)) <= 0.06 * RATE
    begin = len(sound(items)) - 2 * GUARD - (second.end - second.begin)
    assert marks["c"] == pytest.approx(begin, abs=2)


VOICES = [
    ('Then <lang xml:lang="fr">bonjour mon ami</lang> again', ["af_heart", "ff_siwis", "af_heart"]),
    ('Then <lang xml:lang="es">hola amigo</lang>', ["af_heart", "ef_dora"]),
    ('<speak xml:lang="en-GB">Good day</speak>', ["af_heart"]),
    ('<speak xml:lang="xx">Good day</speak>', ["af_heart"]),
    ('<voice name="nobody bf_emma">Good day</voice>', ["bf_emma"]),
    ('<voice gender="male">Good day</voice>', ["am_fenrir"]),
    ("This is नमस्ते दुनिया in Hindi", ["af_heart", "hf_alpha", "af_heart"]),
    ("5 μm of Δx and π rad", ["af_heart"]),
]


@pytest.mark.parametrize(("document", "voices"), VOICES)
def test_who_speaks(synthesizer: Synthesizer, document: str, voices: list[str]) -> None:
    assert sound(synthesizer.speak(document)).size
    assert synthesizer.spoken == [voice for voice in voices if voice in synthesizer._voices]
    assert len(synthesizer.spoken) == len(voices), "the random model has these voices"


def test_a_reader_that_is_missing_leaves_the_words_to_espeak(synthesizer: Synthesizer) -> None:
    """The Japanese dictionary is nowhere here."""
    items = synthesizer.speak('Then <mark name="a"/>さくら<mark name="b"/> again')
    assert synthesizer.spoken == ["af_heart", "af_heart"]
    marks = marks_of(items)
    assert marks["b"] - marks["a"] > 0.2 * RATE


def test_said_as_and_sub_and_phoneme_sound(synthesizer: Synthesizer) -> None:
    plain = len(sound(synthesizer.speak("abc")))
    spelled = synthesizer.speak('<say-as interpret-as="characters"><mark name="a"/>abc</say-as>')
    assert len(sound(spelled)) > 1.3 * plain
    synthesizer.speak('I say <phoneme ph="təˈmɑːtəʊ"><mark name="m"/>tomato</phoneme>, you see.')
    assert len(synthesizer.sounds) == 1, "one phrase, whatever its phonemes come from"
    for silent in ('<phoneme ph="ʘǃ">tomato</phoneme>', '<phoneme ph="">tomato</phoneme>'):
        assert len(sound(synthesizer.speak(silent))) == len(sound(synthesizer.speak("tomato")))
    assert sound(synthesizer.speak('<sub alias="World Wide Web">W3C</sub>')).size


@pytest.mark.parametrize(
    ("document", "inner", "outer"),
    [
        ('<prosody volume="-12dB">{}<prosody volume="+6dB">{}</prosody>{}</prosody>', -6, -12),
        ('{}<prosody volume="-6dB">{}</prosody>{}', -6, 0),
        ('{}<prosody volume="+6dB">{}</prosody>{}', 6, 0),
        ('{}<prosody volume="+12dB">{}</prosody>{}', 12, 0),
        ('{}<emphasis level="strong">{}</emphasis>{}', 20 * np.log10(1.3), 0),
    ],
)
@pytest.mark.parametrize("volume", [-50, 100])
def test_loud_and_soft_parts_are_as_far_apart_as_asked(
    synthesizer: Synthesizer, document: str, inner: float, outer: float, volume: int
) -> None:
    parts = ('<mark name="a"/>several words ', '<mark name="b"/>in a row ', '<mark name="c"/>that are said')
    items = synthesizer.speak(document.format(*parts), volume=volume)
    assert len(synthesizer.sounds) == 1
    marks, heard = marks_of(items), sound(items).astype(float)
    before, within, behind = (
        np.median(np.abs(heard[begin + 1200 : end - 1200]))
        for begin, end in [
            (marks["a"], marks["b"]),
            (marks["b"], marks["c"]),
            (marks["c"], len(heard) - GUARD),
        ]
    )
    for loudness in (before, behind):
        assert 20 * np.log10(within / loudness) == pytest.approx(inner - outer, abs=0.5)
