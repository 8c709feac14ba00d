# SPDX-License-Identifier: GPL-3.0-or-later
"""Pronunciations of the user: the lines of a file, each a word and how it is read.

| line                      |                                                             |
|---------------------------|-------------------------------------------------------------|
| # comment                 |                                                             |
| GNOME = guh-nome          | whole words, in any case                                    |
| nginx = /ˈɛndʒɪnˈɛks/     | IPA stands between slashes                                  |
| SQL [case] = sequel       | [case]: written just like this; [part]: inside of words too |
| *gate = *-gate            | * is any letters and digits, on the right the same again    |
| "C#" = C sharp            | in quotes every character is itself                         |
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from kokoro_speechd.errors import PronunciationError
from kokoro_speechd.text.phonemes.ipa import kokoro_symbols, not_ipa

OPTIONS = ("case", "part")
WILDCARD = "*"
MOST_WILDCARDS = 2  # each one more would multiply the time that a word can take; with [part] one less
MOST_ENTRIES = 20_000  # in one file
_MOST_PROBLEMS = 50  # that are named in one file: they go to the log, and somebody may put a book there
_LONGEST_WORD = 100  # characters
_LONGEST_SAYS = 400

_LINE = re.compile(
    r'(?:"(?P<quoted>[^"]+)"|(?P<plain>[^"=\s\[][^"=]*?))\s*'
    r"(?:\[(?P<options>[^\[\]]*)\]\s*)?=\s*(?P<says>.*)"
)
_QUOTED = re.compile(r'"([^"]*)"\s*(?:#.*)?')
_COMMENT = re.compile(r"(?:^|\s)#.*")


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """How a word, several words, or a pattern is read; made by `make` or `parse_line`.

    `says` is text, or IPA without its slashes. `literal`: the word stands in quotes, a * in it is no
    wildcard; `quoted`: what it says stands in quotes.
    """

    word: str
    says: str
    ipa: bool = False
    case: bool = False
    part: bool = False
    literal: bool = False
    quoted: bool = False

    @property
    def wildcards(self) -> int:
        """The number of wildcards in the word."""
        return 0 if self.literal else self.word.count(WILDCARD)

    def is_for(self, word: str) -> bool:
        """Tell whether this is the entry of a word as somebody wrote it."""
        word = " ".join(unicodedata.normalize("NFC", word).split())
        return self.word == word if self.case else self.word.casefold() == word.casefold()


def parse_line(line: str) -> Pronunciation | None:
    """Return what a line says, None for an empty one or a comment. Raises PronunciationError: what is wrong.

    The message holds nothing of the line.
    """
    line = line.strip()
    if not line or line.startswith("#"):
        return None
    found = _LINE.fullmatch(line)
    if found is None:
        raise PronunciationError("needs a word, = and how it is read")
    if found["says"].startswith("="):
        raise PronunciationError("has two =; a word that holds one stands in quotes")
    options = [option.casefold() for option in re.split(r"[\s,]+", found["options"] or "") if option]
    if not set(options) <= set(OPTIONS):
        raise PronunciationError(f"in brackets stand options: {' or '.join(OPTIONS)}")
    quoted = _QUOTED.fullmatch(found["says"])
    return _checked(
        Pronunciation(
            found["quoted"] or found["plain"],
            quoted[1] if quoted else _COMMENT.sub("", found["says"]),
            case="case" in options,
            part="part" in options,
            literal=found["quoted"] is not None,
            quoted=quoted is not None,
        )
    )


def make(word: str, says: str, *, case: bool = False, part: bool = False) -> Pronunciation:
    """Return the entry of a word; quotes are put where they are needed. Raises PronunciationError."""
    entry = Pronunciation(word, says, case=case, part=part)
    checked = _checked(replace(entry, quoted=not says.strip()))
    for literal, quoted in ((False, False), (True, False), (False, True), (True, True)):
        line = write_line(replace(checked, literal=literal, quoted=quoted or checked.quoted))
        try:
            read = parse_line(line)
        except PronunciationError:
            continue
        if read and (read.word, read.says, read.ipa) == (checked.word, checked.says, checked.ipa):
            return read
    raise PronunciationError("a word or what it says cannot be written into a line")


def _checked(entry: Pronunciation) -> Pronunciation:
    """Return the entry with single spaces and its IPA without slashes. Raises PronunciationError."""
    word, says = (" ".join(unicodedata.normalize("NFC", text).split()) for text in (entry.word, entry.says))
    if not word or '"' in word or not (word + says).isprintable():
        raise PronunciationError("a word has neither quotes nor control characters in it")
    if len(word) > _LONGEST_WORD or len(says) > _LONGEST_SAYS:
        raise PronunciationError(f"too long: a word has at most {_LONGEST_WORD} characters")
    if not says and not entry.quoted:
        raise PronunciationError('says nothing; write "" if that is meant')
    ipa = not entry.quoted and says.startswith("/")
    entry = replace(entry, word=word, says=_ipa(says) if ipa else says, ipa=ipa)
    most = MOST_WILDCARDS - entry.part
    if entry.wildcards > most or (entry.wildcards and not word.strip("* ")):
        raise PronunciationError(f"a pattern has a letter, and here at most {most} times *")
    if not (ipa or entry.quoted) and entry.wildcards and says.count(WILDCARD) > entry.wildcards:
        raise PronunciationError("has more * on the right than on the left")
    return entry


def _ipa(says: str) -> str:
    if len(says) < 2 or not says.endswith("/"):
        raise PronunciationError("IPA stands between two slashes")
    ipa = says.strip("/").strip()
    if "/" in ipa or not_ipa(ipa):
        raise PronunciationError("between the slashes stand characters that are no IPA")
    if not kokoro_symbols(ipa, "en"):
        raise PronunciationError("nothing between the slashes has a sound")
    return ipa


def parse(data: bytes, name: str) -> tuple[list[tuple[int, Pronunciation]], list[str]]:
    """Return the entries of a file with their lines, and what is wrong with others as "name:line: what"."""
    entries: list[tuple[int, Pronunciation]] = []
    problems: list[str] = []
    unnamed = 0
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if len(entries) == MOST_ENTRIES:
            problems.append(f"{name}:{number}: more than {MOST_ENTRIES} entries; the rest does not count")
            break
        entry, problem = _read_line(line)
        if entry is not None:
            entries.append((number, entry))
        if problem and len(problems) < _MOST_PROBLEMS:
            problems.append(f"{name}:{number}: {problem}; this line does not count")
        elif problem:
            unnamed += 1
    if unnamed:
        problems.append(f"{name}: {unnamed} more lines are wrong and do not count")
    return entries, problems


def _read_line(line: bytes) -> tuple[Pronunciation | None, str]:
    try:
        return parse_line(line.decode("utf-8")), ""
    except UnicodeDecodeError:
        return None, "not UTF-8"
    except PronunciationError as error:
        return None, str(error)


def write_line(entry: Pronunciation) -> str:
    """Return the line that says this."""
    options = ", ".join(option for option in OPTIONS if getattr(entry, option))
    word = f'"{entry.word}"' if entry.literal else entry.word
    says = f"/{entry.says}/" if entry.ipa else f'"{entry.says}"' if entry.quoted else entry.says
    return f"{word}{f' [{options}]' if options else ''} = {says}"
