# SPDX-License-Identifier: GPL-3.0-or-later
"""Hindi. espeak-ng says numbers (in lakhs) and percents; here is what it does not know."""

from __future__ import annotations

from kokoro_speechd.text.normalizing import numbers
from kokoro_speechd.text.normalizing.common import common_rules
from kokoro_speechd.text.normalizing.rules import Rule, instead, rule
from kokoro_speechd.text.normalizing.wording import Currency, Wording

_ADDRESS = {
    ".": "डॉट", "/": "स्लैश", "\\": "बैकस्लैश", "@": "ऐट", ":": "कोलन", "-": "डैश", "_": "अंडरस्कोर",
    "?": "प्रश्न चिह्न", "=": "बराबर", "&": "और", "#": "हैश", "%": "प्रतिशत", "+": "प्लस", "~": "टिल्ड",
}  # fmt: skip
_SIGNS = {
    "±": "प्लस या माइनस", "×": "गुणा", "÷": "भाग", "+": "प्लस", "≤": "से कम या बराबर", "≥": "से अधिक या बराबर",
    "≠": "बराबर नहीं", "≈": "लगभग", "√": "वर्गमूल", "∞": "अनंत", "<": "से कम", ">": "से अधिक", "°": "डिग्री",
    "№": "नंबर", "§": "अनुभाग", "&": "और", "←": "बायाँ तीर", "→": "दायाँ तीर", "↑": "ऊपर तीर", "↓": "नीचे तीर",
    "₹": "रुपये", "€": "यूरो", "£": "पाउंड", "¥": "येन", "−": "माइनस",
}  # fmt: skip
_CURRENCIES = {
    "₹": Currency("1 रुपया", "रुपये", "1 पैसा", "पैसे"), "INR": Currency("1 रुपया", "रुपये", "1 पैसा", "पैसे"),
    "Rs.": Currency("1 रुपया", "रुपये", "1 पैसा", "पैसे"), "Rs": Currency("1 रुपया", "रुपये", "1 पैसा", "पैसे"),
    "$": Currency("1 डॉलर", "डॉलर", "1 सेंट", "सेंट"), "US$": Currency("1 डॉलर", "डॉलर", "1 सेंट", "सेंट"),
    "USD": Currency("1 डॉलर", "डॉलर", "1 सेंट", "सेंट"), "€": Currency("1 यूरो", "यूरो", "1 सेंट", "सेंट"),
    "EUR": Currency("1 यूरो", "यूरो", "1 सेंट", "सेंट"), "£": Currency("1 पाउंड", "पाउंड", "1 पेंस", "पेंस"),
    "¥": Currency("1 येन", "येन"),
}  # fmt: skip
_ABBREVIATIONS = {
    "डॉ.": "डॉक्टर", "डा.": "डॉक्टर", "प्रो.": "प्रोफ़ेसर", "रु.": "रुपये", "सं.": "संख्या", "कि.मी.": "किलोमीटर",
    "कि.ग्रा.": "किलोग्राम",
}  # fmt: skip
_QUARTERS = {(1, 2): "आधा", (1, 4): "एक चौथाई", (3, 4): "तीन चौथाई", (1, 3): "एक तिहाई", (2, 3): "दो तिहाई"}
_ORDINALS = {
    1: "पहला",
    2: "दूसरा",
    3: "तीसरा",
    4: "चौथा",
    5: "पाँचवाँ",
    6: "छठा",
    7: "सातवाँ",
    8: "आठवाँ",
    9: "नौवाँ",
}


def _clock(hour: int, minute: int, second: int | None) -> str:
    if not minute and second is None:
        return f"{hour} बजे"
    said = f"{hour} बजकर {minute} मिनट"
    return said if second is None else f"{said} {second} सेकंड"


def _fraction(above: int, below: int) -> str:
    return _QUARTERS.get((above, below)) or f"{above} बटा {below}"


def ordinal(number: int) -> str:
    """Return an ordinal; from ten on the number with its ending."""
    return _ORDINALS.get(number) or f"{number} वाँ"


def build(_language: str) -> tuple[Wording, list[Rule]]:
    """Return the wording and the rules."""
    wording = Wording(
        locale="hi",
        decimal=".",
        comma="दशमलव",
        point="पॉइंट",
        minus="माइनस",
        plus="प्लस",
        to="से",
        ratio="अनुपात",
        times_power="की घात",
        squared="का वर्ग",
        cubed="का घन",
        number="नंबर",
        hashtag="हैशटैग",
        sharp="शार्प",
        address=_ADDRESS,
        signs=_SIGNS,
        currencies=_CURRENCIES,
        money_and="और",
        scales={"करोड़": "", "लाख": "", "हज़ार": "", "अरब": ""},
        clock=_clock,
        fraction=_fraction,
        mixed=" पूर्ण ",
        phone=r"[6-9][0-9]{4}[ -]?[0-9]{5}",
        abbreviations=_ABBREVIATIONS,
    )
    lakhs = rule(
        r"(?<![\w.,])[0-9]{1,2}(?:,[0-9]{2}){1,5},[0-9]{3}(?!,?[0-9])",
        instead(lambda match: match[0].replace(",", "")),
        ",",
    )
    return wording, common_rules(wording, [lakhs, numbers.list_rule()])
