# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.utterance import Parameters
from kokoro_speechd.voices.catalogue import KNOWN, Voice, describe
from kokoro_speechd.voices.mixing import Mix, find_voice, offered, parse_mix, why_not
from kokoro_speechd.voices.selection import VOICE_TYPES, AddVoice, choose, is_voice

FILES = [replace(describe(name), path=Path(f"/v/{name}.pt")) for name in [*sorted(KNOWN), "my voice"]]
CALM = ("calm", parse_mix("af_heart:0.7+af_bella:0.3"))


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("af_heart:0.7+af_bella:0.3", (("af_heart", 0.7), ("af_bella", 0.3))),
        ("af_heart:7+af_bella:3", (("af_heart", 0.7), ("af_bella", 0.3))),
        (" af_heart : .5 + am_puck ", (("af_heart", 1 / 3), ("am_puck", 2 / 3))),
        ("a+b+c+d", (("a", 0.25), ("b", 0.25), ("c", 0.25), ("d", 0.25))),
        ("a:1+b:2+a:1", (("a", 0.5), ("b", 0.5))),
        ("my voice:3.+b", (("my voice", 0.75), ("b", 0.25))),
        ("a", (("a", 1.0),)),
        ("a:999999+b:.000001", (("a", 1.0),)),  # nobody could hear it
    ],
)
def test_what_a_mix_says(written: str, parts: tuple[tuple[str, float], ...]) -> None:
    mix = parse_mix(written)
    assert [name for name, _ in mix.parts] == [name for name, _ in parts]
    assert [weight for _, weight in mix.parts] == pytest.approx([weight for _, weight in parts])
    assert parse_mix(mix.written).written == mix.written


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "+",
        "a+",
        "+a",
        "a:",
        ":1",
        "a:0",
        "a:-1+b:2",
        "a:nan+b",
        "a:inf",
        "a:1e9",
        "a:b",
        "a:1:2",
        "a+b\tc",
    ],
)
def test_what_is_no_mix(written: str) -> None:
    with pytest.raises(ValueError, match="voices"):
        parse_mix(written)
    with pytest.raises(ValueError, match="at most"):
        parse_mix("+".join("abcdefghi"))


@given(st.text(alphabet="ab:+.0123456789 _", max_size=30))
def test_any_text_is_a_mix_or_none(written: str) -> None:
    try:
        mix = parse_mix(written)
    except ValueError:
        return
    assert sum(weight for _, weight in mix.parts) == pytest.approx(1)
    assert all(weight > 0 for _, weight in mix.parts)
    assert parse_mix(mix.written).written == mix.written


def test_a_mix_is_offered_like_others() -> None:
    voices = offered(FILES, [CALM])
    names = [voice.name for voice in voices]
    assert names == sorted([*(voice.name for voice in FILES), "calm"])
    (calm,) = [voice for voice in voices if voice.name == "calm"]
    assert calm == Voice(
        "calm",
        "en-US",
        "female",
        None,
        parts=((Path("/v/af_heart.pt"), 0.7), (Path("/v/af_bella.pt"), 0.3)),
    )
    assert calm.mix == "af_heart:0.7+af_bella:0.3"


@pytest.mark.parametrize(
    ("name", "written", "reason"),
    [
        ("calm", "af_heart+nobody", "nobody, not here"),
        ("AF_Heart", "am_puck", "name of a voice file"),
        ("calm", "AF_HEART+My  Voice", ""),
    ],
)
def test_why_a_mix_is_not_offered(name: str, written: str, reason: str) -> None:
    mix = parse_mix(written)
    assert reason in why_not(name, mix, FILES)
    assert (len(offered(FILES, [(name, mix)])) > len(FILES)) == (not reason)


def test_a_mix_has_language_and_gender_of_its_heaviest_part() -> None:
    found = find_voice("ff_siwis:1+bm_fable:2", FILES)
    assert found is not None
    assert (found.language, found.gender, found.quality) == ("en-GB", "male", None)
    first = find_voice("ff_siwis+bm_fable", FILES)
    assert first is not None
    assert first.language == "fr-FR"


def test_a_mix_is_found_by_what_it_says_if_all_is_here() -> None:
    voices = offered(FILES, [CALM])
    found = find_voice("AF_heart:7 + af_bella:3", voices)
    assert found is not None
    assert (found.name, found.mix) == ("AF_heart:0.7+af_bella:0.3", "af_heart:0.7+af_bella:0.3")
    again = find_voice(found.name, voices)
    assert again == found
    for name in ("af_heart:1+nobody", "calm+af_heart", "af_heart:x+af_bella", "nobody", "af_heart:0"):
        assert find_voice(name, voices) is None
        assert not is_voice(name, voices)
    assert is_voice("espeak-de", voices)
    assert not is_voice("espeak-xx", voices)


def test_a_mix_speaks_for_who_asks_for_it_and_nobody_else() -> None:
    voices = offered(FILES, [CALM, ("aa", Mix((("ef_dora", 1.0),))), ("zz", parse_mix("pf_dora+pm_alex"))])

    def chosen(default: str = "af_heart", rules: tuple[AddVoice, ...] = (), **asked: str) -> str | None:
        voice = choose(Parameters(**asked), voices, rules, default).voice  # type: ignore[arg-type]
        return voice.name if voice else None

    assert chosen(voice="calm") == "calm"
    assert chosen(voice="Calm", language="fr") == "calm"
    assert chosen(voice="am_puck+am_adam") == "am_puck:0.5+am_adam:0.5"
    assert chosen(voice="am_puck+nobody", voice_type="male1", language="en-us") == "af_heart"
    assert chosen("calm") == "calm"
    assert chosen("calm", language="en-us") == "calm"
    assert chosen("af_sky:2+af_heart") == "af_sky:0.6667+af_heart:0.3333"
    assert chosen("af_sky:2+af_heart", language="fr") == "ff_siwis"
    assert chosen(rules=(AddVoice("en", "male1", "calm"),), voice_type="male1", language="en-us") == "calm"
    for language in ("en-us", "es", "pt-br"):
        for voice_type in (*VOICE_TYPES, ""):
            assert chosen(voice_type=voice_type, language=language) not in ("calm", "aa", "zz")
