# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that opens the synthesizer, speaks, and reports attempts to use a network. For test_offline.py.

Reads a JSON object of language → [voice, text] from stdin; writes one JSON object to stdout.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from pathlib import Path

_LOCAL = {int(socket.AF_UNIX)}
_WATCHED = ("socket.", "urllib.Request", "http.client.", "ftplib.", "smtplib.")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT

attempts: list[str] = []
written: set[str] = set()


def refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse what leads to a network, and remember it: a library may hide the error."""
    if event == "open":
        path, _, flags = arguments
        if isinstance(flags, int) and flags & _WRITING and isinstance(path, str | bytes | os.PathLike):
            written.add(os.path.realpath(os.fsdecode(path)))
    elif event.startswith(_WATCHED):
        if event == "socket.__new__" and arguments[1] in _LOCAL:
            return
        attempts.append(event)
        raise OSError(f"{event}: there is no network here")


def main() -> None:
    """Speak each text and say how it went."""
    sys.addaudithook(refuse_network)
    # The hook itself must be known to work.
    for attempt in (
        lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
        lambda: socket.getaddrinfo("localhost", 80),
    ):
        with contextlib.suppress(OSError):
            attempt()
    refused = list(attempts)
    attempts.clear()

    from kokoro_speechd.rendering.synthesizer import open_synthesizer
    from kokoro_speechd.utterance import Audio, Kind, Parameters, Utterance

    synthesizer = open_synthesizer()
    samples = {}
    for language, (voice, text) in json.load(sys.stdin).items():
        utterance = Utterance(1, Kind.TEXT, text, Parameters(language=language))
        items = synthesizer.speak(utterance, voice, language, lambda: None)
        samples[language] = sum(len(item.samples) // 2 for item in items if isinstance(item, Audio))
    json.dump(
        {
            "refused": refused,
            "attempts": attempts,
            "samples": samples,
            "written": sorted(written),
            "interfaces": [
                line.partition(":")[0].strip()
                for line in Path("/proc/self/net/dev").read_text("ascii").splitlines()[2:]
            ],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
