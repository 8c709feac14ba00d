# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of `kokoro-speechd doctor --report`: what helps with a fault, and nothing about who has it."""

from __future__ import annotations

import contextlib
import os
import platform
import pwd
import re
from pathlib import Path

from kokoro_speechd import __version__

# The names of sound devices are often those of people; a socket's path and an address may tell where one is.
_PRIVATE_LINES = re.compile(r"^(\[[a-z]+\] +Sound): .*$", re.MULTILINE)


def bug_report(findings: str) -> str:
    """Return the machine in a few lines, and the findings, without names of the user, home or host."""
    facts = {
        "kokoro-speechd": __version__,
        "System": _release(),
        "Kernel": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "Processor": f"{_processor()}, {os.cpu_count()} threads",
        "Memory": _memory(),
        "Desktop": f"{os.environ.get('XDG_CURRENT_DESKTOP', '-')}, {os.environ.get('XDG_SESSION_TYPE', '-')}",
        "Language": os.environ.get("LANG", "-"),
    }
    head = "\n".join(f"{name}: {value}" for name, value in facts.items())
    text = f"{head}\n\n{_PRIVATE_LINES.sub(chr(92) + '1: there is one', findings)}"
    return without_names(text, _names())


def without_names(text: str, names: dict[str, str]) -> str:
    """Return a text with each of these names, the longest first, replaced by its word."""
    for name in sorted(names, key=len, reverse=True):
        if name:
            # Not within a longer name: "jo" is no part of "joke", nor "/home/jo" of "/home/johanna".
            pattern = rf"(?<![\w-]){re.escape(name)}(?![\w-])"
            text = re.sub(pattern, names[name], text, flags=re.IGNORECASE)
    return text


def _names() -> dict[str, str]:
    """Return what would tell who this is, and what to write instead."""
    names = {platform.node(): "HOST", platform.node().partition(".")[0]: "HOST"}
    homes = [os.environ.get("HOME", "")]
    with contextlib.suppress(KeyError):
        user = pwd.getpwuid(os.getuid())
        homes.append(user.pw_dir)
        names |= {user.pw_name: "USER", user.pw_gecos.partition(",")[0]: "USER"}
    for home in homes:
        if len(home) > 1:
            names |= {home: "~", os.path.realpath(home): "~", Path(home).name: "USER"}
    names |= {os.environ.get("USER", ""): "USER", os.environ.get("LOGNAME", ""): "USER"}
    return names


def _release() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "-")
    except OSError:
        return "-"


def _processor() -> str:
    with contextlib.suppress(OSError):
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
        if found:
            return found[1]
    return platform.processor() or "-"


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB"
    except (OSError, ValueError):
        return "-"
