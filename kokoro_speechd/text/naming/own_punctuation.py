# SPDX-License-Identifier: GPL-3.0-or-later
"""From which punctuation mode on a sign is named, where the user wants it otherwise than the dictionaries.

`kokoro-speechd/punctuation.txt` in the XDG configuration folders, a user's own first: a mode and signs on
each line, as `some @ #`; `never` for signs that no mode names. Whether a file has changed is asked
with each message that wants punctuation; that takes some ten microseconds.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from kokoro_speechd.system import paths

_log = logging.getLogger(__name__)

NAME = "kokoro-speechd/punctuation.txt"
NEVER = "never"
_MODES = ("some", "most", "all", NEVER)
_LARGEST = 100_000  # bytes

_Stamp = tuple[str, int, int]  # path, time, size


def own_levels() -> dict[str, str]:
    """Return sign → "some", "most", "all" or NEVER, as the files are now. Never raises."""
    found = [stamp for folder in paths.config_folders() if (stamp := _stamp(folder / NAME)) is not None]
    return _read(tuple(found))


def parse(text: str) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """Return a file's levels, and what is wrong in it, with lines."""
    levels: dict[str, str] = {}
    problems: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        mode, *signs = line.split()[:1000] or [""]
        if not mode or (line.startswith("#") and mode not in _MODES):
            continue
        if mode not in _MODES:
            problems.append((number, f"a line begins with one of {', '.join(_MODES)}"))
            continue
        if not signs:
            problems.append((number, "which signs?"))
        for sign in signs:
            if len(sign) == 1 and not sign.isalnum():
                levels[sign] = mode
            else:
                problems.append((number, "a sign is one character, no letter and no digit; spaces between"))
    return levels, problems


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return str(path), found.st_mtime_ns, found.st_size


@lru_cache(maxsize=4)
def _read(stamps: tuple[_Stamp, ...]) -> dict[str, str]:
    levels: dict[str, str] = {}
    for path, _time, size in reversed(stamps):  # the user's own last: it wins
        if size > _LARGEST or not Path(path).is_file():
            _log.warning("%s: not read: no file, or one of more than %d bytes", path, _LARGEST)
            continue
        try:
            text = Path(path).read_text("utf-8-sig")
        except (OSError, ValueError):
            _log.warning("%s: cannot be read as UTF-8", path)
            continue
        own, problems = parse(text)
        levels |= own
        for number, problem in problems:
            _log.warning("%s:%d: %s", path, number, problem)
    return levels
