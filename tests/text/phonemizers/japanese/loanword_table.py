# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the Japanese phonemizer's `loanwords.tsv` from UniDic: its lemmas name the word borrowed.

    pip download --no-deps unidic-lite && tar xzf unidic-lite-*.tar.gz
    python -m tests.text.phonemizers.japanese.loanword_table unidic-lite-*/unidic_lite/dicdir/sys.dic

Left out is what is no reading of the English word, such as what Japanese shortens or took from German.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from kokoro_speechd.text.phonemizers.japanese.katakana import katakana
from kokoro_speechd.text.phonemizers.japanese.phonemizer import LOANWORDS
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for

_ALIKE = 0.55  # of the kana and those of our rules
_FEATURES = re.compile(rb"[^\0]*-[a-z]{3,24},[^\0]*")  # of a word of the dictionary
_HEAD = """\
# SPDX-FileCopyrightText: 2011-2017 The UniDic Consortium
# SPDX-License-Identifier: BSD-3-Clause
# English word, its katakana: the lemmas of UniDic 2.1.2 by tests/text/phonemizers/japanese/loanword_table.py.
"""


def words(dictionary: bytes) -> Iterator[tuple[str, Counter[str]]]:
    """Yield each English word with its katakana in UniDic, and how often each is there."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for match in _FEATURES.finditer(dictionary):
        part, _, _, _, _, _, form, lemma, _, _, _, kana, origin, *_ = match[0].decode().split(",")
        word = lemma.rpartition("-")[2]
        if part == "名詞" and origin == "外" and re.fullmatch("[ァ-ヴー]+", kana):
            found[word][kana] += 1 + (kana == form)
    yield from sorted(found.items())


def main(path: str) -> int:
    """Write the table."""
    phonemizer = phonemizer_for("en-US", PhonemizerOptions())
    lines = []
    for word, forms in words(Path(path).read_bytes()):
        ours = katakana(phonemizer.phonemes(word).symbols, word)
        likeness = {kana: SequenceMatcher(None, kana, ours).ratio() for kana in forms}
        kana = max(forms, key=lambda form: (forms[form] * likeness[form] ** 2, form))
        if kana != ours and likeness[kana] >= _ALIKE:
            lines.append(f"{word}\t{kana}\n")
    LOANWORDS.write_text(_HEAD + "".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
