# SPDX-License-Identifier: GPL-3.0-or-later
"""Our way to load misaki's word lists finds exactly what misaki's own finds."""

from __future__ import annotations

import warnings

import pytest

from kokoro_speechd.text.phonemizers.english.lexicon import load_lexicon
from kokoro_speechd.text.phonemizers.english.phonemizer import _misaki


@pytest.mark.parametrize("british", [False, True])
def test_every_form_of_every_word_is_found_as_misaki_finds_it(british: bool) -> None:
    misaki = _misaki()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        expected = misaki.Lexicon(british)
    lexicon = load_lexicon(misaki, british)
    assert vars(lexicon).keys() == vars(expected).keys()
    assert lexicon.cap_stresses == expected.cap_stresses
    for words, theirs in ((lexicon.golds, expected.golds), (lexicon.silvers, expected.silvers)):
        assert len(theirs) > 100_000
        for listed in theirs:
            for word in {listed, listed.lower(), listed.capitalize(), listed.upper(), listed.title()}:
                assert (word in words) == (word in theirs), word
                assert words.get(word) == theirs.get(word), word
        assert "no such word" not in words
        with pytest.raises(KeyError):
            words["no such word"]
