# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd emacspeak`: Emacspeak's speech server, on its standard input until that ends.

The same parts as elsewhere: the module's client of the daemon, with espeak-ng where that cannot speak, and
the player of the daemon's D-Bus interface. So it needs no bus, and no daemon that hangs can silence it.
"""

from __future__ import annotations

import codecs
import os
import signal
import sys
import threading

from kokoro_speechd.cli.terminal.voice_check import check_voice
from kokoro_speechd.dbus.player import Events, Player
from kokoro_speechd.emacspeak.commands import CommandParser, EmacspeakCommand
from kokoro_speechd.emacspeak.server import Server
from kokoro_speechd.emacspeak.sounds import DeviceSounds
from kokoro_speechd.errors import NamedError
from kokoro_speechd.ipc.client import EngineClient
from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.scheduling.statistics import ServiceStatistics
from kokoro_speechd.settings import load_settings
from kokoro_speechd.speechd.dotconf import ModuleConfig
from kokoro_speechd.speechd.speaking_thread import prepare_espeak
from kokoro_speechd.speechd.voice_list import VoiceList

_STDIN = 0


def serve(voice: str | None, language: str | None) -> int:
    """Serve Emacspeak; return the exit code. Raises VoiceError."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a C-g or C-c in Emacs is not meant for us
    settings = load_settings()
    for problem in settings.problems:
        print(f"kokoro-speechd: {problem}", file=sys.stderr)
    found = locate_model(settings).voices()
    if voice and found:
        check_voice(voice, found)
    book = VoiceList(settings, ModuleConfig())
    engine = EngineClient.of(settings)
    engine.when_settings_change(lambda: book.reload(load_settings()))
    player = Player(
        engine,
        lambda utterance: book.choose(utterance.parameters),
        lambda: settings,
        ServiceStatistics(),
        Events(lambda _: None, lambda *_: None, lambda *_: None, lambda: None),
    )
    engine.start()
    player.start()
    threading.Thread(target=prepare_espeak, args=[book], name="prepare", daemon=True).start()
    server = Server(
        player,
        DeviceSounds(lambda: settings),
        lambda: [row[1] for row in book.listing()],
        settings.fastest,
        voice_name=voice,
        language=language,
    )
    parser = CommandParser()
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while data := os.read(_STDIN, 64 << 10):
        if not all(_handled(server, command) for command in parser.feed(decoder.decode(data))):
            break
    player.stop_all()
    return 0


def _handled(server: Server, command: EmacspeakCommand) -> bool:
    try:
        return server.handle(command)
    except NamedError as error:  # too much waits: what is said next may find room
        print(f"kokoro-speechd: {error}", file=sys.stderr)
        return True
