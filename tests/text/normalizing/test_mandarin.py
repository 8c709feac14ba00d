# SPDX-License-Identifier: GPL-3.0-or-later
"""Mandarin: what is written in digits and signs, and the words a person would say for it."""

import pytest

from tests.text.normalizing.wording_tables import assert_said, form

pytest.importorskip("jieba", reason="needs the extra 'zh'")

TABLE = [
    ("3 .14", "三点一四"),
    ("-5", "负五"),
    ("−5", "负五"),
    ("007", "零零七"),
    ("¥500", "五百元"),
    ("$3 .50", "三点五零美元"),
    ("20 €", "二十欧元"),
    ("₹500", "五百卢比"),
    ("15:30", "十五点三十分"),
    ("2024-03-15", "二零二四年三月十五日"),
    ("2.7.18", "二点七点十八"),
    ("192.168.0.1", "一百九十二点一百六十八点零点一"),
    ("5 km", "五千米"),
    ("20 °C", "二十摄氏度"),
    ("60 km/h", "每小时六十公里"),
    ("5 m²", "五平方米"),
    ("½", "二分之一"),
    ("3/4", "四分之三"),
    ("50%", "百分之五十"),
    ("10-20", "十到二十"),
    ("16:9", "十六比九"),
    ("3 × 4", "三乘四"),
    ("2 + 2 = 4", "二加二等于四"),
    ("±5", "正负五"),
    ("√2", "根号二"),
    ("3°", "三度"),
]
FORMS = [
    ("13812345678", "1 3 8, 1 2 3 4, 5 6 7 8"),
    # There are no spaces around figures.
    ("我给他寄了$20。", "我给他寄了20美元。"),
    ("今晚气温是-5℃。", "今晚气温是零下5摄氏度。"),
    ("比分是3:1", "比分是3比1"),
    ("共¥1,299元。", "共1299元。"),
    ("编号007号", "编号0 0 7号"),
    ("18:45出发", "18点45分出发"),
    ("5kg大米，100V电压", "5千克大米，100伏特电压"),
    ("5G网络，4K电视，A4纸", "5G网络，4K电视，A4纸"),
    ("电话010-12345678", "电话0 1 0, 1 2 3 4, 5 6 7 8"),
    ("user@example.com", "user艾特example点com"),
    ("C++", "C加加"),
    ("第3章有100万人。", "第3章有100万人。"),
]


@pytest.mark.parametrize(("text", "words"), TABLE)
def test_mandarin(text, words):
    assert_said(text, words, "zh")


@pytest.mark.parametrize(("text", "words"), FORMS)
def test_what_the_reader_gets(text, words):
    assert form(text, "zh") == words
