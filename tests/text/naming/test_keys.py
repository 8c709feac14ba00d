# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys in every language that Kokoro speaks; «a» is a character that is to be named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.languages.english import AMERICAN
from kokoro_speechd.text.naming.key_names import ALIASES, CHARACTERS
from kokoro_speechd.text.naming.keys import key_text
from kokoro_speechd.text.naming.spelling import NAMED
from kokoro_speechd.text.phonemes.kokoro_symbols import is_silent
from tests.text.naming.test_characters import phonemizer


def shown(text: str) -> str:
    return NAMED.sub(r"«\1»", text)


ENGLISH = [
    ("a", "«a»"),
    ("A", "«A»"),
    ("é", "«é»"),
    ("shift_a", "shift «a»"),
    ("shift_A", "shift «A»"),
    ("SHIFT_A", "shift «A»"),
    ("control_alt_delete", "control alt delete"),
    ("Control_Alt_Delete", "control alt delete"),
    ("F1", "«F» 1"),
    ("f12", "«F» 12"),
    ("alt_F4", "alt «F» 4"),
    ("kp-enter", "keypad enter"),
    ("KP_Enter", "keypad enter"),
    ("kp-7", "keypad «7»"),
    ("KP_Add", "keypad «+»"),
    ("control_kp-plus", "control keypad «+»"),
    ("Page_Up", "page up"),
    ("page-down", "page down"),
    ("Prior", "page up"),
    ("control_Page_Down", "control page down"),
    ("_", "«_»"),
    ("underscore", "«_»"),
    ("shift__", "shift «_»"),
    ("shift_", "shift «_»"),
    ("double-quote", '«"»'),
    ("control_double-quote", 'control «"»'),
    ("space", "space"),
    (" ", "« »"),
    ("", "« »"),
    ("-", "«-»"),
    ("alt_-", "alt «-»"),
    ("dead-grave", "dead «`»"),
    ("dead_acute", "dead «´»"),
    ("Shift_L", "left shift"),
    ("Control_R", "right control"),
    ("Super_L_d", "left super «d»"),
    ("shift_l", "shift «l»"),
    ("ISO_Left_Tab", "tab"),
    ("ISO_Level3_Shift", "alt gr"),
    ("Caps_Lock", "caps lock"),
    ("num-lock", "num lock"),
    ("Multi_key", "compose"),
    ("ctrl_esc", "control escape"),
    ("XF86AudioRaiseVolume", "XF86 Audio Raise Volume"),
    ("foo-bar_baz", "foo bar baz"),
    ("--_-", "«-» «-» «-»"),
]


@pytest.mark.parametrize(("key", "text"), ENGLISH)
def test_keys_in_english(key: str, text: str) -> None:
    assert shown(key_text(key, "en-GB")) == text


COMBINATIONS = {
    "es": ["mayúsculas «a»", "control alt suprimir", "intro del teclado numérico", "retroceso de página",
           "mayúsculas de la izquierda", "«`», tecla muerta", "bloqueo de mayúsculas"],
    "fr": ["maj «a»", "contrôle alt supprimer", "entrée du pavé numérique", "page précédente",
           "maj gauche", "«`», touche morte", "verrouillage majuscule"],
    "hi": ["शिफ्ट «a»", "कंट्रोल आल्ट डिलीट", "कीपैड एंटर", "पेज अप", "बायाँ शिफ्ट", "डेड «`»", "कैप्स लॉक"],
    "it": ["maiuscolo «a»", "control alt cancella", "invio del tastierino numerico", "pagina su",
           "maiuscolo di sinistra", "«`», tasto morto", "blocca maiuscole"],
    "ja": ["シフト、«a»", "コントロール、オルト、デリート", "テンキーのエンター", "ページアップ",
           "左シフト", "デッドキー«`»", "キャプスロック"],
    "pt-BR": ["shift «a»", "control alt delete", "enter do teclado numérico", "page up",
              "shift da esquerda", "«`», tecla morta", "caps lock"],
    "zh": ["Shift «a»", "Control Alt 删除键", "小键盘 回车键", "上翻页键",
           "左 Shift", "死键 «`»", "大写锁定"],
    "de": ["shift «a»", "control alt delete", "keypad enter", "page up",
           "left shift", "dead «`»", "caps lock"],
}  # fmt: skip


@pytest.mark.parametrize("language", COMBINATIONS)
def test_keys_in_other_languages(language: str) -> None:
    keys = ["shift_a", "control_alt_delete", "kp-enter", "Page_Up", "Shift_L", "dead-grave", "Caps_Lock"]
    assert [shown(key_text(key, language)) for key in keys] == COMBINATIONS[language]


@pytest.mark.parametrize("language", ["en-US", "en-GB", "es", "fr", "hi", "it", "ja", "pt-BR", "zh"])
def test_every_key_has_sound(language: str) -> None:
    read = phonemizer(language)
    for key in (*AMERICAN.keys, *ALIASES, *CHARACTERS):
        assert not is_silent(read.phonemes(key_text(key.replace(" ", "_"), language))), key


def test_every_key_has_a_name_in_every_language() -> None:
    for language in LANGUAGES.values():
        assert language.keys.keys() == AMERICAN.keys.keys()
        assert language.patterns.keys() == AMERICAN.patterns.keys()
        assert all(language.keys.values())
        assert all(pattern.count("{}") == 1 for pattern in language.patterns.values())
    assert set(ALIASES.values()) <= set(AMERICAN.keys)


@given(st.text(max_size=40), st.sampled_from(["en", "ja", "xx", ""]))
def test_whatever_is_no_key_is_told_as_well(key: str, language: str) -> None:
    assert key_text(key, language).strip()
