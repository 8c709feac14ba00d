# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read, in the language of their session.

The catalogues lie in locale/ beside this file; po/ holds what translators write, and `make files`
compiles it.
Translated is what the command line prints for people. What programs read (JSON, D-Bus, speech-dispatcher's
protocol) and what the log says stays as it is.
"""

from __future__ import annotations

import functools
import gettext
import os

DOMAIN = "kokoro-speechd"
FOLDER = os.path.join(os.path.dirname(__file__), os.pardir, "locale")  # noqa: PTH118, PTH120 - argparse has os already


@functools.cache
def _catalogue() -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, fallback=True)


def _(text: str) -> str:
    """Return a text in the user's language ($LANGUAGE, $LC_ALL, $LC_MESSAGES, $LANG); English without one."""
    return _catalogue().gettext(text) if text else ""


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of a text that fits a number."""
    return _catalogue().ngettext(one, many, count)
