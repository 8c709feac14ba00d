# SPDX-License-Identifier: GPL-3.0-or-later
"""Brazilian Portuguese: what is written in digits and signs, and the words a person would say for it."""

import pytest

from tests.text.normalizing.wording_tables import assert_said, form

SAME = [("z", "s"), ("w", "ʊ"), ("i", "y"), ("j", "y"), ("ɾə", "r")]
TABLE = [
    ("3 ,14", "três vírgula quatorze"),
    ("3 .14", "três ponto quatorze"),
    ("1.5", "um ponto cinco"),
    ("3,14159", "três vírgula um quatro um cinco nove"),
    ("-5", "menos cinco"),
    ("50 por cento ", "cinquenta por cento"),
    ("007", "zero zero sete"),
    ("R$ 5", "cinco reais"),
    ("R$ 1,00", "um real"),
    ("R$ 3,50", "três reais e cinquenta centavos"),
    ("5 €", "cinco euros"),
    ("R$ 5 milhões", "cinco milhões de reais"),
    ("15/03/2024", "quinze de março de dois mil e vinte e quatro"),
    ("2024-03-01", "primeiro de março de dois mil e vinte e quatro"),
    ("15:30", "quinze horas e trinta"),
    ("15h30", "quinze horas e trinta"),
    ("15:00", "quinze horas"),
    ("2.7.18", "dois ponto sete ponto dezoito"),
    ("5 km", "cinco quilômetros"),
    ("1 km", "um quilômetro"),
    ("1 h", "uma hora"),
    ("20 °C", "vinte graus Celsius"),
    ("60 km/h", "sessenta quilômetros por hora"),
    ("1/2", "um meio"),
    ("3/4", "três quartos"),
    ("10-20", "dez a vinte"),
    ("entre 10-20 arquivos", "entre dez e vinte arquivos"),
    ("das 9-18", "das nove às dezoito"),
    ("2024-2025", "dois mil e vinte e quatro a dois mil e vinte e cinco"),
    ("3.º", "terceiro"),
    ("Pedro II", "Pedro segundo"),
    ("século XIX", "século dezenove"),
    ("Sra. Lima", "senhora Lima"),
    ("pág. 7", "página sete"),
    ("user@example.com", "user arroba example ponto com"),
    ("/home/ana", "barra home barra ana"),
    ("3 × 4", "três vezes quatro"),
    ("x ≤ 5", "x menor ou igual a cinco"),
    ("(11) 91234-5678", "um um, nove um dois três quatro, cinco seis sete oito"),
    ("#1", "número um"),
]


@pytest.mark.parametrize(("text", "words"), TABLE)
def test_portuguese(text, words):
    assert_said(text, words, "pt-BR", SAME)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1.234.567", "um milhão duzentos e trinta e quatro mil quinhentos e sessenta e sete"),
        ("3,14", "três vírgula quatorze"),
        ("50%", "cinquenta por cento"),
        ("3º andar", "3º andar"),
        ("Eu tenho 7.", "Eu tenho sete."),
        ("22 mensagens, 200 pastas", "vinte e duas mensagens, duzentas pastas"),
        ("2.000 pessoas", "duas mil pessoas"),
    ],
)
def test_numbers_in_words(text, words):
    assert form(text, "pt-BR") == words
