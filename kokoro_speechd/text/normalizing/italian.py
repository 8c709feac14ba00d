# SPDX-License-Identifier: GPL-3.0-or-later
"""Italian. espeak-ng says numbers, ordinals and Roman numerals; here is what it does not know."""

from __future__ import annotations

import datetime as dt
import re

from kokoro_speechd.text.normalizing.common import common_rules, ordinal_word
from kokoro_speechd.text.normalizing.nouns import is_no_noun
from kokoro_speechd.text.normalizing.ranges import Range
from kokoro_speechd.text.normalizing.roman import words
from kokoro_speechd.text.normalizing.rules import Edits, Rule, instead, rule
from kokoro_speechd.text.normalizing.wording import Currency, Wording, long_date


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_ADDRESS = {
    ".": "punto", "/": "barra", "\\": "barra inversa", "@": "chiocciola", ":": "due punti", "-": "trattino",
    "_": "trattino basso", "?": "punto interrogativo", "=": "uguale", "&": "e", "#": "cancelletto",
    "%": "per cento", "+": "più", "~": "tilde",
}  # fmt: skip
_SIGNS = {
    "±": "più o meno", "×": "per", "÷": "diviso", "≤": "minore o uguale a", "≥": "maggiore o uguale a",
    "≠": "diverso da", "≈": "circa", "√": "radice quadrata di", "∞": "infinito", "<": "minore di",
    ">": "maggiore di", "°": "gradi", "‰": "per mille", "№": "numero", "§": "paragrafo", "&": "e",
    "←": "freccia sinistra", "→": "freccia destra", "↑": "freccia su", "↓": "freccia giù", "₹": "rupie",
    "−": "meno",
}  # fmt: skip
_OWN_UNITS = {
    "kΩ": ("chiloohm", "chiloohm"), "MΩ": ("megaohm", "megaohm"), "dB": ("decibel", "decibel"),
    "sec": ("secondo", "secondi"), "secs": ("secondo", "secondi"), "seg": ("secondo", "secondi"),
    "hr": ("ora", "ore"), "hrs": ("ora", "ore"), "mAh": ("milliampere ora", "milliampere ora"),
    "mV": ("millivolt", "millivolt"), "kV": ("chilovolt", "chilovolt"), "rpm": ("giro al minuto",
    "giri al minuto"),
}  # fmt: skip
_CURRENCIES = {
    "€": Currency("un euro", "euro", "un centesimo", "centesimi"),
    "EUR": Currency("un euro", "euro", "un centesimo", "centesimi"),
    "$": Currency("un dollaro", "dollari", "un centesimo", "centesimi"),
    "US$": Currency("un dollaro", "dollari", "un centesimo", "centesimi"),
    "USD": Currency("un dollaro", "dollari", "un centesimo", "centesimi"),
    "£": Currency("una sterlina", "sterline", "un penny", "pence"),
    "GBP": Currency("una sterlina", "sterline", "un penny", "pence"),
    "¥": Currency("uno yen", "yen"), "₹": Currency("una rupia", "rupie"),
    "CHF": Currency("un franco svizzero", "franchi svizzeri"),
    "R$": Currency("un real", "real", "un centesimo", "centesimi"),
}  # fmt: skip
_FRACTIONS = {
    2: ("mezzo", "mezzi"), 3: ("terzo", "terzi"), 4: ("quarto", "quarti"), 5: ("quinto", "quinti"),
    6: ("sesto", "sesti"), 7: ("settimo", "settimi"), 8: ("ottavo", "ottavi"), 9: ("nono", "noni"),
    10: ("decimo", "decimi"),
}  # fmt: skip
_ABBREVIATIONS = {
    "Sig.": "signor", "Sig.ra": "signora", "Sig.na": "signorina", "Dott.": "dottor", "Dott.ssa": "dottoressa",
    "Prof.": "professor", "Ing.": "ingegner", "Avv.": "avvocato", "pag.": "pagina", "pagg.": "pagine",
    "ecc.": "eccetera", "etc.": "eccetera", "p. es.": "per esempio", "ad es.": "ad esempio",
    "tel.": "telefono",
    "Tel.": "telefono", "n.": "numero", "N.": "numero", "n°": "numero", "nº": "numero",
    "N°": "numero", "art.": "articolo",
    "cap.": "capitolo", "Egr.": "egregio", "Gent.ma": "gentilissima", "Gent.mo": "gentilissimo",
    "Spett.le": "spettabile", "Geom.": "geometra", "Arch.": "architetto", "Rag.": "ragionier",
    "Prof.ssa": "professoressa", "Sigg.": "signori", "vol.": "volume", "fig.": "figura", "max.": "massimo",
    "min.": "minimo", "tab.": "tabella", "sec.": "secolo", "v.le": "viale", "V.le": "viale",
    "P.zza": "piazza",
    "C.so": "corso", "S.p.A.": "esse pi a", "S.r.l.": "esse erre elle", "p.zza": "piazza",
    "a.C.": "avanti Cristo", "d.C.": "dopo Cristo",
}  # fmt: skip
_PARTS = words("capitolo tomo atto parte titolo articolo fase volume libro sezione allegato livello secolo")
_ONLY_BEFORE_NUMBERS = ("n.", "N.")
# Behind these a range has no "da": "per 2-3 giorni", "il 10-15 maggio".
_WITHOUT_DA = _set(
    "a al allo alla alle ai agli circa con da dal dalla dallo dai dagli dalle degli dei del della delle "
    "dello di dopo entro gli i il in la le lo nei nel nella nelle negli ogni per su sul sulla sulle sui un "
    "una uno"
)
# What ranges stand behind; elsewhere two single digits may as well be a score.
_WITH_RANGES = _set(
    "anni articoli capitoli colonne esercizi età figure giorni lezioni livelli mesi numeri orario ore pagg "
    "pagine paragrafi passaggi passi punti righe sezioni tabelle versetti volumi"
)


def _span(found: Range) -> tuple[str, str]:
    """Return "da … a" for what is surely a range, "dalle … alle" for one of hours."""
    if found.before in _WITHOUT_DA:
        return "", "a"
    if ":" in found.low:
        low, high = (
            "" if hour.partition(":")[0] in ("1", "01") else "le" for hour in (found.low, found.high)
        )
        return "dal" + low, "al" + high  # "l'una" has its article
    counted = bool(found.behind) and not is_no_noun(found.behind, "it")
    if len(found.high) > 1 or found.sign == "–" or counted or found.before in _WITH_RANGES:
        return "da", "a"
    return "", "a"


def _clock(hour: int, minute: int, second: int | None) -> str:
    said = "l'una" if hour == 1 else str(hour)
    if second is not None:
        hours = "un'ora" if hour == 1 else f"{hour} ore"
        return f"{hours} {minute} minuti e {second} secondi"
    return f"{said} e {minute}" if minute else said


def _date(date: dt.date) -> str:
    said = long_date(date, "it")
    return "1º " + said.split(" ", 1)[1] if date.day == 1 else said


def _fraction(above: int, below: int) -> str | None:
    names = _FRACTIONS.get(below)
    return names and (f"un {names[0]}" if above == 1 else f"{above} {names[1]}")


def ordinal(number: int) -> str:
    """Return an ordinal in words."""
    return ordinal_word(number, "it")


def build(_language: str) -> tuple[Wording, list[Rule]]:
    """Return the wording and the rules."""
    wording = Wording(
        locale="it",
        decimal=",",
        comma="virgola",
        point="punto",
        minus="meno",
        plus="più",
        to="a",
        between={"tra": "e", "fra": "e", "dal": "al", "dalle": "alle", "dai": "ai"},
        span=_span,
        ratio="a",
        times_power="alla",
        squared="al quadrato",
        cubed="al cubo",
        number="numero",
        hashtag="hashtag",
        sharp="sharp",
        address=_ADDRESS,
        letter_names={},
        percent="per cento",
        signs=_SIGNS,
        currencies=_CURRENCIES,
        money_and="e",
        scales={"milioni": "di ", "milione": "di ", "miliardi": "di ", "miliardo": "di ", "mila": ""},
        date=_date,
        clock=_clock,
        fraction=_fraction,
        mixed=" e ",
        words_not_units=frozenset({"ha", "mi"}),
        phone=r"3[0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3,4}",
        numbered={"p.": "pagina", "pp.": "pagine"},
        price_and=" e ",
        abbreviations={
            short: full for short, full in _ABBREVIATIONS.items() if short not in _ONLY_BEFORE_NUMBERS
        },
    )

    def say_first(match: re.Match[str]) -> Edits:
        return [(*match.span(1), "1º")]

    def say_number(match: re.Match[str]) -> Edits:
        return [(*match.span(), "numero")]

    def say_one_oclock(match: re.Match[str]) -> str:
        minutes = int(match["minutes"] or 0)
        article = {"alle": "all'", "dalle": "dall'", "le": "l'"}[match["article"].lower()]
        return f"{article}una" + (f" e {minutes}" if minutes else "")

    first = [
        rule(
            r"""(?<!\w)(?P<article>[Dd]?[Aa]lle|[Ll]e)[ ]0?1(?::(?P<minutes>[0-5][0-9]))?
                (?![\w:.,]*[0-9])(?!\w)""",
            instead(say_one_oclock),
            "1",
        )
    ]

    def say_hours(match: re.Match[str]) -> str:
        return _clock(int(match[1]), int(match[2] or 0), None)

    own: list[Rule] = [
        rule(r"(?<![\w:.,])([01]?[0-9]|2[0-4])h(?:([0-5][0-9]))?(?!\w)", instead(say_hours), "h"),
        rule(rf"(?<!\w)(?:{_PARTS})[ ](I)(?!\w)", say_first, "I"),
        rule(r"(?<!\w)[nN]\.(?=[ ]?[0-9])", say_number, "nN"),
    ]
    return wording, common_rules(wording, own, first=first, own_units=_OWN_UNITS)
