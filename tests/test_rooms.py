# SPDX-License-Identifier: GPL-3.0-or-later
"""The rooms of the package: what lies where, and who may know whom. Imports are read, not run.

A room is a folder with the files that lie in it, without those of its own rooms.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kokoro_speechd"
TOP = {"__init__.py", "errors.py", "settings.py", "utterance.py"}
ROOMS = {
    "audio",
    "bench",
    "cli",
    "daemon",
    "dbus",
    "emacspeak",
    "espeak",
    "ipc",
    "pronunciations",
    "rendering",
    "scheduling",
    "speechd",
    "synthesis",
    "system",
    "text",
    "voices",
}
EDGES = ("bench", "cli", "daemon", "dbus", "emacspeak", "speechd")  # nothing inside knows them


@cache
def files() -> Mapping[str, Path]:
    """Return the package's modules: dotted name → file."""
    names = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(files()[module].read_text("utf-8"))


@cache
def imported(module: str) -> frozenset[str]:
    """Return the modules of the package that a module imports, wherever in it: for types alone, too."""
    found = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module} imports relatively, which this test does not follow"
            named = [f"{node.module}.{name.name}" for name in node.names]
            found.update(name if name in files() else str(node.module) for name in named)
        elif isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
    return frozenset(found & files().keys() - {module})


def room(module: str) -> str:
    """Return the room that a module lies in; a file at the top of the package is a room of its own."""
    if files()[module].name == "__init__.py":
        return module
    parts = module.split(".")
    return module if len(parts) == 2 else ".".join(parts[:-1])


def circle(arrows: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the names along one circle, [] where there is none."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_the_top_holds_what_all_rooms_know() -> None:
    assert {path.name for path in PACKAGE.glob("*.py")} == TOP
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == ROOMS


def test_no_circle_of_modules() -> None:
    assert circle({module: imported(module) for module in files()}) == []


def test_no_circle_of_rooms() -> None:
    arrows: dict[str, set[str]] = {}
    for module in files():
        arrows.setdefault(room(module), set()).update(
            room(other) for other in imported(module) if room(other) != room(module)
        )
    assert circle(arrows) == []


@pytest.mark.parametrize("inside", sorted(ROOMS - set(EDGES)))
def test_arrows_point_inward(inside: str) -> None:
    edges = tuple(f"kokoro_speechd.{edge}" for edge in EDGES)
    of_this_room = [module for module in files() if f"{module}.".startswith(f"kokoro_speechd.{inside}.")]
    assert of_this_room
    assert {
        module: others
        for module in of_this_room
        if (
            others := [
                other for other in imported(module) if f"{other}.".startswith(tuple(f"{e}." for e in edges))
            ]
        )
    } == {}


def test_edges_do_not_know_each_other() -> None:
    """But for those who start or inspect others: the daemon builds one, the command line looks at all."""
    allowed = {"daemon": {"dbus"}, "cli": {"bench", "dbus", "emacspeak", "speechd"}}
    found = {
        edge: others
        for edge in EDGES
        if (
            others := {
                other.split(".")[1]
                for module in files()
                if f"{module}.".startswith(f"kokoro_speechd.{edge}.")
                for other in imported(module)
                if other.count(".")
            }.intersection(EDGES)
            - {edge}
            - allowed.get(edge, set())
        )
    }
    assert found == {}


def test_a_circle_would_be_found() -> None:
    assert circle({"a": ["b"], "b": ["c"], "c": []}) == []
    assert set(circle({"a": ["b"], "b": ["c"], "c": ["a"]})) == {"a", "b", "c"}


def test_each_room_says_what_it_is_for() -> None:
    assert [
        module
        for module, path in files().items()
        if path.name == "__init__.py" and not ast.get_docstring(tree(module))
    ] == []


def test_public_classes_have_names_of_their_own() -> None:
    """Somebody who searches for a class finds one."""
    found: dict[str, list[str]] = {}
    for module in files():
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(module)
    assert len(found) > 100
    assert {name: modules for name, modules in found.items() if len(modules) > 1} == {}


# Words that were ours alone, and what the field calls it.
RETIRED = {
    "narrator": "synthesizer",
    "studio(?! Code)": "synthesizer",
    "performer": "fallback speaker",
    "performance": "speech request",
    "telling": "utterance progress",
    "manners?": "attributes, options",
    "keeper": "model manager",
    "preparer": "prewarmer",
    "casting": "voice switching",
    "rendezvous": "endpoint",
    "haste": "speedup, hurry",
    "in_hand": "buffered_seconds",
    "verdict": "calibration result",
    "self_check": "calibration",
    "rehearsal": "random model",
    "ledger": "undo log",
    "voice_book": "voice list",
    "outbox": "writer",
    "known_sounds": "phoneme overrides",
}
# Where these are words of a language, a title or another project's.
OTHERS = {"loanwords.tsv", "words.py", "performance.md", "CHANGELOG.md", "README.md", "test_rooms.py"}


def test_retired_names_are_gone() -> None:
    root = PACKAGE.parent
    retired = re.compile(rf"(?<![^\W_])(?:{'|'.join(RETIRED)})s?(?![^\W_])", re.IGNORECASE)
    found = []
    for folder, endings in (("kokoro_speechd", (".py",)), ("docs", (".md",)), ("config", (".toml", ".conf"))):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in endings or path.name in OTHERS:
                continue
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                if match := retired.search(line):
                    found.append(f"{path.relative_to(root)}:{number}: {match[0]}")
    assert found == []
