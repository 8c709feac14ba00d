# SPDX-License-Identifier: GPL-3.0-or-later
"""A screen with a GTK application and Orca, whose speech is recorded at the sink; xdotool presses keys."""

from __future__ import annotations

import collections
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.desktop import Desktop, wait_until
from tests.private_bus import session_bus

NEEDED = ("orca", "Xvfb", "xdotool", "openbox")
_A11Y = Path("/usr/share/dbus-1/services/org.a11y.Bus.service")
_GTK = "import gi; gi.require_version('Gtk', '3.0'); from gi.repository import Gtk"


def missing() -> str:
    """Name the programs that are not on this machine; empty where nothing is missing."""
    absent = [name for name in NEEDED if shutil.which(name) is None]
    if (
        not absent
        and subprocess.run(["/usr/bin/python3", "-c", _GTK], capture_output=True, check=False).returncode
    ):
        absent = ["GTK for Debian's Python"]
    return ", ".join(absent if _A11Y.exists() else [*absent, "at-spi2-core"])


_APPLICATION = Path(__file__).with_name("orca_application.py")
_ENDS = ("702 END", "703 STOP", "704 PAUSE")


@dataclass(frozen=True, slots=True)
class Heard:
    """What followed an action: seconds until sound, and all of it, int16 mono at desktop.RATE."""

    said: str
    delay: float
    samples: bytes


class Screen:
    """A desktop with a screen, a window manager, the application, and Orca, which speaks by our module."""

    def __init__(self, desktop: Desktop, address: str, module: str) -> None:
        self.desktop = desktop
        self.environment = desktop.environment
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        # GLib and GTK look for schemas and themes there.
        self.environment["XDG_DATA_DIRS"] = "/usr/local/share:/usr/share"
        self.environment |= {
            "GSETTINGS_BACKEND": "memory",
            "NO_AT_BRIDGE": "0",
            "GTK_MODULES": "gail:atk-bridge",
        }
        folder = Path(self.environment["XDG_CONFIG_HOME"]) / "speech-dispatcher"
        shutil.copytree("/etc/speech-dispatcher", folder, dirs_exist_ok=True)
        with (folder / "speechd.conf").open("a") as file:
            file.write(f"\nDefaultModule {module}\n")
        state = Path(self.environment["XDG_STATE_HOME"]) / "kokoro-speechd"
        state.mkdir(parents=True, exist_ok=True)
        (state / "recording").write_text("text")
        self.recordings = state / "recordings"
        orcas = Path(self.environment["XDG_DATA_HOME"]) / "orca/user-settings.conf"
        orcas.parent.mkdir(parents=True)
        profile = {"profile": ["Default", "default"]}
        orcas.write_text(
            json.dumps(
                {
                    "general": {"startingProfile": ["Default", "default"], "enableBraille": False},
                    "profiles": {"default": profile},
                    "pronunciations": {},
                    "keybindings": {},
                }
            )
        )
        self.desktop.start()
        self.display()
        self.desktop._spawn("openbox", "openbox")
        self.desktop._spawn("application", "/usr/bin/python3", str(_APPLICATION))
        wait_until(lambda: self.do("search", "--name", "Post office").returncode == 0, 60, "no window")
        self.desktop._spawn("orca", "orca", "--replace")

    def display(self) -> None:
        reading, writing = os.pipe()
        log = (self.desktop.logs / "xvfb.log").open("ab")
        self.desktop._files.append(log)
        self.desktop._processes.append(
            subprocess.Popen(
                ["Xvfb", "-displayfd", str(writing), "-screen", "0", "800x600x24", "-nolisten", "tcp",
                 "-noreset"],  # or it would begin anew after each xdotool
                stdout=log, stderr=log, env=self.environment, pass_fds=(writing,),
            )
        )  # fmt: skip
        os.close(writing)
        with os.fdopen(reading) as numbers:
            self.environment["DISPLAY"] = f":{numbers.readline().strip()}"

    def do(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["xdotool", *arguments], env=self.environment, capture_output=True, timeout=60, check=False
        )

    def press(self, *keys: str) -> None:
        assert self.do("key", "--delay", "150", *keys).returncode == 0

    def activate(self) -> None:
        """Give the application's window the focus."""
        assert self.do("search", "--name", "Post office", "windowactivate", "--sync").returncode == 0

    def lines(self) -> list[dict[str, object]]:
        found = []
        for path in sorted(self.recordings.glob("*.jsonl")):
            found += [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]
        return found

    def said(self) -> str:
        """Everything that Orca has sent so far, without the marks of its words."""
        sent = "".join(str(line["text"]) for line in self.lines() if line.get("dir") == "server")
        return re.sub(r"<[^>]*>", "", sent)

    def counts(self) -> collections.Counter[str]:
        """How many messages the module took, and how many ends it told."""
        counts: collections.Counter[str] = collections.Counter()
        for line in self.lines():
            if line.get("dir") == "module":
                text = str(line.get("text", ""))
                counts["taken"] += text.count("200 OK SPEAKING")
                counts["ended"] += sum(text.count(end) for end in _ENDS)
        return counts

    def hears(self, what: str, action: Callable[[], None], seconds: float = 40) -> None:
        """Do something; wait until Orca says this, and until sound arrives at the sink."""
        before, begun = len(self.said()), time.monotonic()
        action()
        wait_until(
            lambda: what.lower() in self.said()[before:].lower(),
            seconds,
            f"Orca does not say {what!r}, but: {self.said()[before:][-600:]}",
        )
        assert self.desktop.recorder is not None
        recorder = self.desktop.recorder
        wait_until(lambda: recorder.loudness_since(begun) > 300, seconds, f"{what!r} is not heard")

    def listen(self, what: str, action: Callable[[], None], seconds: float = 40) -> Heard:
        """As `hears`, from silence to silence; return what was heard."""
        self.quiet()
        assert self.desktop.recorder is not None
        recorder = self.desktop.recorder
        time.sleep(0.5)  # what is on its way through the sound server
        begun = time.monotonic()
        self.hears(what, action, seconds)
        self.quiet()
        wait_until(lambda: time.monotonic() > recorder.last_sound(300) + 0.7, 60, "no silence")
        first = next(when for when, piece in recorder.pieces if when > begun and max(map(abs, piece)) > 300)
        return Heard(what, first - begun, recorder.samples_since(begun))

    def quiet(self) -> None:
        """Wait until every message has ended, and no other follows."""
        since, before = time.monotonic(), self.counts()

        def lasts() -> bool:
            nonlocal since, before
            counts = self.counts()
            if counts != before or counts["taken"] != counts["ended"]:
                since, before = time.monotonic(), counts
            return time.monotonic() > since + 0.7

        wait_until(lasts, 60, f"no end: {before}")


@contextmanager
def screen_with(
    model: Path,
    root: Path,
    settings: str = "[speechd]\nengine_timeout_s = 20\n",
    module: str = "kokoro",
    prepare: Callable[[Mapping[str, str]], None] = lambda environment: None,
) -> Iterator[Screen]:
    """Start everything below a folder, `prepare` first; end it afterwards."""
    services = root / "bus/services"
    services.mkdir(parents=True)
    shutil.copy(_A11Y, services)
    with session_bus(root / "bus") as address:
        desktop = Desktop(root / "user", model, settings=settings)
        try:
            prepare(desktop.environment)
            yield Screen(desktop, address, module)
        finally:
            desktop.close()
