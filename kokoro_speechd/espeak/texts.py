# SPDX-License-Identifier: GPL-3.0-or-later
"""What espeak-ng is given and what it gives back."""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass

_UNPRINTABLE = re.compile("[\0\ud800-\udfff]")
# espeak-ng 1.52 counts vowels beyond the beginning of a word (InterpretPhoneme) and may end the process over
# it, in Hindi, Marathi and Malayalam, mostly at a hyphen that joins nothing ("(-C)", "|-漢") or that a mark
# of Devanagari follows. Such hyphens have no sound; a minus before a digit stays.
_CRASHING_HYPHEN = re.compile(
    r"(?<!\w)(?<![\u0900-\u0957])-+(?=[A-Za-z])"
    r"|(?<![^\W\d_])(?<![\u0900-\u0957])-+(?=[^\x00-\xbf\u2000-\u20cf])"
    r"|-+(?=[\u0900-\u0903\u093a-\u0957])"
)
# Letters of other languages in Devanagari, which lead Hindi there too; ॲ sounds like ऍ.
_CRASHING_LETTERS = dict.fromkeys(
    (0x900, 0x904, 0x93A, 0x93B, 0x94E, 0x94F, *range(0x953, 0x958), *range(0x971, 0x980)), " "
) | {0x972: "\u090d"}
# Punctuation that ends a clause, with what may close behind it.
_CLAUSE_END = re.compile(r"([.,;:!?…—–।॥。、，！？；：]+)[\"”»’')\]]*\s*\Z")


@dataclass(frozen=True, slots=True)
class Clause:
    """What espeak-ng speaks between two of its pauses.

    `phonemes` is IPA with stress, ties `^` and spaces between words; `punctuation` is what ended the clause,
    as written, "" for none; `start` and `end` are offsets into the text, without surrounding spaces.
    """

    phonemes: str
    punctuation: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EspeakMark:
    """An SSML mark at `sample`, counted from the beginning of its synthesis."""

    name: str
    sample: int


@dataclass(frozen=True, slots=True)
class EspeakVoice:
    """A voice of espeak-ng; `language` is a tag such as "pt-br", `gender` "male", "female" or ""."""

    name: str
    language: str
    gender: str


def wide(text: str) -> ctypes.Array[ctypes.c_char]:
    """Return `text` as a wchar_t string, every character in its place.

    Lone surrogates and NUL, which it cannot hold, become spaces, as does what would crash the library.
    """
    text = _UNPRINTABLE.sub(" ", text)
    text = text.translate(_CRASHING_LETTERS)
    text = _CRASHING_HYPHEN.sub(lambda hyphens: " " * len(hyphens[0]), text)
    return ctypes.create_string_buffer(text.encode("utf-32")[4:] + b"\0" * 4)


def clause_of(phonemes: str, text: str, start: int, end: int) -> Clause:
    """Return the clause that espeak-ng found in `text[start:end]`."""
    written = text[start:end]
    ending = _CLAUSE_END.search(written)
    stripped = written.strip()
    first = start + (written.find(stripped) if stripped else 0)
    return Clause(phonemes, ending[1] if ending else "", first, first + len(stripped))
