# SPDX-License-Identifier: GPL-3.0-or-later
"""Japanese: what is written in digits and signs, and the words a person would say for it."""

import pytest

from tests.text.normalizing.wording_tables import assert_said, form, heard

pytest.importorskip("pyopenjtalk", reason="needs the extra 'ja'")

TABLE = [
    ("-5", "マイナス五"),
    ("007", "ゼロ ゼロ 七"),
    ("¥500", "五百円"),
    ("20 €", "二十ユーロ"),
    ("15:30", "十五時三十分"),
    ("9:05", "九時五分"),
    ("15:30:45", "十五時三十分四十五秒"),
    ("2024-03-15", "二千二十四年三月十五日"),
    ("2024/03/15", "二千二十四年三月十五日"),
    ("2.7.18", "二点七点十八"),
    ("5 km", "五キロメートル"),
    ("20℃", "摂氏二十度"),
    ("3 GB", "三ギガバイト"),
    ("60 km/h", "時速六十キロメートル"),
    ("5 m²", "五平方メートル"),
    ("1/2", "二分の一"),
    ("½", "二分の一"),
    ("10-20", "十から二十"),
    ("16:9", "十六対九"),
    ("3 × 4", "三 かける 四"),
    ("x ≤ 5", "x 以下 五"),
    ("x²", "xの二乗"),
    ("√2", "ルート二"),
    ("±5", "プラスマイナス五"),
    ("/home", "スラッシュhome"),
    ("#1", "ナンバー一"),
]
FORMS = [
    ("$3 .50", "3.50ドル"),
    ("090-1234-5678", "0 9 0, 1 2 3 4, 5 6 7 8"),
    ("user@example.com", "ユーザーアットマークexampleドットcom"),
    ("第3章は50%です。", "第3章は50%です。"),
    # There are no spaces around figures.
    ("彼に$20を送りました。", "彼に20ドルを送りました。"),
    ("飛行機は18:45に出発します。", "飛行機は18時45分に出発します。"),
    ("締め切りは2025/12/31です。", "締め切りは2025年12月31日です。"),
    ("今夜の気温は-5℃です。", "今夜の気温はマイナス摂氏5度です。"),
    ("席の3/4が埋まりました。", "席の4ぶんの3が埋まりました。"),
    ("5kgの米と500gの粉", "5キログラムの米と500グラムの粉"),
    ("100V電源", "100ボルト電源"),
    ("¥500円です", "500円です"),
    ("番号は007です", "番号は0 0 7です"),
    ("5Gの携帯、4Kテレビ、3Lの服、A4用紙", "5Gの携帯、4Kテレビ、3Lの服、A4用紙"),
    ("080-1234-5678に電話", "0 8 0, 1 2 3 4, 5 6 7 8に電話"),
    ("2024年3月15日", "2024年3月15日"),
]


@pytest.mark.parametrize(("text", "words"), TABLE)
def test_japanese(text, words):
    assert_said(text, words, "ja", [(":", "ː")])


def test_a_number_that_the_server_broke():
    assert heard("3 .14", "ja") == "santeɴ iʨijoɴ"


@pytest.mark.parametrize(("text", "words"), FORMS)
def test_what_the_reader_gets(text, words):
    assert form(text, "ja") == words
