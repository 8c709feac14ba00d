# SPDX-License-Identifier: GPL-3.0-or-later
"""The resident daemon: builds everything in order, and undoes it in reverse.

    lock         one daemon for each user                        ipc.endpoint
    socket       systemd's, or our own                           ipc.endpoint, system.service_manager
    model        loaded in the background                        scheduling.model_manager
    scheduler    all utterances, one worker                      scheduling.scheduler
    server       the modules' connections                        daemon.server
    control      the D-Bus interface, where there is a bus       dbus.control
    spiel        the provider for Spiel's clients, on this bus   dbus.spiel

The main thread waits for signals and does nothing else: SIGTERM and SIGINT end the daemon, SIGHUP makes it
read its settings again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
import time

from kokoro_speechd.daemon.server import EngineServer
from kokoro_speechd.dbus.control import Control
from kokoro_speechd.dbus.spiel import Spiel
from kokoro_speechd.ipc import endpoint
from kokoro_speechd.scheduling.model_manager import ModelManager
from kokoro_speechd.scheduling.scheduler import Scheduler
from kokoro_speechd.scheduling.statistics import ServiceStatistics
from kokoro_speechd.settings import Settings, load_settings
from kokoro_speechd.system import memory
from kokoro_speechd.system.privacy import protect
from kokoro_speechd.system.service_manager import ServiceManager, inherited_sockets

_log = logging.getLogger(__name__)

_TAKING_OVER = 10.0  # seconds for the daemon before us to end
_STATUS = "Waits for something to say."
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Daemon:
    """Everything that lives as long as the process."""

    def __init__(
        self, lock: endpoint.DaemonLock, manager: ServiceManager, inherited: socket.socket | None
    ) -> None:
        """`inherited`: the socket that systemd listens on for us."""
        self._lock = lock
        self._manager = manager
        self.settings = _read_settings()
        listening = inherited or endpoint.listen()
        self._own_file = None if inherited else endpoint.socket_file()
        self.statistics = ServiceStatistics(restarts=int(lock.predecessor_died))
        self.model_manager = ModelManager(self.settings, self.statistics)
        self.scheduler = Scheduler(self.model_manager, self.statistics, manager)
        self.control = Control(self)
        # For a user without a session bus; only this user's processes reach the socket.
        orders = {"stop": self.control.StopAll, "quit": _end}
        self.server = EngineServer(listening, self.scheduler, self.model_manager, orders)
        self.spiel = Spiel(self)

    def run(self) -> None:
        """Serve until a signal says that it is over."""
        self.scheduler.start()
        self.server.start()
        if self.control.start():
            self.spiel.start()
        if self.settings.load == "start":
            self.model_manager.load()
        self._manager.ready(_STATUS)
        self.model_manager.on_change(self.scheduler.wake)
        self.model_manager.on_change(
            lambda: self._manager.status(f"The model is {self.model_manager.state.value}.")
        )
        _log.info("ready")
        while (received := signal.sigwait(_SIGNALS)) == signal.SIGHUP:
            self.reload()
        _log.info("ends: %s", signal.Signals(received).name)
        self._manager.stopping()
        self._stop()

    def reload(self) -> None:
        """Read the settings again; what is being spoken is spoken on."""
        self._manager.reloading()
        self.settings = _read_settings()
        self.model_manager.reload(self.settings)
        self.server.tell_settings()
        self.spiel.refresh()
        self._manager.reloaded(_STATUS)

    def bus_lost(self) -> None:
        """End when the session has ended: its bus has gone and nobody is connected."""
        self.server.when_empty(_end)
        if not self.server.connections:
            _end()

    def _stop(self) -> None:
        # First nobody can reach us any more, so that a module that is sent away finds the next daemon.
        if self._own_file is not None:
            endpoint.remove_socket(self._own_file)
        self.server.close()
        self.spiel.stop()
        self.control.stop()
        self.scheduler.cancel_all()
        self._lock.release()


def _take_over(lock: endpoint.DaemonLock) -> bool:
    """Send a daemon away that was there before systemd listened; return whether it went."""
    pid = endpoint.daemon_pid()
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _TAKING_OVER
    while not lock.acquire():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _read_settings() -> Settings:
    settings = load_settings()
    for problem in settings.problems:
        _log.warning("%s", problem)
    return settings


def main() -> int:
    """Run the daemon; return 0 at once where this user has one already."""
    os.chdir("/")  # torch ends the process when the working directory was deleted
    protect()
    memory.bound()
    # Before any thread, so that all inherit it: only the main thread's sigwait gets these.
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format="%(asctime)s kokoro-speechd[%(process)d] %(levelname)s: %(message)s",
    )
    manager = ServiceManager()
    inherited = next((sock for sock, _name in inherited_sockets()), None)
    lock = endpoint.DaemonLock()
    if not (lock.acquire() or (inherited is not None and _take_over(lock))):
        _log.info("another daemon of this user is running")
        return 0
    Daemon(lock, manager, inherited).run()
    logging.shutdown()
    # Not through the interpreter's end: a worker deep in the model would hold it up for seconds.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
