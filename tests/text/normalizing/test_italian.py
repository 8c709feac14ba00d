# SPDX-License-Identifier: GPL-3.0-or-later
"""Italian: what is written in digits and signs, and the words a person would say for it."""

import pytest

from tests.text.normalizing.wording_tables import assert_said, form

SAME = [
    ("ː", ""),
    ("ʊ", "u"),
    ("ɪ", "i"),
    ("ɛ", "e"),
    ("ɔ", "o"),
    ("ɾ", "r"),
    ("mdiʧ", "ndiʧ"),
    ("sej", "sei"),
]
TABLE = [
    ("3 ,14", "tre virgola quattordici"),
    ("3 .14", "tre punto quattordici"),
    ("1,234.56", "mille duecento trentaquattro virgola cinquantasei"),
    ("3,14159", "tre virgola uno quattro uno cinque nove"),
    ("-5", "meno cinque"),
    ("50 per cento ", "cinquanta per cento"),
    ("007", "zero zero sette"),
    ("5 €", "cinque euro"),
    ("1 €", "un euro"),
    ("3,50 €", "tre euro e cinquanta"),
    ("$3 .50", "tre dollari e cinquanta"),
    ("15/03/2024", "quindici marzo duemila ventiquattro"),
    ("2024-03-01", "primo marzo duemila ventiquattro"),
    ("15:30", "quindici e trenta"),
    ("15:00", "quindici"),
    ("2.7.18", "due punto sette punto diciotto"),
    ("5 km", "cinque chilometri"),
    ("1 km", "un chilometro"),
    ("1 h", "un'ora"),
    ("20 °C", "venti gradi Celsius"),
    ("60 km/h", "sessanta chilometri orari"),
    ("1/2", "un mezzo"),
    ("3/4", "tre quarti"),
    ("10-20", "da dieci a venti"),
    ("Leggi le pagine 3-5.", "Leggi le pagine da tre a cinque."),
    ("10-15 €", "da dieci a quindici euro"),
    ("10-15 kg", "da dieci a quindici chilogrammi"),
    ("3-5 giorni", "da tre a cinque giorni"),
    ("1939–1945", "da millenovecentotrentanove a millenovecentoquarantacinque"),
    ("da 10-15 euro", "da dieci a quindici euro"),
    ("per 2-3 giorni", "per due a tre giorni"),
    ("tra 10-15 minuti", "tra dieci e quindici minuti"),
    ("dal 2010-2015", "dal duemiladieci al duemilaquindici"),
    ("Orario: 9:00-18:00", "Orario: dalle nove alle diciotto"),
    ("ha perso 1-2", "ha perso uno a due"),
    ("ha vinto 3-1", "ha vinto tre uno"),
    ("Capitolo I", "Capitolo primo"),
    ("Sig. Rossi", "signor Rossi"),
    ("n. 5", "numero cinque"),
    ("pag. 7", "pagina sette"),
    ("user@example.com", "user chiocciola example punto com"),
    ("/home/ana", "barra home barra ana"),
    ("3 × 4", "tre per quattro"),
    ("x ≤ 5", "x minore o uguale a cinque"),
    ("x²", "x al quadrato"),
    ("333 123 4567", "tre tre tre, uno due tre, quattro cinque sei sette"),
    ("#1", "numero uno"),
]


@pytest.mark.parametrize(("text", "words"), TABLE)
def test_italian(text, words):
    assert_said(text, words, "it", SAME)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1.234.567", "un milione e duecentotrentaquattromilacinquecentosessantasette"),
        ("3,14", "tre virgola quattordici"),
        ("50%", "cinquanta per cento"),
        ("XIX secolo", "XIX secolo"),
        ("3º piano", "3º piano"),
        ("Enrico VIII", "Enrico VIII"),
        ("Nel 2020 ha vinto, ma nel 2021 mi", "Nel duemilaventi ha vinto, ma nel duemilaventuno mi"),
        ("1 ora, 1 studente, 1 file, 1 di 5", "un'ora, uno studente, un file, uno di cinque"),
    ],
)
def test_numbers_in_words(text, words):
    assert form(text, "it") == words
