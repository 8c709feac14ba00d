# SPDX-License-Identifier: GPL-3.0-or-later
"""speech-dispatcher's own configuration: which file counts, what it says about modules, a copy with ours.

A user's speechd.conf replaces the system's as a whole. With one `AddModule` line anywhere in it, modules are
no longer looked for in the module folders.
"""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from kokoro_speechd.system import paths

ADD_MODULE = 'AddModule "kokoro" "sd_kokoro" "kokoro.conf"'
DEFAULT_MODULE = "DefaultModule kokoro"
# How long the server lives without clients. Its own 5 seconds cut off what `spd-say` without -w sent. An hour
# is longer than such a message; with 0 the server would outlive the session, and our daemon with it.
TIMEOUT = "Timeout 3600"
PIPEWIRE = 'AudioOutputMethod "pipewire"'
# Where distributions put the server's sound plugins.
_PLUGINS = ("/usr/lib/*/speech-dispatcher", "/usr/lib64/speech-dispatcher", "/usr/lib/speech-dispatcher")
_SYSTEM_FOLDERS = (Path("/etc/speech-dispatcher"), Path("/usr/local/etc/speech-dispatcher"))
_NAME = "speechd.conf"
_TIMEOUT = 5  # seconds, the server's own
_LONG_ENOUGH = 60  # whoever chose so much knows what it is for
# What a user's own file easily lacks, and what is heard then.
NEEDED = {
    "symbolspreproc": "SymbolsPreproc and SymbolsPreprocFile lines: punctuation and symbols are not spoken",
    "defaultvolume": "DefaultVolume 100: speech is softer than it should be",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One setting: its words, the first in small letters, where it stands, and as it is written."""

    words: tuple[str, ...]
    file: Path
    number: int
    text: str

    def __str__(self) -> str:
        """Name the place."""
        return f"{self.file}:{self.number}"


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """The speechd.conf that counts, None where there is none, and its settings with those of its includes."""

    path: Path | None
    lines: tuple[Line, ...] = ()

    @property
    def is_users(self) -> bool:
        """Whether the user's own file is in force."""
        return self.path == user_file()

    def all_of(self, keyword: str) -> list[Line]:
        """Return the lines of a keyword, in any case."""
        return [line for line in self.lines if line.words[0] == keyword.lower()]

    @property
    def lacks_module(self) -> Line | None:
        """Return the `AddModule` line that keeps our module out, None when nothing does."""
        added = self.all_of("AddModule")
        ours = any(line.words[1:2] == ("kokoro",) for line in added)
        return None if ours or not added else added[0]

    @property
    def default_module(self) -> str | None:
        """Return the module that speaks when nobody chose one."""
        chosen = [line.words[1] for line in self.all_of("DefaultModule") if len(line.words) > 1]
        return chosen[-1] if chosen else None

    @property
    def timeout(self) -> int:
        """Return how many seconds the server lives without a client, whatever it speaks; 0: for ever."""
        chosen = [line.words[1] for line in self.all_of("Timeout") if len(line.words) > 1]
        return int(chosen[-1]) if chosen and chosen[-1].isdecimal() else _TIMEOUT

    @property
    def cuts_off(self) -> bool:
        """Whether it ends in the midst of a message whose sender has gone."""
        return 0 < self.timeout < _LONG_ENOUGH

    @property
    def missing(self) -> list[str]:
        """Return what a user's own file should have and has not."""
        if not self.is_users:
            return []
        return [f"no {what}" for keyword, what in NEEDED.items() if not self.all_of(keyword)]


def user_file() -> Path:
    """Return where a user's own speechd.conf is looked for."""
    return paths.config_home() / "speech-dispatcher" / _NAME


def system_file() -> Path | None:
    """Return the system's speechd.conf."""
    return next((path for folder in _SYSTEM_FOLDERS if (path := folder / _NAME).is_file()), None)


def read_server_config() -> ServerConfig:
    """Return the configuration that is in force. Raises OSError when it cannot be read."""
    path = user_file() if user_file().is_file() else system_file()
    return ServerConfig(path, tuple(_lines(path, path.parent)) if path else ())


def waits_for_pipewire(config: ServerConfig) -> bool:
    """Say whether the server plays by PulseAudio's interface on PipeWire, though it knows PipeWire's own.

    There its wait for the end of each message's sound (pa_simple_drain) takes seconds more now and then, seen
    with speech-dispatcher 0.12.0 and PipeWire 1.4.2, and everything is silent meanwhile.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if not runtime or not (Path(runtime) / os.environ.get("PIPEWIRE_REMOTE", "pipewire-0")).exists():
        return False
    chosen = [line.words[1] for line in config.all_of("AudioOutputMethod") if len(line.words) > 1]
    if chosen and chosen[-1].partition(",")[0] != "pulse":
        return False
    return any(next(Path("/").glob(f"{folder[1:]}/spd_pipewire.so"), None) for folder in _PLUGINS)


def _lines(path: Path, folder: Path, depth: int = 0) -> list[Line]:
    found: list[Line] = []
    for number, text in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
        words = _words(text)
        if not words:
            continue
        found.append(Line(words, path, number, text.strip()))
        if words[0] == "include" and len(words) > 1 and depth < 5:
            for included in _included(folder, words[1]):
                found += _lines(included, folder, depth + 1)
    return found


def _words(text: str) -> tuple[str, ...]:
    try:
        words = shlex.split(text, comments=True)
    except ValueError:  # a quote that is not closed
        words = text.partition("#")[0].replace('"', " ").split()
    return (words[0].lower(), *words[1:]) if words else ()


def _included(folder: Path, pattern: str) -> list[Path]:
    whole = folder / pattern  # an absolute pattern replaces the folder
    return sorted(path for path in whole.parent.glob(whole.name) if path.is_file())


def with_our_default(text: str, source: Path) -> str:
    """Return a whole speechd.conf with our module as everybody's default.

    `source`: where the text comes from; what it includes by a relative name lies beside it. Lines that chose
    another default become comments. Where modules are added by name, ours is added; where nobody chose how
    long the server lives without clients, our time is.
    """
    lines, adds, ours, default, timeout = [], False, False, False, False
    for line in text.split("\n"):
        words = _words(line)
        keyword = words[0] if words else ""
        adds |= keyword == "addmodule"
        ours |= keyword == "addmodule" and words[1:2] == ("kokoro",)
        timeout |= keyword == "timeout"
        if keyword == "defaultmodule" and words[1:2] == ("kokoro",):
            default = True
        elif keyword == "defaultmodule":
            line = f"#{line}"  # noqa: PLW2901 - the same line, switched off
        elif keyword == "include" and source.parent != user_file().parent and len(words) > 1:
            line = re.sub(r'"?' + re.escape(words[1]) + r'"?', f'"{source.parent / words[1]}"', line, count=1)  # noqa: PLW2901
        lines.append(line)
    while lines and not lines[-1].strip():
        lines.pop()
    added = [*([ADD_MODULE] if adds and not ours else []), *([] if timeout else [TIMEOUT])]
    return "\n".join([*lines, "", *added, *([] if default else [DEFAULT_MODULE]), ""])
