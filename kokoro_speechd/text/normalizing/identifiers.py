# SPDX-License-Identifier: GPL-3.0-or-later
"""Names from programs, word by word: camelCase, PascalCaseNames, snake_case."""

from __future__ import annotations

import re

from kokoro_speechd.text.normalizing.rules import Edits, Rule, rule

HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def _at_humps(match: re.Match[str]) -> Edits:
    """Part the words; names of few humps, like iPhone and JavaScript, are left to the reader."""
    name = match[0]
    humps = [hump.start() for hump in HUMP.finditer(name)]
    if not humps or (humps[0] < 2 and len(humps) < 2) or (name[0].isupper() and len(humps) < 2):
        return []
    return [(match.start() + place, match.start() + place, " ") for place in humps]


def _underscores(match: re.Match[str]) -> Edits:
    return [(match.start(), match.end(), " ")]


def rules() -> list[Rule]:
    """Return the rules for identifiers."""
    return [
        rule(r"(?<=[^\W_])_{1,8}(?=[^\W_])", _underscores, "_"),
        rule(r"(?<![A-Za-z])[A-Za-z]{3,60}(?![A-Za-z])", _at_humps, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ]
