# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of letters, digits and accents, from espeak-ng's rules for a hundred languages."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from kokoro_speechd.espeak.engine import Espeak

# espeak-ng's command inside of texts for what SSML calls say-as "characters"; phonemes know no SSML.
_NAMED = "\x0118Y{}\x010Y"
_DIGITS = "0123456789"
_UNSAFE = frozenset(_DIGITS + "ℹ")
_LANGUAGE_SWITCH = re.compile(r"\(\^?[a-z][a-z^-]*\)")
_NO_SOUND = str.maketrans("", "", " ˈˌ^")


def names_letters(language: str) -> bool:
    """Say whether letters can be named in a language; in Greenlandic many of them would end the process."""
    return language.partition("-")[0].lower() != "kl"


def can_be_letter(char: str) -> bool:
    """Say whether espeak-ng may be asked for the name of `char`: one letter, digit or accent.

    The names of some symbols are too long for its buffer and would end the process.
    """
    kind = unicodedata.category(char) if len(char) == 1 else ""
    return (kind[:1] in ("L", "M") or kind in ("Nd", "Nl")) and char not in _UNSAFE


@lru_cache(maxsize=4096)
def letter_name(char: str, language: str) -> str:
    """Return the name of a letter, digit or mark in IPA (tie `^`); "" where espeak-ng knows only its number.

    Raises EspeakError.
    """
    if not can_be_letter(char) or not names_letters(language):
        return ""
    name = _name(char, language)
    # What has no name is told by the hexadecimal digits of its number, those of the small letter.
    code = f"{ord(_small(char)):x}"
    return "" if re.search(_number(code, language) + "$", _plain(name)) else name


def number_name(char: str, language: str) -> str:
    """Return "Chinese letter 6f22" and the like in IPA, for letters without a name. Raises EspeakError."""
    return _name(char, language) if can_be_letter(char) and names_letters(language) else ""


def _small(char: str) -> str:
    small = char.lower()
    return small if len(small) == 1 else char


@lru_cache(maxsize=256)
def _name(char: str, language: str) -> str:
    text = char if char in _UNSAFE else _NAMED.format(_small(char))
    clauses = Espeak.shared().clauses(text, language)
    return " ".join(clause.phonemes for clause in clauses)


@lru_cache(maxsize=256)
def _digit(digit: str, language: str) -> str:
    return re.escape(_plain(_name(digit, language)))


def _number(code: str, language: str) -> str:
    """Return what matches the name of a number. Letters among its digits may have other names than alone."""
    any_letter = not code.isalpha()
    return "".join(".{1,8}" if any_letter and digit.isalpha() else _digit(digit, language) for digit in code)


def _plain(phonemes: str) -> str:
    return _LANGUAGE_SWITCH.sub("", phonemes).translate(_NO_SOUND)
