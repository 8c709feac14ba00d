# SPDX-License-Identifier: GPL-3.0-or-later
"""Initialisms letter by letter, where a language cannot pronounce them: HDMI, USB, URL, IP.

Those that people read as words (NASA, JPEG) are left to the phonemizer, in small letters where it would spell
them (PIN).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kokoro_speechd.text.normalizing.rules import Rule, instead, rule

_CAPITALS = "A-ZÀ-ÖØ-Þ"
_VOWELS = frozenset("AEIOUYÀÁÂÃÄÈÉÊËÌÍÎÏÒÓÔÕÖÙÚÛÜ")
# Spelled although they have vowels in the right places.
_SPELLED = frozenset(
    [
        "URL",
        "URI",
        "USB",
        "UEFI",
        "IP",
        "IPV",
        "IA",
        "AI",
        "ID",
        "UI",
        "UX",
        "API",
        "CPU",
        "GPU",
        "APU",
        "PDF",
        "HDMI",
        "SSD",
        "HDD",
        "IDE",
        "ISO",
        "IRC",
        "IMAP",
        "ADSL",
        "LTE",
        "ATM",
        "CEO",
        "UE",
        "EU",
        "ONG",
        "ADN",
        "ARN",
        "DNA",
        "EUA",
        "EEUU",
        "UK",
        "OMS",
        "IBM",
        "AMD",
        "APK",
        "AM",
        "PM",
        "ABS",
        "AC",
        "DC",
        "AFK",
        "EOF",
        "ASP",
        "AES",
        "RSA",
        "ECC",
        "ETA",
        "IPA",
        "UPS",
        "UTC",
        "UTF",
        "UDP",
        "ICMP",
        "IEEE",
        "IRM",
        "HIV",
        "VIH",
        "UV",
        "IR",
        "ODT",
        "ODS",
        "ODP",
        "OCR",
        "OS",
        "EPS",
        "AAC",
        "NFC",
        "EMV",
        "IOT",
        "OEM",
        "UHF",
        "VHF",
        "ECG",
        "EEG",
        "ETF",
        "IUT",
        "RATP",
    ]
)
# Read as words although they look as if they could not be.
_WORDS = frozenset(["JPEG", "MPEG", "OK", "OTAN", "NATO", "FNAC", "SNES", "IKEA", "PYME", "UNICEF"])
_ONSETS = frozenset(
    [
        "BL",
        "BR",
        "CH",
        "CL",
        "CR",
        "DR",
        "FL",
        "FR",
        "GL",
        "GN",
        "GR",
        "PH",
        "PL",
        "PR",
        "QU",
        "SC",
        "SH",
        "SK",
        "SL",
        "SM",
        "SN",
        "SP",
        "ST",
        "TH",
        "TR",
        "VR",
        "WH",
        "ZL",
        "LL",
    ]
)
_CODAS = frozenset(
    [
        "NS",
        "RS",
        "LS",
        "ST",
        "NT",
        "RT",
        "LT",
        "RD",
        "ND",
        "RN",
        "CK",
        "SS",
        "LL",
        "NG",
        "NK",
        "RK",
        "CH",
        "SH",
        "NC",
        "RC",
        "TH",
        "TS",
        "RM",
        "PS",
        "CS",
        "MS",
        "DS",
    ]
)


def _cannot_be_read(word: str) -> bool:
    if not _VOWELS.intersection(word):
        return True
    first, last = word[:2], word[-2:]
    if len(word) == 2:
        return False
    return (not _VOWELS.intersection(first) and first not in _ONSETS) or (
        not _VOWELS.intersection(last) and last not in _CODAS
    )


_SHORT_WORDS = {word: word.lower() for word in ("LED", "SIM", "PIN", "RAM", "ROM", "LAN", "GIF")}
"""Read as words, but so short that espeak-ng would spell them."""


def initialism_rules(names: Mapping[str, str], words: Mapping[str, str]) -> list[Rule]:
    """Return the rule for initialisms; `names`: letters that do not name themselves → their names.

    `words`: initialisms that are said as words → these, where they are not the same in small letters.
    """
    as_words = {**_SHORT_WORDS, **words}

    def say(match: re.Match[str]) -> str | None:
        word = match["word"]
        if word in as_words:
            return as_words[word]
        if word in _WORDS:
            return None
        alone = not _shouted(match)
        if word not in _SPELLED and not (_cannot_be_read(word) and (alone or not _VOWELS.intersection(word))):
            return None
        return " ".join(names.get(letter, letter) for letter in word)

    return [
        rule(
            rf"(?<![\w.@/\\-])(?![IVX]+\b)(?P<word>[{_CAPITALS}]{{2,6}})s?(?![\w@/\\]|\.\w)",
            instead(say),
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        )
    ]


def _shouted(match: re.Match[str]) -> bool:
    """Tell whether the words around are in capitals, too."""
    text, (start, end) = match.string, match.span()
    before = re.search(r"([^\W\d_]{2,})[ ,]+\Z", text[max(0, start - 30) : start])
    after = re.match(r"[ ,]+([^\W\d_]{2,})", text[end : end + 30])
    around = [found[1] for found in (before, after) if found]
    return bool(around) and all(word.isupper() and len(word) > 3 for word in around)
