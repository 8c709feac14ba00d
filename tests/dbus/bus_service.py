# SPDX-License-Identifier: GPL-3.0-or-later
"""A process with one small object on the session bus, by the adapter that the daemon uses, and nothing else.

Every line on its standard input is answered with its resident memory in KiB and the number of its open files;
the end of the input ends it.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from kokoro_speechd.dbus.bus import Call, Deferred, Service
from kokoro_speechd.errors import NamedError

NAME = "io.github.kokoro_speechd.Test"
PATH = "/io/github/kokoro_speechd/Test"
XML = f"""<node><interface name="{NAME}">
  <method name="Nothing"/>
  <method name="Echo"><arg type="s" direction="in"/><arg type="s" direction="out"/></method>
  <method name="Slow"><arg type="d" direction="in"/><arg type="s" direction="out"/></method>
  <method name="SlowlyRefuse"><arg type="d" direction="in"/></method>
  <method name="Refuse"><arg type="s" direction="in"/></method>
  <method name="Break"/>
  <method name="Wrong"><arg type="u" direction="out"/></method>
  <method name="Take"><arg type="s" direction="in"/><arg type="h" direction="in"/></method>
  <method name="Sender"><arg type="s" direction="out"/></method>
  <signal name="Heard"><arg type="s"/></signal>
  <property name="Level" type="i" access="readwrite"/>
  <property name="Fixed" type="s" access="read"/>
</interface></node>"""


class Target:
    """What is published; names are the interface's."""

    Level = 3
    Fixed = "fixed"

    def Nothing(self) -> None:  # noqa: N802
        pass

    def Echo(self, text: str) -> str:  # noqa: N802
        service.emit("Heard", text)
        return text

    def Slow(self, seconds: float) -> Deferred:  # noqa: N802
        return self._later(seconds, lambda answer: answer.resolve("late"))

    def SlowlyRefuse(self, seconds: float) -> Deferred:  # noqa: N802
        return self._later(seconds, lambda answer: answer.reject(NamedError(f"{NAME}.Late", "late")))

    def Refuse(self, text: str) -> None:  # noqa: N802
        raise NamedError(f"{NAME}.Refused", f"not {len(text)} characters")

    def Break(self) -> None:  # noqa: N802
        raise ZeroDivisionError

    def Wrong(self) -> int:  # noqa: N802
        return -1  # no u

    def Take(self, text: str, handle: int, call: Call) -> None:  # noqa: N802
        descriptor = call.take_fd(handle)
        os.write(descriptor, text[:100].encode())
        os.close(descriptor)

    def Sender(self, call: Call) -> str:  # noqa: N802
        return call.sender

    @staticmethod
    def _later(seconds: float, action: Any) -> Deferred:
        answer = Deferred()

        def work() -> None:
            time.sleep(seconds)
            action(answer)

        threading.Thread(target=work, daemon=True).start()
        return answer


service = Service(name=NAME, path=PATH, xml=XML, target=Target(), error_prefix=f"{NAME}.")

if __name__ == "__main__":
    service.start()
    print("ready", flush=True)
    for _ in sys.stdin:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        print(pages * 4, len(list(Path("/proc/self/fd").iterdir())), flush=True)
    service.stop()
