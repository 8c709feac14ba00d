# SPDX-License-Identifier: GPL-3.0-or-later
"""Emoji by name, for the readers that pass them over: Japanese and Mandarin; espeak-ng knows the others'."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from kokoro_speechd.text.normalizing.rules import Rule, instead, rule

# Without stars, notes and shapes that only adorn a text.
_EMOJI = "\u00a9\u00ae\u2122\u2600-\u2604\u260e-\u2669\u266c-\u27bf\u2b50\u2b55\U0001f000-\U0001fbff"


def unicode_name(char: str) -> str:
    """Return Unicode's English name of a character, "" for none."""
    return unicodedata.name(char, "").lower()


def emoji_rule(name: Callable[[str], str] = unicode_name) -> Rule:
    """Return the rule that says emoji by `name`; one without a name is left to the reader."""

    def say(match: re.Match[str]) -> str | None:
        said = name(match[0])
        return f" {said} " if said else None

    return rule(f"[{_EMOJI}]", instead(say), ())
