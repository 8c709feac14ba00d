# SPDX-License-Identifier: GPL-3.0-or-later
"""Hindi. espeak-ng says numbers (in lakhs) and percents; here is what it does not know."""

from __future__ import annotations

import re

from kokoro_speechd.text.normalizing import numbers
from kokoro_speechd.text.normalizing.common import common_rules
from kokoro_speechd.text.normalizing.figures import one_by_one
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
_OWN_UNITS = {
    "kΩ": ("किलोओम", "किलोओम"), "MΩ": ("मेगाओम", "मेगाओम"), "dB": ("डेसिबल", "डेसिबल"), "sec": ("सेकंड", "सेकंड"),
    "secs": ("सेकंड", "सेकंड"), "hr": ("घंटा", "घंटे"), "hrs": ("घंटा", "घंटे"), "mAh": ("मिलीएम्पियर घंटा",
    "मिलीएम्पियर घंटे"), "mV": ("मिलीवोल्ट", "मिलीवोल्ट"), "kV": ("किलोवोल्ट", "किलोवोल्ट"),
    "rpm": ("चक्कर प्रति मिनट", "चक्कर प्रति मिनट"),
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
    "कि.ग्रा.": "किलोग्राम", "किमी": "किलोमीटर", "किग्रा": "किलोग्राम", "सेमी": "सेंटीमीटर",
}  # fmt: skip
_LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [
            "ए",
            "बी",
            "सी",
            "डी",
            "ई",
            "एफ़",
            "जी",
            "एच",
            "आई",
            "जे",
            "के",
            "एल",
            "एम",
            "एन",
            "ओ",
            "पी",
            "क्यू",
            "आर",
            "एस",
            "टी",
            "यू",
            "वी",
            "डब्ल्यू",
            "एक्स",
            "वाई",
            "ज़ेड",
        ],
        strict=True,
    )
)
_UNITS = {
    "किमी": "किलोमीटर", "मी": "मीटर", "सेमी": "सेंटीमीटर", "मिमी": "मिलीमीटर", "किग्रा": "किलोग्राम",
    "ग्रा": "ग्राम", "मिग्रा": "मिलीग्राम", "ली": "लीटर", "मिली": "मिलीलीटर", "जीबी": "गीगाबाइट",
    "एमबी": "मेगाबाइट", "केबी": "किलोबाइट", "टीबी": "टेराबाइट",
}  # fmt: skip
_TIME = r"(?<![\w:.,])(?P<hour>[01]?[0-9]|2[0-4]):(?P<minute>[0-5][0-9])"
_HALVES = {1: "डेढ़", 2: "ढाई"}
"""Half past an hour, where that is no साढ़े."""
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
    if second == 0 and not minute:
        second = None
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
        letter_names=_LETTERS,
        said_initialisms={
            "LED": "एल ई डी",
            "SIM": "सिम",
            "PIN": "पिन",
            "RAM": "रैम",
            "ROM": "रोम",
            "LAN": "लैन",
            "GIF": "जिफ़",
            "JPEG": "जेपेग",
            "OK": "ओके",
            "BIOS": "बायोस",
            "NASA": "नासा",
        },
        percent="प्रतिशत",
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

    def say_half_day(match: re.Match[str]) -> str:
        half = "ए एम" if match["half"] in "aA" else "पी एम"
        return f"{_clock(int(match['hour']), int(match['minute']), None)} {half}"

    def say_oclock(match: re.Match[str]) -> str:
        hour, minute = int(match["hour"]), int(match["minute"])
        if minute == 30 and hour in _HALVES:
            return f"{_HALVES[hour]} बजे"
        if minute in (15, 30):
            return f"{'सवा' if minute == 15 else 'साढ़े'} {hour} बजे"
        if minute == 45:
            return f"पौने {hour % 12 + 1 if hour < 13 else hour + 1} बजे"
        return _clock(hour, minute, None)

    first = [
        # "10:00 बजे": the hour has its word already.
        rule(rf"{_TIME}[ ]?बजे(?!\w)", instead(say_oclock), ":"),
        rule(rf"{_TIME}[ ]?(?P<half>[aApP])\.?[mM]\.?(?!\w)", instead(say_half_day), ":"),
    ]
    own = [
        rule(
            rf"(?<![\w.,])[0-9][0-9,.]*[ ]?(?P<unit>{'|'.join(map(re.escape, _UNITS))})(?![\w\u0900-\u094d])",
            lambda match: [(*match.span("unit"), _UNITS[match["unit"]])],
        ),
        # The phonemizer says no digits behind a point one by one.
        rule(
            r"(?<![\w.,])(?P<whole>[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{2,3}){1,6})\.(?P<decimals>[0-9]{1,9})(?![0-9]|[.,][0-9])",
            instead(lambda match: f"{match['whole'].replace(',', '')} दशमलव {one_by_one(match['decimals'])}"),
            ".",
        ),
        rule(
            r"(?<![\w.,:/-])(?P<century>1[1-9])(?P<year>[0-9]{2})(?![\w:/-]|[.,][0-9])",
            instead(
                lambda match: (
                    f"{match['century']} सौ" + (f" {int(match['year'])}" if int(match["year"]) else "")
                )
            ),
        ),
        rule(r"(?<![\w.,])([0-9]{1,2})(?:st|nd|rd|th)(?!\w)", instead(lambda match: ordinal(int(match[1])))),
    ]
    lakhs = rule(
        r"(?<![\w.,])[0-9]{1,2}(?:,[0-9]{2}){1,5},[0-9]{3}(?!,?[0-9])",
        instead(lambda match: match[0].replace(",", "")),
        ",",
    )
    return wording, common_rules(
        wording, [*own, lakhs, numbers.list_rule()], first=first, own_units=_OWN_UNITS
    )
