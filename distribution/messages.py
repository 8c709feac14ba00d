# SPDX-License-Identifier: GPL-3.0-or-later
"""The translations: their template, each language's file brought up to it, and the compiled catalogues.

po/kokoro-speechd.pot lists what the command line says: the parser's texts and all that stands in _() and
ngettext(). po/LANGUAGE.po is written by translators; here only what is new or gone in it changes.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from distribution import LICENCE_LINE
from distribution.command_line import parser
from distribution.manuals import DATE
from kokoro_speechd import __version__
from kokoro_speechd.cli.terminal.translation import translated
from kokoro_speechd.system.messages import DOMAIN

if TYPE_CHECKING:
    from pathlib import Path

_HEADER = f"""\
# Messages of kokoro-speechd.
# {LICENCE_LINE}
#"""
_TEMPLATE = f"po/{DOMAIN}.pot"


def files(root: Path) -> dict[str, bytes]:
    """Return the template, every language's file and its catalogue: path below the root, content."""
    template = extract(root)
    made = {_TEMPLATE: _written(template)}
    for path in sorted((root / "po").glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.stem)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.revision_date = catalogue.creation_date = template.creation_date
        catalogue.header_comment = _HEADER
        catalogue.project, catalogue.version = DOMAIN, __version__
        catalogue.msgid_bugs_address = ""
        catalogue.last_translator = catalogue.language_team = template.copyright_holder
        made[f"po/{path.name}"] = _written(catalogue)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        made[f"kokoro_speechd/locale/{path.stem}/LC_MESSAGES/{DOMAIN}.mo"] = compiled.getvalue()
    return made


def extract(root: Path) -> Catalog:
    """Return all messages; the order is the parser's, then that of the files."""
    day = dt.datetime.fromisoformat(f"{DATE}T00:00:00+00:00")
    template = Catalog(
        project=DOMAIN,
        version=__version__,
        header_comment=_HEADER,
        creation_date=day,
        revision_date=day,
        charset="utf-8",
        fuzzy=False,
        msgid_bugs_address="",
        copyright_holder="The contributors of kokoro-speechd",
        last_translator="",
        language_team="",
    )

    def collect(text: str) -> str:
        template.add(text, auto_comments=["help of the command line"])
        return text

    translated(parser(), collect)
    found = extract_from_dir(
        str(root / "kokoro_speechd"), [("**.py", "python")], keywords={"_": None, "ngettext": (1, 2)}
    )
    for _name, _line, message, _comments, _context in sorted(found, key=lambda each: (each[0], each[1])):
        template.add(message)
    return template


def _written(catalogue: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalogue, width=100, no_location=True, include_previous=False)
    return file.getvalue()
