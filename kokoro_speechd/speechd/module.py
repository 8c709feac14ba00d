# SPDX-License-Identifier: GPL-3.0-or-later
"""The output module's main thread: one command after another, until QUIT or the end of stdin."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from kokoro_speechd.ipc.client import EngineClient
from kokoro_speechd.settings import load_settings
from kokoro_speechd.speechd import wire
from kokoro_speechd.speechd.dotconf import read_module_config
from kokoro_speechd.speechd.hurry import Hurry
from kokoro_speechd.speechd.recorder import Recorder
from kokoro_speechd.speechd.session import Session
from kokoro_speechd.speechd.speaking_thread import SpeakingThread
from kokoro_speechd.speechd.voice_list import VoiceList
from kokoro_speechd.speechd.writer import Writer
from kokoro_speechd.system.privacy import protect
from kokoro_speechd.utterance import Kind, Parameters

_log = logging.getLogger(__name__)

_MESSAGES = {"SPEAK": Kind.TEXT, "CHAR": Kind.CHAR, "KEY": Kind.KEY, "SOUND_ICON": Kind.ICON}
_LAST_WORDS = 0.5  # seconds for the writer at the end; the server kills us after one


class Module:
    """Commands in, replies out; messages go to the session."""

    def __init__(self, session: Session, voices: VoiceList, *, greeted: bool) -> None:
        """`greeted`: the first INIT was answered already."""
        self._session = session
        self._voices = voices
        self._greeted = greeted
        self._parameters = Parameters()

    def handle(self, received: wire.Input) -> bool:
        """Answer one piece of input; return False when the server wants us to leave."""
        if isinstance(received, wire.Opened):
            self._session.reply(wire.RECEIVING[received.name])
        elif isinstance(received, wire.Body):
            self._body(received)
        else:
            return self._command(received)
        return True

    def _body(self, body: wire.Body) -> None:
        if body.name in _MESSAGES:
            self._session.accept(_MESSAGES[body.name], body.text, self._parameters)
        elif body.name == "SET":
            self._parameters, refused = wire.apply_settings(self._parameters, body.lines)
            if refused:
                _log.warning("%d settings of a SET were not understood", len(refused))
            self._session.reply(wire.SETTINGS_RECEIVED)
        elif body.name == "AUDIO":
            self._session.reply(wire.AUDIO_INITIALIZED)  # we only ever send audio to the server
        else:
            _set_log_level(wire.settings_of(body.lines).get("log_level", ""))
            self._session.reply(wire.LOGLEVEL_SET)

    def _command(self, command: wire.Command) -> bool:
        name, argument = command.name, command.argument
        if name == "STOP":
            self._session.stop()
        elif name == "PAUSE":
            self._session.pause()
        elif name == "INIT":
            if self._greeted:
                self._greeted = False
            else:
                self._session.reply(wire.INIT_OK)
        elif name == "LIST VOICES":
            self._session.reply(wire.voice_list(self._voices.listing(*argument.split(None, 1))))
        elif name == "DEBUG" and argument.split(" ")[0] in ("ON", "OFF"):
            turned_on = argument.startswith("ON")
            logging.getLogger().setLevel(logging.DEBUG if turned_on else logging.INFO)
            self._session.reply(wire.DEBUGGING_ON if turned_on else wire.DEBUGGING_OFF)
        elif name == "QUIT":
            self._session.stop()
            self._session.reply(wire.QUIT_OK)
            return False
        else:
            self._session.reply(wire.UNKNOWN_COMMAND)
        return True


def _set_log_level(level: str) -> None:
    """Follow the server's log level; below 4 our few lines are always wanted in a report of a fault."""
    if level.isdecimal():
        logging.getLogger().setLevel(logging.DEBUG if int(level) >= 4 else logging.INFO)


def _noted(recorder: Recorder, module: Module, received: wire.Input) -> bool:
    recorder.server(received)
    return module.handle(received)


def run(first: bytes, stdin: int, stdout: int, arguments: Sequence[str]) -> None:
    """Serve one speech-dispatcher, whose `first` input was read already. Ends the process."""
    # A Ctrl-C or hang-up in the terminal of a client that started the server reaches us too; it is not
    # meant for us. SIGTERM is, and ends us by its default action: a handler in Python would run only when the
    # main thread's read returns.
    for unwanted in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(unwanted, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    protect()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="kokoro %(levelname)s: %(message)s")

    settings = load_settings()
    config = read_module_config(Path(arguments[0]) if arguments else None)
    for problem in (*settings.problems, *config.problems):
        _log.warning("%s", problem)
    if config.debug:
        logging.getLogger().setLevel(logging.DEBUG)

    recorder = Recorder()
    writer = Writer(stdout, recorder.module)
    session = Session(writer)
    engine = EngineClient.of(settings)
    voices = VoiceList(settings, config)
    if voices.advice:
        _log.warning("espeak-ng speaks, because there are no Kokoro voices. %s", voices.advice)
    engine.when_settings_change(lambda: voices.reload(load_settings()))
    hurry = Hurry(settings.hurried_bridge_ms / 1000)
    speaking = SpeakingThread(session, engine, voices, lead=settings.lead_ms / 1000, hurry=hurry)
    writer.start()
    speaking.start()

    module = Module(session, voices, greeted=first.startswith(b"INIT\n"))
    parser = wire.InputParser()
    started = False
    data = first
    while data and all(_noted(recorder, module, received) for received in parser.feed(data)):
        if not started:  # after what the server waits for: starting a process takes its time
            engine.start()
            started = True
        data = os.read(stdin, 64 << 10)
    writer.flush(_LAST_WORDS)
    # At once, whatever other threads do: the server waits for us.
    os._exit(0)
