# SPDX-License-Identifier: GPL-3.0-or-later
"""French: what is written in digits and signs, and the words a person would say for it."""

import pytest

from tests.text.normalizing.wording_tables import assert_said, form

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
    ("3 Go", "trois gigaoctets"),
    ("1/2", "un demi"),
    ("3/4", "trois quarts"),
    ("10-20", "dix à vingt"),
    ("entre 10-20 fichiers", "entre dix et vingt fichiers"),
    ("du 10-15 mars", "du dix au quinze mars"),
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
    ("text", "words"),
    [
        ("1.234.567", "un million deux cent trente-quatre mille cinq cent soixante-sept"),
        ("3,14", "trois virgule quatorze"),
        ("50 %", "cinquante pour cent"),
        ("type 6/7", "type six /sept"),
        ("J'ai 7 ans.", "J'ai sept ans."),
        ("l'iPhone d'Anna", "l'iPhone d'Anna"),
        ("En 2020 l'équipe, en 2021 ma", "En deux mille vingt l'équipe, en deux mille vingt-et-un ma"),
        ("21 images, 81 pages, 1 message", "vingt-et-une images, quatre-vingt-une pages, un message"),
        ("page 1 de 5", "page un de cinq"),
    ],
)
def test_numbers_in_words(text, words):
    assert form(text, "fr") == words
