# SPDX-License-Identifier: GPL-3.0-or-later
"""Names word by word: camelCase, PascalCaseNames, snake_case, #HashTags."""

from __future__ import annotations

import re
from itertools import pairwise

from kokoro_speechd.text.normalizing.rules import Edits, Rule, rule
from kokoro_speechd.text.normalizing.wording import Wording

HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def _at_humps(match: re.Match[str]) -> Edits:
    """Part the words; names of few humps, like iPhone and JavaScript, are left to the phonemizer."""
    name = match[0]
    humps = [hump.start() for hump in HUMP.finditer(name)]
    if not humps or (humps[0] < 2 and len(humps) < 2) or (name[0].isupper() and len(humps) < 2):
        return []
    return [(match.start() + place, match.start() + place, " ") for place in humps]


def _underscores(match: re.Match[str]) -> Edits:
    return [(match.start(), match.end(), " ")]


def rules(wording: Wording) -> list[Rule]:
    """Return the rules for identifiers."""

    def say_hashtag(match: re.Match[str]) -> Edits:
        first = match.start(1)
        borders = [0, *(hump.start() for hump in HUMP.finditer(match[1])), len(match[1])]
        return [
            (match.start(), first, wording.hashtag),
            *((first + start, first + end, match[1][start:end]) for start, end in pairwise(borders)),
        ]

    return [
        rule(r"(?<![\w&])[#＃](?=[^\W\d_])([^\W_]{1,100})", say_hashtag, "#＃"),
        rule(r"(?<=[^\W_])_{1,8}(?=[^\W_])", _underscores, "_"),
        rule(r"(?<![A-Za-z])[A-Za-z]{3,60}(?![A-Za-z])", _at_humps, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ]
