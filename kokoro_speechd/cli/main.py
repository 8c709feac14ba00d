# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd`: speak, steer the daemon, set up, list the voices, find what is missing, see to the cache.

Exit codes: 0 done; 1 it could not be done, and stderr says why in a sentence (for `doctor`: something is
missing); 2 the command line was wrong; 130 interrupted.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_speechd import __version__
from kokoro_speechd.cli import arguments
from kokoro_speechd.cli.terminal.translation import translated
from kokoro_speechd.cli.terminal.typed import piped, typed
from kokoro_speechd.errors import KokoroSpeechdError
from kokoro_speechd.system.messages import _
from kokoro_speechd.system.privacy import forbid_core_dumps

if TYPE_CHECKING:
    from collections.abc import Sequence

PROGRAM = "kokoro-speechd"
_DOCTORS_OWN = {"xdg": "pyxdg", "tomli": "tomli"}  # without which `doctor` cannot say what to do, either


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # of file names that are no text, as on stderr
    options = translated(_parser()).parse_args(arguments)
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.DEBUG if options.verbose else logging.ERROR,
        format=f"{PROGRAM} %(levelname)s: %(message)s",
    )
    if not options.verbose and not sys.warnoptions:
        warnings.simplefilter("ignore")  # what libraries will change one day does not help a listener
    forbid_core_dumps()
    try:
        _leave_lost_folder()
        code = int(options.run(options))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python's own flush at the end must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (KokoroSpeechdError, OSError) as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if error.name in _DOCTORS_OWN:
            command = f"{sys.executable} -m pip install {_DOCTORS_OWN[error.name]}"
            advice = _("{name} is not installed: {command}").format(name=error.name, command=command)
        else:
            text = _("{name} is not installed; `kokoro-speechd doctor` says what to do")
            advice = text.format(name=error.name)
        print(f"{PROGRAM}: {advice}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _leave_lost_folder() -> None:
    """Go elsewhere when the working directory was deleted: importing torch there ends the process."""
    try:
        Path.cwd()
    except FileNotFoundError:
        os.chdir("/")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Speak with Kokoro, offline.",
        epilog="Exit codes: 0 done, 1 not done or something missing, 2 wrong command line, 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    parser.add_argument("-v", "--verbose", action="store_true", help="say on stderr what is done")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_say(commands)
    _add_steering(commands)
    arguments.add_emacspeak(commands)
    _add_voices(commands)
    _add_pronounce(commands)
    arguments.add_setup(commands)
    arguments.add_config(commands)
    _add_doctor(commands)
    arguments.add_model(commands)
    arguments.add_record(commands)
    _add_cache(commands)
    _add_bench(commands)
    return parser


def _add_say(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "say", help="speak a text", description="Speak a text, or write it into a WAV file."
    )
    parser.add_argument("text", metavar="TEXT", type=typed, help="what to speak; - reads it from stdin")
    parser.add_argument("-o", "--output", metavar="FILE", help="write a WAV file instead; - writes to stdout")
    parser.add_argument(
        "--voice",
        metavar="NAME",
        type=typed,
        help="a voice of `kokoro-speechd voices`, or espeak-de and the like",
    )
    parser.add_argument(
        "--language", metavar="TAG", type=typed, help="choose a voice for this language, such as fr or en-GB"
    )
    for name, meaning in (
        ("rate", "-100 to 100: 0 is the voice's own pace, 100 four times that, or `fastest` of the settings"),
        ("pitch", "-100 to 100: 0 is the voice's own, 100 an octave higher"),
        ("volume", "-100 to 100: 100 is full, -100 silent"),
    ):
        parser.add_argument(f"--{name}", type=_hundred, metavar="N", help=meaning)
    parser.add_argument("--ssml", action="store_true", help="TEXT is SSML")
    parser.add_argument(
        "--marks",
        metavar="FILE",
        help="write when each word is heard: WebVTT where FILE ends in .vtt, else JSON",
    )
    parser.set_defaults(run=_say)


def _add_steering(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for name, method, help_text in (
        ("stop", "StopAll", "stop what `say` and other D-Bus callers speak"),
        ("pause", "Pause", "be silent until `resume`"),
        ("resume", "Resume", "go on after `pause`"),
        ("reload", "Reload", "make the daemon read its settings again"),
        ("quit", "Quit", "end the daemon"),
    ):
        parser = commands.add_parser(
            name, help=help_text, description=f"{help_text[0].upper()}{help_text[1:]}."
        )
        parser.set_defaults(run=_steer, method=method)
    parser = commands.add_parser(
        "status",
        help="say how the daemon is",
        description="Say how the daemon is. Exit code 1: none runs.",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--watch", action="store_true", help="again after each change, until the daemon ends")
    parser.set_defaults(run=_status)
    parser = commands.add_parser(
        "daemon",
        help="run the daemon in the foreground",
        description="Run the daemon in the foreground. Mostly the first message or systemd starts it.",
    )
    parser.set_defaults(run=_daemon)


def _add_voices(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "voices",
        help="list the voices on this machine",
        description="List the voices on this machine: name, language, gender, quality (A is best), file.",
    )
    parser.add_argument(
        "--language", metavar="TAG", type=typed, help="only those of this language, such as en or en-GB"
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument(
        "--listen", action="store_true", help="let each say its name, one after another; Ctrl-C ends it"
    )
    parser.set_defaults(run=_voices)


def _add_pronounce(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "pronounce",
        help="say how a word is read, or should be",
        description="Say how a word is read and why; with SAYS: have it read so from the next message on.",
        epilog="SAYS is a respelling, or IPA between slashes. In WORD, * stands for any letters and digits.",
    )
    parser.add_argument(
        "word", metavar="WORD", nargs="?", type=typed, help="a word, several words in quotes, or a pattern"
    )
    parser.add_argument("says", metavar="SAYS", nargs="*", type=typed, help='such as guh-nome or "/ɡəˈnoʊm/"')
    parser.add_argument(
        "--language", metavar="TAG", type=typed, help="such as fr or en-GB; all: for every language"
    )
    parser.add_argument("--case", action="store_true", help="only where it is written just like this")
    parser.add_argument("--part", action="store_true", help="inside of words too")
    parser.add_argument("--remove", action="store_true", help="forget WORD")
    parser.add_argument("--list", action="store_true", help="list what you have written")
    parser.add_argument("--listen", action="store_true", help="have the daemon say it")
    parser.add_argument("--json", action="store_true", help="for programs: of WORD alone, or with --list")
    parser.set_defaults(run=_pronounce, refuse=parser.error)


def _add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "doctor",
        help="say what is found, what is missing and what to do",
        description="Say what is found where, what is missing and what to do. Exit code 1: something is.",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--load", action="store_true", help="load the model too, which takes seconds")
    parser.add_argument(
        "--report", action="store_true", help="as a text for bug reports, without private data"
    )
    parser.set_defaults(run=_doctor)


def _add_cache(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    about = "the sounds of letters, digits and keys that are kept on the disk"
    cache = commands.add_parser("cache", help=about, description=about.capitalize() + ".")
    actions = cache.add_subparsers(required=True, metavar="ACTION")
    parser = actions.add_parser("info", help="say how many there are, and where")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=_cache_info)
    actions.add_parser("clear", help="delete them").set_defaults(run=_cache_clear)
    parser = actions.add_parser("warm", help="make them now; the daemon makes them while nothing is spoken")
    parser.add_argument("--voice", metavar="NAME", type=typed, help="a voice of `kokoro-speechd voices`")
    parser.add_argument("--language", metavar="TAG", type=typed, help="choose a voice for this language")
    for name in ("rate", "pitch"):
        parser.add_argument(f"--{name}", type=_hundred, metavar="N", help="-100 to 100")
    parser.set_defaults(run=_cache_warm)


def _add_bench(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "bench",
        help="measure how fast this machine speaks",
        description="Measure how fast this machine speaks, beside upstream's Kokoro on the same weights. It "
        "takes a quarter of an hour; Ctrl-C prints what was measured so far.",
    )
    parser.add_argument("--model", metavar="DIR", type=Path, help="measure the model in this folder")
    parser.add_argument("--only", metavar="NAME", nargs="+", default=(), help="only these measurements")
    parser.add_argument("--rounds", metavar="N", type=_count, default=6, help="how often; 6 without this")
    parser.add_argument(
        "--threads", metavar="N", type=_count, default=1, help="of both sides; 1 without this"
    )
    parser.add_argument(
        "--peers", action="store_true", help="onnxruntime too, with the model exported from the same weights"
    )
    parser.add_argument(
        "--precision",
        choices=("float32", "bfloat16"),
        default="float32",
        help="how exactly ours multiplies; float32 without this",
    )
    parser.add_argument("--quick", action="store_true", help="once each and short phrases only: rough")
    parser.add_argument("--json", metavar="FILE", help="write everything into a file; - to stdout, alone")
    parser.set_defaults(run=_bench)


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(_("must be 1 or more"))
    return value


def _hundred(text: str) -> int:
    value = int(text)
    if not -100 <= value <= 100:
        raise argparse.ArgumentTypeError(_("must be from -100 to 100"))
    return value


# Each command's module is imported when it is wanted: `voices` need not wait for what `say` needs.


def _say(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.say import SayRequest, say

    text = piped() if options.text == "-" else options.text
    return say(
        SayRequest(
            *(text, options.ssml, options.output, options.marks, options.voice, options.language),
            *(options.rate, options.pitch, options.volume),
        )
    )


def _steer(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.steer import steer

    return steer(options.method)


def _status(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.steer import status

    return status(as_json=options.json, watch=options.watch)


def _daemon(_options: argparse.Namespace) -> int:
    # Instead of this process: the daemon decides for itself what it imports and how it logs.
    os.execv(sys.executable, [sys.executable, "-m", "kokoro_speechd.daemon"])  # noqa: S606


def _voices(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.voices import list_voices, listen

    if options.listen:
        return listen(options.language)
    return list_voices(options.language, as_json=options.json)


def _pronounce(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli import pronounce

    if options.list:
        if options.word or options.remove:
            options.refuse("--list goes with --language and --json alone")
        return pronounce.list_all(options.language, as_json=options.json)
    if options.word is None:
        options.refuse("which WORD?")
    request = pronounce.PronounceRequest(options.word, options.language, options.listen)
    if options.remove:
        if options.says:
            options.refuse("--remove takes WORD alone")
        return pronounce.remove(request)
    if not options.says:
        if options.case or options.part:
            options.refuse("--case and --part go with SAYS")
        return pronounce.show(request, as_json=options.json)
    return pronounce.change(request, " ".join(options.says), case=options.case, part=options.part)


def _doctor(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.doctor.command import report

    return report(as_json=options.json, load=options.load, for_bug=options.report)


def _cache_info(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.cache import info

    return info(as_json=options.json)


def _cache_clear(_options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.cache import clear

    return clear()


def _cache_warm(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.cache import VoiceSettings, warm

    return warm(VoiceSettings(options.voice, options.language, options.rate, options.pitch))


def _bench(options: argparse.Namespace) -> int:
    from kokoro_speechd.cli.bench import bench

    return bench(
        options.model,
        options.only,
        rounds=options.rounds,
        threads=options.threads,
        quick=options.quick,
        peers=options.peers,
        precision=options.precision,
        json_file=options.json,
    )


if __name__ == "__main__":
    sys.exit(main())
