# SPDX-License-Identifier: GPL-3.0-or-later
"""Emacspeak's commands: a word, then arguments, in braces where they hold spaces. Pure; never raises.

They are lines of Tcl, of which Emacspeak uses just this. A text in braces may hold line ends and pairs of
braces. One that is never closed must not swallow all that follows: a line of just `s`, by which Emacspeak
stops speech before nearly everything that it says, ends it, and so does a length that no text has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 1_000_000  # characters of one command
_ONE_CHARACTER = re.compile(r"([a-z]+)[ \t]+\{[ \t]?(.)\}[ \t]*(?=\n)", re.DOTALL)  # `l {{}`, too
_BRACE = re.compile(r"\\.|[{}\n]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class EmacspeakCommand:
    """A command with its arguments. The name is empty where a text was too long to be one."""

    name: str
    arguments: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The first argument; empty where there is none."""
        return self.arguments[0] if self.arguments else ""


class CommandParser:
    """Cuts what comes in, in pieces of any size, into commands."""

    def __init__(self) -> None:
        self._waiting = ""
        self._looked = 0  # characters of `_waiting` in which there is no end
        self._depth = 0
        self._line = 0  # where the latest line begins

    def feed(self, text: str) -> Iterator[EmacspeakCommand]:
        """Yield the commands that are complete with this text."""
        self._waiting += text
        while True:
            if not self._looked and (match := _ONE_CHARACTER.match(self._waiting)):
                yield EmacspeakCommand(match[1], (match[2],))
                self._begin(match.end() + 1)
                continue
            end = self._end()
            if end is None:
                break
            line = self._waiting[:end]
            self._begin(end + 1)
            if line.strip():
                yield _command(line.strip())
        if len(self._waiting) > LONGEST:
            self._begin(len(self._waiting))
            yield EmacspeakCommand("")

    def _begin(self, place: int) -> None:
        self._waiting = self._waiting[place:]
        self._looked = self._depth = self._line = 0

    def _end(self) -> int | None:
        """Return where the command ends, None where it has not yet."""
        for match in _BRACE.finditer(self._waiting, self._looked):
            sign = match[0]
            if sign == "{":
                self._depth += 1
            elif sign == "}":
                self._depth = max(0, self._depth - 1)
            elif sign == "\n":
                if self._depth == 0:
                    return match.start()
                if self._waiting[self._line : match.start()].strip() == "s" and self._line:
                    self._begin(self._line)  # what was not closed is lost
                    return 1
                self._line = match.end()
            self._looked = match.end()
        if not self._waiting.endswith("\\"):
            self._looked = len(self._waiting)
        return None


def _command(line: str) -> EmacspeakCommand:
    name, _, rest = line.partition(" ")
    rest = rest.strip()
    if rest.startswith("{"):
        closed = rest.rfind("}")
        inner = rest[1:closed] if closed > 0 else rest[1:]
        return EmacspeakCommand(name, (inner.strip(),))
    return EmacspeakCommand(name, tuple(word.strip('"') for word in rest.split()))
