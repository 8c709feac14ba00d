# SPDX-License-Identifier: GPL-3.0-or-later
"""The language of manual pages, as far as ours need it: man(7)."""

from __future__ import annotations

import re

_SPECIAL = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti", '"': "\\(dq"}
_LETTERS = {"→": "\\(->", "…": "...", "·": "\\(md", "×": "\\(mu", "–": "\\(en"}


def escape(text: str) -> str:
    """Return a text that roff prints as it stands, wherever it stands."""
    escaped = "".join(_SPECIAL.get(letter) or _LETTERS.get(letter) or letter for letter in text)
    return _ascii(re.sub(r"^(?=\.)", r"\\&", escaped, flags=re.MULTILINE))


def _ascii(text: str) -> str:
    """Return a text with its other letters named: groff reads Latin-1 where nobody tells it otherwise."""
    return re.sub(r"[^\x00-\x7f]", lambda found: f"\\[u{ord(found[0]):04X}]", text)


def heading(text: str) -> str:
    """Return the line that begins a section."""
    return f".SH {escape(text)}\n"


def prose(text: str) -> str:
    """Return sentences as paragraphs have them; what stands in `backquotes` is printed bold.

    An indented line is an example.
    """
    lines = "\n".join(
        f".RS 4\n{escape(line.strip())}\n.RE" if line.startswith("    ") else escape(line)
        for line in text.splitlines()
    )
    return _bold_quotes(lines.replace("\\(ga", "`")) + "\n"


def _bold_quotes(text: str) -> str:
    return re.sub(r"`([^`]+)`", lambda found: f"\\fB{' '.join(found[1].split())}\\fR", text)


def shaped(page: str) -> str:
    """Return a page of argparse-manpage without what `mandoc -T lint` objects to."""
    page = re.sub(r"^\.SH\n", ".SH ", page, flags=re.MULTILINE)
    page = _bold_quotes(page)
    page = re.sub(r"^usage: (.*(?:\n +.*)*)$", _usage, page, flags=re.MULTILINE)
    page = re.sub(r"\n\n+(?=\.)", "\n", page)  # an empty line before a request says nothing
    return _ascii(re.sub(r"\n\n+", "\n.PP\n", page))


def _usage(found: re.Match[str]) -> str:
    return " ".join(found[1].split())
