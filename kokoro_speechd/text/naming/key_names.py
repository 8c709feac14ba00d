# SPDX-License-Identifier: GPL-3.0-or-later
"""What the keys of a keyboard are called in the languages that Kokoro speaks.

As Orca 43 and GTK 3.24 translate them, abbreviations written out; where they leave a key in English, as it is
printed on the keyboards sold there. No library has these names, and neither program need be installed.
"""

from __future__ import annotations

LANGUAGES = ("en", "es", "fr", "hi", "it", "ja", "pt", "zh")
"""The base languages, in the order of the columns below."""

KEYS: dict[str, tuple[str, ...]] = {
    "shift": ("shift", "mayúsculas", "maj", "शिफ्ट", "maiuscolo", "シフト", "shift", "Shift"),
    "control": ("control", "control", "contrôle", "कंट्रोल", "control", "コントロール", "control", "Control"),
    "alt": ("alt", "alt", "alt", "आल्ट", "alt", "オルト", "alt", "Alt"),
    "alt gr": ("alt gr", "alt gr", "alt gr", "आल्ट जीआर", "alt gr", "オルトグラフ", "alt gr", "Alt Gr"),
    "super": ("super", "súper", "super", "सुपर", "super", "スーパー", "super", "Super"),
    "hyper": ("hyper", "híper", "hyper", "हाइपर", "hyper", "ハイパー", "hyper", "Hyper"),
    "meta": ("meta", "meta", "méta", "मेटा", "meta", "メタ", "meta", "Meta"),
    "window": ("windows", "windows", "windows", "विंडोज़", "windows", "ウィンドウズ", "windows", "Windows"),
    "function": ("function", "función", "fonction", "फ़ंक्शन", "funzione", "ファンクション", "função", "功能键"),
    "compose": (
        "compose",
        "componer",
        "composition",
        "कंपोज़",
        "componi",
        "コンポーズ",
        "composição",
        "撰写键",
    ),
    "caps lock": (
        *("caps lock", "bloqueo de mayúsculas", "verrouillage majuscule", "कैप्स लॉक"),
        *("blocca maiuscole", "キャプスロック", "caps lock", "大写锁定"),
    ),
    "num lock": (
        *("num lock", "bloqueo numérico", "verrouillage numérique", "न्यूम लॉक"),
        *("blocca numeri", "ナムロック", "num lock", "数字锁定"),
    ),
    "scroll lock": (
        *("scroll lock", "bloqueo de desplazamiento", "arrêt défilement", "स्क्रॉल लॉक"),
        *("blocca scorrimento", "スクロールロック", "scroll lock", "滚动锁定"),
    ),
    "return": ("return", "intro", "entrée", "रिटर्न", "invio", "リターン", "enter", "回车键"),
    "enter": ("enter", "intro", "entrée", "एंटर", "invio", "エンター", "enter", "回车键"),
    "tab": ("tab", "tabulador", "tabulation", "टैब", "tabulazione", "タブ", "tab", "制表键"),
    "escape": ("escape", "escape", "échappement", "एस्केप", "escape", "エスケープ", "escape", "退出键"),
    "space": ("space", "espacio", "espace", "स्पेस", "spazio", "スペース", "espaço", "空格"),
    "backspace": (
        *("backspace", "retroceso", "retour arrière", "बैकस्पेस"),
        *("backspace", "バックスペース", "backspace", "退格键"),
    ),
    "delete": ("delete", "suprimir", "supprimer", "डिलीट", "cancella", "デリート", "delete", "删除键"),
    "insert": ("insert", "insertar", "insertion", "इन्सर्ट", "inserisci", "インサート", "insert", "插入键"),
    "home": ("home", "inicio", "origine", "होम", "home", "ホーム", "home", "Home"),
    "end": ("end", "fin", "fin", "एंड", "fine", "エンド", "end", "End"),
    "page up": (
        *("page up", "retroceso de página", "page précédente", "पेज अप"),
        *("pagina su", "ページアップ", "page up", "上翻页键"),
    ),
    "page down": (
        *("page down", "avance de página", "page suivante", "पेज डाउन"),
        *("pagina giù", "ページダウン", "page down", "下翻页键"),
    ),
    "up": ("up", "arriba", "haut", "ऊपर", "su", "上", "cima", "上"),
    "down": ("down", "abajo", "bas", "नीचे", "giù", "下", "baixo", "下"),
    "left": ("left", "izquierda", "gauche", "बायाँ", "sinistra", "左", "esquerda", "左"),
    "right": ("right", "derecha", "droite", "दायाँ", "destra", "右", "direita", "右"),
    "begin": ("begin", "comienzo", "début", "आरंभ", "inizio", "ビギン", "início", "开始"),
    "menu": ("menu", "menú", "menu", "मेन्यू", "menù", "メニュー", "menu", "菜单"),
    "print": (
        *("print screen", "imprimir pantalla", "impression écran", "प्रिंट स्क्रीन"),
        *("stampa", "プリントスクリーン", "print screen", "打印屏幕"),
    ),
    "sys req": (
        *("sys req", "petición de sistema", "appel système", "सिस्टम रिक्वेस्ट"),
        *("richiesta sistema", "システムリクエスト", "sys req", "系统请求"),
    ),
    "pause": ("pause", "pausa", "pause", "पॉज़", "pausa", "ポーズ", "pause", "暂停键"),
    "break": ("break", "interrumpir", "attention", "ब्रेक", "interrompi", "ブレーク", "break", "中断键"),
    "help": ("help", "ayuda", "aide", "सहायता", "aiuto", "ヘルプ", "ajuda", "帮助"),
}
"""Keys by their English name."""

PATTERNS: dict[str, tuple[str, ...]] = {
    "left of two": (
        *("left {}", "{} de la izquierda", "{} gauche", "बायाँ {}"),
        *("{} di sinistra", "左{}", "{} da esquerda", "左 {}"),
    ),
    "right of two": (
        *("right {}", "{} de la derecha", "{} droit", "दायाँ {}"),
        *("{} di destra", "右{}", "{} da direita", "右 {}"),
    ),
    "keypad": (
        *("keypad {}", "{} del teclado numérico", "{} du pavé numérique", "कीपैड {}"),
        *("{} del tastierino numerico", "テンキーの{}", "{} do teclado numérico", "小键盘 {}"),
    ),
    "dead": (
        *("dead {}", "{}, tecla muerta", "{}, touche morte", "डेड {}"),
        *("{}, tasto morto", "デッドキー{}", "{}, tecla morta", "死键 {}"),
    ),
    "capital": (
        *("capital {}", "mayúscula {}", "majuscule {}", "बड़ा {}"),
        *("maiuscola {}", "大文字{}", "maiúscula {}", "大写 {}"),
    ),
}
"""What is said of a key or letter besides its name; {} stands for that."""

ALIASES = {
    "ctrl": "control",
    "iso level3 shift": "alt gr",
    "altgr": "alt gr",
    "windows": "window",
    "win": "window",
    "fn": "function",
    "multi key": "compose",
    "capslock": "caps lock",
    "shift lock": "caps lock",
    "numlock": "num lock",
    "scrolllock": "scroll lock",
    "iso left tab": "tab",
    "esc": "escape",
    "back space": "backspace",
    "del": "delete",
    "ins": "insert",
    "prior": "page up",
    "pageup": "page up",
    "next": "page down",
    "pagedown": "page down",
    "print screen": "print",
    "printscreen": "print",
    "sysreq": "sys req",
}
"""Other names of keys, those of X and those that programs send."""

CHARACTERS = {
    "underscore": "_",
    "underline": "_",
    "double-quote": '"',
    "quotedbl": '"',
    "quote": "'",
    "apostrophe": "'",
    "quoteright": "'",
    "grave": "`",
    "quoteleft": "`",
    "backquote": "`",
    "exclam": "!",
    "at": "@",
    "numbersign": "#",
    "dollar": "$",
    "percent": "%",
    "asciicircum": "^",
    "circumflex": "^",
    "ampersand": "&",
    "asterisk": "*",
    "multiply": "*",
    "parenleft": "(",
    "parenright": ")",
    "minus": "-",
    "subtract": "-",
    "plus": "+",
    "add": "+",
    "equal": "=",
    "bracketleft": "[",
    "bracketright": "]",
    "braceleft": "{",
    "braceright": "}",
    "backslash": "\\",
    "bar": "|",
    "semicolon": ";",
    "colon": ":",
    "comma": ",",
    "separator": ",",
    "less": "<",
    "period": ".",
    "dot": ".",
    "decimal": ".",
    "greater": ">",
    "slash": "/",
    "divide": "/",
    "question": "?",
    "asciitilde": "~",
    "tilde": "~",
    "acute": "´",
    "diaeresis": "¨",
    "cedilla": "¸",
}
"""Characters by the names that SSIP and X give them as keys."""
