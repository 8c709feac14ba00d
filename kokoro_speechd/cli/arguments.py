# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of `setup`, `model`, `doctor` and `record`: what they take, and whom they call."""

from __future__ import annotations

import argparse


def add_setup(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `setup`."""
    parser = commands.add_parser(
        "setup",
        help="make speech-dispatcher and the desktop know this installation",
        description="Make this user's speech-dispatcher, systemd and session bus know this installation, "
        "and speak a sentence. It can be repeated. Nothing outside your home folder is touched. "
        "Exit code 1: speech-dispatcher does not have the module.",
    )
    parser.add_argument(
        "--default", action="store_true", help="make kokoro the default: write a whole speechd.conf for you"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--undo", action="store_true", help="restore exactly what was there before")
    parser.add_argument("--quiet", action="store_true", help="speak no sentence")
    parser.add_argument(
        "--no-restart", action="store_true", help="leave a running speech-dispatcher as it is"
    )
    parser.set_defaults(run=_setup)


def _setup(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.setup import setup, undo

    if options.undo:
        return undo(dry_run=options.dry_run)
    return setup(
        default=options.default,
        dry_run=options.dry_run,
        quiet=options.quiet,
        restart=not options.no_restart,
    )
