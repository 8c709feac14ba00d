# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from kokoro_speechd.settings import TABLES, Settings, load_settings, parse, settings_files
from kokoro_speechd.system import paths

EXAMPLE = Path(__file__).parent.parent / "config/config.toml"


def wrong(text: str) -> list[str]:
    return parse(text.encode(), "f")[1]


def test_the_example_shows_every_setting_with_its_default(tmp_path: Path) -> None:
    text = EXAMPLE.read_text()
    assert parse(text.encode(), "f") == ({}, []), "everything is commented out"
    switched_on = tmp_path / "config.toml"
    switched_on.write_text(re.sub(r"^#(\w+ =)", r"\1", text, flags=re.MULTILINE))
    values, problems = parse(switched_on.read_bytes(), "f")
    assert problems == []
    assert set(values) == {field.name for field in fields(Settings)} - {"mixes", "problems"}
    assert load_settings([switched_on]) == Settings()


def test_every_setting_has_a_reader() -> None:
    assert [key for keys in TABLES.values() for key in keys] == [
        field.name for field in fields(Settings) if field.name not in ("mixes", "problems")
    ]


def test_the_users_file_overrides_the_systems_key_by_key(tmp_path: Path) -> None:
    mine, systems = tmp_path / "mine.toml", tmp_path / "systems.toml"
    mine.write_text('[speech]\ndefault_voice = "bm_fable"\n')
    systems.write_text('[speech]\ndefault_voice = "af_sky"\nedge_silence_ms = 7\n[model]\nthreads = 3\n')
    settings = load_settings([mine, tmp_path / "absent.toml", systems])
    assert settings == Settings(default_voice="bm_fable", edge_silence_ms=7, threads=3)


def test_voices_are_mixed_in_both_files(tmp_path: Path) -> None:
    mine, systems = tmp_path / "mine.toml", tmp_path / "systems.toml"
    mine.write_text(
        '[voices]\ncalm = "af_heart:3+af_bella"\n"my own" = "am_puck+am_adam"\n'
        'wrong = "af_heart:0"\nnumber = 3\n"a+b" = "af_heart"\n"espeak-x" = "af_heart"\n'
    )
    systems.write_text('[voices]\ncalm = "af_sky"\nloud = "am_onyx:2+am_puck:2"\n')
    settings = load_settings([mine, systems])
    assert [(name, mix.written) for name, mix in settings.mixes] == [
        ("calm", "af_heart:0.75+af_bella:0.25"),
        ("loud", "am_onyx:0.5+am_puck:0.5"),
        ("my own", "am_puck:0.5+am_adam:0.5"),
    ]
    assert [problem.partition(": ")[0] for problem in settings.problems] == [
        f"{mine}:{line}" for line in (4, 5, 6, 7)
    ]
    assert "wrong must be voices with weights above 0" in settings.problems[0]
    assert wrong("voices = 1\n") == ["f:1: voices is a table: write [voices]"]


def test_mistakes_are_named_and_the_rest_applies(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        "# a comment\n"
        "[speech]\n"
        'default_voise = "af_sky"\n'
        "edge_silence_ms = -1\n"
        'espeak_fallback = "yes"\n'
        'default_language = "fr"\n'
        "[speechd]\n"
        "lead_ms = 501\n"
        "engine_timeout_s = 9\n"
        "[speling]\n"
        "a = 1\n"
    )
    settings = load_settings([path])
    assert settings.default_language == "fr"
    assert settings.engine_timeout_s == 9.0
    assert (settings.edge_silence_ms, settings.espeak_fallback, settings.lead_ms) == (20, True, 500)
    assert settings.problems == (
        f"{path}:3: unknown key or table 'default_voise': did you mean default_voice?",
        f"{path}:4: edge_silence_ms must be a whole number from 0 to 1000",
        f"{path}:5: espeak_fallback must be true or false",
        f"{path}:8: lead_ms must be a whole number from 50 to 500",
        f"{path}:10: unknown key or table 'speling'",
    )


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("[speech]\ndefault_voice = af_sky\n", 2, "not TOML"),
        ("[speech\n", 1, "not TOML"),
        ('a = "unfinished', 1, "not TOML"),
        ("[speech]\nlead_ms = 3\nlead_ms = 4\n", 3, "not TOML"),
        ("\n\nthreads = 2\n", 3, "outside a table: it belongs below [model]"),
        ("[speech]\nthreads = 2\n", 2, "in [speech]: it belongs below [model]"),
        ("speech = 1\n", 1, "is a table"),
        ("speech.edge_silence_ms = 1.5\n", 1, "must be a whole number"),
        ("\nspeech = { edge_silence_ms = 1.5 }\n", 2, "must be a whole number"),
        ('\n["speech"]\n\n"edge_silence_ms" = true\n', 4, "must be a whole number"),
        ("[[speech]]\nlead_ms = 1\n", 1, "is a table"),
        ("[model]\nmodel_path = 'models'\n", 2, "begins with / or ~"),
        ("[model]\nmodel_path = '/a\\u0000'\nvoice_path = \"/a\\u0000\"\n", 3, "begins with / or ~"),
        ("[model]\nmodel_path = 3\n", 2, "begins with / or ~"),
        ("[model]\nmodel_path = '~nobody-of-this-name/x'\n", 2, "must be"),
        ("[model]\ndevice = 'gpu'\n", 2, "device of torch"),
        ("[model]\nthreads = 0\n", 2, "from 1 to 256"),
        ("[speech]\ndefault_voice = ''\n", 2, "a text in quotes"),
        ("[speech]\nenglish_tagger = 'stanza'\n", 2, '"rules" or "spacy"'),
        ("[speechd]\nengine_timeout_s = nan\n", 2, "a number from 1 to 600"),
        ("a=" + "[" * 5000, 1, "not TOML"),
    ],
)
def test_where_and_what(text: str, line: int, reason: str) -> None:
    (problem,) = wrong(text)
    assert problem.startswith(f"f:{line}: ")
    assert reason in problem


def test_not_utf8() -> None:
    assert parse(b"[speech]\ndefault_voice = '\xff'\n", "f")[1][0].startswith("f:2: not UTF-8")


def test_a_windows_editors_mark_is_no_mistake() -> None:
    assert parse(b"\xef\xbb\xbf[speech]\r\nedge_silence_ms = 3\r\n", "f") == ({"edge_silence_ms": 3}, [])


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    (problem,) = load_settings([tmp_path / "config.toml"]).problems
    assert str(tmp_path / "config.toml") in problem


def test_home_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    assert parse(b"[model]\nmodel_path = '~/k'\n", "f")[0] == {"model_path": Path("/home/someone/k")}


def test_folders_follow_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/one")
    monkeypatch.setenv("XDG_CONFIG_DIRS", "/two:not/absolute:/three")
    assert settings_files() == [
        Path(f"/{name}/kokoro-speechd/config.toml") for name in ("one", "two", "three")
    ]
    monkeypatch.setenv("XDG_CONFIG_HOME", "")
    monkeypatch.setenv("HOME", "/home/someone")
    assert paths.config_folders()[0] == Path("/home/someone/.config/kokoro-speechd")
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert paths.runtime_folder() is None


def test_the_start_stays_light() -> None:
    """The output module reads its settings before it answers INIT."""
    code = (
        "import sys; from kokoro_speechd.settings import load_settings; load_settings();"
        "from kokoro_speechd.speechd import dotconf; from kokoro_speechd.voices import catalogue, selection;"
        "from kokoro_speechd.audio import ssip_scales;"
        "print([name for name in ('numpy', 'torch', 'gi', 'misaki', 'sounddevice') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
