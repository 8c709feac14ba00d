# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings: every config.toml of the XDG folders, as one frozen object.

A user's file overrides the system's, key by key. A typo must not silence anyone: what is unknown or wrong is
named with file and line in `Settings.problems`, and everything else still applies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from kokoro_speechd.synthesis.models import KINDS
from kokoro_speechd.system import paths
from kokoro_speechd.voices.mixing import Mix, parse_mix

FILE_NAME = "config.toml"
MIXES = "voices"  # the table whose keys are the user's own
NOTHING_APPLIES = "nothing of this file applies"  # the end of a problem that concerns a whole file


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can set; the values here are the defaults. config/config.toml explains each."""

    # [model]
    model_path: Path | None = None  # a file or a folder; None: searched for
    config_path: Path | None = None
    voice_path: Path | None = None
    engine: str = "fast"  # one of `models.KINDS`
    device: str = "auto"  # a torch device (cpu, cuda, cuda:1, mps), or what `model check` measured
    threads: int | Literal["auto"] = "auto"
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    # [speech]
    default_voice: str = "af_heart"
    default_language: str | None = None  # None: the default voice's
    espeak_fallback: bool = True
    english_tagger: Literal["rules", "spacy"] = "rules"
    edge_silence_ms: int = 20
    even_loudness: bool = True
    volume_floor: int = 0  # percent of full; 0: none
    statistics: Literal["voice", "phrase"] = "voice"
    short_context: bool = True
    fastest: float = 4.0
    slowest_model_speed: float = 0.5
    fastest_model_speed: float = 1.3
    pause_shrink: float = 1.0
    writing_systems: bool = True
    language_words: int = 10  # 0: never
    # [speechd]
    lead_ms: int = 500
    engine_timeout_s: float = 2.0
    bridge_ms: int = 0  # 0: no deadline
    hurried_bridge_ms: int = 250  # 0: the same as for everybody
    # [cache]
    memory_mb: int = 32
    disk_mb: int = 64
    warm: bool = True
    # [daemon]
    load: Literal["first-use", "start"] = "first-use"
    unload_after_min: float = 0  # 0: never
    # [playback]
    output_device: str | None = None  # None: the sound server's default
    latency_ms: int = 50
    # [voices]
    mixes: tuple[tuple[str, Mix], ...] = ()  # name and mix
    # What was wrong in the files, each as "file:line: what"
    problems: tuple[str, ...] = ()


Phonemizer = Callable[
    [Any], Any
]  # takes TOML's value, returns the setting's; ValueError says what is expected


def _path(value: Any) -> Path | None:
    if value == "":
        return None
    path = Path(_text(value)).expanduser() if isinstance(value, str) and "\0" not in value else None
    if path is None or not path.is_absolute():
        raise ValueError("a path that begins with / or ~")
    return path


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text in quotes")
    return value.strip()


def _optional_text(value: Any) -> str | None:
    return None if value == "" else _text(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")  # noqa: TRY004 - one kind of error names every wrong value
    return value


def _device(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"auto|cpu|mps|(cuda|xpu)(:\d+)?", value):
        raise ValueError('"auto", "cpu", "cuda", "cuda:1" or another device of torch')
    return value


def _one_of(*names: str) -> Phonemizer:
    def read(value: Any) -> str:
        if value not in names:
            raise ValueError(" or ".join(f'"{name}"' for name in names))
        return str(value)

    return read


def _engine(value: Any) -> str:
    return str(_one_of(*KINDS)(value))


def _number(kind: type[int | float], lowest: float, highest: float) -> Phonemizer:
    def read(value: Any) -> int | float:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not (whole or (kind is float and isinstance(value, float))) or not lowest <= value <= highest:
            wanted = "a whole number" if kind is int else "a number"
            raise ValueError(f"{wanted} from {lowest} to {highest}")
        return kind(value)

    return read


def _threads(value: Any) -> int | str:
    if value == "auto":
        return "auto"
    try:
        return int(_number(int, 1, 256)(value))
    except ValueError as error:
        raise ValueError(f'"auto" or {error}') from None


TABLES: Mapping[str, Mapping[str, Phonemizer]] = {
    "model": {
        "model_path": _path,
        "config_path": _path,
        "voice_path": _path,
        "engine": _engine,
        "device": _device,
        "threads": _threads,
        "precision": _one_of("auto", "float32", "bfloat16"),
    },
    "speech": {
        "default_voice": _text,
        "default_language": _optional_text,
        "espeak_fallback": _flag,
        "english_tagger": _one_of("rules", "spacy"),
        "edge_silence_ms": _number(int, 0, 1000),
        "even_loudness": _flag,
        "volume_floor": _number(int, 0, 100),
        "statistics": _one_of("voice", "phrase"),
        "short_context": _flag,
        "fastest": _number(float, 1, 10),
        "slowest_model_speed": _number(float, 0.3, 1),
        "fastest_model_speed": _number(float, 1, 10),
        "pause_shrink": _number(float, 0, 2),
        "writing_systems": _flag,
        "language_words": _number(int, 0, 1000),
    },
    "speechd": {
        "lead_ms": _number(int, 50, 500),  # above half a second replies wait behind audio in the pipe
        "engine_timeout_s": _number(float, 1, 600),
        "bridge_ms": _number(int, 0, 10_000),
        "hurried_bridge_ms": _number(int, 0, 10_000),
    },
    "cache": {
        "memory_mb": _number(int, 0, 100_000),
        "disk_mb": _number(int, 0, 100_000),
        "warm": _flag,
    },
    "daemon": {
        "load": _one_of("first-use", "start"),
        "unload_after_min": _number(float, 0, 60 * 24),
    },
    "playback": {
        "output_device": _optional_text,
        "latency_ms": _number(int, 20, 2000),
    },
}


def settings_files() -> list[Path]:
    """Return where settings are looked for, the one that overrides the others first."""
    return [folder / FILE_NAME for folder in paths.config_folders()]


def load_settings(files: Iterable[Path] | None = None) -> Settings:
    """Return the settings of all files; `files` replaces the XDG ones, the most important first.

    Never raises: what cannot be read or understood stands in `problems`.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for path in reversed(list(settings_files() if files is None else files)):
        try:
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            problems.append(f"{path}: cannot be read: {error.strerror}; {NOTHING_APPLIES}")
            continue
        found, wrong = parse(data, str(path))
        mixes = dict(values.get("mixes", ())) | dict(found.get("mixes", ()))
        values |= found
        if mixes:
            values["mixes"] = tuple(sorted(mixes.items()))
        problems += wrong
    return replace(Settings(), **values, problems=tuple(problems))


def parse(data: bytes, name: str) -> tuple[dict[str, Any], list[str]]:
    """Return the settings of one file's bytes, and what is wrong with the rest as "name:line: what"."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return {}, [f"{name}:{line}: not UTF-8; {NOTHING_APPLIES}"]
    try:
        document = _toml(text)
    except (ValueError, RecursionError) as error:
        where = re.search(r"line (\d+)", str(error))
        line = int(where[1]) if where else text.count("\n") + 1
        reason = re.sub(r" \(at .*?\)$", "", str(error)) or "too deeply nested"
        return {}, [f"{name}:{line}: not TOML: {reason}; {NOTHING_APPLIES}"]

    values: dict[str, Any] = {}
    problems: list[str] = []
    for table, content in document.items():
        keys = {} if table == MIXES else TABLES.get(table)
        if table == MIXES and isinstance(content, dict):
            found, wrong = _mixes(content)
            values |= {"mixes": found} if found else {}
            problems += [f"{name}:{_line_of(text, table, key)}: {what}" for key, what in wrong]
            continue
        if keys is None:
            problems.append(f"{name}:{_line_of(text, '', table)}: unknown {_hint(table)}")
            continue
        if not isinstance(content, dict):
            problems.append(f"{name}:{_line_of(text, '', table)}: {table} is a table: write [{table}]")
            continue
        for key, value in content.items():
            if (reader := keys.get(key)) is None:
                problems.append(f"{name}:{_line_of(text, table, key)}: unknown {_hint(key, table)}")
                continue
            try:
                values[key] = reader(value)
            except (ValueError, RuntimeError) as error:  # RuntimeError: ~ of a user without a home
                problems.append(f"{name}:{_line_of(text, table, key)}: {key} must be {error}")
    return values, problems


def _mixes(content: Mapping[str, Any]) -> tuple[tuple[tuple[str, Mix], ...], list[tuple[str, str]]]:
    """Return the mixed voices of the table [voices], and the names of wrong ones with what is wrong."""
    mixes: list[tuple[str, Mix]] = []
    wrong: list[tuple[str, str]] = []
    for name, value in content.items():
        mix, why = _mix(name, value)
        if mix is not None:
            mixes.append((name, mix))
        else:
            wrong.append((name, why))
    return tuple(mixes), wrong


def _mix(name: str, value: object) -> tuple[Mix | None, str]:
    # Names travel in TAB-separated lines, and clients send them back.
    if not name.strip() or not name.isprintable() or set(name) & set("+:") or name.startswith("espeak-"):
        return None, "the name of a mixed voice has letters, digits, spaces, - and _"
    try:
        return parse_mix(value if isinstance(value, str) else ""), ""
    except ValueError as error:
        return None, f"{name} must be {error}"


def _toml(text: str) -> dict[str, Any]:
    """Return a TOML document. Raises ValueError; its message names the line."""
    import importlib
    import sys

    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    document: dict[str, Any] = toml.loads(text)
    return document


def _hint(key: str, table: str = "") -> str:
    """Say what is unknown, and where or how it was probably meant."""
    from difflib import get_close_matches

    homes = {name: home for home, names in TABLES.items() for name in names}
    if key in homes:
        return f"key {key} {f'in [{table}]' if table else 'outside a table'}: it belongs below [{homes[key]}]"
    near = get_close_matches(key, homes if table else [*homes, *TABLES], 1)
    return f"key or table {key!r}" + (f": did you mean {near[0]}?" if near else "")


def _line_of(text: str, table: str, key: str) -> int:
    """Return the line where a key of a table, or a table (`table` empty), stands; 1 where it is not found."""
    current, found = "", 1
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
            place = current = header[1].strip("\"'")
        elif assigned := re.match(r"\s*([^=#]+?)\s*=", line):
            written = ".".join(part.strip(" \t\"'") for part in assigned[1].split("."))
            place = f"{current}.{written}" if current else written
        else:
            continue
        wanted = f"{table}.{key}" if table else key
        if place == wanted or place.startswith(f"{wanted}."):
            return number
        if place == table:
            found = number  # the nearest we know, when the key stands in an inline table
    return found
