# SPDX-License-Identifier: GPL-3.0-or-later
"""The bus's adapter alone: any kind of call as the first, callers that go, ten thousand of each kind."""

from __future__ import annotations

import ast
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dbus.bus_service import NAME, PATH
from tests.desktop import wait_until
from tests.private_bus import session_bus

pytestmark = pytest.mark.desktop

ROOT = Path(__file__).parent.parent.parent
PROPERTIES = "org.freedesktop.DBus.Properties"
MANY = 10_000
TEXT = "('x' * 4000,)"

# What is called, with which arguments, and what must become of it.
KINDS = {
    "Nothing": (NAME, "Nothing", "()", "()", "answered"),
    "Echo": (NAME, "Echo", "(s)", TEXT, "answered"),
    "Slow": (NAME, "Slow", "(d)", "(0.001,)", "answered"),
    "SlowlyRefuse": (NAME, "SlowlyRefuse", "(d)", "(0.001,)", f"{NAME}.Late"),
    "Refuse": (NAME, "Refuse", "(s)", TEXT, f"{NAME}.Refused"),
    "Break": (NAME, "Break", "()", "()", f"{NAME}.Internal"),
    "Wrong": (NAME, "Wrong", "()", "()", f"{NAME}.Internal"),
    "Take": (NAME, "Take", "(sh)", "('x' * 4000, 0)", "answered", "fd"),
    "Take nothing": (NAME, "Take", "(sh)", "('x' * 4000, 0)", "org.freedesktop.DBus.Error.InvalidArgs"),
    "Sender": (NAME, "Sender", "()", "()", "answered"),
    "a file nobody takes": (NAME, "Echo", "(s)", TEXT, "answered", "fd"),
    "no method": (NAME, "Nonsense", "(s)", TEXT, "org.freedesktop.DBus.Error.UnknownMethod"),
    "other types": (NAME, "Echo", "(u)", "(1,)", "org.freedesktop.DBus.Error.InvalidArgs"),
    "Get": (PROPERTIES, "Get", "(ss)", f"('{NAME}', 'Level')", "answered"),
    "GetAll": (PROPERTIES, "GetAll", "(s)", f"('{NAME}',)", "answered"),
    "Set": (PROPERTIES, "Set", "(ssv)", f"('{NAME}', 'Level', GLib.Variant('i', 7))", "answered"),
    "Get nothing": (PROPERTIES, "Get", "(ss)", f"('{NAME}', 'No')", "org.freedesktop.DBus.Error.InvalidArgs"),
    "Set a text": (PROPERTIES, "Set", "(ssv)", f"('{NAME}', 'Level', GLib.Variant('s', 'x'))",
                   "org.freedesktop.DBus.Error.InvalidArgs"),
    "Set what is fixed": (PROPERTIES, "Set", "(ssv)", f"('{NAME}', 'Fixed', GLib.Variant('s', 'x'))",
                          "org.freedesktop.DBus.Error.InvalidArgs"),
    "Introspect": ("org.freedesktop.DBus.Introspectable", "Introspect", "()", "()", "answered"),
}  # fmt: skip


class BusService:
    """A process of tests.dbus.bus_service on a bus."""

    def __init__(self, address: str, log: Path) -> None:
        self.environment = os.environ | {"DBUS_SESSION_BUS_ADDRESS": address, "PYTHONPATH": str(ROOT)}
        with log.open("w") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.dbus.bus_service"],
                env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file,
                text=True, bufsize=1,
            )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def size(self) -> tuple[int, int]:
        """Return its memory in KiB and its open files."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        memory, files = self.process.stdout.readline().split()
        return int(memory), int(files)

    def many(self, kind: str, number: int) -> dict[str, int]:
        """Call many times; return how many calls gave which outcome."""
        interface, method, signature, arguments, _, *fd = KINDS[kind]
        ran = subprocess.run(
            ["/usr/bin/python3", str(ROOT / "tests/dbus/many_calls.py"), NAME, PATH, interface, method,
             str(number), signature, arguments, *fd],
            env=self.environment, capture_output=True, text=True, timeout=250, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return dict(ast.literal_eval(ran.stdout))

    def call(self, *words: str) -> str:
        ran = subprocess.run(
            ("gdbus", "call", "--session", "--dest", NAME, "--object-path", PATH, "--method", *words),
            env=self.environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return ran.stdout.strip() or ran.stderr.strip()

    def end(self) -> int:
        """End it in order; return its exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(20)

    def __enter__(self) -> BusService:  # noqa: PYI034 - Self is newer than Python 3.10
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.__exit__(None, None, None)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[BusService]:
    with session_bus(tmp_path / "bus") as address, BusService(address, tmp_path / "log") as service:
        yield service


@pytest.mark.parametrize("kind", KINDS)
def test_any_kind_of_call_may_be_the_first(service: BusService, kind: str) -> None:
    assert service.many(kind, 1) == {KINDS[kind][4]: 1}
    # What the first was must have been forgotten by then, and others must not be disturbed.
    for other in ("Echo", "Slow", "Refuse"):
        assert service.many(other, 100) == {KINDS[other][4]: 100}
    assert service.end() == 0


@pytest.mark.parametrize("method", ["Slow", "SlowlyRefuse"])
def test_a_first_call_that_takes_its_time(service: BusService, method: str) -> None:
    with subprocess.Popen(
        ("gdbus", "call", "--session", "--dest", NAME, "--object-path", PATH, "--method",
         f"{NAME}.{method}", "2.0"),
        env=service.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as slow:  # fmt: skip
        assert service.many("Echo", 500) == {"answered": 500}  # meanwhile
        assert slow.stdout is not None
        assert slow.stdout.read().strip().endswith("('late',)" if method == "Slow" else f"{NAME}.Late: late")
    assert service.many("Echo", 500) == {"answered": 500}
    assert service.end() == 0


@pytest.mark.parametrize("method", ["Slow", "SlowlyRefuse"])
def test_callers_that_are_gone_before_the_answer(service: BusService, method: str) -> None:
    for _ in range(20):
        caller = subprocess.Popen(
            ("gdbus", "call", "--session", "--dest", NAME, "--object-path", PATH, "--method",
             f"{NAME}.{method}", "0.5"),
            env=service.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(0.05)  # on its way, or not yet
        caller.kill()
        caller.wait()
    time.sleep(0.7)
    assert service.many("Echo", 200) == {"answered": 200}
    assert service.end() == 0


def test_a_bus_that_goes_while_calls_wait(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        bus = stack.enter_context(contextlib.ExitStack())
        address = bus.enter_context(session_bus(tmp_path / "bus"))
        service = stack.enter_context(BusService(address, tmp_path / "log"))
        stack.enter_context(
            subprocess.Popen(
                ("gdbus", "call", "--session", "--dest", NAME, "--object-path", PATH, "--method",
                 f"{NAME}.Slow", "3.0"),
                env=service.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip
        assert service.many("Echo", 50) == {"answered": 50}
        bus.close()
        time.sleep(4)  # its answer finds no bus
        assert service.size()[0] > 0
        assert service.end() == 0


def test_a_call_that_wants_no_answer_gets_none(service: BusService) -> None:
    script = f"""
from gi.repository import Gio, GLib
bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
seen = []
me = bus.get_unique_name()
bus.add_filter(lambda _, message, incoming: seen.append(message) or message)
for method, arguments in (("Nothing", None), ("Break", None), ("Refuse", GLib.Variant("(s)", ("x",)))):
    message = Gio.DBusMessage.new_method_call("{NAME}", "{PATH}", "{NAME}", method)
    message.set_flags(Gio.DBusMessageFlags.NO_REPLY_EXPECTED)
    if arguments:
        message.set_body(arguments)
    bus.send_message(message, Gio.DBusSendMessageFlags.NONE)
answer = bus.call_sync("{NAME}", "{PATH}", "{NAME}", "Sender", None, None, 0, 20000, None)
assert answer.unpack() == (me,), answer
print(sum(message.get_sender() not in (None, me, "org.freedesktop.DBus") for message in seen))
"""
    ran = subprocess.run(
        ["/usr/bin/python3", "-c", script], env=service.environment, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert ran.stdout == "1\n", ran.stderr  # the one that was asked for


def test_values_go_in_and_out(service: BusService) -> None:
    with subprocess.Popen(
        ("gdbus", "monitor", "--session", "--dest", NAME), env=service.environment, stdout=subprocess.PIPE,
        text=True,
    ) as monitor:  # fmt: skip
        assert monitor.stdout is not None
        wait_until(lambda: "is owned by" in (monitor.stdout.readline() if monitor.stdout else ""), 20, "mute")
        assert service.call(f"{NAME}.Echo", "Grüße") == "('Grüße',)"
        assert monitor.stdout.readline().strip() == f"{PATH}: {NAME}.Heard ('Grüße',)"
        monitor.kill()
    assert service.call(f"{PROPERTIES}.Set", NAME, "Level", "<5>") == "()"
    assert service.call(f"{PROPERTIES}.Get", NAME, "Level") == "(<5>,)"
    assert service.call(f"{PROPERTIES}.GetAll", NAME) == "({'Level': <5>, 'Fixed': <'fixed'>},)"


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_calls_leave_nothing_behind(service: BusService, kind: str) -> None:
    assert service.many(kind, 2000) == {KINDS[kind][4]: 2000}  # what is set up once, and threads' stacks
    memory, files = service.size()
    assert service.many(kind, MANY) == {KINDS[kind][4]: MANY}
    more, now = service.size()
    assert more - memory < 800  # KiB; a callback that is kept is 115 bytes, an invocation 1.7 KiB
    assert now == files
    assert service.end() == 0
