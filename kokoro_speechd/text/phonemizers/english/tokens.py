# SPDX-License-Identifier: GPL-3.0-or-later
"""English text → words and punctuation, the way the lexicon expects them, each with its source characters."""

from __future__ import annotations

import itertools
import re

from kokoro_speechd.text.phonemizers.english.sentence import Token
from kokoro_speechd.text.phonemizers.english.words import ABBREVIATIONS, CLOSING, NUMBERED

# The lexicon tries all ways to join the parts of one word; beyond this length, or this number of runs of
# letters or digits, that takes too long (cubic time: 20 runs take 17 ms).
_LONGEST_WORD = 40
_MOST_RUNS = 10
_RUN = re.compile(r"\d[\d.,]*|[A-Z]?[a-z]+|[A-Z]+|[^\W\d_]+|.", re.DOTALL)
# Nothing beyond this length is searched for dashes and contractions.
_LONGEST_SEARCHED = 400
# Digits beyond these are a code, not a quantity, and misaki fails at 307 of them.
_LONGEST_NUMBER = 15

_WORD = re.compile(r"\S+")
_INITIALS = re.compile(r"(?:[A-Za-z]\.){2,}")
_OPENING = frozenset("\"“”‘'«([{<¿¡$£€¥#&…")
_CLOSING_MARKS = frozenset("\"“”’'»)]}>,;:!?%…")
_DASHES = frozenset("-—–")
_PARTS = re.compile(
    r"\.{2,}|…|—|–|--+|[()\[\]{}]|(?<=[A-Za-z])-(?=[A-Za-z])|(?<=[A-Za-z0-9])[/=<>](?=[A-Za-z])|(?<=[A-Za-z])[,:;!?](?=[A-Za-z])"
)
_CONTRACTION = re.compile(r"(.+?)(n['’]t|['’](?:s|re|ve|ll|d|m))", re.IGNORECASE)
_MEASURE = re.compile(r"(\d+(?:[.,]\d+)*)(am|pm|%)", re.IGNORECASE)
_LONG_DIGITS = re.compile(rf"\d{{{_LONGEST_NUMBER + 1},}}")
_DECADE = re.compile(r"[0-9]0['’]?s\b")
_UNSPLIT = frozenset(
    [
        "how're",
        "there're",
        "they'd've",
        "we'd've",
        "you'd've",
        "i'd've",
        "what're",
        "where're",
        "who're",
        "why're",
        "that're",
    ]
)
_NUMBER = re.compile(r"-?\d[\d.,]*")
_ELIDED = frozenset(
    {
        "'n'",
        "’n’",
        "'tis",
        "'twas",
        "'cause",
        "'em",
        "'til",
        "'bout",
        "’tis",
        "’twas",
        "’cause",
        "’em",
        "’til",
    }
)


def _whole(word: str) -> bool:
    lower = word.lower()
    return bool(lower in ABBREVIATIONS or lower in NUMBERED or lower in _ELIDED or _INITIALS.fullmatch(word))


def _run(text: str, start: int, end: int, chars: str) -> int:
    """Return the end of the run of `chars` that begins at `start`."""
    while start < end and text[start] in chars:
        start += 1
    return start


def _peel(text: str, start: int, end: int) -> tuple[list[Token], int, int, list[Token]]:
    """Take opening and closing marks off the word `text[start:end]`."""
    before: list[Token] = []
    after: list[Token] = []
    while start < end - 1 and not (end - start <= _LONGEST_WORD and _whole(text[start:end])):
        char = text[start]
        if char in "'’" and _DECADE.match(text, start + 1):
            start += 1  # "the '90s": no quotation begins
            break
        if char == "-" and text[start + 1].isdigit():
            break
        stop = start + 1
        if char in _DASHES:
            stop = _run(text, start, end, "-—–")
        elif char == "." and text[start + 1] == ".":
            stop = _run(text, start, end, ".")
        elif char not in _OPENING:
            break
        if stop == end:
            break
        before.append(Token(text[start:stop], start, stop))
        start = stop
    while start < end - 1 and not (end - start <= _LONGEST_WORD and _whole(text[start:end])):
        char = text[end - 1]
        stop = end - 1
        if char == ".":
            while stop > start and text[stop - 1] == ".":
                stop -= 1
        elif char in _DASHES:
            while stop > start and text[stop - 1] in _DASHES:
                stop -= 1
        elif char not in _CLOSING_MARKS:
            break
        if stop == start:
            break
        after.append(Token(text[stop:end], stop, end))
        end = stop
    return before, start, end, after[::-1]


def _split(text: str, start: int, end: int) -> list[Token]:
    """Split what is left of a word when its marks are peeled off."""
    if _whole(text[start:end]):
        word = text[start:end]
        return [Token(word.lower() if word.lower() in _ELIDED else word, start, end)]
    borders = [start]
    for match in _PARTS.finditer(text, start, end):
        borders += match.span()
    borders.append(end)
    tokens: list[Token] = []
    for first, last in itertools.pairwise(borders):
        part = text[first:last]
        pair = None
        plain = part.lower().replace("’", "'")
        if plain != "o'clock" and plain not in _UNSPLIT:
            pair = _CONTRACTION.fullmatch(part) or _MEASURE.fullmatch(part)
        if pair:
            middle = first + pair.end(1)
            tokens += [Token(pair[1], first, middle), Token(pair[2], middle, last)]
        elif part:
            tokens.append(Token(part, first, last))
    return tokens


def _bounded(token: Token) -> list[Token]:
    """Cut a token that would keep the lexicon busy for too long; long digit strings become single digits."""
    text = token.text
    if len(text) <= _LONGEST_WORD and _runs(text) <= _MOST_RUNS and not _LONG_DIGITS.search(text):
        return [token]
    places = [0]  # where a piece begins
    runs = 0
    for match in _RUN.finditer(text):
        runs += 1
        step = 1 if _LONG_DIGITS.search(match[0]) else _LONGEST_WORD // 2
        if runs > _MOST_RUNS or match.end() - places[-1] > step:
            places += range(match.start(), match.end(), step)
            runs = 1
    return [
        Token(text[first:last], token.start + first, token.start + last, last < len(text) or token.space)
        for first, last in itertools.pairwise([*places, len(text)])
        if first < last
    ]


def _runs(text: str) -> int:
    return sum(1 for _ in _RUN.finditer(text))


def _loosen(word: list[Token]) -> None:
    """Part tokens that no white space parts, where they are too many for the lexicon to join."""
    runs = 0
    for before, token in itertools.pairwise(word):
        runs += _runs(before.text)
        if before.space:
            runs = 0
        elif runs + _runs(token.text) > _MOST_RUNS:
            before.space = True
            runs = 0


def _expand(tokens: list[Token]) -> list[Token]:
    """Write abbreviations out; part the full stop from an abbreviation that ends its sentence."""
    result: list[Token] = []
    for index, token in enumerate(tokens):
        lower = token.text.lower()
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        previous = tokens[index - 1].text if index else ""
        numbered = following[:1].isdigit()
        if lower in NUMBERED and not numbered:
            result.append(Token(token.text[:-1], token.start, token.end - 1))
            result.append(Token(".", token.end - 1, token.end, token.space))
            continue
        ends = lower in CLOSING and (
            not following or (CLOSING[lower] and token.space and following[:1].isupper())
        )
        if lower in NUMBERED:
            token.text = NUMBERED[lower]
        elif lower == "st." and (not following[:1].isupper() or previous[:1].isupper()):
            token.text = "street"
        elif lower in ABBREVIATIONS:
            token.text = ABBREVIATIONS[lower]
        elif _NUMBER.fullmatch(previous) and lower in ("am", "pm"):
            token.text = lower.upper()
            tokens[index - 1].space = True
        result.append(token)
        if ends:
            token.end -= 1
            result.append(Token(".", token.end, token.end + 1, token.space))
            token.space = False
    return result


def tokenize(text: str) -> list[Token]:
    """Return the tokens of `text` in order, with their source ranges; time is linear in its length."""
    tokens: list[Token] = []
    for match in _WORD.finditer(text):
        before, start, end, after = _peel(text, *match.span())
        long = end - start > _LONGEST_SEARCHED
        middle = [Token(text[start:end], start, end)] if long else _split(text, start, end)
        word = [piece for token in (*before, *middle, *after) for piece in _bounded(token)]
        for token in word:
            if len(token.text) > 1 and _DASHES.issuperset(token.text):
                token.text = "—"
        # A number in parts must not be parted from the mark behind it.
        if len(after) and len(word) > len(after):
            word[-len(after) - 1].space = False
        word[-1].space = match.end() < len(text)
        _loosen(word)
        tokens += word
    return _expand(tokens)
