# SPDX-License-Identifier: GPL-3.0-or-later
"""Hindi: what is written in digits and signs, and the words a person would say for it."""

import pytest

from tests.text.normalizing.wording_tables import assert_said, form

# espeak-ng's tables of numbers and its rules for words differ in these.
SAME = [
    ("ʌ", "ə"),
    ("ɪj", "j"),
    ("a\u0303nc", "a\u0303c"),
    ("z", "ɟ"),
    ("dəʃəmələʋ", "dəsəmloː"),
    ("iːs", "is"),
]
TABLE = [
    ("3 .14", "तीन दशमलव एक चार"),
    ("३.१४", "तीन दशमलव एक चार"),
    ("1,2,3", "एक, दो, तीन"),
    ("1,00,000", "एक लाख"),
    ("3.14159", "तीन दशमलव एक चार एक पाँच नौ"),
    ("-5", "माइनस पाँच"),
    ("007", "शून्य शून्य सात"),
    ("₹5", "पाँच रुपये"),
    ("₹1,234.56", "एक हज़ार दो सौ चौंतीस रुपये और छप्पन पैसे"),
    ("$3 .50", "तीन डॉलर और पचास सेंट"),
    ("₹5 करोड़", "पाँच करोड़ रुपये"),
    ("15/03/2024", "पंद्रह मार्च दो हज़ार चौबीस"),
    ("2024-03-15", "पंद्रह मार्च दो हज़ार चौबीस"),
    ("15:30", "पंद्रह बजकर तीस मिनट"),
    ("15:00", "पंद्रह बजे"),
    ("2.7.18", "दो पॉइंट सात पॉइंट अठारह"),
    ("5 km", "पाँच किलोमीटर"),
    ("20 °C", "बीस डिग्री सेल्सियस"),
    ("3 GB", "तीन गीगाबाइट"),
    ("1/2", "आधा"),
    ("3/4", "तीन चौथाई"),
    ("2/5", "दो बटा पाँच"),
    ("10-20", "दस से बीस"),
    ("डॉ. शर्मा", "डॉक्टर शर्मा"),
    ("user@example.com", "user ऐट example डॉट com"),
    ("3 × 4", "तीन गुणा चार"),
    ("x²", "x का वर्ग"),
    ("98765 43210", "नौ आठ सात छह पाँच, चार तीन दो एक शून्य"),
    ("#1", "नंबर एक"),
]


@pytest.mark.parametrize(("text", "words"), TABLE)
def test_hindi(text, words):
    assert_said(text, words, "hi", SAME)


@pytest.mark.parametrize("text", ["1,234", "यह 7 है।", "1234567"])
def test_what_espeak_reads_well_stays(text):
    assert form(text, "hi") == text
