# SPDX-License-Identifier: GPL-3.0-or-later
"""Spanish. espeak-ng says numbers, ordinals and percents; here is what it does not know."""

from __future__ import annotations

import re

from kokoro_speechd.text.normalizing.common import common_rules, ordinal_word
from kokoro_speechd.text.normalizing.roman import part_rule, ruler_rule, words
from kokoro_speechd.text.normalizing.rules import Rule, instead, rule
from kokoro_speechd.text.normalizing.wording import Currency, Wording

_ADDRESS = {
    ".": "punto", "/": "barra", "\\": "barra invertida", "@": "arroba", ":": "dos puntos", "-": "guion",
    "_": "guion bajo", "?": "interrogación", "=": "igual", "&": "y", "#": "almohadilla",
    "%": "por ciento", "+": "más", "~": "virgulilla",
}  # fmt: skip
_SIGNS = {
    "±": "más menos", "×": "por", "÷": "dividido por", "≤": "menor o igual que", "≥": "mayor o igual que",
    "≠": "distinto de", "≈": "aproximadamente", "√": "raíz cuadrada de", "∞": "infinito", "<": "menor que",
    ">": "mayor que", "°": "grados", "‰": "por mil", "№": "número", "§": "sección", "&": "y",
    "←": "flecha izquierda", "→": "flecha derecha", "↑": "flecha arriba", "↓": "flecha abajo",
    "₹": "rupias", "−": "menos",
}  # fmt: skip
_OWN_UNITS = {
    "kΩ": ("kiloohmio", "kiloohmios"), "MΩ": ("megaohmio", "megaohmios"), "dB": ("decibelio",
    "decibelios"), "sec": ("segundo", "segundos"), "secs": ("segundo", "segundos"), "seg": ("segundo",
    "segundos"), "hr": ("hora", "horas"), "hrs": ("hora", "horas"), "mAh": ("miliamperio hora",
    "miliamperios hora"), "mV": ("milivoltio", "milivoltios"), "kV": ("kilovoltio", "kilovoltios"),
    "rpm": ("revolución por minuto", "revoluciones por minuto"),
}  # fmt: skip
_CURRENCIES = {
    "€": Currency("un euro", "euros", "un céntimo", "céntimos"),
    "EUR": Currency("un euro", "euros", "un céntimo", "céntimos"),
    "$": Currency("un dólar", "dólares", "un centavo", "centavos"),
    "US$": Currency("un dólar", "dólares", "un centavo", "centavos"),
    "USD": Currency("un dólar", "dólares", "un centavo", "centavos"),
    "£": Currency("una libra", "libras", "un penique", "peniques"),
    "GBP": Currency("una libra", "libras", "un penique", "peniques"),
    "¥": Currency("un yen", "yenes"), "₹": Currency("una rupia", "rupias"),
    "R$": Currency("un real", "reales", "un centavo", "centavos"),
    "MXN": Currency("un peso mexicano", "pesos mexicanos", "un centavo", "centavos"),
}  # fmt: skip
_FRACTIONS = {
    2: "medio", 3: "tercio", 4: "cuarto", 5: "quinto", 6: "sexto", 7: "séptimo", 8: "octavo", 9: "noveno",
    10: "décimo",
}  # fmt: skip
_ORDINALS = (
    "primero", "segundo", "tercero", "cuarto", "quinto", "sexto", "séptimo", "octavo", "noveno", "décimo",
)  # fmt: skip
_ABBREVIATIONS = {
    "Sr.": "señor", "Sra.": "señora", "Srta.": "señorita", "Dr.": "doctor", "Dra.": "doctora",
    "Ud.": "usted", "Uds.": "ustedes", "Dña.": "doña", "pág.": "página", "págs.": "páginas",
    "núm.": "número", "tel.": "teléfono", "Tel.": "teléfono", "p. ej.": "por ejemplo",
    "p.ej.": "por ejemplo", "EE. UU.": "Estados Unidos", "EE.UU.": "Estados Unidos", "Avda.": "avenida",
    "Av.": "avenida", "ud.": "usted", "uds.": "ustedes",
    "Vd.": "usted", "Vds.": "ustedes", "D.ª": "doña", "Prof.": "profesor", "Profa.": "profesora",
    "art.": "artículo", "cap.": "capítulo", "vol.": "volumen", "izq.": "izquierda", "dcha.": "derecha",
    "aprox.": "aproximadamente", "máx.": "máximo", "mín.": "mínimo", "Cía.": "compañía", "Ctra.": "carretera",
    "Ing.": "ingeniero", "Lic.": "licenciado", "Gral.": "general", "dpto.": "departamento",
    "núms.": "números", "fig.": "figura", "Sto.": "santo", "Sta.": "santa", "Sres.": "señores",
    "n.º": "número", "nº": "número", "n°": "número", "N.º": "número", "Nº": "número",
    "a. C.": "antes de Cristo", "d. C.": "después de Cristo",
}  # fmt: skip
_RULERS = (
    "Felipe|Alfonso|Carlos|Fernando|Enrique|Jaime|Pedro|Juan|Luis|Pablo|Benedicto|Pío|Francisco|Napoleón|"
    "Sancho|Ramiro|Alejandro|Guillermo|Jorge|Eduardo|Ricardo|Gregorio|Inocencio"
)
_QUEENS = "Isabel|Catalina|María|Juana|Urraca"
_PARTS = words("siglo capítulo tomo acto parte título artículo fase volumen libro sección anexo nivel")


def _one(unit: str) -> str:
    return "una" if unit.split(maxsplit=1)[0].endswith("a") else "un"


_HOURS = {1: "una", 21: "veintiuna"}


def _clock(hour: int, minute: int, second: int | None) -> str:
    hours = "una hora" if hour == 1 else f"{hour} horas"
    if second is not None:
        return f"{hours} {minute} minutos y {second} segundos"
    if not minute:
        return hours
    return f"{_HOURS.get(hour, hour)} {minute if minute > 9 else f'cero {minute}'}"


def _fraction(above: int, below: int) -> str | None:
    name = _FRACTIONS.get(below)
    return name and (f"un {name}" if above == 1 else f"{above} {name}s")


def _own_rules() -> list[Rule]:
    def say_short_ordinal(match: re.Match[str]) -> str:
        return "primer" if match[1] == "1" else "tercer"

    def say_ordinal(match: re.Match[str]) -> str:
        return match[1] + ("ª" if match[2] in ("ª", "ra", "da", "ta", "ma", "va", "na") else "º")

    def say_hours(match: re.Match[str]) -> str:
        return _clock(int(match[1]), int(match[2] or 0), None)

    return [
        rule(r"(?<![\w:.,])([01]?[0-9]|2[0-4])[ ]?h(?:([0-5][0-9]))?(?!\w)", instead(say_hours), "h"),
        rule(r"(?<![\w.,])([13])\.?(?:er|ᵉʳ)(?!\w)", instead(say_short_ordinal), "13"),
        rule(
            r"(?<![\w.,])([0-9]{1,3})(?:\.([ºª°])|(ª|º))?(?<=[ºª°])(?!\w)",
            instead(lambda m: f"{m[1]}{'ª' if 'ª' in m[0] else 'º'}"),
            "ºª°",
        ),
        rule(r"(?<![\w.,])([0-9]{1,3})\.?(ro|do|to|mo|vo|no|ra|da|ta|ma|va|na)(?!\w)", instead(say_ordinal)),
        ruler_rule(_RULERS, _QUEENS, _ORDINALS),
        part_rule(_PARTS),
    ]


def build(_language: str) -> tuple[Wording, list[Rule]]:
    """Return the wording and the rules."""
    wording = Wording(
        locale="es",
        decimal=",",
        comma="coma",
        point="punto",
        minus="menos",
        plus="más",
        to="a",
        between={"entre": "y", "del": "al"},
        ratio="a",
        times_power="elevado a",
        squared="al cuadrado",
        cubed="al cubo",
        number="número",
        hashtag="hashtag",
        sharp="sharp",
        address=_ADDRESS,
        letter_names={"Y": "i griega"},
        percent="por ciento",
        signs=_SIGNS,
        currencies=_CURRENCIES,
        money_and="con",
        scales={"millones": "de ", "millón": "de ", "mil": ""},
        clock=_clock,
        fraction=_fraction,
        mixed=" y ",
        one=_one,
        words_not_units=frozenset({"ha", "mi"}),
        phone=r"[6789][0-9]{2}(?:[ ][0-9]{3}[ ][0-9]{3}|(?:[ ][0-9]{2}){3})",
        abbreviations=_ABBREVIATIONS,
        numbered={"p.": "página", "pp.": "páginas", "C/": "calle", "Nro.": "número", "nro.": "número"},
    )
    return wording, common_rules(wording, _own_rules(), own_units=_OWN_UNITS)


def ordinal(number: int) -> str:
    """Return an ordinal in words."""
    return ordinal_word(number, "es")
