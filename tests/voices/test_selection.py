# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.text.language_tags import ESPEAK_LANGUAGES, normalise
from kokoro_speechd.utterance import Parameters
from kokoro_speechd.voices.catalogue import KNOWN, describe
from kokoro_speechd.voices.levels import pitch_of
from kokoro_speechd.voices.selection import CHILD_HZ, VOICE_TYPES, AddVoice, Choice, choose

ALL = [describe(name) for name in KNOWN] + [describe("My  Mix")]
FEW = [describe(name) for name in ("af_bella", "ff_siwis", "espeak-of-mine")]


def summary(choice: Choice) -> tuple[str | None, str]:
    return choice.voice and choice.voice.name, choice.language


@pytest.mark.parametrize(
    ("voice", "voice_type", "language", "expected"),
    [
        # by name, in the voice's language whatever language was asked for
        ("af_sky", None, None, ("af_sky", "en-US")),
        ("af_sky", "male1", "de", ("af_sky", "en-US")),
        ("AF_SKY", None, "en-gb", ("af_sky", "en-US")),
        ("ff_siwis", None, "en-us", ("ff_siwis", "fr-FR")),
        (" my mix ", None, None, ("My  Mix", "en-US")),
        ("My Mix", None, "ja", ("My  Mix", "ja")),
        ("my mix", None, "xx", ("My  Mix", "en-US")),
        # espeak-ng by name
        ("espeak-de", None, "en-us", (None, "de")),
        ("eSpeak-PT-pt", "female1", "en-us", (None, "pt-PT")),
        ("espeak-fr", None, None, (None, "fr")),
        # a name that is not there counts for nothing
        ("No Such  Voice", "female1", "en-us", ("af_heart", "en-US")),
        ("espeak-xx", "female1", "en-us", ("af_heart", "en-US")),
        ("espeak-", "male1", "de", (None, "de")),
        ("NULL", None, "en-gb", ("bf_emma", "en-GB")),
        ("", None, None, ("af_heart", "en-US")),
        # type and language
        (None, "male1", "en-us", ("af_heart", "en-US")),
        (None, "male2", "en-US", ("am_michael", "en-US")),
        (None, "male3", "EN-us", ("am_puck", "en-US")),
        (None, "child_male", "en-us", ("af_kore", "en-US")),  # boys are spoken by women
        (None, "female1", "en-us", ("af_heart", "en-US")),
        (None, "FEMALE2", "en-us", ("af_bella", "en-US")),
        (None, "child_female", "en-us", ("af_aoede", "en-US")),
        (None, "female1", "en-gb", ("bf_emma", "en-GB")),
        (None, "male1", "en_GB.UTF-8", ("bf_emma", "en-GB")),
        (None, "male1", "en-au", ("bf_emma", "en-GB")),  # nearer to Britain
        (None, "male1", "en-ca", ("af_heart", "en-US")),
        (None, "male1", "zh-yue", (None, "zh-yue")),
        (None, "male1", "en", ("af_heart", "en-US")),
        (None, "male1", "ja", ("jf_alpha", "ja-JP")),
        (None, "male3", "ja-jp", ("jm_kumo", "ja-JP")),  # a circle of one
        (None, "male3", "es", ("em_alex", "es-ES")),  # and of two
        (None, "male1", "cmn", ("zf_xiaobei", "zh-CN")),
        (None, "female1", "pt-pt", ("pf_dora", "pt-BR")),
        # language alone
        (None, "male1", "fr-ca", ("ff_siwis", "fr-FR")),
        (None, None, "fr", ("ff_siwis", "fr-FR")),
        (None, None, "en", ("af_heart", "en-US")),
        (None, None, "it", ("if_sara", "it-IT")),
        (None, "robot", "hi", ("hf_alpha", "hi-IN")),
        # a language that Kokoro lacks
        (None, "male1", "de", (None, "de")),
        (None, "female1", "de_AT", (None, "de-AT")),
        (None, None, "yue", (None, "yue")),
        # no language that anybody speaks: the default's
        (None, None, None, ("af_heart", "en-US")),
        (None, "female2", None, ("af_bella", "en-US")),
        (None, "male1", "c", ("af_heart", "en-US")),
        (None, "female1", "C.UTF-8", ("af_heart", "en-US")),
        (None, "female1", "POSIX", ("af_heart", "en-US")),
        (None, "female1", "NULL", ("af_heart", "en-US")),
        (None, "female1", "xx", ("af_heart", "en-US")),
        (None, "female1", "XX-yy", ("af_heart", "en-US")),
        (None, "female1", "../../etc", ("af_heart", "en-US")),
    ],
)
def test_rules(
    voice: str | None, voice_type: str | None, language: str | None, expected: tuple[str | None, str]
) -> None:
    parameters = Parameters(voice=voice, voice_type=voice_type, language=language)
    assert summary(choose(parameters, ALL)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en-us", "am_fenrir"),
        ("en-GB", "bm_fable"),
        ("ja", "jm_kumo"),
        ("zh", "zm_yunjian"),
        ("fr", "ff_siwis"),
    ],
)
def test_a_man_whom_a_document_asks_for_is_a_man(language: str, expected: str) -> None:
    parameters = Parameters(voice_type="male1", language=language)
    assert summary(choose(parameters, ALL, asks_for_gender=True))[0] == expected


@pytest.mark.parametrize(
    ("default_voice", "default_language", "voice_type", "language", "expected"),
    [
        ("bm_lewis", None, None, None, ("bm_lewis", "en-GB")),
        ("BM_Lewis", None, None, "c", ("bm_lewis", "en-GB")),
        ("bm_lewis", None, "male1", "c", ("bm_lewis", "en-GB")),
        ("bm_lewis", None, "male1", "en", ("bm_lewis", "en-GB")),  # his English is British
        ("bm_lewis", None, None, "en-us", ("af_heart", "en-US")),
        ("bm_lewis", None, None, "fr", ("ff_siwis", "fr-FR")),
        ("af_heart", "fr", None, None, ("ff_siwis", "fr-FR")),
        ("af_heart", "de", None, None, (None, "de")),
        ("af_heart", "xx", None, None, ("af_heart", "en-US")),
        ("My Mix", "fr", None, None, ("ff_siwis", "fr-FR")),
        ("nobody", None, None, "c", ("af_heart", "en-US")),
    ],
)
def test_defaults(
    default_voice: str,
    default_language: str | None,
    voice_type: str | None,
    language: str | None,
    expected: tuple[str | None, str],
) -> None:
    parameters = Parameters(voice_type=voice_type, language=language)
    assert summary(choose(parameters, ALL, (), default_voice, default_language)) == expected


@pytest.mark.parametrize(
    ("voice", "voice_type", "language", "expected"),
    [
        (None, "male1", "en-gb", ("af_bella", "en-US")),
        (None, "male1", "fr", ("ff_siwis", "fr-FR")),
        (None, "male1", "ja", (None, "ja")),  # no voice for it on this disk
        (None, "male1", "xx", ("af_bella", "en-US")),
        ("af_heart", None, "fr", ("ff_siwis", "fr-FR")),
        ("espeak-of-mine", None, "fr", ("espeak-of-mine", "fr")),
    ],
)
def test_few_voices(
    voice: str | None, voice_type: str | None, language: str | None, expected: tuple[str | None, str]
) -> None:
    assert summary(choose(Parameters(voice=voice, voice_type=voice_type, language=language), FEW)) == expected


def test_a_voice_of_another_language_rather_than_none() -> None:
    french = [describe("ff_siwis")]
    assert summary(choose(Parameters(language="c"), french)) == ("ff_siwis", "fr-FR")
    assert summary(choose(Parameters(language="en"), french)) == (None, "en")


def test_no_voices() -> None:
    assert summary(choose(Parameters(language="fr-ca"), [])) == (None, "fr-CA")
    assert summary(choose(Parameters(language="xx", voice="af_sky"), [])) == (None, "en-US")
    assert summary(choose(Parameters(), [], (), "bf_emma")) == (None, "en-GB")


RULES = [
    AddVoice("en", "male1", "am_onyx"),
    AddVoice("en-GB", "male1", "bm_daniel"),
    AddVoice("en", "female1", "no such voice"),
    AddVoice("fr", "male1", "bm_george"),
    AddVoice("de", "male1", "af_nova"),
    AddVoice("it", "male1", "espeak-it"),
    AddVoice("es", "female1", "ef_dora"),
    AddVoice("es", "female1", "EM_ALEX"),
]


@pytest.mark.parametrize(
    ("voice_type", "language", "expected"),
    [
        ("male1", "en-us", ("am_onyx", "en-US")),
        ("male1", "en-gb", ("bm_daniel", "en-GB")),
        ("male1", "en", ("am_onyx", "en-US")),
        ("male1", "c", ("am_onyx", "en-US")),
        ("male2", "en-us", ("am_michael", "en-US")),
        ("female1", "en-us", ("af_heart", "en-US")),  # the rule's voice is not there
        ("male1", "fr-fr", ("bm_george", "en-GB")),
        ("male1", "de-de", ("af_nova", "en-US")),
        ("male1", "it", (None, "it")),
        ("female1", "es", ("em_alex", "es-ES")),  # the later rule counts
        (None, "en-us", ("af_heart", "en-US")),
    ],
)
def test_added_voices(voice_type: str | None, language: str, expected: tuple[str | None, str]) -> None:
    assert summary(choose(Parameters(voice_type=voice_type, language=language), ALL, RULES)) == expected


def test_a_rule_for_another_region_does_not_count() -> None:
    rules = [AddVoice("en-GB", "male1", "bm_daniel")]
    assert summary(choose(Parameters(voice_type="male1", language="en-us"), ALL, rules))[0] == "af_heart"
    assert summary(choose(Parameters(voice_type="male1", language="en"), ALL, rules))[0] == "bm_daniel"


@pytest.mark.parametrize(
    ("voice", "voice_type", "language", "variant"),
    [
        ("af_sky", None, None, "f2"),
        ("am_onyx", None, None, None),
        (None, "male1", "de", None),
        (None, "female1", "de", "f2"),
        (None, "male3", "en", "m7"),
        (None, "child_female", "xx", "f5"),
    ],
)
def test_espeak_sounds_alike(
    voice: str | None, voice_type: str | None, language: str | None, variant: str | None
) -> None:
    parameters = Parameters(voice=voice, voice_type=voice_type, language=language)
    assert choose(parameters, ALL).espeak_variant == variant


@pytest.mark.parametrize("language", ["en-us", "en-gb", "es", "fr", "hi", "it", "ja", "pt-br", "zh"])
def test_every_type_speaks_every_language(language: str) -> None:
    """Children's voices are moved to where children speak, girls' higher than boys'; nobody else's are."""
    heard = {
        voice_type: choose(Parameters(voice_type=voice_type, language=language), ALL)
        for voice_type in VOICE_TYPES
    }
    for voice_type, choice in heard.items():
        assert choice.voice is not None
        assert choice.voice.language is not None
        assert choice.voice.language.partition("-")[0] == language.partition("-")[0]
        wanted = "male" if voice_type in ("male2", "male3") and language != "fr" else "female"
        assert choice.voice.gender == wanted
        assert (choice.raised != 0) == ("child" in voice_type)
        if "child" in voice_type:
            own = pitch_of(choice.voice)
            assert own is not None
            assert own * 2 ** (choice.raised / 12) == pytest.approx(CHILD_HZ[voice_type], rel=0.01)


def test_a_childs_voice_of_a_man_where_there_are_no_women() -> None:
    men = [describe("am_puck"), describe("am_adam")]
    boy = choose(Parameters(voice_type="child_male", language="en"), men)
    girl = choose(Parameters(voice_type="child_female", language="en"), men, (), "am_adam")
    assert (boy.voice, girl.voice) == (men[0], men[1])
    assert 5 < boy.raised < girl.raised < 16


def test_a_childs_voice_of_one_that_nobody_measured() -> None:
    one = [describe("af_mine")]
    boy, girl = (
        choose(Parameters(voice_type=voice_type, language="en"), one)
        for voice_type in ("child_male", "child_female")
    )
    assert (boy.raised, girl.raised) == (3.9, 5.8)  # from 200 Hz


def test_a_voice_that_was_named_is_not_raised() -> None:
    assert choose(Parameters(voice="af_sky", voice_type="child_female"), ALL).raised == 0
    rules = [AddVoice("en", "child_female", "af_sky")]
    choice = choose(Parameters(voice_type="child_female", language="en-us"), ALL, rules)
    assert (choice.voice and choice.voice.name, choice.raised) == ("af_sky", 0)


texts = (
    st.none() | st.text(max_size=12) | st.sampled_from([*KNOWN, "en-us", "c", "NULL", "espeak-de", "espeak-"])
)


@given(texts, st.sampled_from([None, "", "odd", *VOICE_TYPES]), texts, texts, texts)
def test_never_fails(
    voice: str | None, voice_type: str | None, language: str | None, default: str | None, tongue: str | None
) -> None:
    parameters = Parameters(voice=voice, voice_type=voice_type, language=language)
    rules = [AddVoice(language or "en", voice_type or "male1", default or "x")]
    choice = choose(parameters, ALL, rules, default or "af_heart", tongue)
    assert normalise(choice.language) == choice.language
    assert choice.voice in [*ALL, None]
    if choice.voice is None:
        assert choice.language.partition("-")[0] in ESPEAK_LANGUAGES


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en-us", "en-US"),
        ("EN_us.UTF-8@x", "en-US"),
        ("zh-hans-cn", "zh-hans-CN"),
        ("es-419", "es-419"),
        ("cmn", "zh"),
        ("c", None),
        ("C.UTF-8", None),
        ("posix", None),
        ("NULL", None),
        ("", None),
        ("en us", None),
        ("日本語", None),
        (None, None),
    ],
)
def test_tags(tag: str | None, expected: str | None) -> None:
    assert normalise(tag) == expected


def test_espeak_speaks_what_the_table_says() -> None:
    import espeakng_loader

    spoken = {
        line.split()[1].partition("-")[0]
        for path in Path(espeakng_loader.get_data_path(), "lang").rglob("*")
        if path.is_file()
        for line in path.read_text().splitlines()
        if line.startswith("language")
    }
    assert spoken == ESPEAK_LANGUAGES
