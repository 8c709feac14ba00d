# SPDX-License-Identifier: GPL-3.0-or-later
"""Brazilian Portuguese. espeak-ng says numbers and ordinals; here is what it does not know."""

from __future__ import annotations

import datetime as dt
import re

from kokoro_speechd.text.normalizing.common import common_rules, ordinal_word
from kokoro_speechd.text.normalizing.numbers import decimal_point_rule
from kokoro_speechd.text.normalizing.roman import part_rule, ruler_rule, words
from kokoro_speechd.text.normalizing.rules import Rule, instead, rule
from kokoro_speechd.text.normalizing.wording import Currency, Wording, long_date

_ADDRESS = {
    ".": "ponto", "/": "barra", "\\": "barra invertida", "@": "arroba", ":": "dois pontos", "-": "hífen",
    "_": "sublinhado", "?": "interrogação", "=": "igual", "&": "e", "#": "cerquilha", "%": "por cento",
    "+": "mais", "~": "til",
}  # fmt: skip
_SIGNS = {
    "±": "mais ou menos", "×": "vezes", "÷": "dividido por", "≤": "menor ou igual a", "≥": "maior ou igual a",
    "≠": "diferente de", "≈": "aproximadamente", "√": "raiz quadrada de", "∞": "infinito", "<": "menor que",
    ">": "maior que", "°": "graus", "‰": "por mil", "№": "número", "§": "seção", "&": "e",
    "←": "seta para a esquerda", "→": "seta para a direita", "↑": "seta para cima", "↓": "seta para baixo",
    "₹": "rúpias", "−": "menos",
}  # fmt: skip
_REAL = Currency("um real", "reais", "um centavo", "centavos")
_DOLLAR = Currency("um dólar", "dólares", "um centavo", "centavos")
_OWN_UNITS = {
    "kΩ": ("quiloohm", "quiloohms"), "MΩ": ("megaohm", "megaohms"), "dB": ("decibel", "decibéis"),
    "sec": ("segundo", "segundos"), "secs": ("segundo", "segundos"), "seg": ("segundo", "segundos"),
    "hr": ("hora", "horas"), "hrs": ("hora", "horas"), "mAh": ("miliampere hora", "miliamperes hora"),
    "mV": ("milivolt", "milivolts"), "kV": ("quilovolt", "quilovolts"), "rpm": ("rotação por minuto",
    "rotações por minuto"),
}  # fmt: skip
_CURRENCIES = {
    "R$": _REAL, "BRL": _REAL, "$": _DOLLAR, "US$": _DOLLAR, "USD": _DOLLAR,
    "€": Currency("um euro", "euros", "um centavo", "centavos"),
    "EUR": Currency("um euro", "euros", "um centavo", "centavos"),
    "£": Currency("uma libra", "libras", "um pêni", "pence"),
    "GBP": Currency("uma libra", "libras", "um pêni", "pence"),
    "¥": Currency("um iene", "ienes"), "₹": Currency("uma rúpia", "rúpias"),
}  # fmt: skip
_FRACTIONS = {
    2: "meio", 3: "terço", 4: "quarto", 5: "quinto", 6: "sexto", 7: "sétimo", 8: "oitavo", 9: "nono",
    10: "décimo",
}  # fmt: skip
_ABBREVIATIONS = {
    "Sr.": "senhor", "Sra.": "senhora", "Srta.": "senhorita", "Dr.": "doutor", "Dra.": "doutora",
    "Prof.": "professor", "Profa.": "professora",
    "pág.": "página", "págs.": "páginas", "p. ex.": "por exemplo",
    "tel.": "telefone", "Tel.": "telefone", "Av.": "avenida", "nº": "número", "n°": "número",
    "Nº": "número", "n.º": "número", "a.C.": "antes de Cristo", "d.C.": "depois de Cristo",
    "Ltda.": "limitada", "Srs.": "senhores", "Exmo.": "excelentíssimo", "Eng.": "engenheiro",
    "art.": "artigo", "cap.": "capítulo", "vol.": "volume", "máx.": "máximo", "mín.": "mínimo",
    "aprox.": "aproximadamente", "núm.": "número", "Cia.": "companhia", "Adv.": "advogado",
    "etc.": "etcétera",
    "fig.": "figura", "Sto.": "santo", "Sta.": "santa", "Gal.": "general", "depto.": "departamento",
    "Wi-Fi": "uaifai", "WiFi": "uaifai", "wi-fi": "uaifai", "Wifi": "uaifai",
}  # fmt: skip
_ORDINALS = (
    "primeiro", "segundo", "terceiro", "quarto", "quinto", "sexto", "sétimo", "oitavo", "nono", "décimo",
)  # fmt: skip
_RULERS = (
    "Pedro|João|Henrique|Luís|Carlos|Filipe|Felipe|Afonso|Manuel|Sancho|Fernando|Sebastião|José|Paulo|Bento|"
    "Pio|Francisco|Napoleão|Jorge|Eduardo"
)
_QUEENS = "Isabel|Elizabeth|Maria|Catarina|Joana"
_PARTS = words("século capítulo tomo ato parte título artigo fase volume livro seção anexo nível")


def _one(unit: str) -> str:
    return "uma" if unit.split(maxsplit=1)[0].endswith("a") else "um"


def _clock(hour: int, minute: int, second: int | None) -> str:
    said = "uma hora" if hour == 1 else f"{hour} horas"
    if second is not None:
        return f"{said} {minute} minutos e {second} segundos"
    return f"{said} e {minute}" if minute else said


def _date(date: dt.date) -> str:
    said = long_date(date, "pt_BR")
    return "1º " + said.split(" ", 1)[1] if date.day == 1 else said


def _fraction(above: int, below: int) -> str | None:
    name = _FRACTIONS.get(below)
    return name and (f"um {name}" if above == 1 else f"{above} {name}s")


def ordinal(number: int) -> str:
    """Return an ordinal in words."""
    return ordinal_word(number, "pt_BR")


def _own_rules() -> list[Rule]:
    def say_hours(match: re.Match[str]) -> str:
        hour = int(match[1])
        said = "uma hora" if hour == 1 else f"{hour} horas"
        return f"{said} e {int(match[2])}" if match[2] else said

    return [
        rule(r"(?<=[0-9])\.(?=[ºª])", lambda match: [(*match.span(), "")], "ºª"),
        ruler_rule(_RULERS, _QUEENS, _ORDINALS),
        part_rule(_PARTS),
        rule(r"(?<![\w:.,])([01]?[0-9]|2[0-4])h(?:([0-5][0-9])(?:min)?)?(?!\w)", instead(say_hours), "h"),
    ]


def build(_language: str) -> tuple[Wording, list[Rule]]:
    """Return the wording and the rules."""
    wording = Wording(
        locale="pt_BR",
        decimal=",",
        comma="vírgula",
        point="ponto",
        minus="menos",
        plus="mais",
        to="a",
        between={"entre": "e", "das": "às", "do": "ao", "dos": "aos"},
        ratio="a",
        times_power="elevado a",
        squared="ao quadrado",
        cubed="ao cubo",
        number="número",
        hashtag="hashtag",
        sharp="sharp",
        address=_ADDRESS,
        letter_names={"A": "á", "E": "é", "O": "ó"},
        said_initialisms={"RAM": "rã"},  # not as in "falam"
        percent="por cento",
        signs=_SIGNS,
        currencies=_CURRENCIES,
        money_and="e",
        scales={"milhões": "de ", "milhão": "de ", "bilhões": "de ", "bilhão": "de ", "mil": ""},
        date=_date,
        clock=_clock,
        fraction=_fraction,
        mixed=" e ",
        one=_one,
        phone=r"\(?[0-9]{2}\)?[ ]9?[0-9]{4}-[0-9]{4}|(?!(?:19|20)[0-9]{2}-(?:19|20))9?[0-9]{4}-[0-9]{4}",
        abbreviations=_ABBREVIATIONS,
        numbered={"p.": "página", "pp.": "páginas"},
    )
    rules = common_rules(wording, _own_rules(), own_units=_OWN_UNITS)
    return wording, [*rules, decimal_point_rule(wording)]
