# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made ahead is what screen readers ask for, in the listener's language."""

from __future__ import annotations

import pytest

from kokoro_speechd.rendering.common_sounds import fixed_utterances
from kokoro_speechd.text.naming.modes import modes_of
from kokoro_speechd.text.ssml.parser import scan
from kokoro_speechd.utterance import Kind, Parameters, Utterance
from tests.text.naming.test_characters import phonemizer


def symbols(utterance: Utterance, language: str) -> str:
    text = scan(utterance.text).text if utterance.kind is Kind.TEXT else utterance.text
    return phonemizer(language).phonemes(modes_of(utterance).read(text, language).text).symbols


@pytest.mark.parametrize(
    ("language", "messages"),
    [
        # As the server sends them for keys that are typed: letters, named punctuation, Orca's words.
        (
            "en-US",
            ["t ", "A ", "space", " dot ", " comma,", " left paren(", "page up", "left shift", "backspace"],
        ),
        ("es", ["ñ ", "espacio", " coma,", "retroceso", "control", "izquierda"]),
        ("fr", ["é ", "espace", " virgule,", "retour arrière", "contrôle gauche", "gauche"]),
        ("it", ["è ", "spazio", " virgola,", "pagina su", "invio"]),
        ("pt-BR", ["ç ", "espaço", " vírgula,", "page up", "shift da esquerda"]),
        ("ja", ["か", "スペース"]),
        ("hi", ["क", "बायाँ शिफ्ट"]),
    ],
)
def test_typing_is_made_ahead(language: str, messages: list[str]) -> None:
    made = {symbols(utterance, language) for utterance in fixed_utterances(language, Parameters())}
    for message in messages:
        asked = Utterance(0, Kind.TEXT, f"<speak>{message}</speak>", Parameters())
        assert symbols(asked, language) in made, message


@pytest.mark.parametrize("language", ["en-GB", "es", "fr", "hi", "it", "ja", "pt-BR", "zh"])
def test_each_has_sound(language: str) -> None:
    phonemizer(language)
    utterances = list(fixed_utterances(language, Parameters()))
    assert 130 < len(utterances) < 300
    assert all(symbols(utterance, language).strip() for utterance in utterances)
