# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
from pathlib import Path

import pytest

from kokoro_speechd.speechd.dotconf import ModuleConfig, parse, read_module_config
from kokoro_speechd.voices.selection import AddVoice

EXAMPLE = Path(__file__).parent.parent.parent / "config/kokoro.conf"


def test_the_example() -> None:
    text = EXAMPLE.read_text()
    assert parse(text, "f") == ModuleConfig(), "everything is commented out"
    config = parse(re.sub(r"^#(\w+ [\"\d])", r"\1", text, flags=re.MULTILINE), "f")
    assert config == ModuleConfig(
        (AddVoice("en", "male1", "am_michael"), AddVoice("en-GB", "female1", "bf_emma")), "af_heart"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ModuleConfig()),
        ("  # all quiet\n\n", ModuleConfig()),
        ('DefaultVoice "my mix"', ModuleConfig(default_voice="my mix")),
        ("defaultVOICE af_sky # the sky\r\n", ModuleConfig(default_voice="af_sky")),
        ("DefaultVoice 'a'\nDefaultVoice b", ModuleConfig(default_voice="b")),
        ("Debug 1", ModuleConfig(debug=True)),
        ('DEBUG "On"', ModuleConfig(debug=True)),
        ("Debug 1\nDebug 0", ModuleConfig()),
        ("\ufeffDebug 1", ModuleConfig(debug=True)),
        ('\tAddVoice "en_us" child_MALE "x#y"', ModuleConfig((AddVoice("en-US", "child_male", "x#y"),))),
    ],
)
def test_lines(text: str, expected: ModuleConfig) -> None:
    assert parse(text, "f") == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('AddVoice "en" "MALE1"', "needs a language"),
        ('AddVoice "en" "MALE1" " "', "needs a language"),
        ('AddVoice "en" "MALE4" "x"', "'MALE4' is none of"),
        ('AddVoice "english!" "MALE1" "x"', "is no language"),
        ('AddVoice "en" "MALE1" "x', "quotation"),
        ("DefaultVoice", "needs the name"),
        ('DefaultVoice ""', "needs the name"),
        ("DefaultVoice my mix", "needs the name"),
        ("Debug", "0 or 1"),
        ("Debug perhaps", "0 or 1"),
        ("GenericExecuteSynth x", "unknown keyword"),
        ("\x00\x01", "unknown keyword"),
    ],
)
def test_bad_lines_are_named_and_the_rest_applies(line: str, reason: str) -> None:
    config = parse(f"# first\n{line}\nDefaultVoice last\nDebug 1\n", "f")
    (problem,) = config.problems
    assert problem.startswith("f:2: ")
    assert reason in problem
    assert config.default_voice == "last"
    assert config.debug


def test_files_that_are_none(tmp_path: Path) -> None:
    assert read_module_config(None) == ModuleConfig()
    assert read_module_config(tmp_path) == ModuleConfig()
    assert read_module_config(tmp_path / "absent/kokoro.conf") == ModuleConfig()
    assert read_module_config(Path("a\0b")).problems
    loop = tmp_path / "loop.conf"
    loop.symlink_to(loop)
    assert str(loop) in read_module_config(loop).problems[0]


def test_a_file_in_another_encoding_still_counts(tmp_path: Path) -> None:
    path = tmp_path / "kokoro.conf"
    path.write_bytes(b"# gr\xfc\xdfe\nDefaultVoice bm_fable\n")
    assert read_module_config(path) == ModuleConfig(default_voice="bm_fable")
