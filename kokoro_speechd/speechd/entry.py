# SPDX-License-Identifier: GPL-3.0-or-later
"""`sd_kokoro`, the output module: the small process at speech-dispatcher's pipe.

It imports neither torch nor numpy nor gi, answers INIT at once, owns fd 1 alone and never dies of what the
server sends. Everything slow or large lives in the daemon.

Threads: the main thread reads commands; `writer` writes; `speaker` speaks; `engine` watches the daemon.
"""

from __future__ import annotations

import os
import sys

_INIT = b"INIT\n"
# Nothing that comes later can fail: whatever Kokoro lacks, espeak-ng speaks.
_INIT_OK = b"299-Kokoro; espeak-ng where Kokoro cannot speak\n299 OK LOADED SUCCESSFULLY\n"


def take_stdout() -> int:
    """Return a private descriptor of stdout, and lead fd 1 to stderr: no stray print may reach the server.

    Everything the server left open beyond the standard descriptors is closed, because it would keep other
    modules' pipes alive.
    """
    # The limit may be a million, so only what is open is closed. (pathlib would be another import.)
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        if int(name) >= 3:
            try:  # noqa: SIM105 - contextlib would be another import
                os.close(int(name))
            except OSError:
                pass  # the one that listed them is closed already
    private = os.dup(1)
    os.dup2(2, 1)
    os.set_inheritable(private, False)
    return private


def greet(stdin: int, stdout: int) -> bytes:
    """Read the first of the server's input and return it; answer INIT, which it begins with.

    The server starts one module after another and waits for each of these answers before anybody can speak,
    so it comes before anything is imported.
    """
    first = os.read(stdin, 64 << 10)
    if first.startswith(_INIT):
        os.write(stdout, _INIT_OK)
    return first


def main() -> int:
    """Run the module until the server says QUIT or closes the pipe."""
    stdout = take_stdout()
    first = greet(0, stdout)
    # Only now: nothing that these import may find the protocol's pipe behind fd 1.
    from kokoro_speechd.speechd.module import run

    run(first, stdin=0, stdout=stdout, arguments=sys.argv[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
