# SPDX-License-Identifier: GPL-3.0-or-later
"""What everybody hears all day: letters, digits, punctuation and keys. It is the same for every user.

A screen reader sends the names of keys as text; in its translation they mostly are what they are called here.
"""

from __future__ import annotations

import string
from collections.abc import Iterator

from kokoro_speechd.text.language_tags import kokoro_language
from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.naming.symbols import punctuation
from kokoro_speechd.utterance import Kind, Parameters, Utterance

# As SSIP and X name them, those that are pressed most often first; named in the listener's language.
_KEYS = (
    *("space", "return", "enter", "backspace", "tab", "escape", "delete", "insert", "home", "end"),
    *("up", "down", "left", "right", "page_up", "page_down", "shift", "control", "alt", "super", "menu"),
    *(f"{key}_{side}" for key in ("Shift", "Control", "Alt", "Super") for side in "LR"),
    *("caps_lock", "num_lock", "scroll_lock", "print", "pause", "function", "window", "meta"),
    *(f"f{number}" for number in range(1, 13)),
)


def fixed_utterances(language: str, parameters: Parameters) -> Iterator[Utterance]:
    """Yield them as a screen reader asks for them, the ones that are heard most often first."""
    known = LANGUAGES.get(kokoro_language(language) or "")
    for char in (
        *string.ascii_lowercase,
        *(known.letters if known else ""),
        " ",
        *string.digits,
        *string.ascii_uppercase,
        *string.punctuation,
        "\n",
        "\t",
    ):
        yield Utterance(0, Kind.CHAR, char, parameters)
    for char, symbol in punctuation(language).symbols.items():
        if char in string.punctuation and symbol.name and symbol.preserve == "always":
            # As the server sends it, with the symbol behind its name.
            yield Utterance(0, Kind.TEXT, f"{symbol.name}{char}", parameters)
    for key in _KEYS:
        yield Utterance(0, Kind.KEY, key, parameters)
