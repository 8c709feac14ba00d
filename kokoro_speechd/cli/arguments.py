# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of `emacspeak`, `setup`, `config`, `model`, `record`: what they take, whom they call."""

from __future__ import annotations

import argparse
from pathlib import Path

from kokoro_speechd.cli.terminal.typed import typed


def add_emacspeak(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `emacspeak`."""
    parser = commands.add_parser(
        "emacspeak",
        help="be Emacspeak's speech server",
        description="Be Emacspeak's speech server: take its commands on standard input, and speak, until "
        "that ends. Emacspeak starts it, see docs/clients.md.",
    )
    parser.add_argument("--voice", metavar="NAME", type=typed, help="a voice of `kokoro-speechd voices`")
    parser.add_argument("--language", metavar="TAG", type=typed, help="choose a voice for this language")
    parser.set_defaults(run=_emacspeak)


def _emacspeak(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.emacspeak import serve

    return serve(options.voice, options.language)


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
    from kokoro_speechd.cli.setup.command import setup, undo

    if options.undo:
        return undo(dry_run=options.dry_run)
    return setup(
        default=options.default,
        dry_run=options.dry_run,
        quiet=options.quiet,
        restart=not options.no_restart,
    )


def add_config(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `config`."""
    parser = commands.add_parser(
        "config",
        help="say where the settings are, or write a file of them to begin with",
        description="Say which settings files are read, the most important first.",
    )
    parser.add_argument(
        "--write", action="store_true", help="write your own: every setting with its default, as comments"
    )
    parser.add_argument("--force", action="store_true", help="with --write: replace the one that is there")
    parser.set_defaults(run=_config, refuse=parser.error)


def _config(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli import config

    if options.force and not options.write:
        options.refuse("--force goes with --write")
    return config.write(force=options.force) if options.write else config.show()


def add_model(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `model` and its actions."""
    model = commands.add_parser("model", help="the model's files", description="The model's files.")
    actions = model.add_subparsers(required=True, metavar="ACTION")
    parser = actions.add_parser(
        "import",
        help="copy a model to where it is looked for",
        description="Check a model and copy it to where it is looked for. ONNX exports and raw voices are "
        "converted. Run it again after an interruption: it goes on. No network is used.",
    )
    parser.add_argument(
        "path",
        metavar="PATH",
        type=Path,
        help="a folder, a zip archive, a Hugging Face cache, an ONNX export or voices",
    )
    parser.set_defaults(run=_import)
    parser = actions.add_parser(
        "download",
        help="fetch the model from Hugging Face",
        description="Fetch the model from Hugging Face, after saying how much that is. No other command uses "
        "the network.",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=_download)
    parser = actions.add_parser("list", help="say which models are here, and which is used")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=_list)
    parser = actions.add_parser("remove", help="remove your own model")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=_remove)
    parser = actions.add_parser(
        "check",
        help="measure how the model is best run on this machine, and keep that",
        description="Load the model, learn the statistics of the default voice if they are not known, and "
        "measure with how many threads, or on which device, a sentence is made fastest. "
        "What was found is kept and used from the daemon's next start on. It takes half a minute.",
    )
    parser.add_argument("--model", metavar="DIR", type=Path, help="check the model in this folder")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=_check)
    parser = actions.add_parser(
        "random",
        help="write a model that makes noise, for tests",
        description="Write a model of Kokoro's form with random numbers: it makes NOISE, NOT SPEECH. "
        "For tests, benchmarks and packagers.",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="where to; made if it is missing")
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="the same seed writes the same model"
    )
    parser.set_defaults(run=_random)


def _import(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.model.importing import import_model

    return import_model(options.path.absolute())


def _download(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.model.download import download

    return download(yes=options.yes)


def _list(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.model.listing import list_models

    return list_models(as_json=options.json)


def _remove(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.model.listing import remove

    return remove(yes=options.yes)


def _check(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.model.check import check

    return check(options.model, as_json=options.json)


def _random(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.model.check import write_random_model

    return write_random_model(options.folder, options.seed)


def add_record(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `record` and its actions."""
    about = "write down what speech-dispatcher and the module say to each other, for a bug report"
    record = commands.add_parser(
        "record",
        help=about,
        description=f"{about.capitalize()}. Off by default. Of the text only the shape is written, "
        "letters as x and digits as 0, unless you ask for it.",
    )
    actions = record.add_subparsers(required=True, metavar="ACTION")
    parser = actions.add_parser("on", help="begin")
    parser.add_argument("--with-text", action="store_true", help="write down what is spoken as well")
    parser.set_defaults(run=_record, action="on")
    for name, help_text in (
        ("off", "end, and name the transcripts"),
        ("status", "say whether it is on, and name the transcripts"),
        ("clear", "delete the transcripts"),
    ):
        actions.add_parser(name, help=help_text).set_defaults(run=_record, action=name)


def _record(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli import record

    if options.action == "on":
        return record.turn_on(with_text=options.with_text)
    return {"off": record.turn_off, "status": record.show, "clear": record.clear}[options.action]()
