# SPDX-License-Identifier: GPL-3.0-or-later
"""kokoro and misaki on a Python that their releases do not name: how they get into this installation.

misaki holds the lexicon of English and the tables of Mandarin, kokoro is the model's own code. Both are plain
Python and run on 3.13 and later, but pip refuses them there, and for kokoro it would bring spaCy, which
nothing here uses. So they are installed by themselves; what they need of others the package names already.
"""

from __future__ import annotations

import importlib
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

from kokoro_speechd.cli.terminal.questions import agreed
from kokoro_speechd.system.messages import _

_RELEASES = {"misaki": "misaki>=0.9.4,<0.10", "kokoro": "kokoro>=0.9.4,<0.10"}
_BESIDE = "/usr/local/lib/kokoro-speechd"  # where Debian's package looks for what Debian lacks
_NAMED = "3.12"  # the last Python that their releases name


def absent() -> list[str]:
    """Return which of the two are not installed; empty when nothing is to be done."""
    return [name for name in _RELEASES if find_spec(name) is None]


def command(names: list[str]) -> list[str] | None:
    """Return the command that installs these into this environment, None where nothing here can."""
    wanted = [_RELEASES[name] for name in names]
    if _is_debians():
        return None  # its Python is not to be touched: README.Debian names a place beside it
    if find_spec("pip") is not None:  # in pipx's environments, too
        return [sys.executable, "-m", "pip", "install", "--no-deps", "--ignore-requires-python", *wanted]
    if (uv := shutil.which("uv")) is not None:
        # It has no such option; it can be told which Python to look for.
        return [
            uv,
            "pip",
            "install",
            "--python",
            sys.executable,
            "--python-version",
            _NAMED,
            "--no-deps",
            *wanted,
        ]
    return None


def advice(names: list[str]) -> str:
    """Return the one command that helps, for people."""
    found = command(names)
    if found is not None:
        return shlex.join(found)
    if _is_debians():
        # README.Debian explains it. What the package cannot depend on, because Debian has it not, is added.
        others = [name for name in ("addict", "sounddevice") if find_spec(name) is None]
        pip = [f"{_BESIDE}/bin/pip", "install", "--no-deps", "--ignore-requires-python", _RELEASES["misaki"]]
        return (
            f"sudo python3 -m venv --system-site-packages {_BESIDE} && sudo "
            + shlex.join([*pip, *others])
            + "\n(README.Debian in /usr/share/doc/kokoro-speechd says more)"
        )
    return shlex.join(
        ["pip", "--python", sys.executable, "install", "--no-deps", "--ignore-requires-python"]
        + [_RELEASES[name] for name in names]
    )


def advice_for(package: str) -> str:
    """Return the command that adds a package to this environment."""
    return advice([]) if _is_debians() else shlex.join([sys.executable, "-m", "pip", "install", package])


def offer(*, yes: bool = False) -> bool:
    """Say what is missing and install it after a question; return whether nothing is missing now."""
    names = absent()
    if "misaki" not in names:
        return True  # kokoro's own code is wanted by few, and `doctor` names it
    text = _(
        "Not installed yet: {names}. English, Mandarin and Japanese need misaki, and pip leaves it out on "
        "Python 3.13 and later; until it is here, espeak-ng speaks English."
    )
    print(text.format(names=", ".join(names)))
    found = command(names)
    if found is None:
        print(f"  {advice(names)}")
        return False
    print("  " + shlex.join(found))
    if not sys.stdin.isatty() and not yes:
        print(_("Run this command once, with a network."))
        return False
    if not agreed(_("Run this now? It needs the network, this once."), yes=yes):
        return False
    done = subprocess.run(found, check=False, env=os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    importlib.invalidate_caches()
    if done.returncode or "misaki" in absent():
        print(_("It was not installed; espeak-ng goes on speaking English."))
        return False
    return True


def _is_debians() -> bool:
    """Say whether this Python is the system's, which its distribution alone may change (PEP 668)."""
    if sys.prefix != sys.base_prefix:
        return False
    return (Path(sysconfig.get_path("stdlib")) / "EXTERNALLY-MANAGED").exists()
