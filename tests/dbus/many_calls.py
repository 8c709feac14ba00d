# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls a method many times, a hundred at once; run by Debian's own Python, which has gi everywhere.

Arguments: the bus name, object path, interface, method, number of calls, signature, the arguments as a Python
expression, and `fd` where one is to be handed over. Prints how many calls gave which outcome.
"""

from __future__ import annotations

import collections
import os
import sys
from typing import Any

from gi.repository import Gio, GLib


def outcome_of(connection: Any, result: Any) -> str:
    """Return `answered`, or the error's name."""
    try:
        connection.call_with_unix_fd_list_finish(result)
    except (GLib.Error, SystemError) as raised:  # PyGObject 3.50 wraps the one into the other
        error = raised if isinstance(raised, GLib.Error) else raised.__cause__
        return str(Gio.DBusError.get_remote_error(error) or f"here: {error}")
    return "answered"


def main() -> None:
    name, path, interface, method, number, signature, expression, *fd = sys.argv[1:]
    connection = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    loop = GLib.MainLoop()
    outcomes: collections.Counter[str] = collections.Counter()
    null = os.open("/dev/null", os.O_WRONLY)
    begun = 0

    def begin() -> None:
        nonlocal begun
        begun += 1
        descriptors = Gio.UnixFDList.new()
        if fd:
            descriptors.append(null)  # a copy of it
        connection.call_with_unix_fd_list(
            name, path, interface, method, GLib.Variant(signature, eval(expression)), None,  # noqa: S307
            Gio.DBusCallFlags.NONE, 100_000, descriptors, None, ended,
        )  # fmt: skip

    def ended(_connection: Any, result: Any) -> None:
        outcomes[outcome_of(connection, result)] += 1
        if begun < int(number):
            begin()
        elif outcomes.total() == begun:
            loop.quit()

    for _ in range(min(100, int(number))):
        begin()
    loop.run()
    print(dict(outcomes))


if __name__ == "__main__":
    main()
