# SPDX-License-Identifier: GPL-3.0-or-later
"""Write every generated file, or, with --check, name those that are not current."""

from __future__ import annotations

import sys
from pathlib import Path

from distribution import completions, manuals, messages

ROOT = Path(__file__).resolve().parent.parent


def generated() -> dict[str, bytes]:
    """Return every generated file: path below the root, content."""
    return {**manuals.pages(ROOT), **completions.scripts(), **messages.files(ROOT)}


def stale(files: dict[str, bytes]) -> list[str]:
    """Return the paths whose files are not what they should be."""
    return [
        name
        for name, content in files.items()
        if not (ROOT / name).is_file() or (ROOT / name).read_bytes() != content
    ]


def main() -> int:
    """Write what is not current; with --check only name it, exit code 1."""
    files = generated()
    checking = "--check" in sys.argv[1:]
    changed = stale(files)
    for name in changed:
        if not checking:
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_bytes(files[name])
        print(f"{'not current' if checking else 'written'}: {name}")
    return 1 if checking and changed else 0


if __name__ == "__main__":
    sys.exit(main())
