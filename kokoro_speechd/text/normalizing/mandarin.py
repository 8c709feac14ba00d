# SPDX-License-Identifier: GPL-3.0-or-later
"""Mandarin. Its phonemizer says numbers, dates and times; here are signs, units and codes that it lacks."""

from __future__ import annotations

import re

from kokoro_speechd.text.normalizing.common import common_rules
from kokoro_speechd.text.normalizing.emoji import emoji_rule
from kokoro_speechd.text.normalizing.rules import Rule, instead, rule
from kokoro_speechd.text.normalizing.wording import Currency, Wording, year_month_day

_ADDRESS = {
    ".": "点", "/": "斜杠", "\\": "反斜杠", "@": "艾特", ":": "冒号", "-": "横杠", "_": "下划线",
    "?": "问号", "=": "等于", "&": "和", "#": "井号", "%": "百分号", "+": "加", "~": "波浪号",
}  # fmt: skip
_SIGNS = {
    "+": "加", "±": "正负", "×": "乘", "÷": "除以",
    "=": "等于", "≤": "小于等于", "≥": "大于等于", "≠": "不等于",
    "≈": "约等于", "√": "根号", "∞": "无穷大", "<": "小于", ">": "大于", "°": "度", "№": "号", "&": "和",
    "←": "左箭头", "→": "右箭头", "↑": "上箭头", "↓": "下箭头", "€": "欧元",
    "$": "美元", "₹": "卢比", "£": "英镑",
    "−": "负",
}  # fmt: skip
_CURRENCIES = {
    "¥": Currency("1元", "元"), "￥": Currency("1元", "元"), "CNY": Currency("1元", "元"),
    "RMB": Currency("1元", "元"), "$": Currency("1美元", "美元"), "US$": Currency("1美元", "美元"),
    "USD": Currency("1美元", "美元"), "€": Currency("1欧元", "欧元"), "EUR": Currency("1欧元", "欧元"),
    "£": Currency("1英镑", "英镑"), "₹": Currency("1卢比", "卢比"), "R$": Currency("1雷亚尔", "雷亚尔"),
    "JPY": Currency("1日元", "日元"),
}  # fmt: skip


_MEASURES = (
    "个個只隻条條张張本件位名台臺部辆輛封次天年周週岁歲页頁行列段篇章节節种種项項份杯瓶碗块塊元角倍层層家所间間双雙对對"
    "套組组排群步句首幅把枝支根颗顆粒滴片朵棵座栋棟门門口头頭匹扇盏盞顶頂件场場遍趟回届屆批股笔筆则則面级級盒箱包袋"
)
_MEASURE_WORDS = (
    "小时|小時|分钟|分鐘|点钟|點鐘|公里|千米|公斤|千克|英里|厘米|毫米|星期|礼拜|禮拜|秒钟|"
    "人|米|万|萬|千|亿|億"
)


def _fraction(above: int, below: int) -> str:
    return f"{above}/{below}"  # the phonemizer's own


def _say_clock(match: re.Match[str]) -> str:
    """Return a time; the hour two is 两点, and no minutes are said where there are none."""
    hour, minute = int(match["hour"]), int(match["minute"])
    said = "两点" if hour == 2 else f"{hour}点"
    if not minute:
        return said
    return f"{said}{'零' if minute < 10 else ''}{minute}分"


def ordinal(number: int) -> str:
    """Return an ordinal."""
    return f"第{number}"


def build(_language: str) -> tuple[Wording, list[Rule]]:
    """Return the wording and the rules."""
    wording = Wording(
        locale="zh",
        decimal=".",
        comma="点",
        point="点",
        minus="负",
        difference="减",
        plus="加",
        to="到",
        ratio="比",
        times_power="的",
        squared="的平方",
        cubed="的立方",
        number="编号",
        hashtag="话题",
        sharp="sharp",
        address=_ADDRESS,
        signs=_SIGNS,
        currencies=_CURRENCIES,
        scales={"万": "", "亿": ""},
        date_order="mdy",
        date=year_month_day,
        fraction=_fraction,
        mixed="又",
        phone=r"1[3-9][0-9]{9}|1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}|0[1-9][0-9]{1,2}-[0-9]{7,8}",
        spaced=False,
        says_minus=True,
    )
    own_units = {
        "km": ("千米", "千米"), "m": ("米", "米"), "kg": ("千克", "千克"), "KiB": ("KiB", "KiB"),
        "kΩ": ("千欧", "千欧"), "MΩ": ("兆欧", "兆欧"), "dB": ("分贝", "分贝"),
    }  # fmt: skip
    own = [
        # 两 before what is counted; 二 in 十二个, 第二个, 二月.
        rule(
            rf"(?<![0-9A-Za-z第.,:/-])(2)(?=[ ]?(?:[{_MEASURES}]|{_MEASURE_WORDS})(?!月))",
            lambda match: [(*match.span(1), "两")],
            "2",
        ),
        rule(
            r"(?<![0-9A-Za-z.,])[-−](?=[0-9]+(?:\.[0-9]+)?[ ]?(?:°|℃|℉|度))",
            lambda match: [(*match.span(), "零下")],
            "-−",
        ),
        rule(r"(?<=[0-9])[ ]?[-–~～][ ]?(?=[0-9]+[ ]?[%°℃])", lambda match: [(*match.span(), "到")], "-–~～"),
        emoji_rule("zh"),
    ]
    first = [
        rule(
            r"(?<![0-9:.,])(?P<hour>[01]?[0-9]|2[0-4]):(?P<minute>[0-5][0-9])(?![0-9:])",
            instead(_say_clock),
            ":",
        ),
    ]
    return wording, common_rules(wording, own, first=first, own_units=own_units)
