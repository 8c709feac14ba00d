# SPDX-License-Identifier: GPL-3.0-or-later
"""Emoji by name, for the phonemizers that skip them: Japanese and Mandarin; espeak-ng knows the others'."""

from __future__ import annotations

import re
import unicodedata

from kokoro_speechd.text.naming.symbols import symbol_name
from kokoro_speechd.text.normalizing.rules import Rule, instead, rule

# Without stars, notes and shapes that only adorn a text.
_EMOJI = "\u00a9\u00ae\u2122\u2600-\u2604\u260e-\u2669\u266c-\u27bf\u2b50\u2b55\U0001f000-\U0001fbff"


def emoji_rule(language: str) -> Rule:
    """Return the rule that says emoji by their names in a language, else by Unicode's English ones.

    One without a name is left to the phonemizer.
    """

    def say(match: re.Match[str]) -> str | None:
        said = symbol_name(match[0], language) or unicodedata.name(match[0], "").lower()
        return f" {said} " if said else None

    return rule(f"[{_EMOJI}]", instead(say), (), beyond="\u00a9")
