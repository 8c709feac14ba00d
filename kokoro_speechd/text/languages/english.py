# SPDX-License-Identifier: GPL-3.0-or-later
"""English, America's and Britain's."""

from __future__ import annotations

from dataclasses import replace

from kokoro_speechd.text.languages.language import Language

AMERICAN = Language(
    tag="en-US",
    letter="a",
    voice_tag="en-US",
    names=("en", "eng"),
    phonemizer="kokoro_speechd.text.phonemizers.builders:english",
    normalizing="kokoro_speechd.text.normalizing.english",
    reader="misaki's lexicon",
    keys={
        "shift": "shift",
        "control": "control",
        "alt": "alt",
        "alt gr": "alt gr",
        "super": "super",
        "hyper": "hyper",
        "meta": "meta",
        "window": "windows",
        "function": "function",
        "compose": "compose",
        "caps lock": "caps lock",
        "num lock": "num lock",
        "scroll lock": "scroll lock",
        "return": "return",
        "enter": "enter",
        "tab": "tab",
        "escape": "escape",
        "space": "space",
        "backspace": "backspace",
        "delete": "delete",
        "insert": "insert",
        "home": "home",
        "end": "end",
        "page up": "page up",
        "page down": "page down",
        "up": "up",
        "down": "down",
        "left": "left",
        "right": "right",
        "begin": "begin",
        "menu": "menu",
        "print": "print screen",
        "sys req": "sys req",
        "pause": "pause",
        "break": "break",
        "help": "help",
    },
    patterns={
        "left of two": "left {}",
        "right of two": "right {}",
        "keypad": "keypad {}",
        "dead": "dead {}",
        "capital": "capital {}",
    },
)

BRITISH = replace(
    AMERICAN,
    tag="en-GB",
    letter="b",
    voice_tag="en-GB",
    # Where written and taught English follows Britain rather than America.
    regions=frozenset({"gb", "uk", "au", "nz", "ie", "za", "in", "sg", "hk", "mt", "scotland", "rp"}),
)
