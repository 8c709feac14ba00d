# SPDX-License-Identifier: GPL-3.0-or-later
"""The control interface, driven by gdbus, busctl and plain Gio, on a private bus with a real sound server."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import threading
import time
import wave
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from kokoro_speechd.dbus import INTERFACE, NAME, PATH
from kokoro_speechd.dbus.control import interface_xml
from tests.daemon_driver import Daemon
from tests.desktop import Desktop, wait_until
from tests.private_bus import session_bus

pytestmark = [pytest.mark.desktop, pytest.mark.slow]

ERROR = "io.github.kokoro_speechd.Error."
PROPERTIES = "org.freedesktop.DBus.Properties"
LONG = "This is a long message that goes on for quite a while. " * 3

# Passes a file descriptor, or a text that no command line can hold; prints the error's name.
CALLER = """
import os, sys
from gi.repository import Gio, GLib
name, path, interface, method, signature, arguments, fds = sys.argv[1:8]
bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
fds = Gio.UnixFDList.new_from_array([int(fd) for fd in fds.split()]) if fds else None
try:
    answer, _ = bus.call_with_unix_fd_list_sync(name, path, interface, method,
        GLib.Variant(signature, eval(arguments)), None, Gio.DBusCallFlags.NONE, 120000, fds, None)
    print(answer.unpack())
except (GLib.Error, SystemError) as raised:  # PyGObject 3.50 may wrap the one into the other
    error = raised if isinstance(raised, GLib.Error) else raised.__cause__
    print(Gio.DBusError.get_remote_error(error), error.message)
"""


class Caller:
    """A user with a desktop, a session bus and a daemon on it."""

    def __init__(self, root: Path, model: Path, address: str) -> None:
        self.desktop = Desktop(root, model)
        self.desktop.start_sound()
        self.environment = self.desktop.environment
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        self.daemon = Daemon(self.environment)
        self.signals: list[str] = []
        self.monitor = subprocess.Popen(
            ["gdbus", "monitor", "--session", "--dest", NAME],
            stdout=subprocess.PIPE,
            env=self.environment,
            text=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.hears_signals()

    def _read(self) -> None:
        assert self.monitor.stdout is not None
        for line in self.monitor.stdout:
            self.signals.append(line.strip().removeprefix(f"{PATH}: ").removeprefix(f"{INTERFACE}."))

    def hears_signals(self) -> None:
        wait_until(lambda: any("is owned by" in line for line in self.signals), 20, "no monitor")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )

    def call(self, method: str, *arguments: str, interface: str = INTERFACE) -> str:
        """Call with gdbus; return the answer, or the error."""
        ran = self.run(
            *("gdbus", "call", "--session", "--timeout", "100", "--dest", NAME, "--object-path", PATH),
            *("--method", f"{interface}.{method}", *arguments),
        )
        return ran.stdout.strip() or ran.stderr.strip()

    def call_with_gio(self, method: str, signature: str, arguments: str, fds: tuple[int, ...] = ()) -> str:
        ran = subprocess.run(
            ["/usr/bin/python3", "-c", CALLER, NAME, PATH, INTERFACE, method, signature, arguments,
             " ".join(map(str, fds))],
            env=self.environment, capture_output=True, text=True, timeout=150, check=True, pass_fds=fds,
        )  # fmt: skip
        return ran.stdout.strip()

    def get(self, name: str) -> str:
        return self.call("Get", INTERFACE, name, interface=PROPERTIES)

    def speak(self, text: str, options: str = "{}") -> int:
        answer = self.call("Speak", text, options)
        assert answer.startswith("(uint64 "), answer
        return int(answer.removeprefix("(uint64 ").split(",")[0])

    def finished(self, number: int, how: str = "finished", seconds: float = 60) -> None:
        wait_until(
            lambda: any(line.startswith(f"Finished (uint64 {number},") for line in self.signals),
            seconds,
            f"utterance {number} does not end: {self.signals[-8:]}",
        )
        assert f"Finished (uint64 {number}, '{how}')" in self.signals

    def heard_since(self, moment: float) -> int:
        assert self.desktop.recorder is not None
        return self.desktop.recorder.loudness_since(moment)

    def close(self) -> None:
        self.monitor.kill()
        self.monitor.wait()
        self.reader.join(10)
        assert self.monitor.stdout is not None
        self.monitor.stdout.close()
        self.daemon.__exit__()
        self.desktop.close()


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory, random_model: Path) -> Iterator[Caller]:
    root = tmp_path_factory.mktemp("control")
    with session_bus(root / "bus") as address:
        caller = Caller(root / "user", random_model, address)
        try:
            assert caller.call("LoadModel") == "()"
            yield caller
        finally:
            caller.close()


def members(node: ET.Element) -> set[str]:
    """Return everything of our interface, in a comparable form."""
    (interface,) = [found for found in node.iter("interface") if found.get("name") == INTERFACE]
    found = set()
    for member in interface:
        parts = [
            f"{part.tag} {sorted(part.attrib.items())}".replace("('direction', 'in'), ", "")
            for part in member
        ]
        found.add(f"{member.tag} {sorted(member.attrib.items())} {parts}")
    return found


def test_what_is_served_is_what_is_in_the_repository(caller: Caller) -> None:
    ran = caller.run("gdbus", "introspect", "--session", "--dest", NAME, "--object-path", PATH, "--xml")
    served = members(ET.fromstring(ran.stdout))  # noqa: S314 - our own daemon
    assert served == members(ET.fromstring(interface_xml()))  # noqa: S314
    assert len(served) == 16 + 4 + 11


def test_an_utterance_with_marks(caller: Caller) -> None:
    begun = time.monotonic()
    number = caller.speak(
        "<speak>One <mark name='a'/>two <mark name='b'/>three<mark name='c'/></speak>",
        '{"ssml": <true>, "voice": <"af_heart">, "rate": <10>, "pitch": <-5>, "pitch_range": <0>,'
        ' "volume": <90>}',
    )
    caller.finished(number)
    mine = [line for line in caller.signals if f"(uint64 {number}" in line]
    assert mine == [
        f"Started (uint64 {number},)",
        *(f"Mark (uint64 {number}, '{name}')" for name in "abc"),
        f"Finished (uint64 {number}, 'finished')",
    ]
    assert caller.heard_since(begun) > 300
    assert "'finished': <int64 0>" not in caller.get("Statistics")  # Kokoro, not espeak-ng


def test_the_times_of_words(caller: Caller, tmp_path: Path) -> None:
    text = "<speak>One <mark name='m'/>two, R&amp;B</speak>"
    number = caller.speak(text, '{"ssml": <true>, "words": <true>}')
    caller.finished(number)
    mine = [line for line in caller.signals if f"(uint64 {number}" in line]
    words = [line for line in mine if line.startswith("Word")]
    places = [(text.index(word), text.index(word) + len(word)) for word in ("One", "two", "R&amp;B")]
    assert [tuple(map(int, re.findall(r"uint32 (\d+)", line))) for line in words] == places
    assert [line for line in mine if line.startswith("Mark")] == [f"Mark (uint64 {number}, 'm')"]
    assert f"{ERROR}InvalidArgument" in caller.call("Speak", "x", '{"words": <1>}')
    with (tmp_path / "a.wav").open("wb") as file:
        arguments = f"({text!r}, {{'ssml': GLib.Variant('b', True)}}, 0)"
        answer = caller.call_with_gio("SynthesizeWords", "(sa{sv}h)", arguments, (file.fileno(),))
    (told,) = ast.literal_eval(answer)
    assert [(start, end) for start, end, _ in told] == places
    seconds = [begins for _, _, begins in told]
    assert seconds == sorted(seconds)
    with wave.open(str(tmp_path / "a.wav")) as sound:
        assert 0 <= seconds[0] < 0.3 < seconds[-1] < sound.getnframes() / 24_000
    assert [float(line.rstrip(")").split(", ")[3]) for line in words] == pytest.approx(seconds, abs=0.001)


def test_a_language_without_a_kokoro_voice(caller: Caller) -> None:
    begun = time.monotonic()
    caller.finished(caller.speak("Guten Tag", '{"language": <"de">}'))
    assert caller.heard_since(begun) > 1000


def test_the_queue_and_stops(caller: Caller) -> None:
    first, second, third = caller.speak(LONG), caller.speak(LONG), caller.speak("x")
    wait_until(lambda: f"Started (uint64 {first},)" in caller.signals, 20, "the first does not begin")
    assert caller.get("QueueLength") == "(<uint32 3>,)"
    assert caller.get("State") == "(<'speaking'>,)"
    assert caller.call("Stop", str(second)) == "()"  # while it waits
    caller.finished(second, "stopped")
    assert f"Started (uint64 {second},)" not in caller.signals
    assert f"Finished (uint64 {first}, 'finished')" not in caller.signals
    assert caller.call("Stop", str(first)) == "()"  # while it is spoken
    caller.finished(first, "stopped")
    caller.finished(third)
    assert f"{ERROR}NoSuchUtterance" in caller.call("Stop", str(first))
    numbers = [caller.speak(LONG) for _ in range(3)]
    assert caller.call("StopAll") == "()"
    for number in numbers:
        caller.finished(number, "stopped")
    wait_until(lambda: caller.get("State") == "(<'idle'>,)", 20, "it is not idle")


def test_an_interrupting_utterance_takes_the_place_of_all(caller: Caller) -> None:
    before = [caller.speak(LONG) for _ in range(3)]
    last = caller.speak("Now", '{"interrupt": <true>}')
    for number in before:
        caller.finished(number, "stopped")
    caller.finished(last)


def test_pause_and_resume(caller: Caller) -> None:
    begun = time.monotonic()
    number = caller.speak("One two three four five six seven eight.", '{"language": <"de">}')
    wait_until(lambda: caller.heard_since(begun) > 1000, 30, "nothing is heard")
    assert caller.call("Pause") == "()"
    assert caller.get("State") == "(<'paused'>,)"
    time.sleep(1)
    silent = time.monotonic()
    time.sleep(3)  # long enough for the device to rest
    assert caller.heard_since(silent) < 100
    assert f"Finished (uint64 {number}, 'finished')" not in caller.signals
    assert caller.call("Resume") == "()"
    caller.finished(number)
    assert caller.heard_since(silent + 3) > 1000


def test_voices(caller: Caller) -> None:
    answer = caller.call("ListVoices")
    assert "'name': <'af_heart'>" in answer
    assert "'language': <'en-US'>" in answer
    assert "'gender': <'female'>" in answer
    assert answer.count("'path': <'/") == 19
    assert answer.count("'mix': <''>") == 19
    caller.finished(caller.speak("x", '{"voice": <"af_heart:2+bf_emma">}'))
    assert f"{ERROR}InvalidArgument" in caller.call("Speak", "x", '{"voice": <"af_heart:2+nobody">}')


def test_pronunciations(caller: Caller) -> None:
    folder = Path(caller.environment["XDG_CONFIG_HOME"]) / "kokoro-speechd/pronunciations"
    assert caller.call("ListPronunciations") == "(@aa{sv} [],)"
    assert "'phonemes': <'nˈOm'>" in caller.call("Pronounce", "GNOME", "{}")
    assert caller.call("SetPronunciation", "GNOME", "guh-nome", "{}") == "()"
    found = caller.call("Pronounce", "GNOME", "{}")
    for fact in (
        "'language': <'en-US'>",
        "'phonemes': <'ɡˈʌnˈOm'>",
        "'by': <'kokoro'>",
        "'says': <'guh-nome'>",
        f"'file': <'{folder}/en.txt'>",
        "'line': <int64 1>",
    ):
        assert fact in found, found
    assert (
        caller.call("SetPronunciation", "SQL", "/ɛskjuːˈɛl/", '{"language": <"fr">, "case": <true>}') == "()"
    )
    assert "'phonemes': <'ɛskjuːˈɛl'>" in caller.call("Pronounce", "SQL", '{"language": <"fr">}')
    assert "'by': <'espeak-ng'>" in caller.call("Pronounce", "SQL", '{"language": <"de">}')
    assert (folder / "fr.txt").read_text() == "SQL [case] = /ɛskjuːˈɛl/\n"
    assert caller.call("ListPronunciations").count("'word': <") == 2
    assert f"{ERROR}NoSuchPronunciation" in caller.call(
        "RemovePronunciation", "GNOME", '{"language": <"fr">}'
    )
    assert caller.call("RemovePronunciation", "GNOME", "{}") == "()"
    assert caller.call("RemovePronunciation", "sql", "{}").endswith("of this word")  # [case] is minded
    assert caller.call("RemovePronunciation", "SQL", '{"language": <"fr">}') == "()"
    assert caller.call("ListPronunciations") == "(@aa{sv} [],)"


def test_wrong_pronunciations_have_their_names(caller: Caller) -> None:
    for says, options in (
        ("", '{"language": <"xx">}'),
        ("/привет/", "{}"),
        ("x", '{"case": <1>}'),
        ("x", '{"whole": <true>}'),
        ("x", '{"language": <true>}'),
    ):
        assert f"{ERROR}InvalidArgument" in caller.call("SetPronunciation", "secret", says, options)
    assert f"{ERROR}InvalidArgument" in caller.call("SetPronunciation", "", "x", "{}")
    assert f"{ERROR}TooLong" in caller.call("Pronounce", "secret " * 200, "{}")
    folder = Path(caller.environment["XDG_CONFIG_HOME"]) / "kokoro-speechd/pronunciations"
    shutil.rmtree(folder)
    folder.write_text("no folder")
    try:
        assert f"{ERROR}NotWritten" in caller.call("SetPronunciation", "secret", "x", "{}")
    finally:
        folder.unlink()
    assert "secret" not in caller.daemon.log.read_text()


@pytest.mark.parametrize("form", ["wav", "raw"])
def test_synthesis_into_a_file_and_a_pipe(caller: Caller, tmp_path: Path, form: str) -> None:
    arguments = f"('Hello there', {{'format': GLib.Variant('s', '{form}')}}, 0)"
    path = tmp_path / "sound"
    with path.open("wb") as file:
        assert caller.call_with_gio("Synthesize", "(sa{sv}h)", arguments, (file.fileno(),)) == "()"
    if form == "wav":
        with wave.open(str(path)) as sound:
            assert sound.getframerate() == 24_000
            samples = sound.readframes(1 << 30)
    else:
        samples = path.read_bytes()
    assert any(samples)
    reading, writing = os.pipe()
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.extend(iter(lambda: os.read(reading, 1 << 16), b"")))
    reader.start()
    try:
        assert caller.call_with_gio("Synthesize", "(sa{sv}h)", arguments, (writing,)) == "()"
    finally:
        os.close(writing)
        reader.join(30)  # the daemon holds no end of it
        os.close(reading)
    assert not reader.is_alive()
    assert abs(len(b"".join(received)) - path.stat().st_size) < 100


def test_wrong_arguments_have_their_names(caller: Caller) -> None:
    for options, word in (
        ('{"loudness": <1>}', "loudness"),
        ('{"rate": <101>}', "rate"),
        ('{"rate": <"fast">}', "rate"),
        ('{"ssml": <1>}', "ssml"),
        ('{"punctuation": <"much">}', "punctuation"),
        ('{"capitals": <true>}', "capitals"),
        ('{"spelling": <"on">}', "spelling"),
        ('{"voice": <"nobody">}', "voice"),
        ('{"voice": <3>}', "voice"),
        ('{"language": <"xx">}', "language"),
        ('{"interrupt": <true>, "enqueue": <true>}', "interrupts"),
    ):
        answer = caller.call("Speak", "secret", options)
        assert f"{ERROR}InvalidArgument" in answer, answer
        assert word in answer
    million = f"('x' * {1 << 20}, {{}})"
    assert caller.call_with_gio("Speak", "(sa{sv})", million).startswith(f"{ERROR}TooLong")
    assert "org.freedesktop.DBus.Error.InvalidArgs" in caller.call_with_gio("Speak", "(sb)", "('x', True)")
    ran = caller.run("busctl", "--user", "call", NAME, PATH, INTERFACE, "Stop", "s", "one")
    assert ran.returncode != 0
    assert "secret" not in caller.daemon.log.read_text()


def test_modes_are_heard(caller: Caller, tmp_path: Path) -> None:
    lengths = []
    modes = (("punctuation", "'s', 'all'"), ("spelling", "'b', True"), ("capitals", "'s', 'icon'"))
    for option in ("", *(f"'{name}': GLib.Variant({value})" for name, value in modes)):
        path = tmp_path / "sound"
        with path.open("wb") as file:
            arguments = f"('Hello, (you)', {{{option}}}, 0)"
            assert caller.call_with_gio("Synthesize", "(sa{sv}h)", arguments, (file.fileno(),)) == "()"
        lengths.append(path.stat().st_size)
    plain, *told = lengths
    assert all(length > plain + 1000 for length in told)


def test_a_file_that_cannot_be_written(caller: Caller) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    arguments = "('Hello', {}, 0)"
    assert caller.call_with_gio("Synthesize", "(sa{sv}h)", arguments, (writing,)).startswith(f"{ERROR}Closed")
    os.close(writing)
    answer = caller.call_with_gio("Synthesize", "(sa{sv}h)", arguments)  # no descriptor at all
    assert answer.startswith("org.freedesktop.DBus.Error.InvalidArgs")
    unknown = "('Hello', {'format': GLib.Variant('s', 'mp3')}, 0)"
    assert caller.call_with_gio("Synthesize", "(sa{sv}h)", unknown, (1,)).startswith(
        f"{ERROR}InvalidArgument"
    )


def test_defaults_are_checked_told_and_kept(caller: Caller) -> None:
    def set_default(name: str, value: str) -> str:
        return caller.call("Set", INTERFACE, name, value, interface=PROPERTIES)

    for name, value in (
        ("DefaultVoice", "<'bf_emma'>"),
        ("DefaultRate", "<20>"),
        ("DefaultPitch", "<-10>"),
        ("DefaultVolume", "<80>"),
    ):
        assert set_default(name, value) == "()"
        assert caller.get(name) == f"({value},)"
        wait_until(
            lambda change=f"{{'{name}': {value}}}": any(change in line for line in caller.signals),  # type: ignore[misc]
            10,
            f"the change of {name} was not told",
        )
    assert f"{ERROR}InvalidArgument" in set_default("DefaultRate", "<1000>")
    assert f"{ERROR}InvalidArgument" in set_default("DefaultVoice", "<'nobody'>")
    assert "InvalidArgs" in set_default("DefaultRate", "<'fast'>")
    assert "Error" in set_default("Version", "<'2'>")
    kept = Path(caller.environment["XDG_STATE_HOME"]) / "kokoro-speechd/control.json"
    assert json.loads(kept.read_text()) == {"voice": "bf_emma", "rate": 20, "pitch": -10, "volume": 80}
    caller.finished(caller.speak("x"))
    for name, value in (
        ("DefaultVoice", "<''>"), ("DefaultRate", "<0>"), ("DefaultPitch", "<0>"), ("DefaultVolume", "<100>")
    ):  # fmt: skip
        assert set_default(name, value) == "()"


def test_the_other_properties(caller: Caller) -> None:
    assert caller.get("Reason") == "(<''>,)"
    assert caller.get("Device") == "(<'cpu'>,)"
    assert caller.get("ModelPath").endswith("kokoro-v1_0.pth'>,)")
    assert caller.get("Version") == "(<'0.1.0'>,)"
    statistics = caller.get("Statistics")
    for name in ("first_sound_ms_p50", "stop_ms_p99", "underruns", "restarts", "cache_hits", "utterances"):
        assert f"'{name}': <" in statistics


def test_nobody_takes_the_name(caller: Caller) -> None:
    bus = "org.freedesktop.DBus"
    ran = caller.run(
        *("gdbus", "call", "--session", "--dest", bus, "--object-path", "/org/freedesktop/DBus"),
        *("--method", f"{bus}.RequestName", NAME, "6"),  # replace it, do not wait for it
    )
    assert ran.stdout.strip() == "(uint32 3,)"  # it exists


def test_calls_leave_no_memory_and_no_files_behind(caller: Caller) -> None:
    script = """
import os, sys
from gi.repository import Gio, GLib
bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
reading, writing = os.pipe()
for number in range(1500):
    try:
        bus.call_with_unix_fd_list_sync(*sys.argv[1:4], "Synthesize",
            GLib.Variant("(sa{sv}h)", ("x" * 4000, {"no": GLib.Variant("b", True)}, 0)),
            None, Gio.DBusCallFlags.NONE, 20000, Gio.UnixFDList.new_from_array([writing]), None)
    except (GLib.Error, SystemError):  # PyGObject 3.50 wraps the second such error of a process
        pass
"""

    def many_calls() -> None:
        subprocess.run(
            ["/usr/bin/python3", "-c", script, NAME, PATH, INTERFACE], env=caller.environment, check=True
        )

    many_calls()  # what is set up once
    files = caller.daemon.files()
    before = caller.daemon.rss()
    many_calls()
    assert caller.daemon.rss() - before < 3 << 20  # each call's 4 KB and more would be 6 MB
    assert caller.daemon.files() == files


def test_a_sound_server_that_goes_and_comes_back(caller: Caller) -> None:
    begun = time.monotonic()
    number = caller.speak("One two three four five six seven eight nine ten.", '{"language": <"de">}')
    wait_until(lambda: caller.heard_since(begun) > 1000, 30, "nothing is heard")
    caller.desktop.pulse.kill()
    caller.desktop.pulse.wait()
    wait_until(lambda: caller.get("State") == "(<'degraded'>,)", 20, "nobody notices that the sound is gone")
    assert "sound" in caller.get("Reason")
    assert caller.desktop.recorder is not None
    caller.desktop.recorder.close()
    Path(caller.environment["PULSE_SERVER"].removeprefix("unix:")).unlink(missing_ok=True)
    caller.desktop.start_sound()
    back = time.monotonic()
    caller.finished(number)
    assert caller.heard_since(back) > 1000
    assert caller.get("Reason") == "(<''>,)"
    log = caller.daemon.log.read_text()
    assert "ALSA" not in log
    assert "Expression" not in log


def test_unload_reload_and_quit(caller: Caller) -> None:
    assert caller.call("UnloadModel") == "()"
    assert caller.call("Reload") == "()"
    assert caller.call("LoadModel") == "()"
    assert caller.call("Quit") == "()"
    assert caller.daemon.process.wait(20) == 0
    assert caller.call("Pause").startswith("Error")
