# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual pages.

kokoro-speechd(1) comes from the command line's parser, kokoro-speechd-config(5) from config/config.toml, and
io.github.kokoro_speechd(5) from docs/dbus.md. sd_kokoro(1) is written by hand: it has no options.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from distribution import LICENCE_LINE, markdown_manual
from distribution.command_line import parser
from distribution.roff import escape, heading, prose, shaped
from kokoro_speechd import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATE = "2026-11-26"  # of the release that is described; pages must not change from day to day
_MANUAL = "kokoro-speechd"

_HOW_TO_USE_THE_EXAMPLE = "The lines below show the defaults."  # up to here it speaks of the file itself

_COMMAND_SECTIONS = {
    "exit status": r"""0 done; 1 not done, and stderr says why, or, of \fBdoctor\fR, something is missing;
2 wrong command line; 130 interrupted.""",
    "files": r""".TP
\fI\(ti/.config/kokoro\-speechd/config.toml\fR
the settings; see
.BR kokoro\-speechd\-config (5)
.TP
\fI\(ti/.config/speech\-dispatcher/modules/kokoro.conf\fR
voices for speech\-dispatcher; see
.BR sd_kokoro (1)
.TP
\fI\(ti/.local/share/kokoro\-speechd/model/\fR
the model:
.IR kokoro\-v1_0.pth ,
.I config.json
and
.I voices/*.pt
.TP
\fI\(ti/.local/state/kokoro\-speechd/daemon.log\fR
the daemon's log, where systemd's journal does not have it; never what is spoken
.TP
\fI\(ti/.cache/kokoro\-speechd/\fR
sounds of letters, digits and keys""",
    "see also": r""".BR sd_kokoro (1),
.BR kokoro\-speechd\-config (5),
.BR io.github.kokoro_speechd (5),
.BR spd\-say (1),
.BR speech\-dispatcher (1)""",
}


def pages(root: Path) -> dict[str, bytes]:
    """Return every generated page: path below the root, content."""
    made = {
        "share/man/man1/kokoro-speechd.1": _command(),
        "share/man/man5/kokoro-speechd-config.5": _settings(
            (root / "config/config.toml").read_text(encoding="utf-8")
        ),
        "share/man/man5/io.github.kokoro_speechd.5": _interface(
            (root / "docs/dbus.md").read_text(encoding="utf-8")
        ),
    }
    return {name: page.encode() for name, page in made.items()}


def _title(name: str, section: int, about: str) -> str:
    return (
        f'.\\" {LICENCE_LINE}\n'
        '.\\" Written by `python -m distribution`; do not change it here.\n'
        f'.TH {escape(name.upper())} {section} {DATE} "kokoro\\-speechd {__version__}" "{_MANUAL}"\n'
        f".SH NAME\n{escape(name)} \\- {escape(about)}\n"
    )


def _command() -> str:
    from argparse_manpage.manpage import Manpage

    os.environ["COLUMNS"] = "80"  # argparse wraps its usage to the terminal
    whole = parser()
    whole.epilog = None  # the exit codes have their own section
    page = Manpage(whole)
    for name, content in _COMMAND_SECTIONS.items():
        page.add_section(name, "=", content)
    text = str(page)
    text = text[text.index(".SH SYNOPSIS") :]
    about = "speak with Kokoro, steer its daemon and see to its model"
    return _title("kokoro-speechd", 1, about) + shaped(text)


def _settings(example: str) -> str:
    """Make the page of config.toml out of the example's comments."""
    head, *tables = re.split(r"^(?=\[)", example, flags=re.MULTILINE)
    lines = [line.removeprefix("#").strip() for line in head.splitlines()]
    introduction = "\n".join(line for line in lines if line and not line.startswith("SPDX-"))
    _, found, introduction = introduction.partition(_HOW_TO_USE_THE_EXAMPLE)
    if not found:
        raise ValueError("config.toml begins in another way; see here what of it a page should have")
    text = heading("SYNOPSIS")
    text += ".I \\(ti/.config/kokoro\\-speechd/config.toml\n.br\n.I /etc/xdg/kokoro\\-speechd/config.toml\n"
    text += heading("DESCRIPTION") + prose("Each key is shown with its default." + introduction)
    for table in tables:
        name, _, body = table.partition("\n")
        text += heading(name)
        text += "".join(_keys(body))
    text += heading("SEE ALSO") + ".BR kokoro\\-speechd (1),\n.BR sd_kokoro (1)\n"
    return _title("kokoro-speechd-config", 5, "settings of the Kokoro voice") + text


def _keys(body: str) -> Iterator[str]:
    """Yield each paragraph of a table: a key with its comment, or a comment alone."""
    for number, block in enumerate(body.strip().split("\n\n")):
        comment = [line.removeprefix("# ") for line in block.splitlines() if line.startswith("# ")]
        keys = [line.removeprefix("#") for line in block.splitlines() if re.match(r"#\w", line)]
        if keys:
            yield "".join(f".TP\n.B {escape(key)}\n" for key in keys) + prose("\n".join(comment))
        else:
            yield (".PP\n" if number else "") + prose("\n".join(comment))


def _interface(document: str) -> str:
    about = "the D-Bus interface of the Kokoro voice"
    text = markdown_manual.convert(document)
    text += heading("SEE ALSO") + ".BR kokoro\\-speechd (1),\n.BR busctl (1),\n.BR gdbus (1)\n"
    return _title("io.github.kokoro_speechd", 5, about) + text
