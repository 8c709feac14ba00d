# SPDX-License-Identifier: GPL-3.0-or-later
"""Japanese. Open JTalk counts; dates, times, signs and codes are written out for it."""

from __future__ import annotations

from kokoro_speechd.text.normalizing.common import common_rules
from kokoro_speechd.text.normalizing.emoji import emoji_rule
from kokoro_speechd.text.normalizing.loanwords import loanword_rules
from kokoro_speechd.text.normalizing.rules import Rule, instead, rule
from kokoro_speechd.text.normalizing.wording import Currency, Wording, year_month_day

_ADDRESS = {
    ".": "ドット", "/": "スラッシュ", "\\": "バックスラッシュ", "@": "アットマーク", ":": "コロン",
    "-": "ハイフン", "_": "アンダーバー", "?": "はてな", "=": "イコール", "&": "アンド", "#": "シャープ",
    "%": "パーセント", "+": "プラス", "~": "チルダ",
}  # fmt: skip
_SIGNS = {
    "±": "プラスマイナス", "×": "かける", "÷": "わる", "=": "イコール", "≤": "以下", "≥": "以上", "≦": "以下",
    "≧": "以上", "≠": "ノットイコール", "≈": "約", "√": "ルート", "∞": "無限大", "<": "小なり", ">": "大なり",
    "°": "度", "№": "ナンバー", "&": "アンド", "←": "左矢印", "→": "右矢印", "↑": "上矢印", "↓": "下矢印",
    "€": "ユーロ", "$": "ドル", "₹": "ルピー", "£": "ポンド", "−": "マイナス",
}  # fmt: skip
_OWN_UNITS = {
    "kΩ": ("キロオーム", "キロオーム"), "MΩ": ("メガオーム", "メガオーム"), "dB": ("デシベル",
    "デシベル"), "sec": ("秒", "秒"), "secs": ("秒", "秒"), "hr": ("時間", "時間"), "hrs": ("時間",
    "時間"), "mAh": ("ミリアンペアアワー", "ミリアンペアアワー"), "mV": ("ミリボルト", "ミリボルト"),
    "kV": ("キロボルト", "キロボルト"), "rpm": ("回転毎分", "回転毎分"),
}  # fmt: skip
_CURRENCIES = {
    "¥": Currency("1円", "円"), "￥": Currency("1円", "円"), "JPY": Currency("1円", "円"),
    "$": Currency("1ドル", "ドル"), "US$": Currency("1ドル", "ドル"), "USD": Currency("1ドル", "ドル"),
    "€": Currency("1ユーロ", "ユーロ"), "EUR": Currency("1ユーロ", "ユーロ"),
    "£": Currency("1ポンド", "ポンド"), "₹": Currency("1ルピー", "ルピー"),
    "R$": Currency("1レアル", "レアル"),
}  # fmt: skip
_NUMERALS = "一二三四五六七八九十百"


def _clock(hour: int, minute: int, second: int | None) -> str:
    said = f"{hour}時{minute}分" if minute or second is not None else f"{hour}時"
    return said if second is None else f"{said}{second}秒"


def _fraction(above: int, below: int) -> str:
    return f"{below}ぶんの{above}"  # 分の would be minutes behind a digit


def ordinal(number: int) -> str:
    """Return an ordinal."""
    return f"{number}番目"


def build(_language: str) -> tuple[Wording, list[Rule]]:
    """Return the wording and the rules."""
    wording = Wording(
        locale="ja",
        decimal=".",
        comma="点",
        point="点",
        minus="マイナス",
        difference="引く",
        plus="プラス",
        to="から",
        ratio="対",
        times_power="の",
        squared="の二乗",
        cubed="の三乗",
        number="ナンバー",
        hashtag="ハッシュタグ",
        sharp="シャープ",
        address=_ADDRESS,
        signs=_SIGNS,
        currencies=_CURRENCIES,
        scales={"万": "", "億": "", "兆": ""},
        date_order="mdy",
        date=year_month_day,
        clock=_clock,
        fraction=_fraction,
        mixed="と",
        phone=r"0[0-9]{1,3}-[0-9]{2,4}-[0-9]{4}",
        spaced=False,
        says_minus=True,  # by the rules below
    )
    own = [
        # Behind a noun a hyphen is none: "プラン-5". Behind a particle and before degrees it is a minus.
        rule(
            r"""(?:(?<![\w.,:;)/%°-])|(?<=[ぁ-ゖ]))[-−](?=[.,]?[0-9])
                |(?<![0-9A-Za-z.,])[-−](?=[0-9]+(?:\.[0-9]+)?[ ]?(?:[°℃℉%]|度))""",
            instead(lambda _: "マイナス"),
            "-−",
        ),
        # "3/4に" is rather a day than three quarters: the digits are said as they stand.
        rule(
            r"(?<![0-9/.,:-])[0-9]{1,2}/[0-9]{1,2}(?=に|まで|から|は|[ ]?[(（])",
            instead(lambda match: match[0]),
            "/",
        ),
        rule(
            rf"(?<![0-9.,])([0-9]{{1,4}}|[{_NUMERALS}]{{1,4}})(分)の(?=[0-9{_NUMERALS}])",
            lambda match: [(*match.span(2), "ぶん")],
            "分",
        ),
        # Open JTalk has さんげん, which only the storeys of houses (軒) have.
        rule(r"(?<=[0-9])件", lambda match: [(*match.span(), "けん")], "件"),
        # A line of text; くだり is a passage.
        rule(
            r"(?<![一-鿿0-9])行(?=[をはがにのもとでへ数]|目|末|頭|番号|単位|間|全体|から|まで|$)",
            instead(lambda _: "ギョー"),
            "行",
        ),
        rule(r"晴れ(?=のち|後)", instead(lambda _: "ハレ"), "晴"),
        rule(r"㈱", instead(lambda _: "株式会社"), "㈱"),
        rule(r"㈲", instead(lambda _: "有限会社"), "㈲"),
        rule(r"何(?=で[もの])", instead(lambda _: "なん"), "何"),
        *loanword_rules(),
        emoji_rule("ja"),
    ]
    return wording, common_rules(wording, own, own_units=_OWN_UNITS)
