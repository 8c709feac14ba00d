# SPDX-License-Identifier: GPL-3.0-or-later
"""A Markdown document of ours as the sections of a manual page. Tables become lists: a page is read aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from distribution.roff import escape, heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token


def convert(document: str) -> str:
    """Return the document as roff; its title becomes the section DESCRIPTION."""
    tokens = MarkdownIt("commonmark").enable("table").parse(document)
    page: list[str] = []
    row: list[str] | None = None  # cells of the table row that is being read
    in_head = False
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            title = tokens[place + 1].content
            page.append(heading("DESCRIPTION" if token.tag == "h1" else title.upper()))
        elif token.type == "paragraph_open":
            page += [] if page[-1].startswith(".SH") else [".PP\n"]
        elif token.type in ("fence", "code_block"):
            page.append(f".PP\n.nf\n.RS 4\n{escape(token.content)}.RE\n.fi\n")
        elif token.type in ("thead_open", "thead_close"):
            in_head = token.type == "thead_open"
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            if row and not in_head:
                page.append(_entry(row))
            row = None
        elif token.type == "inline" and tokens[place - 1].type != "heading_open":
            text = _inline(token.children or [])
            if row is not None:
                row.append(text)
            else:
                page.append(f"{text}\n")
    return "".join(page)


def _entry(row: Sequence[str]) -> str:
    *middle, about = row[1:]
    name = " ".join([row[0], *(f"({cell})" for cell in middle if cell)])
    return f".TP\n{name}\n{about or '.'}\n"


def _inline(children: Sequence[Token]) -> str:
    text = ""
    for child in children:
        if child.type == "text":
            text += escape(child.content)
        elif child.type == "code_inline":
            text += f"\\fB{escape(child.content)}\\fR"
        elif child.type == "softbreak":
            text += "\n"
        elif child.type in ("strong_open", "em_open"):
            text += "\\fI"
        elif child.type in ("strong_close", "em_close"):
            text += "\\fR"
    return text
