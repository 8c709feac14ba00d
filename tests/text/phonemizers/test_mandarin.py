# SPDX-License-Identifier: GPL-3.0-or-later
"""Mandarin: the sounds the voices learnt, each with its word."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_speechd.text.phonemes.kokoro_symbols import SYMBOLS
from kokoro_speechd.text.phonemizers.mandarin_numbers import NUMBER, say_number
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
from tests.phoneme_places import by_source

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("jieba") is None or importlib.util.find_spec("pypinyin") is None,
    reason="the extra 'zh' is not installed",
)


@pytest.fixture(scope="module")
def phonemizer(tmp_path_factory):
    return phonemizer_for("zh", PhonemizerOptions(jieba_cache=tmp_path_factory.mktemp("cache") / "jieba"))


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("你好，世界！", "ni↓xau↓, ʂɨ↘ʨje↘!"),
        ("他们说：“不要！”（真的）。", "tʰa→mən ʂwo→: “pu↗jau↘!” (ꭧə→ntɤ)."),
        ("重庆银行", "ꭧʰʊ↗ŋʨʰi↘ŋ i↗nxa↗ŋ"),
        ("「學校」、圖書館…", "“ɕɥe↗ɕjau↘”, tʰu↗ʂu→kwa↓n…"),
    ],
)
def test_symbols_are_those_the_voices_learnt(phonemizer, text, symbols):
    assert phonemizer.phonemes(text).symbols == symbols


def test_every_phoneme_knows_its_word(phonemizer):
    text = "今天是2024年，我用Ctrl+T打开 iPhone 15。"
    assert by_source(text, phonemizer.phonemes(text)) == [
        ("今天", "ʨi→ntʰjɛ→n"),
        ("是", "ʂɨ↘"),
        ("2024", "ɚ↘li↗ŋɚ↘"),
        ("2024年", "sɨ↘njɛ↗n"),
        ("，", ","),
        ("我用", "wo↓jʊ↘ŋ"),
        ("Ctrl+T", "kəntɹˈOlplˈʌstˈi"),
        ("打开", "ta↓kʰai→"),
        ("iPhone", "ˈIfˌOn"),
        ("15", "ʂɨ↗u↓"),
        ("。", "."),
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("3.50元", "三点五零元"),
        ("1,234,567", "一百二十三万四千五百六十七"),
        ("100%", "百分之一百"),
        ("-5℃", "负五摄氏度"),
        ("1/2", "二分之一"),
        ("15:30", "十五点三十分"),
        ("2024-05-03", "二零二四年五月三日"),
        ("2024年5月3日", "二零二四年五月三日"),
        ("10年", "十年"),
        ("2.7.18", "二点七点十八"),
        ("13800138000", "一三八零零一三八零零零"),
        ("007", "零零七"),
        ("$3.5", "三点五美元"),
        ("9" * 400, "九" * 400),
        ("0." + "1" * 400, "零点" + "一" * 400),
    ],
)
def test_numbers_are_said(written, said):
    assert NUMBER.sub(say_number, written) == said


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="0123456789.,:/-%℃°C¥$年月日 a", max_size=24))
def test_any_number_is_said_without_digits(text):
    assert not any(digit in NUMBER.sub(say_number, text) for digit in "0123456789")


_PIECES = [
    "你好",
    "，",
    "１２",
    "3.5",
    "Ctrl+T",
    "々",
    "\ud800",
    "\0",
    "（",
    "😀",
    " ",
    "龥",
    "𠀀",
    "か",
    "Ａ",
    "-",
    "a b",
]


@settings(max_examples=200, deadline=None)
@given(text=st.one_of(st.text(max_size=30), st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)))
def test_any_text_is_read_in_order_and_inside(phonemizer, text):
    phonemes = phonemizer.phonemes(text)
    assert set(phonemes.symbols) <= SYMBOLS
    assert list(phonemes.starts) == sorted(phonemes.starts)
    assert all(
        0 <= start <= end <= len(text) for start, end in zip(phonemes.starts, phonemes.ends, strict=True)
    )
    assert "  " not in phonemes.symbols


def test_long_text_is_read_whole(phonemizer):
    phonemes = phonemizer.phonemes("中文" * 10_000)
    assert phonemes.ends[-1] == 20_000
    assert phonemes.symbols.count("wə↗n") == 10_000


def test_nothing_is_printed_and_nothing_left_in_tmp(tmp_path):
    code = """
from pathlib import Path
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
for cache in (None, Path("CACHE"), Path("/proc/nowhere")):
    assert phonemizer_for("zh", PhonemizerOptions(jieba_cache=cache)).phonemes("世界").symbols == "ʂɨ↘ʨje↘"
""".replace("CACHE", str(tmp_path / "cache"))
    (tmp_path / "tmp").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, env={"TMPDIR": str(tmp_path / "tmp")}
    )
    assert (done.stdout, done.stderr) == (b"", b"")
    assert list((tmp_path / "tmp").iterdir()) == []
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["jieba.cache"]
