# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose writing it is, where a message in one language has text in another. Standard library only.

Rules: words of at least two letters (one of Chinese, Japanese or Korean) that stand apart from Latin letters
and digits; so "5 μm", "Δx" and "π" stay with the text around them. What has no writing system of its own
(digits, punctuation, spaces, emoji) stays with what stands before it.

The tables are of all languages that espeak-ng speaks; so they are no fields of `Language`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Name → letters and the marks on them, as ranges of a regular expression.
_SYSTEMS = {
    "greek": r"\u0370-\u0373\u0376-\u037d\u037f-\u03ff\u1f00-\u1ffe",
    "cyrillic": r"\u0400-\u052f\u1c80-\u1c88\u2de0-\u2dff\ua640-\ua69f",
    "armenian": r"\u0531-\u058a",
    "hebrew": r"\u0591-\u05f4\ufb1d-\ufb4f",
    "arabic": r"\u0610-\u061a\u0620-\u065f\u066e-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff"
    r"\ufb50-\ufdff\ufe70-\ufefc",
    "devanagari": r"\u0900-\u0963\u0971-\u097f",
    "bengali": r"\u0980-\u09e3\u09f0-\u09fe",
    "gurmukhi": r"\u0a01-\u0a5e\u0a70-\u0a75",
    "gujarati": r"\u0a81-\u0ae3\u0af9-\u0aff",
    "oriya": r"\u0b01-\u0b63\u0b71",
    "tamil": r"\u0b82-\u0bd7",
    "telugu": r"\u0c00-\u0c63",
    "kannada": r"\u0c80-\u0ce3",
    "malayalam": r"\u0d00-\u0d63\u0d7a-\u0d7f",
    "sinhala": r"\u0d81-\u0df3",
    "thai": r"\u0e01-\u0e3a\u0e40-\u0e4e",
    "burmese": r"\u1000-\u103f\u1050-\u108f",
    "georgian": r"\u10a0-\u10ff\u1c90-\u1cbf",
    "ethiopic": r"\u1200-\u135a\u1380-\u138f",
    "cherokee": r"\u13a0-\u13fd\uab70-\uabbf",
    "hangul": r"\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff",
    "kana": r"\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "han": r"\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
}
_LANGUAGES = {
    "greek": "el",
    "cyrillic": "ru",
    "armenian": "hy",
    "hebrew": "he",
    "arabic": "ar",
    "devanagari": "hi",
    "bengali": "bn",
    "gurmukhi": "pa",
    "gujarati": "gu",
    "oriya": "or",
    "tamil": "ta",
    "telugu": "te",
    "kannada": "kn",
    "malayalam": "ml",
    "sinhala": "si",
    "thai": "th",
    "burmese": "my",
    "georgian": "ka",
    "ethiopic": "am",
    "cherokee": "chr",
    "hangul": "ko",
}
# Letters that tell a neighbour from the language of the writing system; the first that fits counts.
_DISTINCTIVE = {
    "cyrillic": (
        ("uk", "ґєії"),
        ("be", "ў"),
        ("mk", "ѓќѕ"),
        ("sr", "ђћљњџј"),
        ("kk", "әғқңөұһ"),
    ),
    "arabic": (("ur", "ٹڈڑےںھہ"), ("fa", "پچژگک\u06cc")),
    "devanagari": (("mr", "ळ"),),
    "bengali": (("as", "ৰৱ"),),
}
# Which of them the speakers of a language read in their own language; Latin letters all.
_READ = {
    **dict.fromkeys(("ja",), ("kana", "han")),
    **dict.fromkeys(("zh", "cmn", "yue", "hak"), ("han",)),
    "ko": ("hangul", "han"),
    **dict.fromkeys(("hi", "mr", "ne", "kok"), ("devanagari",)),
    **dict.fromkeys(
        (
            "ru",
            "uk",
            "be",
            "bg",
            "mk",
            "sr",
            "hbs",
            "kk",
            "ky",
            "mn",
            "ba",
            "tt",
            "cv",
            "uz",
            "tk",
            "os",
            "bs",
        ),
        ("cyrillic",),
    ),
    **dict.fromkeys(("ar", "fa", "ur", "sd", "ku"), ("arabic",)),
    **dict.fromkeys(("az", "ug"), ("cyrillic", "arabic")),
    "pa": ("gurmukhi", "arabic"),
    **dict.fromkeys(("el", "grc"), ("greek",)),
    "he": ("hebrew",),
    **dict.fromkeys(("hy", "hyw"), ("armenian",)),
    "ka": ("georgian",),
    **dict.fromkeys(("bn", "as", "bpy"), ("bengali",)),
    "gu": ("gujarati",),
    "or": ("oriya",),
    "ta": ("tamil",),
    "te": ("telugu",),
    "kn": ("kannada",),
    "ml": ("malayalam",),
    "si": ("sinhala",),
    "th": ("thai",),
    **dict.fromkeys(("my", "shn"), ("burmese",)),
    "am": ("ethiopic",),
    "chr": ("cherokee",),
}
_KANA_SHARE = 0.2  # less kana than this in Chinese is a Japanese word, and more makes all of it Japanese


def foreign_text(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, language) where the writing of `text` is not one of `language`'s, in order.

    An end is where text of `language` or of a third one goes on. Never raises.
    """
    if text.isascii():
        return
    base = language.partition("-")[0].lower()
    han = "ja" if _KANA.search(text) else "zh"
    begin, system = 0, ""
    for word in _WORDS.finditer(text):
        found = _system_of(word, base, han, system)
        if found != system:
            if system:
                yield begin, word.start(), _told(text[begin : word.start()], system)
            begin, system = word.start(), found
    if system:
        yield begin, len(text), _told(text[begin:], system)


def written_in_latin(language: str) -> bool:
    """Return whether Latin letters are a language's own; in the others they are names and borrowed words."""
    return language.partition("-")[0].lower() not in _READ


def _system_of(word: re.Match[str], base: str, han: str, current: str) -> str:
    """Return the writing system of a run of letters; "" for the message's own, a language for East Asia.

    `han` is the language of Chinese characters without kana among them, `current` what stands before.
    """
    written, system = word[0], word.lastgroup or ""
    if system == "east":
        return _of_east(written, base, han)
    if system == "other" or system in _READ.get(base, ()):
        return ""
    before, after = word.string[word.start() - 1 : word.start()], word.string[word.end() : word.end() + 1]
    short = len(written) < 2 and system != current
    if system != "hangul" and (short or before.isalnum() or after.isalnum()):
        return ""
    return system


def _told(written: str, system: str) -> str:
    """Return the language of text in a writing system that several languages may share."""
    letters = written.lower()
    for language, distinctive in _DISTINCTIVE.get(system, ()):
        if any(letter in letters for letter in distinctive):
            return language
    return _LANGUAGES.get(system, system)


def _of_east(written: str, base: str, han: str) -> str:
    """Return the language of a run of kana and Chinese characters."""
    kana = len(_KANA.findall(written))
    if base == "ja" or (not kana and base in ("zh", "cmn", "yue", "hak", "ko")):
        return ""
    if base in ("zh", "cmn", "yue", "hak") and kana < _KANA_SHARE * len(written):
        return ""
    return "ja" if kana else han


_KANA = re.compile(f"[{_SYSTEMS['kana']}]")
_WORDS = re.compile(
    "|".join(
        [
            f"(?P<east>[{_SYSTEMS['kana']}{_SYSTEMS['han']}]+)",
            *(f"(?P<{name}>[{ranges}]+)" for name, ranges in _SYSTEMS.items() if name not in ("kana", "han")),
            r"(?P<other>[^\W\d_]+?(?=[^\w]|[\d_]|[\u0370-\U0003ffff]|\Z))",
        ]
    )
)
