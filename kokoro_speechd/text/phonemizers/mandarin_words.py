# SPDX-License-Identifier: GPL-3.0-or-later
"""Mandarin words that pypinyin reads wrongly or cannot tell: lines of text, chosen items, adverbs in 地."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

# Names of readings that are no words.
_ADVERBIAL, _LINE, _SAYS_SO = "地 behind an adverb", "行 of a text", "地说"


def _table(words: str) -> dict[str, tuple[str, ...]]:
    tokens = words.split()
    return {
        word: tuple(syllables.split("-")) for word, syllables in zip(tokens[::2], tokens[1::2], strict=True)
    }


READINGS: dict[str, tuple[str, ...]] = _table(
    "选中 xuan3-zhong4 選中 xuan3-zhong4 击中 ji1-zhong4 点中 dian3-zhong4 猜中 cai1-zhong4 单行 dan1-hang2 "
    "多行 duo1-hang2 一行 yi1-hang2 两行 liang3-hang2 几行 ji3-hang2 整行 zheng3-hang2 空行 kong1-hang2 "
    "行高 hang2-gao1 行宽 hang2-kuan1 行距 hang2-ju4 行首 hang2-shou3 行尾 hang2-wei3 行数 hang2-shu4 "
    "行列 hang2-lie4 首行 shou3-hang2 末行 mo4-hang2 每行 mei3-hang2 本行 ben3-hang2 下行 xia4-hang2 "
    "重命名 chong2-ming4-ming2 重启 chong2-qi3 重置 chong2-zhi4 重装 chong2-zhuang1 重做 chong2-zuo4 "
    "重试 chong2-shi4 重写 chong2-xie3 重载 chong2-zai4 重绘 chong2-hui4 重发 chong2-fa1 重排 chong2-pai2 "
    "重选 chong2-xuan3 重连 chong2-lian2 重设 chong2-she4 重定向 chong2-ding4-xiang4 重播 chong2-bo1 "
    "重放 chong2-fang4 重建 chong2-jian4 重影 chong2-ying3 重名 chong2-ming2 重开 chong2-kai1"
) | {_ADVERBIAL: ("de5",), _LINE: ("hang2",), _SAYS_SO: ("de5", "shuo1")}
"""Word, or name of a reading → its syllables in pinyin with tones."""

_CAN = frozenset("不可能也还就很都")  # 行 behind these is "will do"
_IS_FINE = frozenset("吗了吧嘛呢啊的不")


def as_read(words: Iterable[str], before: str) -> Iterator[tuple[str, str]]:
    """Yield each word and what READINGS or pypinyin know it by; `before` is the text in front of them."""
    words = list(words)
    for index, word in enumerate(words):
        previous = words[index - 1] if index else before[-1:]
        following = words[index + 1] if index + 1 < len(words) else ""
        name = word
        if word == "地" and index and len(previous) > 1 and following:
            name = _ADVERBIAL
        elif (word == "行" and previous and previous[-1] not in _CAN and following[:1] not in _IS_FINE) or (
            word == "行" and following == "数"
        ):
            name = _LINE
        yield word, name
