# SPDX-License-Identifier: GPL-3.0-or-later
"""SSML's `say-as`: what is read instead of a text that must not be read as text.

What does not fit its kind is read as it stands: nothing is left out. The module at speech-dispatcher's pipe
imports this, so num2words is loaded only where a number must become words.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kokoro_speechd.text.language_tags import kokoro_language
from kokoro_speechd.text.languages.all import by_base
from kokoro_speechd.text.naming.keys import key_text
from kokoro_speechd.text.naming.spelling import named
from kokoro_speechd.text.naming.symbols import symbol_name
from kokoro_speechd.text.ssml.dates import spoken_date

_NUMBER = re.compile(r"(?<![\w.,])[-−]?\d{1,3}(?:[,. \u00a0\u202f]\d{3})+(?![\w.,]*\d)|(?<!\w)[-−]\d+|\d+")
_SUFFIX = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|re|e|[èe]me|[ºª°.])\s*\Z", re.IGNORECASE)
_ROMAN = re.compile(r"(?=[MDCLXVI])M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", re.IGNORECASE)
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_LONGEST_NUMBER = 30  # digits; longer ones are read as the language's phonemizer likes


def spoken_as(text: str, kind: str, form: str | None, language: str) -> str:
    """Return what is to be read of `text` said as `kind`. Never raises."""
    speak = _KINDS.get(kind.removeprefix("vxml:").partition(":")[0])
    if kind.startswith(("number:", "tts:")):
        speak = _KINDS.get(kind.partition(":")[2], speak)
    return speak(text, form, language.partition("-")[0].lower()) if speak and text.strip() else text


def _characters(text: str, _form: str | None, _language: str) -> str:
    return ", ".join(named(char) for char in text if not char.isspace())


def _key(text: str, _form: str | None, language: str) -> str:
    return key_text(text, language)


def _digits(text: str, _form: str | None, _language: str) -> str:
    return re.sub(r"(?<=\d)(?=\d)", " ", text)


def _telephone(text: str, _form: str | None, language: str) -> str:
    text = re.sub(r"[()\s./-]*[()\s./-]", ", ", text.strip()).strip(", ")
    return _digits(text.replace("+", f"{symbol_name('+', language) or 'plus'} "), None, language)


def _cardinal(text: str, _form: str | None, language: str) -> str:
    return _in_words(text, language, "cardinal")


def _ordinal(text: str, _form: str | None, language: str) -> str:
    written = _SUFFIX.sub("", text)
    known = by_base(language)
    if known and known.ordinal and written.strip().isdigit():
        return known.ordinal.format(written.strip())
    return _in_words(written, language, "ordinal")


def _in_words(text: str, language: str, kind: str) -> str:
    written = text.strip()
    if _ROMAN.fullmatch(written):
        written = str(_roman(written.upper()))
    return _NUMBER.sub(lambda number: _words(number[0], language, kind), written)


def _words(written: str, language: str, kind: str) -> str:
    digits = re.sub(r"\D", "", written)
    sign = -1 if written[0] in "-−" else 1
    if len(digits) > _LONGEST_NUMBER:
        return written
    try:
        from num2words import num2words

        words: str = num2words(sign * int(digits), lang="pt_BR" if language == "pt" else language, to=kind)
    except (ImportError, NotImplementedError, ValueError, TypeError, KeyError, IndexError, OverflowError):
        # It knows no such language, or has no ordinals for it; the phonemizer reads the number.
        return digits if sign > 0 else f"-{digits}"
    return words.replace(",", "")


def _roman(written: str) -> int:
    values = [_ROMAN_DIGITS[char] for char in written]
    return sum(
        -value if value < max(values[place + 1 :], default=0) else value for place, value in enumerate(values)
    )


def _time(text: str, _form: str | None, language: str) -> str:
    canonical = kokoro_language(language)
    if canonical is None:
        return text  # espeak-ng reads it
    from kokoro_speechd.text.normalizing.said_time import said_time

    return said_time(text, canonical)


def _expletive(_text: str, _form: str | None, language: str) -> str:
    known = by_base(language)
    return known.beep if known else "beep"


_KINDS: dict[str, Callable[[str, str | None, str], str]] = {
    **dict.fromkeys(
        ("characters", "character", "char", "spell-out", "spell", "letters", "verbatim"), _characters
    ),
    "key": _key,
    **dict.fromkeys(("digits", "digit"), _digits),
    **dict.fromkeys(("telephone", "phone"), _telephone),
    **dict.fromkeys(("cardinal", "number"), _cardinal),
    "ordinal": _ordinal,
    "date": spoken_date,
    "time": _time,
    **dict.fromkeys(("expletive", "bleep"), _expletive),
}
