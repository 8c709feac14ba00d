# SPDX-License-Identifier: GPL-3.0-or-later
"""What the package's source must not hold: shells, code from data, pickles that may run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import kokoro_speechd

_PACKAGE = Path(kokoro_speechd.__file__).parent
_FORBIDDEN_MODULES = {"marshal", "shelve", "dill", "cloudpickle", "joblib", "pty", "commands", "pickle"}
_FORBIDDEN_NAMES = {"eval", "exec", "__import__"}
_FORBIDDEN_ATTRIBUTES = {
    "system",
    "popen",
    "getoutput",
    "getstatusoutput",
    "mktemp",
    "create_subprocess_shell",
}


def _finds(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{name}" for name in names)]
            yield from (name for name in names if name.split(".")[0] in _FORBIDDEN_MODULES)
        elif (
            isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "pickle"
        ):
            if node.attr != "UnpicklingError":
                yield f"pickle.{node.attr}"
        elif (
            isinstance(node, ast.Attribute)
            and _called(node) != "platform.system"
            and node.attr in _FORBIDDEN_ATTRIBUTES
        ):
            yield node.attr
        elif isinstance(node, ast.Name) and node.id in _FORBIDDEN_NAMES:
            yield node.id
        elif isinstance(node, ast.Call):
            given = {word.arg: word.value for word in node.keywords}
            for name in ("shell", "allow_pickle"):
                if name in given and not _is(given[name], wanted=False):
                    yield name
            if _called(node.func) == "torch.load" and not _is(given.get("weights_only"), wanted=True):
                yield "torch.load"


def _is(value: ast.expr | None, *, wanted: bool) -> bool:
    return isinstance(value, ast.Constant) and value.value is wanted


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return f"{function.value.id}.{function.attr}"
    return ""


def test_no_shell_no_pickle_no_code_from_data() -> None:
    found = {
        f"{path.relative_to(_PACKAGE)}: {what}"
        for path in _PACKAGE.rglob("*.py")
        for what in _finds(path.read_text(encoding="utf-8"))
    }
    # The name of an exception, that is all.
    assert found == {"synthesis/files/torch_file.py: pickle"}


@pytest.mark.parametrize(
    "source",
    ["import marshal", "from pickle import loads", "pickle.loads(b'')", "os.system('x')", "eval('1')",
     "subprocess.run('x', shell=True)", "subprocess.run('x', shell=flag)", "numpy.load(f, allow_pickle=True)",
     "torch.load(f)", "torch.load(f, weights_only=False)", "tempfile.mktemp()"],
)  # fmt: skip
def test_the_test_sees_them(source: str) -> None:
    assert list(_finds(source))
