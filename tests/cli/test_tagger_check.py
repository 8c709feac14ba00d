# SPDX-License-Identifier: GPL-3.0-or-later
"""What `doctor` says of `english_tagger = "spacy"`."""

from dataclasses import replace

from kokoro_speechd.cli import checks
from kokoro_speechd.cli.checks import State
from kokoro_speechd.settings import Settings


def test_rules_need_no_word():
    assert list(checks.english_tagger(Settings())) == []


def test_a_missing_model_is_named_and_speech_goes_on(monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda name: None if name == "en_core_web_sm" else name)
    (finding,) = checks.english_tagger(replace(Settings(), english_tagger="spacy"))
    assert finding.state is State.OPTIONAL
    assert "en_core_web_sm" in finding.detail
    assert "rules" in finding.detail
    assert "english_tagger" in finding.advice


def test_a_model_that_is_there_is_well(monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda asked: asked)
    (finding,) = checks.english_tagger(replace(Settings(), english_tagger="spacy"))
    assert finding.state is State.OK
