# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line's help in the user's language, where argparse keeps it.

The parser is written in plain English; one walk translates all of it. So no option's help can be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from kokoro_speechd.system.messages import _

if TYPE_CHECKING:
    import argparse


def translated(
    parser: argparse.ArgumentParser, translate: Callable[[str], str] = _
) -> argparse.ArgumentParser:
    """Translate a parser and its commands, and return it."""
    for holder, name in _texts(parser):
        text = getattr(holder, name)
        if isinstance(text, str) and text != "==SUPPRESS==":
            setattr(holder, name, translate(text))
    return parser


def _texts(parser: argparse.ArgumentParser) -> Iterator[tuple[Any, str]]:
    """Yield what holds a text for people, and the attribute's name."""
    yield from ((parser, name) for name in ("description", "epilog"))
    # argparse has no public way to walk through a parser; its own subclasses use these names too.
    yield from ((group, "title") for group in parser._action_groups)  # noqa: SLF001
    for action in parser._actions:  # noqa: SLF001
        yield action, "help"
        commands = getattr(action, "_choices_actions", ())
        yield from ((command, "help") for command in commands)
        if commands and isinstance(action.choices, dict):
            for command in dict.fromkeys(action.choices.values()):
                yield from _texts(command)
