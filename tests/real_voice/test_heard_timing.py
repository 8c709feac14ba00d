# SPDX-License-Identifier: GPL-3.0-or-later
"""Pitch, pace, breaks, marks, levels and silence in the sound of the real voice."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from kokoro_speechd.utterance import Kind
from kokoro_speechd.voices.levels import TARGET
from kokoro_speechd.voices.selection import CHILD_HZ
from tests.measure_levels import other_sentences
from tests.real_voice import corpora, judging, measuring
from tests.real_voice.lab import Lab
from tests.real_voice.listening import first_words_right, word_errors
from tests.real_voice.rendering import espeak

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.mark.parametrize(
    ("voice", "pitch"),
    [("af_heart", -100), ("af_heart", 100), ("am_michael", -50), ("am_michael", 50), ("bf_emma", -50)],
)
def test_pitch_moves_as_documented(lab: Lab, voice: str, pitch: int) -> None:
    assert abs(measuring.pitch_moved(lab.ours, pitch, voice) - 12 * pitch / 100) <= 0.5


@pytest.mark.parametrize("letter", "bjr")
def test_a_capital_is_as_much_higher_as_orca_asks(lab: Lab, letter: str) -> None:
    high, plain = (lab.ours.say(letter, "af_heart", "en-US", Kind.CHAR, pitch=pitch) for pitch in (40, 0))
    assert abs(judging.pitch_moved(high, plain) - 4.8) <= 0.6


@pytest.mark.parametrize("voice", ["af_heart", "am_michael", "bf_emma"])
def test_the_range_keeps_the_median_of_the_pitch(lab: Lab, voice: str) -> None:
    language = "en-GB" if voice == "bf_emma" else "en-US"
    for pitch_range in (-100, 100):
        moved = measuring.range_moved(lab.ours, pitch_range, voice, language)
        assert abs(moved) <= 0.04


@pytest.mark.parametrize("language", ["en-US", "en-GB", "fr", "hi", "pt-BR", "zh"])
def test_children_speak_as_high_as_children(lab: Lab, language: str) -> None:
    boy, girl = (measuring.child_pitch(lab.ours, gender, language) for gender in ("male", "female"))
    assert abs(judging.semitones(boy, CHILD_HZ["child_male"])) < 1.5
    assert abs(judging.semitones(girl, CHILD_HZ["child_female"])) < 1.5
    assert judging.semitones(girl, boy) > 0.5


@pytest.mark.parametrize(
    ("voice", "language"),
    [("af_heart", "en-US"), ("af_nova", "en-US"), ("am_puck", "en-US"), ("if_sara", "it")],
)
def test_every_voice_is_as_loud(lab: Lab, voice: str, language: str) -> None:
    """By sentences that the table was not made of."""
    sounds = [lab.ours.say(text, voice, language) for text in other_sentences(language)]
    assert judging.loudness(np.concatenate(sounds)) == pytest.approx(TARGET, abs=1.5)
    assert max(float(np.abs(sound).max()) for sound in sounds) < 1


@pytest.mark.parametrize("voice", ["af_heart", "am_onyx", "am_santa"])
def test_letters_and_words_are_as_loud(lab: Lab, voice: str) -> None:
    """By other words than those that the table was made of; am_onyx says them 6 LU softer than sentences."""
    letters = [lab.ours.say(letter, voice, "en-US", Kind.CHAR) for letter in corpora.CHARACTERS["en-US"]]
    words = [lab.ours.say(word, voice, "en-US") for word in corpora.OTHER_WORDS]
    assert judging.loudness(np.concatenate(letters)) == pytest.approx(TARGET, abs=1.5)
    assert judging.loudness(np.concatenate(words)) == pytest.approx(TARGET, abs=1.5)


@pytest.mark.parametrize(
    ("language", "variant"), [("en-US", "f2"), ("en-US", None), ("es", "f2"), ("zh", "f2")]
)
def test_espeak_is_as_loud(lab: Lab, language: str, variant: str | None) -> None:
    del lab  # that somebody can listen is all that is needed
    texts = other_sentences(language)
    sounds = np.concatenate([espeak(text, language, variant=variant) for text in texts])
    assert judging.loudness(sounds) == pytest.approx(TARGET, abs=1.5)


def test_fast_speech_is_understood(lab: Lab) -> None:
    texts = corpora.ENGLISH[60:66]
    sounds = [lab.ours.say(text, rate=50) for text in texts]
    usual = [lab.ours.say(text) for text in texts]
    assert measuring.words_a_minute(texts, sounds) > 1.6 * measuring.words_a_minute(texts, usual)
    assert word_errors(texts, lab.ears.transcribe(sounds, "en-US"), "en-US").rate <= 0.2


@pytest.mark.parametrize("milliseconds", [50, 100, 250, 500, 1000, 5000])
@pytest.mark.parametrize("between", [measuring.BREAK_BETWEEN, measuring.BREAK_BETWEEN_SENTENCES])
def test_breaks_are_as_long_as_asked_for(lab: Lab, milliseconds: int, between: tuple[str, str]) -> None:
    for rate in (-50, 0, 50):
        heard = measuring.break_length(lab.ours, milliseconds, "af_heart", rate, between)
        assert abs(heard - milliseconds / 1000) <= 0.025, rate


@pytest.mark.parametrize("voice", ["af_heart", "am_michael"])
def test_marks_stand_where_their_words_are_heard(lab: Lab, voice: str) -> None:
    off = measuring.marks_off_after_pauses(partial(lab.ours.say_with_marks, voice=voice))
    assert len(off) == 8
    assert judging.mean([abs(each) for each in off]) <= 0.06, off


def test_nearly_the_own_rate_and_pitch_are_as_good_as_these(lab: Lab) -> None:
    """Orca sends such ones, and hardly ever 0 and 0."""
    words, texts = measuring.NEAR_WORDS[:4], measuring.NEAR_SENTENCES[:4]
    said = [lab.ours.say(text, "am_fenrir", rate=5, pitch=10) for text in (*words, *texts)]
    heard = lab.ears.transcribe(said, "en-US")
    assert word_errors(words, heard[:4], "en-US").wrong <= 1, heard
    assert all(first_words_right(texts, heard[4:])), heard


def test_a_little_faster_the_first_sound_is_still_heard(lab: Lab) -> None:
    """One of these was, where the frames before the first phoneme were made fewer, as upstream does."""
    texts = measuring.LOST_SENTENCES
    heard = lab.ears.transcribe([lab.ours.say(text, "am_fenrir", rate=15) for text in texts], "en-US")
    assert sum(first_words_right(texts, heard)) >= 6, heard


@pytest.mark.parametrize(
    ("voice", "language"),
    [
        ("af_heart", "en-US"),
        ("am_santa", "en-US"),
        ("bf_emma", "en-GB"),
        ("ef_dora", "es"),
        ("zm_yunxi", "zh"),
    ],
)
def test_a_text_is_cut_with_the_pause_that_the_model_makes_there(lab: Lab, voice: str, language: str) -> None:
    """On average of two pairs of clauses; where it is cut the model ends a sentence, with a longer one."""
    for kind in (measuring.CLAUSE, measuring.SENTENCE):
        whole, cut = (
            judging.mean(
                [
                    measuring.pause_at(lab.ours, pair, kind, voice, language, whole=one)
                    for pair in corpora.joined(language)[:2]
                ]
            )
            for one in (True, False)
        )
        # A frame more or less in one of the two pairs makes 12 ms; without pauses of the voice's own, 160.
        assert abs(cut - whole) <= 0.12, (kind, whole, cut)


def test_voices_and_espeak_are_about_as_loud(lab: Lab) -> None:
    text = corpora.ENGLISH[0]
    levels = {
        voice: judging.loudness(lab.ours.say(text, voice)) for voice in ("af_heart", "am_michael", "bf_emma")
    }
    levels["espeak-ng"] = judging.loudness(espeak(text))
    assert max(levels.values()) - min(levels.values()) <= 4, levels


def test_languages_switch_inside_a_message(lab: Lab) -> None:
    document, text = measuring.switch_document(0)
    sound = lab.ours.say(document)
    assert word_errors([text], lab.ears.transcribe([sound], "en-US"), "en-US").rate <= 0.35


def test_phrases_join_without_loss(lab: Lab) -> None:
    texts = corpora.LONG[:2]
    spoken = measuring.spoken_by_us(lab, texts, "af_heart", "en-US")
    assert spoken.errors.rate <= 0.05, spoken.heard
    for sound in spoken.sounds:
        assert max((end - begin for begin, end in judging.silences(sound)), default=0) < 0.7
