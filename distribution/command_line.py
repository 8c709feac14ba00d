# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line's parser and all its parts, for those who describe it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import shtab

if TYPE_CHECKING:
    from collections.abc import Iterator


def parser() -> argparse.ArgumentParser:
    """Return the parser of `kokoro-speechd`, with what shells need to know to complete paths."""
    from kokoro_speechd.cli.main import _parser

    whole = _parser()
    for part in parsers(whole):
        for action in part._actions:  # noqa: SLF001 - argparse has no other way to walk through a parser
            if action.metavar in ("FILE", "PATH"):
                action.complete = shtab.FILE  # type: ignore[attr-defined]
            elif action.metavar == "DIR":
                action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    return whole


def parsers(whole: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield a parser and those of its commands, depth first."""
    yield whole
    for action in whole._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for command in action.choices.values():
                yield from parsers(command)
