# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd config`: which settings files there are, and one to begin with."""

from __future__ import annotations

from kokoro_speechd.cli.desktop.installation import resource
from kokoro_speechd.cli.terminal.output_file import written_whole
from kokoro_speechd.errors import SettingsError
from kokoro_speechd.settings import FILE_NAME, settings_files
from kokoro_speechd.system.messages import _


def show() -> int:
    """Name the settings files, the most important first."""
    for path in settings_files():
        print(path if path.exists() else _("{path} (not there)").format(path=path))
    return 0


def write(*, force: bool) -> int:
    """Write the user's own, all of it as comments; return 0. Raises SettingsError and OSError."""
    path = settings_files()[0]
    if path.exists() and not force:
        text = _("{path} is there already; --force replaces it, with all that you changed in it")
        raise SettingsError(text.format(path=path))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with written_whole(path) as file:
        file.write(resource("config", FILE_NAME).encode())
    text = _("Wrote {path}: every setting and its default. Take the # away from what you change.")
    print(text.format(path=path))
    return 0
