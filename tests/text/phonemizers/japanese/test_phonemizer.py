# SPDX-License-Identifier: GPL-3.0-or-later
"""Japanese: the sounds the voices learnt, each with its word, and never a download."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_speechd.errors import LanguageError
from kokoro_speechd.text.phonemes.kokoro_symbols import SYMBOLS
from kokoro_speechd.text.phonemizers.japanese.phonemizer import DEBIAN_DICTIONARY, LOANWORDS, known_loanword
from kokoro_speechd.text.phonemizers.japanese.places import Places
from kokoro_speechd.text.phonemizers.japanese.sounds import sounds
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
from kokoro_speechd.text.phonemizers.script_phonemes import phonemes_of
from kokoro_speechd.text.script import Script
from tests.phoneme_places import by_source

_DICTIONARY = Path(os.environ.get("OPEN_JTALK_DICT_DIR") or DEBIAN_DICTIONARY)
needs_openjtalk = pytest.mark.skipif(
    importlib.util.find_spec("pyopenjtalk") is None or not (_DICTIONARY / "sys.dic").is_file(),
    reason="the extra 'ja' or the package open-jtalk-mecab-naist-jdic is not installed",
)


@pytest.mark.parametrize(
    ("kana", "phonemes"),
    [
        ("トーキョー", "toːkʲoː"),
        ("ガッコー", "ɡaʔkoː"),
        ("シンブン", "ɕimbɯɴ"),
        ("コンニチワ", "koɲɲiʨiβa"),
        ("ケンキュー", "keŋkʲɨː"),
        ("ホンヤ", "hoɴja"),
        ("アンナイ", "annai"),
        ("パーティー", "paːtʲiː"),
        ("ヴァイオリン", "vaioɾʲiɴ"),
        ("ウィンドウ", "βindoɯ"),
        ("ツヅク", "ʦɨzɨkɯ"),
        ("フジサン", "ɸɯʥisaɴ"),
        ("マシ’タ、x", "maɕita"),
        ("", ""),
    ],
)
def test_kana_sound_as_the_voices_learnt(kana, phonemes):
    assert sounds(kana) == phonemes


def test_every_kana_sounds_within_the_vocabulary():
    for first in map(chr, range(0x30A1, 0x30FD)):
        for second in ["", *map(chr, range(0x30A1, 0x30FD))]:
            assert set(sounds(first + second)) <= SYMBOLS


@pytest.mark.parametrize(
    ("text", "words", "places"),
    [
        ("今日は", ["今日", "は"], ["今日", "は"]),
        ("ﾊﾟｿｺﾝだ", ["パソコン", "だ"], ["ﾊﾟｿｺﾝ", "だ"]),
        ("2024年5月", ["二", "千", "二", "十", "四", "年", "５月"], ["2024"] * 5 + ["年", "5月"]),
        ("3日に", ["三日", "に"], ["3日", "に"]),
        ("3.5が", ["三", "．", "五", "が"], ["3.5"] * 3 + ["が"]),
        ("十五は", ["十", "五", "は"], ["十", "五", "は"]),
        ("Ctrl と", ["Ｃｔｒｌ", "　", "と"], ["Ctrl", " ", "と"]),
    ],
)
def test_words_are_found_in_the_text(text, words, places):
    finder = Places(text)
    found = [finder.find(word) for word in words]
    assert [text[start:end] for start, end, _ in found] == places


@pytest.fixture(scope="module")
def phonemizer():
    return phonemizer_for("ja", PhonemizerOptions())


@needs_openjtalk
@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("東京で食べました。", "toːkʲoː de tabe maɕita."),
        ("「こんにちは」と言った！", "“koɲɲiʨiβa” to iʔta!"),
        ("学校へ行く　ことを", "ɡaʔkoː e ikɯ koto o"),
        ("新聞を読んでいます", "ɕimbɯɴ o jonde imasɨ"),
        ("", ""),
        ("。", "."),
    ],
)
def test_symbols_are_those_the_voices_learnt(phonemizer, text, symbols):
    assert phonemizer.phonemes(text).symbols == symbols


@needs_openjtalk
def test_every_phoneme_knows_its_word(phonemizer):
    text = "今日は2024年5月3日、ﾊﾟｿｺﾝを使った。"
    assert by_source(text, phonemizer.phonemes(text)) == [
        ("今日", "kʲoː"),
        ("は", "βa"),
        ("2024", "ɲiseɴɲiʥɨːjo"),
        ("年", "neɴ"),
        ("5月", "ɡoɡaʦɨ"),
        ("3日", "mʲiʔka"),
        ("、", ","),
        ("ﾊﾟｿｺﾝ", "pasokoɴ"),
        ("を", "o"),
        ("使った", "ʦɨkaʔta"),
        ("。", "."),
    ]


_PIECES = [
    "今日は",
    "、",
    "１２",
    "3.5",
    "Ctrl+T",
    "ﾊﾟ",
    "ー",
    "ッ",
    "\ud800",
    "\0",
    "「",
    "😀",
    " ",
    "々",
    "か゛",
    "2億",
    "。",
    "三",
]


@needs_openjtalk
@settings(max_examples=200, deadline=None)
@given(text=st.one_of(st.text(max_size=30), st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)))
def test_any_text_is_read_in_order_and_inside(phonemizer, text):
    phonemes = phonemizer.phonemes(text)
    assert set(phonemes.symbols) <= SYMBOLS
    assert list(phonemes.starts) == sorted(phonemes.starts)
    assert all(
        0 <= start <= end <= len(text) for start, end in zip(phonemes.starts, phonemes.ends, strict=True)
    )
    assert "  " not in phonemes.symbols


@needs_openjtalk
@pytest.mark.parametrize("text", ["東京で", "a", "😀", "1", "。", "」", "ー", "ﾊﾟ", "！？"])
def test_long_text_does_not_overrun_open_jtalk(phonemizer, text):
    # It has a buffer of fixed size and does not look; the process would end here.
    phonemes = phonemizer.phonemes(text * 6000)
    assert list(phonemes.starts) == sorted(phonemes.starts)
    assert all(end <= 6000 * len(text) for end in phonemes.ends)


@needs_openjtalk
def test_long_text_is_read_to_its_end(phonemizer):
    text = "東京で食べました。" * 500
    phonemes = phonemizer.phonemes(text)
    assert phonemes.symbols.count("toːkʲoː") == 500
    assert phonemes.starts[-1] == len(text) - 1


@needs_openjtalk
@pytest.mark.parametrize("missing", ["/nowhere", "/etc"])
def test_without_a_dictionary_it_is_named_and_not_fetched(missing):
    with pytest.raises(LanguageError, match="open-jtalk-mecab-naist-jdic"):
        phonemizer_for("ja", PhonemizerOptions(japanese_dictionary=Path(missing)))


@needs_openjtalk
def test_a_damaged_dictionary_is_an_error(tmp_path):
    (tmp_path / "sys.dic").write_bytes(b"no dictionary")
    with pytest.raises(LanguageError, match="damaged"):
        phonemizer_for("ja", PhonemizerOptions(japanese_dictionary=tmp_path))


@needs_openjtalk
def test_no_socket_is_opened_and_nothing_printed():
    code = """
import sys
def refuse(event, args):
    if event.startswith("socket."):
        raise SystemExit(event)
sys.addaudithook(refuse)
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
phonemizer_for("ja", PhonemizerOptions()).phonemes("東京で食べました。")
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert (done.stdout, done.stderr) == (b"", b"")


_DESKTOP = """
accessibility アクセシビリティー account アカウント activities アクティビティズ android アンドロイド
app アプリ backup バックアップ battery バッテリー bluetooth ブルートゥース bookmarks ブックマークス
browser ブラウザー button ボタン cache キャッシュ calculator カルキュレーター calendar カレンダー
camera カメラ chrome クローム clipboard クリップボード computer コンピューター cookie クッキー
cursor カーソル debian デビアン desktop デスクトップ dialog ダイアログ documents ドキュメンツ
domain ドメイン download ダウンロード driver ドライバー evolution エボリューション
extension エクステンション Facebook フェイスブック file ファイル Firefox ファイアフォックス
firewall ファイアーウォール folder フォルダー font フォント GIMP ギンプ GitHub ギットハブ GNOME グノーム
hardware ハードウェア icon アイコン image イメージ Internet インターネット keyboard キーボード
LibreOffice リブレオフィス Linux リナックス login ログイン mail メール malware マルウェア memory メモリー
menu メニュー microphone マイクロフォン modem モデム mouse マウス network ネットワーク
notification ノーティフィケーション OneDrive ワンドライブ OpenSSH オープンエスエスエイチ Orca オルカ
password パスワード phishing フィッシング PowerPoint パワーポイント preferences プレファレンシズ
printer プリンター privacy プライバシー proxy プロキシー PulseAudio パルスオーディオ Python パイソン
RAM ラム scanner スキャナー screen スクリーン server サーバー Settings セッティングス signal シグナル
software ソフトウェア speaker スピーカー switch スイッチ tab タブ terminal ターミナル
Thunderbird サンダーバード toolbar ツールバー trash トラッシュ Ubuntu ウブントゥ update アップデート
user ユーザー volume ボリューム web ウェブ WhatsApp ワッツアップ wifi ワイファイ window ウィンドー
YouTube ユーチューブ
"""


@needs_openjtalk
def test_words_of_the_desktop_are_said_as_japanese_writes_them():
    words = _DESKTOP.split()
    assert len(words) > 2 * 60
    for word, kana in zip(words[::2], words[1::2], strict=True):
        text = f"{word}を"
        said = phonemes_of(
            Script(text), (0, len(text)), "ja", lambda: phonemizer_for("ja", PhonemizerOptions())
        ).symbols
        assert said.replace(" ", "") == sounds(kana) + sounds("オ"), (word, said)


def test_a_plural_is_said_like_its_word():
    for word, kana in [
        ("notes", "ノーツ"),
        ("batteries", "バッテリーズ"),
    ]:
        assert known_loanword(word) == kana


def test_the_table_of_loanwords_is_of_words_and_katakana():
    lines = [line for line in LOANWORDS.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) > 9000
    for line in lines:
        assert re.fullmatch(r"[a-z]{3,24}\t[ァ-ヴー]+", line)
