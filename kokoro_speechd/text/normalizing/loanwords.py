# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of the desktop in Latin letters, as Japanese writes them in katakana.

No kept source has these: UniDic, whose words `text/japanese.py` knows besides, lacks names of programs. The
words are as GNOME, LibreOffice and Firefox translate them, the names as their makers do.
"""

from __future__ import annotations

import re

from kokoro_speechd.text.normalizing.rules import Rule, instead, rule

_WORDS = """
access アクセス account アカウント activity アクティビティ address アドレス admin アドミン
alt オルト amazon アマゾン android アンドロイド apple アップル application アプリケーション
app アプリ apps アプリ audio オーディオ backup バックアップ backspace バックスペース
bluetooth ブルートゥース bookmark ブックマーク browser ブラウザー button ボタン calendar カレンダー
cancel キャンセル chat チャット check チェック chrome クローム chromium クロミウム click クリック
clipboard クリップボード close クローズ cloud クラウド code コード color カラー command コマンド
computer コンピューター copy コピー cookie クッキー ctrl コントロール control コントロール
cursor カーソル cut カット dark ダーク data データ debian デビアン default デフォルト del デリート
delete デリート desktop デスクトップ dialog ダイアログ directory ディレクトリ disk ディスク
display ディスプレイ docker ドッカー document ドキュメント download ダウンロード drive ドライブ
edge エッジ edit エディット email イーメール e-mail イーメール end エンド enter エンター
error エラー esc エスケープ escape エスケープ excel エクセル exit イグジット
facebook フェイスブック fedora フェドラ file ファイル files ファイル firefox ファイアフォックス
folder フォルダー font フォント format フォーマット game ゲーム gimp ギンプ git ギット
github ギットハブ gitlab ギットラブ gmail ジーメール gnome グノーム google グーグル
hardware ハードウェア hello ハロー help ヘルプ home ホーム icon アイコン image イメージ
inbox インボックス inkscape インクスケープ ins インサート insert インサート install インストール
instagram インスタグラム internet インターネット iphone アイフォーン ipad アイパッド java ジャバ
javascript ジャバスクリプト kde ケーディーイー kernel カーネル key キー keyboard キーボード
kubernetes クバネティス laptop ラップトップ layout レイアウト libreoffice リブレオフィス
link リンク linux リナックス list リスト login ログイン logout ログアウト mac マック
macos マックオーエス mail メール markdown マークダウン memory メモリー menu メニュー
message メッセージ meta メタ microsoft マイクロソフト mode モード monitor モニター mouse マウス
mozilla モジラ music ミュージック netflix ネットフリックス network ネットワーク news ニュース
no ノー note ノート office オフィス ok オーケー online オンライン open オープン option オプション
orca オルカ page ページ password パスワード paste ペースト path パス pause ポーズ pgdn ページダウン
pgup ページアップ photo フォト play プレイ playlist プレイリスト plugin プラグイン power パワー
preview プレビュー print プリント printer プリンター profile プロファイル program プログラム
python パイソン readme リードミー reboot リブート redo リドゥ reset リセット return リターン
root ルート router ルーター ruby ルビー rust ラスト save セーブ scan スキャン screen スクリーン
screenshot スクリーンショット script スクリプト scroll スクロール search サーチ
security セキュリティ select セレクト send センド server サーバー settings セッティングス
setup セットアップ shell シェル shift シフト skype スカイプ slack スラック slider スライダー
software ソフトウェア sound サウンド space スペース spotify スポティファイ start スタート
status ステータス steam スチーム stop ストップ super スーパー support サポート system システム
systemd システムディー tab タブ table テーブル team チーム teams チームズ telegram テレグラム
terminal ターミナル test テスト text テキスト theme テーマ thunderbird サンダーバード
title タイトル tiktok ティックトック tool ツール toolbar ツールバー touch タッチ twitter ツイッター
ubuntu ウブントゥ undo アンドゥ unix ユニックス update アップデート upgrade アップグレード
upload アップロード user ユーザー version バージョン video ビデオ view ビュー virus ウイルス
voice ボイス wayland ウェイランド web ウェブ website ウェブサイト whatsapp ワッツアップ
wi-fi ワイファイ wifi ワイファイ widget ウィジェット wikipedia ウィキペディア window ウィンドウ
windows ウィンドウズ word ワード writer ライター calc カルク impress インプレス yahoo ヤフー
yes イエス youtube ユーチューブ zip ジップ zoom ズーム plasma プラズマ vim ビム emacs イーマックス
bash バッシュ sudo スードゥー apt アプト snap スナップ flatpak フラットパック json ジェイソン
yaml ヤムル api エーピーアイ hdmi エイチディーエムアイ usb ユーエスビー url ユーアールエル
pdf ピーディーエフ html エイチティーエムエル ram ラム
airpods エアポッズ apache アパッチ appimage アップイメージ audacity オーダシティ bing ビング
blender ブレンダー braille ブレイル brave ブレイブ cache キャッシュ caps キャプス capslock キャプスロック
chatgpt チャットジーピーティー claude クロード discord ディスコード django ジャンゴ
downloads ダウンロード dropbox ドロップボックス evince エビンス evolution エボリューション
find ファインド flask フラスク gedit ジーエディット geforce ジーフォース
huawei ファーウェイ icloud アイクラウド itunes アイチューンズ jaws ジョーズ kindle キンドル
kokoro ココロ kotlin コトリン krita クリタ lenovo レノボ linkedin リンクトイン mastodon マストドン
maximize マキシマイズ microphone マイクロフォン minimize ミニマイズ mysql マイエスキューエル
nano ナノ nautilus ノーチラス new ニュー nginx エンジンエックス nintendo ニンテンドー
notification ノーティフィケーション numlock ナムロック nvidia エヌビディア outlook アウトルック
photos フォト pictures ピクチャー pipewire パイプワイヤー podman ポッドマン
postgresql ポストグレスキューエル quit クイット radeon ラデオン react リアクト reddit レディット
redis レディス restore リストア rhythmbox リズムボックス ryzen ライゼン safari サファリ
samsung サムスン screenshots スクリーンショット shutdown シャットダウン sony ソニー
sqlite エスキューライト swift スウィフト switch スイッチ totem トーテム videos ビデオ
vivaldi ビバルディ weather ウェザー xiaomi シャオミ xorg エックスオルグ
"""
_tokens = _WORDS.split()
KATAKANA: dict[str, str] = dict(zip(_tokens[::2], _tokens[1::2], strict=True))
"""Word in small letters → katakana."""
OWN_KATAKANA = frozenset(KATAKANA.values())
_KEYS = "Ctrl|Control|Alt|Shift|Super|Meta|Win|Windows|Cmd|Command|Option|Fn|Hyper|AltGr"
_KEYS_BEFORE = re.compile(rf"(?i)(?<![a-z0-9+-])(?:(?:{_KEYS})[+-])*(?P<last>{_KEYS})\Z")
_LONGEST_COMBINATION = 40  # characters


def loanword_rules() -> list[Rule]:
    """Return the rules for these words, and for the keys of a combination."""

    def say(match: re.Match[str]) -> str | None:
        return KATAKANA.get(match[0].lower())

    return [
        rule(r"[+-](?=[A-Za-z0-9])", _say_keys, "+-"),
        rule(r"(?<![A-Za-z0-9])[A-Za-z]{2,20}(?:-[A-Za-z]{2,10})?(?![A-Za-z0-9])", instead(say), ()),
    ]


def _say_keys(match: re.Match[str]) -> list[tuple[int, int, str]]:
    """Say the key before a sign and not the sign, where all that the sign stands behind are keys."""
    sign = match.start()
    keys = _KEYS_BEFORE.search(match.string, max(0, sign - _LONGEST_COMBINATION), sign)
    if keys is None:
        return []
    said = KATAKANA.get(keys["last"].lower())
    return [*([(*keys.span("last"), said)] if said else []), (sign, sign + 1, "")]
