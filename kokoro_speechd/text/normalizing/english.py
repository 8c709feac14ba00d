# SPDX-License-Identifier: GPL-3.0-or-later
"""English. misaki says numbers, years, ordinals and decimals; here is what it does not know."""

from __future__ import annotations

import datetime as dt
import re

from kokoro_speechd.text.normalizing import numbers
from kokoro_speechd.text.normalizing.common import common_rules, ordinal_word
from kokoro_speechd.text.normalizing.figures import one_by_one, spelled
from kokoro_speechd.text.normalizing.roman import ROMAN, SMALL_WORD, say_numeral, value, words
from kokoro_speechd.text.normalizing.rules import Edits, Rule, instead, rule
from kokoro_speechd.text.normalizing.wording import Currency, Wording

_ADDRESS = {
    ".": "dot", "/": "slash", "\\": "backslash", "@": "at", ":": "colon", "-": "dash", "_": "underscore",
    "?": "question", "=": "equals", "&": "and", "#": "hash", "%": "percent", "+": "plus", "~": "tilde",
}  # fmt: skip
_SIGNS = {
    "±": "plus or minus", "×": "times", "÷": "divided by", "≤": "less than or equal to",
    "≥": "greater than or equal to", "≠": "not equal to", "≈": "approximately", "√": "square root of",
    "∞": "infinity", "<": "less than", ">": "greater than", "∑": "sum", "∫": "integral", "∆": "delta",
    "‰": "per mille", "№": "number", "§": "section", "¶": "paragraph", "†": "dagger", "‡": "double dagger",
    "←": "left arrow", "→": "right arrow", "↑": "up arrow", "↓": "down arrow", "°": "degrees",
    "->": "arrow", "=>": "arrow", "<=": "less than or equal to", ">=": "greater than or equal to",
    "!=": "not equal to", "==": "equals", "&&": "and", "||": "or",
    "¢": "cents", "|": "vertical bar", "\\": "backslash", "℃": "degrees Celsius", "℉": "degrees Fahrenheit",
    "₹": "rupees", "₽": "rubles", "₩": "won", "¥": "yen",
}  # fmt: skip
_DOLLAR = Currency("1 dollar", "dollars", "1 cent", "cents")
_CURRENCIES = {
    "$": _DOLLAR, "US$": Currency("1 US dollar", "US dollars", "1 cent", "cents"), "USD": _DOLLAR,
    "A$": Currency("1 Australian dollar", "Australian dollars", "1 cent", "cents"),
    "NZ$": Currency("1 New Zealand dollar", "New Zealand dollars", "1 cent", "cents"),
    "HK$": Currency("1 Hong Kong dollar", "Hong Kong dollars", "1 cent", "cents"),
    "C$": Currency("1 Canadian dollar", "Canadian dollars", "1 cent", "cents"),
    "€": Currency("1 euro", "euros", "1 cent", "cents"),
    "EUR": Currency("1 euro", "euros", "1 cent", "cents"),
    "£": Currency("1 pound", "pounds", "1 penny", "pence"),
    "GBP": Currency("1 pound", "pounds", "1 penny", "pence"),
    "¥": Currency("1 yen", "yen"), "JPY": Currency("1 yen", "yen"),
    "₹": Currency("1 rupee", "rupees", "1 paisa", "paise"),
    "R$": Currency("1 real", "reais", "1 cent", "cents"),
    "CHF": Currency("1 Swiss franc", "Swiss francs"), "₽": Currency("1 ruble", "rubles"),
    "₩": Currency("1 won", "won"),
}  # fmt: skip
_SYMBOLS = "$€£"
_ALONE = {"$": "dollar", "€": "euro", "£": "pound"}
_SCALES = {"million": "", "billion": "", "trillion": "", "thousand": "", "hundred": ""}
_SHORT_SCALES = {
    "k": "thousand", "K": "thousand", "M": "million", "m": "million", "bn": "billion", "B": "billion",
    "T": "trillion", "tn": "trillion", "mn": "million", "Bn": "billion",
}  # fmt: skip
_ABBREVIATIONS = {
    # Capitals that are no letters to spell, and no two words.
    "CUDA": "cuda", "IKEA": "Ikea", "openSUSE": "opensuse", "PulseAudio": "pulse audio",
    "SELinux": "S E Linux",
    "e.g.": "for example", "i.e.": "that is", "cf.": "compare", "w/o": "without", "w/": "with",
    "IPv4": "I P V 4", "IPv6": "I P V 6", ".NET": "dot NET", "systemctl": "system C T L", "LaTeX": "lay tech",
    "journalctl": "journal C T L", "loginctl": "login C T L", "PgUp": "page up", "PgDn": "page down",
    "PgDown": "page down", "Ins": "insert", "Esc": "escape", "PrtSc": "print screen",
    "PrtScn": "print screen",
    "PrtScr": "print screen", "ScrLk": "scroll lock", "NumLk": "num lock", "CapsLk": "caps lock",
    "BkSp": "backspace", "AltGr": "alt G R", "SysRq": "system request", "Bksp": "backspace",
    "WWI": "World War 1", "WWII": "World War 2", "WW1": "World War 1", "WW2": "World War 2",
}  # fmt: skip
# Only before a name: "Gen. Lee".
_KEYS = "Ctrl|Alt|Shift|Super|Meta|Win|Cmd|Fn|AltGr|Control|Orca|Insert|NVDA"
_TITLES = {
    "Gen.": "general", "Rev.": "reverend", "Sen.": "senator", "Rep.": "representative", "Ft.": "fort",
    "Hon.": "honorable", "Pres.": "president", "Cpl.": "corporal", "Pvt.": "private", "Maj.": "major",
    "Col.": "colonel", "Cmdr.": "commander", "Adm.": "admiral", "Supt.": "superintendent", "Mx.": "mix",
    "Pt.": "point", "Mtn.": "mountain",
}  # fmt: skip
# Only behind a name or an ordinal: "1st Ave", "Main St".
_STREETS = {
    "Ave": "avenue", "Blvd": "boulevard", "Rd": "road", "Ln": "lane", "Hwy": "highway", "Pkwy": "parkway",
    "St": "street", "Dr": "drive", "Ct": "court", "Pl": "place", "Sq": "square",
}  # fmt: skip
_OWN_UNITS = {
    "KiB": ("kibibyte", "kibibytes"), "MiB": ("mebibyte", "mebibytes"), "GiB": ("gibibyte", "gibibytes"),
    "TiB": ("tebibyte", "tebibytes"), "dB": ("decibel", "decibels"), "rpm": ("RPM", "RPM"),
    "fps": ("frames per second", "frames per second"), "mAh": ("milliampere hour", "milliampere hours"),
    "Ah": ("ampere hour", "ampere hours"), "Wh": ("watt hour", "watt hours"), "kΩ": ("kilo ohm", "kilo ohms"),
    "MΩ": ("mega ohm", "mega ohms"), "mV": ("millivolt", "millivolts"), "kV": ("kilovolt", "kilovolts"),
    "µA": ("microampere", "microamperes"), "mW": ("milliwatt", "milliwatts"),
    "µF": ("microfarad", "microfarads"), "nF": ("nanofarad", "nanofarads"), "lm": ("lumen", "lumens"),
    "hr": ("hour", "hours"), "hrs": ("hour", "hours"), "sec": ("second", "seconds"),
    "secs": ("second", "seconds"), "mins": ("minute", "minutes"), "wk": ("week", "weeks"),
    "wks": ("week", "weeks"), "yr": ("year", "years"), "yrs": ("year", "years"), "mo": ("month", "months"),
    "mos": ("month", "months"), "msec": ("millisecond", "milliseconds"), "qt": ("quart", "quarts"),
    "pt": ("pint", "pints"), "gal": ("gallon", "gallons"), "tbsp": ("tablespoon", "tablespoons"),
    "tsp": ("teaspoon", "teaspoons"), "yds": ("yard", "yards"), "sq ft": ("square foot", "square feet"),
    "cu ft": ("cubic foot", "cubic feet"), "sq mi": ("square mile", "square miles"), "pcs": ("piece",
    "pieces"),
    "MPG": ("mile per gallon", "miles per gallon"), "mpg": ("mile per gallon", "miles per gallon"),
    "GT/s": ("gigatransfer per second", "gigatransfers per second"),
}  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_SHORT_MONTHS = {month[:3]: month for month in _MONTHS} | {"Sept": "September"}
_DAYS = {
    "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
    "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip
_SURE_DAYS = frozenset(("Mon", "Tue", "Tues", "Wed", "Thu", "Thur", "Thurs", "Fri"))
"""Days that are no words: "Sat" and "Sun" are."""
_DENOMINATORS = frozenset({12, 16, 32, 64})
_ANY_MONTH = "|".join((*_MONTHS, *_SHORT_MONTHS))
_DATE_BEHIND = re.compile(rf"\.?,?[ ](?:[0-9]|(?:{_ANY_MONTH})\b)")
_DAY_BEHIND = re.compile(rf"[ ]?[–/-][ ]?(?:{'|'.join(_DAYS)})\b")
_DAY_BEFORE = re.compile(rf"(?:{'|'.join(_DAYS)}|day)\.?[ ]?[–/-][ ]?\Z")
_NO_MONDAY = re.compile(r"[ ](?:Dieu|ami|amour|Calamari)")
_PARTS = words(
    "chapter part section volume book act scene appendix article title lesson unit episode war bowl"
)
_KINDS = words("phase type class level grade stage season figure table mark tier")
_COUNTED = words("page part step slide item track tab")
_RULERS = (
    "Henry|Louis|Elizabeth|Charles|George|Edward|James|William|Richard|Philip|Francis|Frederick|Napoleon|"
    "Catherine|Peter|Alexander|Nicholas|Pius|Benedict|Gregory|Clement|Leo|Paul|Innocent|Urban|Ferdinand|"
    "Alfonso|Otto|Mary|Ivan|Christian|Gustav|Ramesses|Ramses|Ptolemy|Felipe|Juan[ ]Carlos|Wilhelm|Friedrich"
)


def ordinal(number: int) -> str:
    """Return an ordinal in digits, as misaki reads it: 21 → "21st"."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _british_digits(group: str) -> str:
    """Return the digits of a telephone number as they are told in Britain: "7700" → "double 7 double oh"."""
    said: list[str] = []
    place = 0
    while place < len(group):
        twice = group[place : place + 2] == group[place] * 2
        said.append(("double " if twice else "") + ("oh" if group[place] == "0" else group[place]))
        place += 2 if twice else 1
    return " ".join(said)


def _say_key(match: re.Match[str]) -> Edits:
    return [(*match.span(1), match[1].lower())]


def _say_plus(match: re.Match[str]) -> Edits:
    places = [match.start() + place for place, char in enumerate(match[0]) if char == "+"]
    return [(place, place + 1, " plus ") for place in places]


def _say_it(match: re.Match[str]) -> Edits:
    """Spell "IT" where the words around are not in capitals, too."""
    text, start, end = match.string, match.start(), match.end()
    around = re.findall(r"[A-Za-z]{2,}", text[max(0, start - 20) : start])[-1:]
    around += re.findall(r"[A-Za-z]{2,}", text[end : end + 20])[:1]
    return [] if any(word.isupper() for word in around) else [(start, end, "I T")]


def _say_day(match: re.Match[str]) -> Edits:
    """Say a day; "Sat" and "Sun" are some only at a date, at another day, or alone."""
    text, start, end = match.string, match.start(), match.end(1)
    alone = not text[:start].strip() and not text[match.end() :].strip()
    at_date = _DATE_BEHIND.match(text, end)
    at_day = _DAY_BEHIND.match(text, end) or _DAY_BEFORE.search(text[max(0, start - 12) : start])
    if match[1] not in _SURE_DAYS and not (alone or at_date or at_day):
        return []
    if text[end : end + 1] in ("'", "’") or _NO_MONDAY.match(text, end):
        return []
    stop = match[0].endswith(".") and at_date is not None
    return [(start, match.end() if stop else end, _DAYS[match[1]])]


def _say_street_of_name(match: re.Match[str]) -> Edits:
    """Say "avenue" behind a name or an ordinal: "1st Ave", "Park Ave", not "Ave Maria"."""
    before = match.string[max(0, match.start() - 2) : match.start()]
    return [(*match.span(), _STREETS[match[0]])] if re.fullmatch("[a-z] ", before) else []


def _say_street(match: re.Match[str]) -> Edits:
    return [(*match.span("short"), _STREETS[match["short"]])]


def _amount_touches(match: re.Match[str]) -> bool:
    """Tell whether a number stands directly before or behind a currency sign."""
    text, start, end = match.string, *match.span()
    return text[end : end + 1].isdigit() or text[max(0, start - 1) : start].isdigit()


def _american_date(date: dt.date) -> str:
    return f"{_MONTHS[date.month - 1]} {ordinal(date.day)}, {date.year}"


def _british_date(date: dt.date) -> str:
    return f"{ordinal(date.day)} {_MONTHS[date.month - 1]} {date.year}"


def _clock(hour: int, minute: int, second: int | None) -> str:
    if minute == 0 and second is None:
        return f"{hour} o'clock" if 1 <= hour <= 12 else f"{hour} hundred"
    said = f"{hour} {minute}" if minute > 9 else f"{hour} oh {minute}"
    if second is None:
        return said
    return f"{said} {second}" if second > 9 else f"{said} {'oh' if second else 0} {second}"


def _fraction(above: int, below: int) -> str | None:
    if below in (2, 4):
        name = "half" if below == 2 else "quarter"
        return f"a {name}" if above == 1 else f"{above} {name}s"
    if below > 10 and below not in _DENOMINATORS:
        return None  # "24/7", "9/11"
    name = ordinal_word(below, "en")
    return f"{above} {name}" if above == 1 else f"{above} {name}s"


def _say_half_day(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    said = str(hour) if minute == 0 else _clock(hour, minute, None)
    return f"{said} {match[3].upper()}M"


def _say_month(match: re.Match[str]) -> Edits:
    return [(*match.span("whole"), _SHORT_MONTHS[match["month"]])]


def _say_month_day(match: re.Match[str]) -> Edits:
    day = int(match["day"])
    if not 1 <= day <= 31:
        return []
    month = _SHORT_MONTHS.get(match["month"], match["month"])
    return sorted([(*match.span("whole"), month), (*match.span("day"), ordinal(day))])


def _say_decimals(match: re.Match[str]) -> str:
    return f"{match[1]} point {one_by_one(match[2])}"


def _first_rules() -> list[Rule]:
    return [
        rule(
            r"(?<![\w:.,])(1[0-2]|0?[1-9])[:.]([0-5][0-9])[ ]?([apAP])\.?[mM](?!\w)", instead(_say_half_day)
        ),
        rule(
            r"(?<![\w.,])([0-9]{1,2})[ ]?(?:ft|['′])[ ]?([0-9]{1,2})[ ]?in(?!\w)",
            instead(lambda m: f"{m[1]} foot {m[2]}"),
        ),
    ]


def _own_rules() -> list[Rule]:
    def say_ruler(match: re.Match[str]) -> Edits:
        return [(*match.span(1), "the " + ordinal(value(match[1])))]

    return [
        # "sq." and "cu." before "ft", and 10 inches by a stop that ends no sentence.
        rule(
            r"(?<![\w.,])(?:[0-9][0-9,.]{0,12})[ ]?(in\.)(?=[ ][a-z(]|[ ]?[x×][ ]?[0-9]|[,;)])",
            lambda match: [(*match.span(1), "inch" if match[0].startswith("1 ") else "inches")],
        ),
        rule(r"(?<![\w.,])[0-9][0-9,.]{0,12}(″)", lambda match: [(*match.span(1), "inches")], "″"),
        rule(r"(?<!\w)([0-9]{1,2})['′][ ]?([0-9]{1,2})[\"″]", instead(lambda m: f"{m[1]} foot {m[2]}"), "'′"),
        rule(
            r"(?<![\w.])[0-9]{1,6}([ ]?x[ ]?)(?=[0-9]{1,6}(?![0-9A-Za-z_]))",
            lambda match: [(*match.span(1), " by ")],
            "x",
        ),
        rule(
            rf"""(?<!\w)(?P<whole>(?P<month>{_ANY_MONTH})\.?)[ ](?P<day>[0-9]{{1,2}})
                 (?![\w:/–-]|[.,][0-9]|[ ]?%)""",
            _say_month_day,
        ),
        rule(
            rf"(?<![\w.,:/-])(?P<day>[0-9]{{1,2}})[ ](?P<whole>(?P<month>{_ANY_MONTH})\b\.?)", _say_month_day
        ),
        rule(
            rf"""(?<!\w)(?P<whole>(?P<month>{"|".join(_SHORT_MONTHS)})\.?)[ ]
                 (?=(?:[12]?[0-9]|3[01])(?:st|nd|rd|th)\b|(?:1[0-9]|20)[0-9]{{2}}(?!\w))""",
            _say_month,
        ),
        rule(
            rf"(?<![\w.,])[0-9]{{1,2}}(?:st|nd|rd|th)[ ](?P<whole>(?P<month>{'|'.join(_SHORT_MONTHS)})\b\.?)",
            _say_month,
        ),
        rule(rf"(?<!\w)({'|'.join(_DAYS)})(?!\w)\.?", _say_day, "MTWFS"),
        rule(
            rf"(?<!\w)(?:{'|'.join(map(re.escape, _TITLES))})(?=[ ][A-Z])",
            instead(lambda match: _TITLES[match[0]]),
            ".",
        ),
        rule(r"(?<!\w)(?:Ave|Blvd|Rd|Ln|Hwy|Pkwy)(?![\w.])", _say_street_of_name, "ABRLHP"),
        rule(
            rf"""(?<!\w)[0-9]{{1,5}}(?:st|nd|rd|th)?[ ](?:[A-Z][a-z]{{1,20}}[ ])?
                 (?P<short>{"|".join(_STREETS)})(?!\w)(?![ ][A-Z])""",
            _say_street,
        ),
        # "2FA": letters, not a word. "1ST" is an ordinal.
        rule(
            r"(?<!\w)[0-9]{1,2}(?!ST\b|ND\b|RD\b|TH\b)(?P<letters>[A-Z]{2,3})(?!\w)",
            lambda match: [(*match.span("letters"), spelled(match["letters"]))],
        ),
        rule(
            rf"(?<!\w)(?:{_COUNTED})[ ][0-9]{{1,6}}(/)(?=[0-9]{{1,6}}(?![\w/]))",
            lambda match: [(*match.span(1), " of ")],
            "/",
        ),
        rule(rf"(?<!\w)(?:{_PARTS})[ ]((?![IL](?!\w))(?=[IVXL]){ROMAN})", say_numeral, "IVXL"),
        rule(rf"(?<!\w)(?:{_KINDS})[ ]((?![IVXL](?!\w))(?=[IVXL]){ROMAN})", say_numeral, "IVXL"),
        rule(
            r"(?<!\w)(?:Chapter|Part|Volume|Book|Act|Article|War)[ ](I)(?=$|[.,;:!?)]|[ ](?:of|and|to|in)\b)",
            say_numeral,
            "I",
        ),
        rule(
            rf"""(?<!\w)(?:{_RULERS})[ ]
                 ((?!I(?!\w)(?!$|[.,;:!?)]|['’]s|[ ](?:of|was|and|had|is)\b)){SMALL_WORD})""",
            say_ruler,
            "IVX",
        ),
        rule(
            rf"(?<!\w)[A-Z][a-z]{{2,20}}[ ]((?!IV(?!\w)|VI(?!\w)|XX(?!\w)|[IVX](?!\w)){SMALL_WORD})",
            say_numeral,
            "IVX",
        ),
        rule(rf"(?<![\w.-])((?=[IVX]{{3}}){SMALL_WORD})", say_numeral, "IVX"),
        # "BA2490": two letters, not a word.
        rule(r"(?<!\w)([A-Z])([A-Z])(?=[0-9]{1,6}(?!\w))", instead(lambda match: f"{match[1]} {match[2]}")),
        # Whatever is left of these must not reach misaki, which counts on with it.
        rule(
            r"(?<![\w$€£])(?P<sign>[$€£])\.(?P<cents>[0-9]{2})(?!\w)",
            instead(lambda match: f"{int(match['cents'])} {'pence' if match['sign'] == '£' else 'cents'}"),
            _SYMBOLS,
        ),
        rule(
            r"[$€£](?![A-Za-z_{(])",
            instead(lambda match: _ALONE[match[0]] + ("s" if _amount_touches(match) else "")),
            _SYMBOLS,
        ),
        # The key, not "Del Rey".
        rule(r"(?<![\w.])Del(?![\w.'’]|[ ][A-Z])", instead(lambda _: "delete"), "D"),
        rule(rf"(?<![\w+])(?:(?:{_KEYS}|Ctrl|Del|Esc)\+)+(?=\w)", _say_plus, "+"),
        rule(rf"(?<!\w)(?:{_KEYS})[+-](Up|Down|Left|Right|Home|End)\b", _say_key, "+-"),
        rule(r"(?<![\w.])IT(?![\w'’])", _say_it, "I"),
        numbers.list_rule(),
        rule(
            r"(?<![\w.,$£€])([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})\.([0-9]{0,9}0)(?![0-9]|[.,][0-9])",
            instead(_say_decimals),
            ".",
        ),
    ]


def build(language: str) -> tuple[Wording, list[Rule]]:
    """Return the wording and the rules of "en-US" or "en-GB"."""
    british = language == "en-GB"
    wording = Wording(
        locale="en_GB" if british else "en",
        decimal=".",
        comma="point",
        point="point",
        minus="minus",
        plus="plus",
        to="to",
        between={"between": "and"},
        ratio="to",
        times_power="to the power of",
        squared="squared",
        cubed="cubed",
        number="number",
        hashtag="hashtag",
        sharp="sharp",
        address=_ADDRESS,
        signs=_SIGNS,
        currencies=_CURRENCIES,
        money_and="and",
        price_and=" " if british else None,
        scales=_SCALES,
        short_scales=_SHORT_SCALES,
        phone_digits=_british_digits if british else one_by_one,
        percent="percent",
        date_order="dmy" if british else "mdy",
        date=_british_date if british else _american_date,
        clock=_clock,
        fraction=_fraction,
        mixed=" and ",
        phone=r"(?![1-9]00-)[2-9][0-9]{2}-[0-9]{4}|0[0-9]{3,4}[ ][0-9]{5,6}",
        abbreviations=_ABBREVIATIONS,
        says_minus=True,
    )
    rules = common_rules(wording, _own_rules(), first=_first_rules(), own_units=_OWN_UNITS)
    return wording, rules
