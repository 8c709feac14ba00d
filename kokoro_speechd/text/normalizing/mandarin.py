# SPDX-License-Identifier: GPL-3.0-or-later
"""Mandarin. Its reader says numbers, dates and times; here are the signs, units and codes that it lacks."""

from __future__ import annotations

from kokoro_speechd.text.normalizing.common import common_rules
from kokoro_speechd.text.normalizing.emoji import emoji_rule
from kokoro_speechd.text.normalizing.rules import Rule
from kokoro_speechd.text.normalizing.wording import Currency, Wording

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


def _fraction(above: int, below: int) -> str:
    return f"{above}/{below}"  # the reader's own


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
        fraction=_fraction,
        mixed="又",
        phone=r"1[3-9][0-9]{9}|1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}",
        spaced=False,
        says_minus=True,
    )
    return wording, common_rules(wording, [emoji_rule("zh")])
