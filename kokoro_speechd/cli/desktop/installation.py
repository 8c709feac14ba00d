# SPDX-License-Identifier: GPL-3.0-or-later
"""Where this installation's commands are, and the files that it brings for other programs.

pipx, a virtual environment, `pip install --user` and a distribution's package put the commands elsewhere.
"""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kokoro_speechd.errors import SetupError

COMMAND = "kokoro-speechd"
MODULE = "sd_kokoro"
_PACKAGED = "/usr/bin/kokoro-speechd"  # as the files in systemd/ have it, for distributions
_ROOT = Path(__file__).parent.parent.parent
_RESOURCES = (_ROOT / "resources", _ROOT.parent)  # in a wheel; in the source's folder


@dataclass(frozen=True, slots=True)
class Installation:
    """The two commands, as absolute paths that stay when the package is upgraded."""

    command: Path
    module: Path

    def service_text(self, name: str) -> str:
        """Return a file of systemd/ with this installation's command in it."""
        quoted = service_word(str(self.command), systemd=name.startswith(COMMAND))
        return resource("systemd", name).replace(_PACKAGED, quoted)


def find_installation() -> Installation:
    """Return where the commands of the running package are. Raises SetupError."""
    folders = list(dict.fromkeys(_folders()))
    for folder in folders:
        found = Installation(folder / COMMAND, folder / MODULE)
        if all(path.is_file() and os.access(path, os.X_OK) for path in (found.command, found.module)):
            return found
    raise SetupError(
        f"the commands {COMMAND} and {MODULE} are in none of {', '.join(map(str, folders))}; "
        "install the package with pipx, pip or your distribution first"
    )


def resource(folder: str, name: str) -> str:
    """Return the text of a file that comes with the package. Raises SetupError."""
    for root in _RESOURCES:
        if (path := root / folder / name).is_file():
            return path.read_text(encoding="utf-8")
    raise SetupError(f"{folder}/{name} is not in this installation: install it again")


def service_names(prefix: str) -> list[str]:
    """Return the names of the files in systemd/ that begin so. Raises SetupError."""
    for root in _RESOURCES:
        if names := sorted(path.name for path in (root / "systemd").glob(f"{prefix}*")):
            return names
    raise SetupError("systemd/ is not in this installation: install it again")


def service_word(text: str, *, systemd: bool) -> str:
    """Write the first word of a command as systemd's or D-Bus's service files have it."""
    if systemd:
        text = text.replace("%", "%%")  # variables ($) are not looked for in the first word
    if re.fullmatch(r"[\w/.%$+@:,-]+", text, re.ASCII):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _folders() -> Iterator[Path]:
    # Where a wheel or a distribution's package lies tells its prefix. It comes before the program that was
    # started: Debian's package starts one in /usr/libexec, by a script that chooses the interpreter.
    if _ROOT.parent.name in {"site-packages", "dist-packages"}:
        yield _ROOT.parents[3] / "bin"
    if sys.prefix != sys.base_prefix:  # a virtual environment, pipx's too
        yield Path(sys.prefix) / "bin"
    if sys.argv and os.sep in sys.argv[0]:
        yield Path(sys.argv[0]).absolute().parent
    yield Path(sysconfig.get_path("scripts"))
    yield Path(sysconfig.get_path("scripts", f"{os.name}_user"))
