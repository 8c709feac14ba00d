# SPDX-License-Identifier: GPL-3.0-or-later
"""URLs, e-mail addresses, file names, paths and names with dots: their signs by name."""

from __future__ import annotations

import re

from kokoro_speechd.text.normalizing.rules import Edit, Edits, Rule, rule
from kokoro_speechd.text.normalizing.wording import Wording

_ENDINGS = (
    "com|org|net|edu|gov|info|io|dev|app|uk|eu|html?|py|md|txt|json|ya?ml|toml|ini|cfg|conf|log|csv|xml|pdf|"
    "docx?|xlsx?|pptx?|odt|ods|png|jpe?g|gif|svg|mp[34]|wav|ogg|flac|zip|gz|xz|bz2|tar|js|css|cpp|rs|java|exe|"
    "deb|rpm|iso|sh|so|service"
)
_PARTS = re.compile(r"://|[^\W\d_]+|[0-9]+|\s+|.", re.DOTALL)
_CLOSING = ".,;:!?)]}>»”’'\"…"
_LONGEST_WORD_WITHOUT_VOWEL = 6  # longer ones are no acronyms


def _edits(signs: dict[str, str], text: str, start: int) -> Edits:
    edits: list[Edit] = []
    for match in _PARTS.finditer(text):
        part = match[0]
        said = signs.get(part, part)
        if part.isascii() and part.isalpha():
            if len(part) == 1 or (
                len(part) <= _LONGEST_WORD_WITHOUT_VOWEL and not set(part.lower()) & set("aeiouy")
            ):
                said = part.upper()  # "www", "html": a row of letters
            elif part.isupper() and len(part) > 3:
                said = part.lower()
        if said != part:
            edits.append((start + match.start(), start + match.end(), said))
    return edits


def rules(wording: Wording) -> list[Rule]:
    """Return the rules for addresses."""
    signs = {"://": " ", **wording.address}

    def say(match: re.Match[str]) -> Edits:
        return _edits(signs, match[0].rstrip(_CLOSING), match.start())

    def say_path(match: re.Match[str]) -> Edits:
        path = match[0].rstrip(".,;:!?")
        return _edits(signs, path, match.start()) if any(char.isalpha() for char in path) else []

    def say_relative(match: re.Match[str]) -> Edits:
        return say_path(match) if set(match[0]) & set("._") else []

    return [
        rule(r"(?<!\w)(?:[A-Za-z][A-Za-z0-9+.-]{1,15}://|www\.)[^\s<>\"“”]{1,400}", say, ":w"),
        rule(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", say, "@"),
        rule(r"(?<!\w)[A-Za-z]:(?:\\[^\\\s<>|:\"*?]{1,100}){1,40}\\?", say_path, "\\"),
        rule(r"(?<![\w/\\.:<])(?:~|\.{1,2})?(?:/[\w.+@%~-]{1,100}){1,40}/?", say_path, "/"),
        rule(
            rf"(?<![\w.@/\\-])[\w-]{{1,64}}(?:\.[\w-]{{1,64}}){{0,6}}\.(?:{_ENDINGS})(?:\.[0-9]{{1,4}}){{0,3}}(?!\w)(?:/[^\s<>\"“”]{{0,400}})?",
            say,
            ".",
        ),
        rule(r"(?<![\w/.-])[\w.-]{1,60}(?:/[\w.-]{1,60}){2,20}(?![\w/])", say_relative, "/"),
        rule(r"(?<![\w.])[a-z_]\w{1,40}(?:\.[a-z_]\w{0,40}){1,6}(?![\w.]\w)", say, "."),
        # "a.b.c", but not "e.g." and "a.m".
        rule(
            r"(?<![\w.])(?!(?:[ap]\.m|e\.g|i\.e|p\.m|a\.k\.a|u\.s|u\.k|d\.c|b\.c|a\.d)\b)"
            r"[a-z_](?:\.[a-z_]\w{0,40}){1,6}(?![\w.])",
            say,
            ".",
        ),
    ]
