# SPDX-License-Identifier: GPL-3.0-or-later
"""Call each method of the control interface ten thousand times, a hundred at once, on a real daemon and bus.

    .venv/bin/python -m tests.measure_dbus [CALLS]

Prints for each how many calls gave which outcome, and by how much the daemon's memory and open files grew
from a fifth of the calls on, when its pools are filled. Random weights; Debian's own Python calls.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kokoro_speechd.dbus import INTERFACE, NAME, PATH
from kokoro_speechd.synthesis.reference.random_model import write_model_files
from tests.daemon_driver import Daemon
from tests.private_bus import session_bus
from tests.private_home import private_environment

CALLS = 10_000
_CALLER = Path(__file__).parent / "dbus/many_calls.py"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_OURS = f"({INTERFACE!r},"
# Interface, method, signature and arguments as `many_calls` takes them, and `fd` where one is handed over.
METHODS = (
    (INTERFACE, "Speak", "(sa{sv})", "('a', {'interrupt': GLib.Variant('b', True)})"),
    (INTERFACE, "Speak", "(sa{sv})", "('a', {'no such option': GLib.Variant('b', True)})"),
    (INTERFACE, "Stop", "(t)", "(0,)"),
    (INTERFACE, "StopAll", "()", "()"),
    (INTERFACE, "Pause", "()", "()"),
    (INTERFACE, "Resume", "()", "()"),
    (INTERFACE, "ListVoices", "()", "()"),
    (INTERFACE, "Synthesize", "(sa{sv}h)", "('a', {}, 0)", "fd"),
    (INTERFACE, "SynthesizeWords", "(sa{sv}h)", "('a', {}, 0)", "fd"),
    (INTERFACE, "Pronounce", "(sa{sv})", "('a', {})"),
    (INTERFACE, "SetPronunciation", "(ssa{sv})", "('Kokoro', 'coco roh', {})"),
    (INTERFACE, "RemovePronunciation", "(sa{sv})", "('Kokoro', {})"),
    (INTERFACE, "ListPronunciations", "()", "()"),
    (INTERFACE, "Reload", "()", "()"),
    (INTERFACE, "LoadModel", "()", "()"),
    (INTERFACE, "UnloadModel", "()", "()"),
    (_PROPERTIES, "Get", "(ss)", _OURS + "'State')"),
    (_PROPERTIES, "GetAll", "(s)", _OURS + ")"),
    (_PROPERTIES, "Set", "(ssv)", _OURS + "'DefaultRate', GLib.Variant('i', 1))"),
)


def call(environment: dict[str, str], number: int, method: tuple[str, ...]) -> dict[str, int]:
    """Call a method so many times; return how many calls gave which outcome."""
    interface, name, *rest = method
    ran = subprocess.run(
        ["/usr/bin/python3", str(_CALLER), NAME, PATH, interface, name, str(number), *rest],
        env=environment, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return dict(ast.literal_eval(ran.stdout))


def main(words: list[str]) -> int:
    """Print the table; return the exit code."""
    calls = int(words[0]) if words else CALLS
    with tempfile.TemporaryDirectory(prefix="kokoro-dbus-") as folder:
        environment = private_environment(Path(folder))
        write_model_files(Path(environment["XDG_DATA_HOME"]) / "kokoro-speechd/model")
        (Path(folder) / "bus").mkdir()
        with session_bus(Path(folder) / "bus") as address:
            environment["DBUS_SESSION_BUS_ADDRESS"] = address
            with Daemon(environment) as daemon:
                call(environment, 1, next(method for method in METHODS if method[1] == "LoadModel"))
                print("| method | outcomes | calls a second | MB more | files more |\n|---|---|---|---|---|")
                for method in METHODS:
                    outcomes = call(environment, calls // 5, method)
                    memory, files, begun = daemon.rss(), daemon.files(), time.monotonic()
                    for outcome, count in call(environment, calls - calls // 5, method).items():
                        outcomes[outcome] = outcomes.get(outcome, 0) + count
                    took = time.monotonic() - begun
                    shown = ", ".join(
                        f"{count} {name.rpartition('.')[2]}" for name, count in outcomes.items()
                    )
                    print(
                        f"| `{method[1]}` | {shown} | {(calls - calls // 5) / took:.0f} "
                        f"| {(daemon.rss() - memory) / 1e6:.1f} | {daemon.files() - files} |",
                        flush=True,
                    )
                    assert daemon.process.poll() is None, "the daemon ended"
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
