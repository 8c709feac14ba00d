# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documents name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_tests_and_files_that_are_named_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"`(test_\w+)`", text)) <= _TESTS
    named = re.findall(r"`((?:tests|docs|config|debian|distribution|po|systemd)/[\w./-]*\w)`", text)
    absent = [name for name in named if not (ROOT / name).exists() and "LANGUAGE" not in name]
    assert absent == []


def test_the_table_of_reports_has_enough_rows() -> None:
    table = (ROOT / "docs/testing.md").read_text(encoding="utf-8").split("## What people reported")[1]
    rows = [line for line in table.split("\n## ")[0].splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 40
    assert all(re.search(r"`test_\w+` \|$", row) for row in rows)
