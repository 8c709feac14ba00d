# SPDX-License-Identifier: GPL-3.0-or-later
"""What everybody hears all day: letters, digits, punctuation and keys. It is the same for every user."""

from __future__ import annotations

import string
from collections.abc import Iterator

from kokoro_speechd.text.languages import kokoro_language
from kokoro_speechd.utterance import Kind, Parameters, Utterance

# Letters besides a to z; for scripts that do not use these, instead of them.
_LETTERS = {
    "es": "áéíóúüñ",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "it": "àèéìòù",
    "pt-BR": "áâãàçéêíóôõú",
    "hi": "अआइईउऊऋएऐओऔकखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह",
    "ja": "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん",
}
# As SSIP and screen readers name them; other languages' names come from the screen reader's translation.
_KEYS = (
    *("space", "return", "enter", "backspace", "tab", "escape", "delete", "insert", "home", "end"),
    *("up", "down", "left", "right", "page up", "page down", "shift", "control", "alt", "super", "menu"),
    *(f"{side} {key}" for key in ("shift", "control", "alt", "super") for side in ("left", "right")),
    *("caps lock", "caps lock on", "caps lock off", "num lock", "scroll lock", "print", "pause"),
    *(f"F{number}" for number in range(1, 13)),
)


def fixed_utterances(language: str, parameters: Parameters) -> Iterator[Utterance]:
    """Yield them as a screen reader asks for them, the ones that are heard most often first."""
    canonical = kokoro_language(language) or ""
    for char in (
        *string.ascii_lowercase,
        *_LETTERS.get(canonical, ""),
        " ",
        *string.digits,
        *string.ascii_uppercase,
        *string.punctuation,
        "\n",
        "\t",
    ):
        yield Utterance(0, Kind.CHAR, char, parameters)
    if canonical.startswith("en"):
        for key in _KEYS:
            yield Utterance(0, Kind.TEXT, key, parameters)
