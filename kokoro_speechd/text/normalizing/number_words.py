# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers in words, of the gender of what they count: "21 horas" → "veintiuna horas".

espeak-ng says numbers without a look at what stands behind them, and some of its joins are misspoken ("15" in
Italian), so the four Romance languages get words. This is the second pass: the rules have already made
plain figures of amounts, dates and hours. How they count is code more than data; it stands here for all four.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kokoro_speechd.text.mapped_text import MappedText
from kokoro_speechd.text.normalizing import nouns
from kokoro_speechd.text.normalizing.figures import in_groups
from kokoro_speechd.text.normalizing.rules import DIGITS, rewrite, rule

_MOST_DIGITS = 15  # of a quantity; longer ones are codes
_LONGEST_DECIMALS = 3  # said as a number, longer ones digit by digit
_FIGURE = re.compile(
    r"""(?<![\w.,])
        (?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+(?![0-9])|[0-9]+)
        (?:,(?P<decimals>[0-9]+))?
        (?![\w%ºª°]|[.,][0-9])
        (?P<gap>[ ](?P<noun>[^\W\d_]+)(?P<more>[ ][^\W\d_]+)?)?""",
    re.VERBOSE,
)
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[ ]\Z")


@dataclass(frozen=True, slots=True)
class Counting:
    """How a language counts."""

    language: str
    """num2words' name."""
    comma: str
    agree: Callable[[str, str], str]
    """The number in words and the noun behind it ("" for none) → the words that go with it."""
    labels: frozenset[str]
    """Words before a number that only names something: "página 1 de 5"."""
    hours: frozenset[str] = frozenset()
    """Articles before an hour: "a las 2"."""
    hour: str = ""
    """A noun of the gender of hours."""


@lru_cache(maxsize=4096)
def cardinal(number: int, language: str) -> str:
    """Return num2words' cardinal without commas; `language` is its name of a language."""
    converter: Any = importlib.import_module("num2words")
    return str(converter.num2words(number, lang=language)).replace(",", "")


def _spanish(words: str, noun: str) -> str:
    # "veintiuno mil" is how num2words has it.
    words = re.sub(r"veintiuno(?= (?:mil|mill|bill))", "veintiún", words)
    words = re.sub(r"\buno(?= (?:mil|mill|bill))", "un", words)
    if not noun:
        return words
    head, mark, last = words.rpartition("illones ") if "illones " in words else words.rpartition("illón ")
    if nouns.is_feminine(noun, "es"):
        last = re.sub(r"(?<=ient)os\b", "as", last)
        return head + mark + re.sub(r"uno\Z", "una", last)
    return head + mark + re.sub(r"\buno\Z", "un", re.sub(r"veintiuno\Z", "veintiún", last))


def _portuguese(words: str, noun: str) -> str:
    words = words.replace("catorze", "quatorze")  # Brazil's commoner form
    if not noun or not nouns.is_feminine(noun, "pt-BR"):
        return words
    head, mark, last = words.rpartition("ilhões ") if "ilhões " in words else words.rpartition("ilhão ")
    last = re.sub(r"(?<=ent)os\b", "as", last)
    return head + mark + re.sub(r"\bdois\b", "duas", re.sub(r"\bum\b", "uma", last))


def _italian(words: str, noun: str) -> str:
    if words != "uno" or not noun:
        return words
    if nouns.is_feminine(noun, "it"):
        return "un'" if noun[0].lower() in "aeiouàèéìòù" else "una"
    impure = re.match(r"s[^aeiouàèéìòù]|z|gn|ps|pn|x|y|i[aeou]", noun.lower())
    return "uno" if impure else "un"


def _french(words: str, noun: str) -> str:
    words = words.replace(" et un", "-et-un")
    if noun and words.endswith("un") and nouns.is_feminine(noun, "fr"):
        return words + "e"
    return words


def _labels(names: str) -> frozenset[str]:
    return frozenset(names.split())


COUNTING = {
    "es": Counting(
        "es",
        "coma",
        _spanish,
        _labels(
            "página pág capítulo sala número núm nº versión línea nivel paso parte fila columna planta piso "
            "puerta tomo artículo sección anexo figura tabla habitación canal opción día vuelo tren línea"
        ),
        _labels("las la"),
        "horas",
    ),
    "fr": Counting(
        "fr",
        "virgule",
        _french,
        _labels(
            "page chapitre salle numéro version ligne niveau étape partie colonne étage porte tome article "
            "section annexe figure tableau chambre chaîne option vol train point"
        ),
    ),
    "it": Counting(
        "it",
        "virgola",
        _italian,
        _labels(
            "pagina capitolo sala numero versione riga livello passo passaggio parte fila colonna piano "
            "porta tomo articolo sezione allegato figura tabella camera canale opzione volo treno punto"
        ),
    ),
    "pt-BR": Counting(
        "pt_BR",
        "vírgula",
        _portuguese,
        _labels(
            "página pág capítulo sala número nº versão linha nível passo parte fila coluna andar porta tomo "
            "artigo seção anexo figura tabela quarto canal opção dia voo trem ponto etapa"
        ),
        _labels("às as à das"),
        "horas",
    ),
}


def in_words(mapped: MappedText, language: str) -> MappedText:
    """Return the reading with its figures in words, in the languages of COUNTING."""
    counting = COUNTING.get(language)
    if counting is None or DIGITS.isdisjoint(mapped.text):
        return mapped

    def say(match: re.Match[str]) -> list[tuple[int, int, str]]:
        whole, decimals = match["whole"].replace(".", ""), match["decimals"]
        end = match.end("decimals") if decimals else match.end("whole")
        if len(whole) > _MOST_DIGITS:
            said = ", ".join(
                " ".join(cardinal(int(digit), counting.language) for digit in group.split())
                for group in in_groups(whole).split(", ")
            )
            return [(match.start(), end, said)]
        zeros = len(whole) - len(whole.lstrip("0")) if len(whole) > 1 else 0
        if zeros:
            said = " ".join(cardinal(int(digit), counting.language) for digit in whole)
        else:
            said = counting.agree(
                cardinal(int(whole), counting.language), _counted(match, counting, language)
            )
        if decimals:
            said = f"{said} {counting.comma} {_decimals(decimals, counting)}"
        if said.endswith("'"):  # "un'ora": one word with what follows
            end = match.start("noun")
        return [(match.start(), end, said)]

    return rewrite(mapped, [rule(_FIGURE.pattern, say)], spaced=True)


def _decimals(digits: str, counting: Counting) -> str:
    shown = digits.lstrip("0")
    if len(digits) > _LONGEST_DECIMALS or not shown:
        return " ".join(cardinal(int(digit), counting.language) for digit in digits)
    zeros = [cardinal(0, counting.language)] * (len(digits) - len(shown))
    return " ".join([*zeros, counting.agree(cardinal(int(shown), counting.language), "")])


def _counted(match: re.Match[str], counting: Counting, language: str) -> str:
    """Return the noun that a number counts, "" where it counts nothing."""
    before = _WORD_BEFORE.search(match.string[max(0, match.start() - 30) : match.start()])
    word = before[1].lower() if before else ""
    noun = match["noun"] or ""
    if nouns.is_no_noun(noun, language):
        noun = ""
    if counting.hour and word in counting.hours and not match["decimals"] and int(match["whole"][:6]) < 25:
        return noun or counting.hour
    if word in counting.labels or match["decimals"]:
        return ""
    if match["more"] and nouns.stands_before_nouns(noun, language):
        return match["more"].strip()
    return noun
