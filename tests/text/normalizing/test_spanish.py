# SPDX-License-Identifier: GPL-3.0-or-later
"""Spanish: what is written in digits and signs, and the words a person would say for it."""

import pytest

from tests.text.normalizing.wording_tables import assert_said, form

# espeak-ng's tables of numbers and its rules for words differ in vowels and in how soft b, d and g are.
SAME = [
    ("β", "b"),
    ("ð", "d"),
    ("ɣ", "ɡ"),
    ("ŋ", "n"),
    ("ɛ", "e"),
    ("A", "ei"),
    ("I", "ai"),
    ("ʎ", "ʝ"),
    ("θj", "θi"),
]
TABLE = [
    ("3 ,14", "tres coma catorce"),
    ("3 .14", "tres punto catorce"),
    ("1 .234 ,56", "mil doscientos treintaicuatro coma cincuentaiséis"),
    ("1,234,567", "un millón doscientos treintaicuatro mil quinientos sesentaisiete"),
    ("1 234 567", "un millón doscientos treintaicuatro mil quinientos sesentaisiete"),
    ("1,234.56", "mil doscientos treintaicuatro coma cincuentaiséis"),
    ("3,14159", "tres coma uno cuatro uno cinco nueve"),
    ("-5", "menos cinco"),
    ("−5 grados", "menos cinco grados"),
    ("50 por ciento ", "cincuenta por ciento"),
    ("50%", "cincuenta por ciento"),
    ("007", "cero cero siete"),
    ("5 €", "cinco euros"),
    ("1 €", "un euro"),
    ("3,50 €", "tres euros con cincuenta céntimos"),
    ("$3 .50", "tres dólares con cincuenta centavos"),
    ("£1", "una libra"),
    ("€5 millones", "cinco millones de euros"),
    ("15/03/2024", "quince de marzo de dos mil veinticuatro"),
    ("entre 10-20 archivos", "entre diez y veinte archivos"),
    ("del 10-15 de mayo", "del diez al quince de mayo"),
    ("2024-03-15", "quince de marzo de dos mil veinticuatro"),
    ("a las 15:30", "a las quince treinta"),
    ("15:00", "quince horas"),
    ("2.7.18", "dos punto siete punto dieciocho"),
    ("192.168.0.1", "ciento noventaidós punto ciento sesentaiocho punto cero punto uno"),
    ("5 km", "cinco kilómetros"),
    ("1 km", "un kilómetro"),
    ("1 milla, 1 h", "una milla, una hora"),
    ("20 °C", "veinte grados Celsius"),
    ("60 km/h", "sesenta kilómetros por hora"),
    ("5 m²", "cinco metros cuadrados"),
    ("1/2", "un medio"),
    ("3/4", "tres cuartos"),
    ("1½", "uno y un medio"),
    ("10-20", "diez a veinte"),
    ("1er piso, 3.º piso, 2ª vez", "primer piso, tercero piso, segunda vez"),
    ("Felipe II", "Felipe segundo"),
    ("Isabel I", "Isabel primera"),
    ("Alfonso XIII", "Alfonso trece"),
    ("siglo XIX", "siglo diecinueve"),
    ("capítulo V", "capítulo cinco"),
    ("Sr. Pérez", "señor Pérez"),
    ("EE. UU. y", "Estados Unidos y"),
    ("pág. 5", "página cinco"),
    ("user@example.com", "user arroba example punto com"),
    ("/home/ana", "barra home barra ana"),
    ("3 × 4", "tres por cuatro"),
    ("x ≤ 5", "x menor o igual que cinco"),
    ("x²", "x al cuadrado"),
    ("912 345 678", "nueve uno dos, tres cuatro cinco, seis siete ocho"),
    ("#1", "número uno"),
    ("C#", "C sharp"),
]


@pytest.mark.parametrize(("text", "words"), TABLE)
def test_spanish(text, words):
    assert_said(text, words, "es", SAME)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1.234.567", "un millón doscientos treinta y cuatro mil quinientos sesenta y siete"),
        ("1.234,56", "mil doscientos treinta y cuatro coma cincuenta y seis"),
        ("15:30", "quince treinta"),
        ("18:05", "dieciocho cero cinco"),
        ("El 50% de 7.", "El cincuenta por ciento de siete."),
        ("¿Qué tal, iPhone?", "¿Qué tal, iPhone?"),
        ("En 2020 mi casa ha", "En dos mil veinte mi casa ha"),
        ("2.100.000 personas", "dos millones cien mil personas"),
        ("200.000 mesas", "doscientas mil mesas"),
        ("31 días, 31 noches", "treinta y un días, treinta y una noches"),
        ("101 problemas", "ciento un problemas"),
        ("1 2 3", "uno dos tres"),
        ("0,05", "cero coma cero cinco"),
    ],
)
def test_numbers_in_words(text, words):
    assert form(text, "es") == words
