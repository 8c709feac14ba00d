# SPDX-License-Identifier: GPL-3.0-or-later
"""Language tags as programs send them ("en-us", "pt_BR.UTF-8", "c"), and who can speak what."""

from __future__ import annotations

import re

from kokoro_speechd.text.languages.all import LANGUAGES

# What espeak-ng 1.52 speaks, by base language. A tag outside these is a typo or no language ("c", "xx").
_ESPEAK = """
af am an ar as az ba be bg bn bpy bs ca chr cmn cs cv cy da de el en eo es et eu fa fi fo fr ga gd gn grc gu
hak haw hbs he hi hr ht hu hy hyw ia id io is it ja jbo ka kaa kk kl kn ko kok ku ky la lb lfn lt ltg lv mi mk
ml mr ms mt mto my nb nci ne nl no nog om or pa pap piqd pl pt py qdb qu quc qya ro ru sd shn si sjn sk sl smj
sq sr sv sw ta te th ti tk tn tr tt ug uk ur uz vi xex yue zh
"""
ESPEAK_LANGUAGES = frozenset(_ESPEAK.split())
# What is offered of espeak-ng where Kokoro has no voices; regions only where the languages differ to the ear.
# A table, because espeak-ng itself answers nothing while it speaks.
ESPEAK_TAGS = tuple(
    sorted({*ESPEAK_LANGUAGES, "en-GB", "en-US", "es-419", "fr-BE", "fr-CH", "pt-BR"} - {"cmn", "nn", "yue"})
)

_ALIASES = {"cmn": "zh", "iw": "he", "in": "id", "nn": "nb"}


def normalise(tag: str | None) -> str | None:
    """Return a tag as `pt-BR`: lower-case language, upper-case region; None where it names no language.

    Locale names are understood (`pt_BR.UTF-8@euro`); `c`, `POSIX`, `NULL` and the like are no languages.
    """
    if tag is None:
        return None
    tag = re.split(r"[.@]", tag.strip().replace("_", "-"), maxsplit=1)[0]
    if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", tag):
        return None
    base, *rest = tag.lower().split("-")
    if base in ("posix", "null", "none"):
        return None
    subtags = (part.upper() if re.fullmatch(r"[a-z]{2}|\d{3}", part) else part for part in rest)
    return "-".join([_ALIASES.get(base, base), *subtags])


def base(tag: str) -> str:
    """Return the language of a normalised tag, without region and variants."""
    return tag.partition("-")[0]


def spoken_by_espeak(tag: str) -> bool:
    """Say whether espeak-ng speaks the language of a normalised tag."""
    return base(tag) in ESPEAK_LANGUAGES


def kokoro_language(tag: str | None) -> str | None:
    """Return the key of LANGUAGES that reads text tagged `tag` (any case), None for none."""
    if not tag:
        return None
    base, *rest = tag.strip().lower().replace("_", "-").partition(".")[0].partition("@")[0].split("-")
    named = [
        language
        for language in LANGUAGES.values()
        if base in language.names and language.excluded.isdisjoint(rest)
    ]
    regional = (language.tag for language in named if not language.regions.isdisjoint(rest))
    return next(regional, None) or next((language.tag for language in named if not language.regions), None)
