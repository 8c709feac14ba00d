# SPDX-License-Identifier: GPL-3.0-or-later
"""Mandarin, read by misaki and jieba."""

from __future__ import annotations

from kokoro_speechd.text.languages.language import Language

MANDARIN = Language(
    tag="zh",
    letter="z",
    voice_tag="zh-CN",
    names=("zh", "zho", "chi", "cmn"),
    excluded=frozenset({"yue"}),  # Cantonese, which shares the script and nothing of the sound
    phonemizer="kokoro_speechd.text.phonemizers.builders:mandarin",
    normalizing="kokoro_speechd.text.normalizing.mandarin",
    reader="misaki and jieba",
    packages=("jieba", "pypinyin"),
    extra="zh",
    read_scripts=("CJK", "BOPOMOFO"),
    beep="哔",
    ordinal="第{}",
    ipa=(("˧˩˧", "↓"), ("˨˩˦", "↓"), ("˧˥", "↗"), ("˥˩", "↘"), ("˥˥", "→"), ("˥", "→")),  # tones
    stressed=False,
    keys={
        "shift": "Shift",
        "control": "Control",
        "alt": "Alt",
        "alt gr": "Alt Gr",
        "super": "Super",
        "hyper": "Hyper",
        "meta": "Meta",
        "window": "Windows",
        "function": "功能键",
        "compose": "撰写键",
        "caps lock": "大写锁定",
        "num lock": "数字锁定",
        "scroll lock": "滚动锁定",
        "return": "回车键",
        "enter": "回车键",
        "tab": "制表键",
        "escape": "退出键",
        "space": "空格",
        "backspace": "退格键",
        "delete": "删除键",
        "insert": "插入键",
        "home": "Home",
        "end": "End",
        "page up": "上翻页键",
        "page down": "下翻页键",
        "up": "上",
        "down": "下",
        "left": "左",
        "right": "右",
        "begin": "开始",
        "menu": "菜单",
        "print": "打印屏幕",
        "sys req": "系统请求",
        "pause": "暂停键",
        "break": "中断键",
        "help": "帮助",
    },
    patterns={
        "left of two": "左 {}",
        "right of two": "右 {}",
        "keypad": "小键盘 {}",
        "dead": "死键 {}",
        "capital": "大写 {}",
    },
)
