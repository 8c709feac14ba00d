# SPDX-License-Identifier: GPL-3.0-or-later
"""What `doctor` says of `english_tagger = "spacy"`."""

from dataclasses import replace

from kokoro_speechd.cli.doctor import checks
from kokoro_speechd.cli.doctor.checks import State
from kokoro_speechd.settings import Settings
from kokoro_speechd.voices.catalogue import Voice


def test_rules_need_no_word():
    assert list(checks.english_tagger(Settings())) == []


def test_a_missing_model_is_named_and_speech_goes_on(monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda name: None if name == "en_core_web_sm" else name)
    (finding,) = checks.english_tagger(replace(Settings(), english_tagger="spacy"))
    assert finding.state is State.OPTIONAL
    assert "en_core_web_sm" in finding.detail
    assert "rules" in finding.detail
    assert "english_tagger" in finding.advice


def test_english_is_read_by_what_reads_it(monkeypatch):
    def english(tagger):
        found = checks.languages(
            [Voice("af_heart", "en-US", "female", "A", None)], replace(Settings(), english_tagger=tagger)
        )
        return next(finding.detail for finding in found if finding.subject == "Language en")

    here = {"misaki"}
    monkeypatch.setattr(checks.phonemizer_packages, "find_spec", lambda name: name if name in here else None)
    monkeypatch.setattr(checks, "find_spec", lambda name: name if name in here else None)
    assert english("rules") == "read by misaki's lexicon and built-in rules"
    here.add("spacy")
    assert english("spacy") == (
        "read by misaki's lexicon; built-in rules stand in for spaCy, without en_core_web_sm"
    )
    here.add("en_core_web_sm")
    assert english("spacy") == "read by misaki's lexicon and spaCy"
    here.clear()
    assert english("rules") == "espeak-ng speaks it: misaki is not installed"


def test_a_model_that_is_there_is_well(monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda asked: asked)
    (finding,) = checks.english_tagger(replace(Settings(), english_tagger="spacy"))
    assert finding.state is State.OK
