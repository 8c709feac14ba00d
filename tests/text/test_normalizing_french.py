# SPDX-License-Identifier: GPL-3.0-or-later
"""French: what is written in digits and signs, and the words a person would say for it."""

import pytest

from tests.text.wording_tables import assert_said, form

SAME = [("ø", "ə")]  # "euro" has one or the other, as what stands around it
TABLE = [
    ("3 ,14", "trois virgule quatorze"),
    ("3 .14", "trois point quatorze"),
    ("1,234,212", "un million deux cent trente-quatre mille deux cent douze"),
    ("1 234 212", "un million deux cent trente-quatre mille deux cent douze"),
    ("3,14159", "trois virgule un quatre un cinq neuf"),
    ("1 000 000", "un million"),
    ("-5", "moins cinq"),
    ("50 pour cent ", "cinquante pour cent"),
    ("50 %", "cinquante pour cent"),
    ("007", "zéro zéro sept"),
    ("5 €", "cinq euros"),
    ("1 €", "un euro"),
    ("3,50 €", "trois euros et cinquante centimes"),
    ("$3 .50", "trois dollars et cinquante cents"),
    ("€3 millions", "trois millions de euros"),
    ("15/03/2024", "quinze mars deux mille vingt-quatre"),
    ("2024-03-01", "premier mars deux mille vingt-quatre"),
    ("15:30", "quinze heures trente"),
    ("15h30", "quinze heures trente"),
    ("15h", "quinze heures"),
    ("1:00", "une heure"),
    ("2.7.18", "deux point sept point dix-huit"),
    ("5 km", "cinq kilomètres"),
    ("1 h", "une heure"),
    ("20 °C", "vingt degrés Celsius"),
    ("5 m²", "cinq mètres carrés"),
    ("3 Go", "trois Go"),
    ("1/2", "un demi"),
    ("3/4", "trois quarts"),
    ("10-20", "dix à vingt"),
    ("2e étage", "deuxième étage"),
    ("3ème", "troisième"),
    ("1er", "premier"),
    ("1re", "première"),
    ("XIXe siècle", "dix-neuvième siècle"),
    ("Louis XIV", "Louis quatorze"),
    ("François Ier", "François premier"),
    ("chapitre V", "chapitre cinq"),
    ("M. Dupont", "monsieur Dupont"),
    ("n° 5", "numéro cinq"),
    ("01 23 45 67 12", "zéro un, vingt-trois, quarante-cinq, soixante-sept, douze"),
    ("user@example.com", "user arobase example point com"),
    ("/home/ana", "slash home slash ana"),
    ("x = 4", "x égale quatre"),
    ("x ≤ 5", "x inférieur ou égal à cinq"),
    ("x²", "x au carré"),
    ("#1", "numéro un"),
]


@pytest.mark.parametrize(("text", "words"), TABLE)
def test_french(text, words):
    assert_said(text, words, "fr", SAME)


@pytest.mark.parametrize(
    "text",
    [
        "1.234.567",
        "3,14",
        "50 %",
        "type 6/7",
        "J'ai 7 ans.",
        "l'iPhone d'Anna",
        "En 2020 l'équipe, en 2021 ma",
    ],
)
def test_what_espeak_reads_well_stays(text):
    assert form(text, "fr") == text
