# SPDX-License-Identifier: GPL-3.0-or-later
"""French. espeak-ng says numbers and hours; here is what it does not know."""

from __future__ import annotations

import datetime as dt
import re

from kokoro_speechd.text.normalizing.common import common_rules, ordinal_word
from kokoro_speechd.text.normalizing.roman import (
    SMALL,
    SMALL_WORD,
    part_rule,
    say_numeral,
    value,
    words,
)
from kokoro_speechd.text.normalizing.rules import Rule, instead, rule
from kokoro_speechd.text.normalizing.wording import Currency, Wording, long_date

_ADDRESS = {
    ".": "point", "/": "slash", "\\": "antislash", "@": "arobase", ":": "deux-points", "-": "tiret",
    "_": "tiret bas", "?": "point d'interrogation", "=": "égal", "&": "et", "#": "dièse",
    "%": "pour cent", "+": "plus", "~": "tilde",
}  # fmt: skip
_SIGNS = {
    "±": "plus ou moins", "×": "fois", "÷": "divisé par", "=": "égale", "≤": "inférieur ou égal à",
    "≥": "supérieur ou égal à", "≠": "différent de", "≈": "environ", "√": "racine carrée de", "∞": "infini",
    "<": "inférieur à", ">": "supérieur à", "°": "degrés", "‰": "pour mille", "№": "numéro",
    "§": "paragraphe",
    "←": "flèche gauche", "→": "flèche droite", "↑": "flèche haut", "↓": "flèche bas", "₹": "roupies",
    "−": "moins",
}  # fmt: skip
_OWN_UNITS = {
    "kΩ": ("kiloohm", "kiloohms"), "MΩ": ("mégaohm", "mégaohms"), "dB": ("décibel", "décibels"),
    "sec": ("seconde", "secondes"), "secs": ("seconde", "secondes"), "seg": ("seconde", "secondes"),
    "hr": ("heure", "heures"), "hrs": ("heure", "heures"), "mAh": ("milliampère heure",
    "milliampères heure"), "mV": ("millivolt", "millivolts"), "kV": ("kilovolt", "kilovolts"),
    "rpm": ("tour par minute", "tours par minute"),
    **{
        sign + end: (f"{size}octet{per}", f"{size}octets{per}")
        for sign, size in (
            ("Ko", "kilo"), ("ko", "kilo"), ("Mo", "méga"), ("Go", "giga"), ("To", "téra"), ("Po", "péta")
        )
        for end, per in (("", ""), ("/s", " par seconde"))
    },
}  # fmt: skip
_CURRENCIES = {
    "€": Currency("un euro", "euros", "un centime", "centimes"),
    "EUR": Currency("un euro", "euros", "un centime", "centimes"),
    "$": Currency("un dollar", "dollars", "un cent", "cents"),
    "US$": Currency("un dollar", "dollars", "un cent", "cents"),
    "USD": Currency("un dollar", "dollars", "un cent", "cents"),
    "£": Currency("une livre", "livres", "un penny", "pence"),
    "GBP": Currency("une livre", "livres", "un penny", "pence"),
    "¥": Currency("un yen", "yens"), "₹": Currency("une roupie", "roupies"),
    "CHF": Currency("un franc suisse", "francs suisses", "un centime", "centimes"),
    "R$": Currency("un réal", "réals", "un centavo", "centavos"),
}  # fmt: skip
_FRACTIONS = {2: "demi", 3: "tiers", 4: "quart"}
_ABBREVIATIONS = {
    "M.": "monsieur", "Mme": "madame", "Mmes": "mesdames", "Mlle": "mademoiselle", "MM.": "messieurs",
    "Dr": "docteur", "Dr.": "docteur", "Pr": "professeur", "p. ex.": "par exemple", "etc.": "et cetera",
    "av.": "avenue", "bd": "boulevard", "tél.": "téléphone", "Tél.": "téléphone", "n°": "numéro",
    "N°": "numéro", "nº": "numéro", "Nº": "numéro", "c.-à-d.": "c'est-à-dire", "St": "saint", "Ste": "sainte",
    "Mgr": "monseigneur", "boul.": "boulevard", "chap.": "chapitre",
    "vol.": "volume", "fig.": "figure", "env.": "environ", "max.": "maximum", "min.": "minimum",
    "appt.": "appartement", "bât.": "bâtiment", "éd.": "édition", "art.": "article", "cf.": "confer",
    "RDV": "rendez-vous", "svp": "s'il vous plaît", "SVP": "s'il vous plaît",
    "Cie": "compagnie", "Sté": "société", "Drs": "docteurs", "Prof.": "professeur",
    "av. J.-C.": "avant Jésus-Christ", "apr. J.-C.": "après Jésus-Christ",
}  # fmt: skip
_FEMININE = frozenset(["heure", "minute", "seconde", "tonne", "livre", "once"])
_PARTS = words("chapitre tome acte partie titre article phase volume livre section annexe niveau guerre type")


def _one(unit: str) -> str:
    return "une" if unit.split(maxsplit=1)[0] in _FEMININE else "un"


def _clock(hour: int, minute: int, second: int | None) -> str:
    said = "une heure" if hour == 1 else f"{hour} heures"
    if minute or second is not None:
        said += f" {minute}"
    return said if second is None else f"{said} et {second} secondes"


def _date(date: dt.date) -> str:
    said = long_date(date, "fr")
    return "1er " + said.split(" ", 1)[1] if date.day == 1 else said


def _fraction(above: int, below: int) -> str | None:
    if below > 20:
        return None
    name = _FRACTIONS.get(below) or ordinal_word(below, "fr")
    return f"un {name}" if above == 1 else f"{above} {name if name.endswith('s') else name + 's'}"


def ordinal(number: int) -> str:
    """Return an ordinal in words."""
    return ordinal_word(number, "fr")


def _own_rules() -> list[Rule]:
    def say_ordinal(match: re.Match[str]) -> str | None:
        number = int(match[1])
        return ordinal(number) if number else None

    def say_century(match: re.Match[str]) -> str:
        return ordinal(value(match[1]))

    def say_second(match: re.Match[str]) -> str:
        return "seconde" if match[0].endswith("e") else "second"

    def say_hours(match: re.Match[str]) -> str:
        return _clock(int(match[1]), int(match[2] or 0), None)

    return [
        rule(r"(?<![\w.,])([0-9]{1,4})(?:e|ème|eme|ième|ᵉ)(?!\w)", instead(say_ordinal)),
        rule(r"(?<![\w.,])1(?:re|ère)(?!\w)", instead(lambda _: "première"), "1"),
        rule(r"(?<![\w.,])(?:1er|I(?:er|ᵉʳ))(?!\w)", instead(lambda _: "premier"), "1I"),
        rule(r"(?<![\w.,])2nde?(?!\w)", instead(say_second), "2"),
        rule(rf"(?<!\w)({SMALL})(?:ème|e|ᵉ)(?!\w)", instead(say_century), "IVX"),
        part_rule(_PARTS),
        rule(rf"(?<!\w)[A-ZÀ-Ý][a-zà-ÿ]{{2,20}}[ ]((?![IVX](?!\w)){SMALL_WORD})", say_numeral, "IVX"),
        rule(r"(?<![\w:.,])([01]?[0-9]|2[0-4])[ ]?h(?:[ ]?([0-5][0-9]))?(?!\w)", instead(say_hours), "h"),
    ]


def build(_language: str) -> tuple[Wording, list[Rule]]:
    """Return the wording and the rules."""
    wording = Wording(
        locale="fr",
        decimal=",",
        comma="virgule",
        point="point",
        minus="moins",
        plus="plus",
        to="à",
        between={"entre": "et", "du": "au"},
        ratio="sur",
        times_power="puissance",
        squared="au carré",
        cubed="au cube",
        number="numéro",
        hashtag="hashtag",
        sharp="sharp",
        address=_ADDRESS,
        letter_names={"Y": "i grec"},
        said_initialisms={
            "LED": "lède",
            "JPEG": "jipègue",
            "SIM": "simme",
            "PIN": "pine",
            "RAM": "ramme",
            "ROM": "romme",
            "LAN": "lanne",
            "GIF": "giffe",
            "BIOS": "biosse",
        },
        percent="pour cent",
        signs=_SIGNS,
        currencies=_CURRENCIES,
        money_and="et",
        scales={"millions": "de ", "million": "de ", "milliards": "de ", "milliard": "de ", "mille": ""},
        date=_date,
        clock=_clock,
        fraction=_fraction,
        mixed=" et ",
        one=_one,
        phone=r"0[1-9](?:[ .-]?[0-9]{2}){4}",
        digit_pairs=True,
        abbreviations=_ABBREVIATIONS,
        numbered={"p.": "page", "pp.": "pages", "no": "numéro", "No": "numéro", "n.": "numéro"},
    )
    return wording, common_rules(wording, _own_rules(), own_units=_OWN_UNITS)
