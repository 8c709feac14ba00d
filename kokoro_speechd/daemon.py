# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine process: holds the model and answers the frames of one connection.

The main thread reads requests, so that a cancel is seen while the worker renders. The worker loads the
model, then renders one utterance at a time; a newer one makes the older worthless. A third thread says
that we live while the worker is busy; when there is nothing to do all three sleep.

The process ends when its connection does: nothing is left behind, whatever happened to the other side.
"""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kokoro_speechd.errors import Cancelled, FrameError, KokoroSpeechdError, places_of
from kokoro_speechd.frames import Connection, Frame
from kokoro_speechd.utterance import Kind, Parameters, Utterance

if TYPE_CHECKING:
    from kokoro_speechd.speaker import Item
    from kokoro_speechd.studio import Studio

_log = logging.getLogger(__name__)

_SIGN_OF_LIFE = 0.5  # seconds between two `alive` frames while busy
_AUDIO_BYTES = 64 << 10  # largest payload of one audio frame


class Engine:
    """Serves one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._changed = threading.Condition()
        self._next: Frame | None = None
        self._load_wanted = True
        self._cancelled = 0  # this generation and all older ones are not wanted
        self._busy = threading.Event()
        self._studio: Studio | None = None

    def run(self) -> None:
        """Read requests until the other side is gone."""
        threading.Thread(target=self._work, name="worker", daemon=True).start()
        threading.Thread(target=self._give_signs_of_life, name="alive", daemon=True).start()
        try:
            while (frame := self._connection.receive()) is not None:
                self._request(frame)
        except (FrameError, OSError) as error:
            _log.warning("the connection ends: %s", error)

    def _request(self, frame: Frame) -> None:
        if frame.type == "speak":
            self._connection.send(Frame("alive"))  # heard: the listener waits only so long for this
            with self._changed:
                self._cancelled = max(self._cancelled, frame.integer("generation") - 1)
                self._next = frame
                self._changed.notify_all()
        elif frame.type == "cancel":
            self._cancelled = max(self._cancelled, frame.integer("generation"))
        elif frame.type == "load":
            with self._changed:
                self._load_wanted = True
                self._changed.notify_all()
        else:
            raise FrameError("unknown request")

    # --- the worker thread -------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._next or self._load_wanted)
                frame, self._next = self._next, None
                load, self._load_wanted = self._load_wanted and self._studio is None, False
            self._busy.set()
            try:
                if load:
                    self._load()
                if frame is not None:
                    self._speak(frame)
            except OSError as error:
                _log.info("the listener is gone: %s", error)
                return
            except Exception as error:  # noqa: BLE001 - see below
                # The edge of this process: whatever a library raised, the listener is told and goes on.
                _log.error("an utterance failed:\n%s", places_of(error))
                if self._studio is None:
                    self._state("unavailable", "an internal error, see the log")
                if frame is not None:
                    self._fail(frame, "an internal error, see the log")
            finally:
                self._busy.clear()

    def _load(self) -> None:
        self._state("loading")
        try:
            from kokoro_speechd.studio import open_studio

            self._studio = open_studio()
        except (KokoroSpeechdError, ImportError, MemoryError) as error:
            self._state("unavailable", str(error) or type(error).__name__)
        else:
            self._state("ready")

    def _speak(self, frame: Frame) -> None:
        generation = frame.integer("generation")

        def check() -> None:
            if generation <= self._cancelled:
                raise Cancelled

        if self._studio is None:
            self._fail(frame, "there is no model")
            return
        try:
            parameters = frame.fields.get("parameters")
            if not isinstance(parameters, dict):
                raise FrameError("frame 'speak' needs parameters")
            utterance = Utterance(
                generation, Kind(frame.string("kind")), frame.payload.decode(), Parameters(**parameters)
            )
            for item in self._studio.speak(utterance, frame.string("voice"), frame.string("language"), check):
                check()
                self._send(generation, item)
        except Cancelled:
            return  # the listener knows: it asked for it
        except (KokoroSpeechdError, TypeError, ValueError, MemoryError) as error:
            _log.warning("an utterance failed: %s", type(error).__name__)
            self._fail(frame, str(error) if isinstance(error, KokoroSpeechdError) else type(error).__name__)
        else:
            self._connection.send(Frame("end", {"generation": generation}))

    def _send(self, generation: int, item: Item) -> None:
        from kokoro_speechd.speaker import MarkReached

        if isinstance(item, MarkReached):
            self._connection.send(Frame("mark", {"generation": generation, "name": item.name}))
            return
        for start in range(0, len(item.samples), _AUDIO_BYTES):
            payload = item.samples[start : start + _AUDIO_BYTES]
            self._connection.send(Frame("audio", {"generation": generation, "offset": item.offset}, payload))

    def _fail(self, frame: Frame, reason: str) -> None:
        self._connection.send(
            Frame("failed", {"generation": frame.fields.get("generation"), "reason": reason})
        )

    def _state(self, state: str, reason: str = "") -> None:
        self._connection.send(Frame("state", {"state": state, "reason": reason}))

    # --- signs of life -------------------------------------------------------------------------------

    def _give_signs_of_life(self) -> None:
        pause = threading.Event()  # never set: a sleep
        while True:
            self._busy.wait()
            try:
                self._connection.send(Frame("alive"))
            except OSError:
                return
            pause.wait(_SIGN_OF_LIFE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the engine process on the connection it was given."""
    parser = argparse.ArgumentParser(prog="kokoro-speechd-engine", description=__doc__)
    parser.add_argument("--connection", type=int, required=True, help="file descriptor of the socket")
    options = parser.parse_args(arguments)
    os.chdir("/")  # torch ends the process when the working directory was deleted
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="kokoro engine %(levelname)s: %(message)s"
    )
    Engine(Connection(socket.socket(fileno=options.connection))).run()
    # Not through the interpreter's end: a worker deep in the model would hold it up for seconds.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
