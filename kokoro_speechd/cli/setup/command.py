# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd setup`: make this installation known to the desktop of this user, and take that back.

1. The output module is linked into the folder where speech-dispatcher looks, with a kokoro.conf to edit.
2. systemd's units and the bus's activation file are written with this installation's command in them.
3. With --default, a whole speechd.conf that names kokoro is written.
4. What pip left out on a new Python is offered (phonemizer_packages.py).
5. A running speech-dispatcher that does not know the module is ended: it comes back with the next word.
6. The server is asked whether it has the module, and a sentence is spoken through it.
7. Where there is no model, one that lies around is offered, or where to get it is said (model_offer.py).

What is put where is written down first (undo_log.py), so that --undo restores exactly what was there.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from kokoro_speechd.cli.desktop import phonemizer_packages, speech_server, speechd_conf, user_units
from kokoro_speechd.cli.desktop.installation import (
    COMMAND,
    Installation,
    find_installation,
    resource,
    service_names,
)
from kokoro_speechd.cli.desktop.module_places import can_be_run, packaged_modules, users_module
from kokoro_speechd.cli.model import offer
from kokoro_speechd.cli.setup.undo_log import UndoLog
from kokoro_speechd.cli.terminal import remote
from kokoro_speechd.errors import KokoroSpeechdError, SetupError
from kokoro_speechd.ipc import endpoint
from kokoro_speechd.system import paths
from kokoro_speechd.system.distributions import install_line
from kokoro_speechd.system.messages import _

_SENTENCE = "Kokoro is set up."
# What our programs leave in their state folder.
_STATE_FILES = ("daemon.log", "daemon.log.old", "control.json", "model-checks.json")


def setup(*, default: bool, dry_run: bool, quiet: bool, restart: bool) -> int:
    """Make the installation known; return 0 when the server has the module. Raises SetupError, OSError."""
    if os.geteuid() == 0 and os.environ.get("SUDO_USER"):
        raise SetupError(_("it sets up the user who runs it: run it as yourself, without sudo"))
    installation = find_installation()
    undo_log = UndoLog(paths.state_folder(), print, dry_run=dry_run)
    undo_log.note_made(paths.state_folder())
    undo_log.note_made(paths.cache_folder())
    _put_module(installation, undo_log)
    manager = user_units.manager_runs()
    _put_services(installation, undo_log)
    if default:
        _put_default(undo_log)
    if dry_run:
        print(
            _("Would have systemd listen for the daemon.")
            if manager
            else _("No systemd of this user answers: the first message starts the daemon.")
        )
        print(_("Would ask speech-dispatcher for its modules, and speak a sentence. Nothing was changed."))
        return 0
    remote.reload_bus()
    if manager:
        _start_socket()
    else:
        print(_("No systemd of this user answers: the first message starts the daemon."))
    phonemizer_packages.offer()
    try:
        code = _try_out(quiet=quiet, restart=restart)
    except (KokoroSpeechdError, OSError) as error:
        print(_("Everything is in place, and could not be tried: {reason}").format(reason=error))
        code = 0
    offer.offer()
    return code


def undo(*, dry_run: bool) -> int:
    """Restore what was there before the first `setup`; return the exit code. Raises SetupError, OSError."""
    undo_log = UndoLog(paths.state_folder(), print, dry_run=dry_run)
    if not undo_log:
        print(_("There is nothing to undo: `setup` put nothing anywhere, or it was undone already."))
        return 0
    if not dry_run:
        # First the server, whose module would start the daemon again.
        server = speech_server.server_pid()
        if server is not None and speech_server.runs_our_module(server):
            speech_server.end_process(server)
            print(_("speech-dispatcher was ended; it starts again with the next word."))
        user_units.stop_units()
        _end_daemon()
        for folder, names in ((paths.state_folder(), _STATE_FILES), (paths.cache_folder(), None)):
            if undo_log.made(folder):
                _remove_leavings(folder, names)
    undo_log.take_back()
    if dry_run:
        print(_("Nothing was changed."))
        return 0
    user_units.reload_units()
    remote.reload_bus()
    if (paths.data_home() / paths.NAME).exists():
        text = _("Your model stays: {folder}. `kokoro-speechd model remove` removes it.")
        print(text.format(folder=paths.data_home() / paths.NAME))
    return 0


# --- the parts -------------------------------------------------------------------------------------------


def _put_module(installation: Installation, undo_log: UndoLog) -> None:
    packaged = next(filter(can_be_run, packaged_modules()), None)
    if packaged is not None and installation.module.parent == Path("/usr/bin"):
        print(_("The module is installed for everybody: {path}").format(path=packaged))
    else:
        undo_log.folder(paths.data_home())  # the server finds nothing where this is missing
        undo_log.link(users_module(), str(installation.module))
    config = paths.config_home() / "speech-dispatcher/modules/kokoro.conf"
    if config.exists() and not undo_log.has(config):
        print(_("Yours stays: {path}").format(path=config))
    else:
        undo_log.file(config, resource("config", "kokoro.conf"))


def _put_services(installation: Installation, undo_log: UndoLog) -> None:
    units, bus = paths.config_home() / "systemd/user", paths.data_home() / "dbus-1/services"
    if shutil.which("systemctl") is not None:
        placed = {
            name: _put_service(installation, undo_log, name, units, Path("/usr/lib/systemd/user"))
            for name in service_names(f"{COMMAND}.")
        }
        # What `systemctl --user enable` would make; made here it is in the undo log and needs no systemd.
        enabled = units / "sockets.target.wants" / user_units.SOCKET
        undo_log.link(enabled, str(placed[user_units.SOCKET]))
    for name in service_names("io.github.kokoro_speechd"):
        _put_service(installation, undo_log, name, bus, Path("/usr/share/dbus-1/services"))


def _put_service(installation: Installation, undo_log: UndoLog, name: str, own: Path, system: Path) -> Path:
    """Put a service's file into a user's folder, unless the system has it; return its place."""
    text = installation.service_text(name)
    with contextlib.suppress(OSError):
        if (system / name).read_text(encoding="utf-8") == text and not undo_log.has(own / name):
            print(_("Installed for everybody: {path}").format(path=system / name))
            return system / name
    undo_log.file(own / name, text)
    return own / name


def _put_default(undo_log: UndoLog) -> None:
    own = speechd_conf.user_file()
    source = own if own.is_file() else speechd_conf.system_file()
    if source is None:
        raise SetupError(_("speech-dispatcher has no speechd.conf on this machine; is it installed?"))
    config = speechd_conf.read_server_config()
    if source == own and config.default_module == "kokoro" and config.all_of("Timeout"):
        print(_("kokoro is the default already: {path}").format(path=own))
        return
    text = source.read_text(encoding="utf-8", errors="surrogateescape")
    undo_log.file(own, speechd_conf.with_our_default(text, source))


def _start_socket() -> None:
    user_units.reload_units()
    if user_units.state_of(user_units.SOCKET) == "active":
        return
    _end_daemon()  # one that systemd did not start would keep systemd's from its place
    if user_units.start_socket():
        print(_("systemd listens for the daemon."))
    else:
        text = _("systemd could not start {unit}; the first message starts the daemon all the same.")
        print(text.format(unit=user_units.SOCKET))


def _end_daemon() -> None:
    pid = endpoint.daemon_pid(paths.runtime_folder() or paths.cache_folder())
    if pid is not None:
        speech_server.end_process(pid)


def _remove_leavings(folder: Path, names: tuple[str, ...] | None) -> None:
    """Remove what our programs wrote into a folder that was not there before; None: everything."""
    if names is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for name in names:
        (folder / name).unlink(missing_ok=True)


# --- trying it out ---------------------------------------------------------------------------------------


def _try_out(*, quiet: bool, restart: bool) -> int:
    """Ask the server for the module, and speak; return the exit code."""
    if shutil.which("spd-say") is None:
        print(
            _("speech-dispatcher is not installed ({command}): then run this again.").format(
                command=install_line("speech_dispatcher")
            )
        )
        return 1
    config = speechd_conf.read_server_config()
    if (line := config.lacks_module) is not None:
        text = _(
            "speech-dispatcher does not look for modules, because of {place}: {line}\n"
            "Add this line below it, and run `kokoro-speechd setup` again (or run it with --default):"
        )
        print(text.format(place=line, line=line.text), speechd_conf.ADD_MODULE, sep="\n  ")
        return 1
    print(_("Asking speech-dispatcher for its modules; it may have to start first ..."), flush=True)
    found = speech_server.modules()
    server = speech_server.server_pid()
    if (found is None or "kokoro" not in found) and server is not None:
        if not restart:
            text = _(
                "The running speech-dispatcher does not know kokoro yet: `killall speech-dispatcher` helps."
            )
            print(text)
            return 1
        speech_server.end_process(server)
        print(_("speech-dispatcher was restarted."))
        found = speech_server.modules()
    if found is None:
        print(_("speech-dispatcher does not answer: start it, then `spd-say -O` must list kokoro."))
        return 1
    if "kokoro" not in found:
        text = _("speech-dispatcher does not list kokoro, only: {names}; `kokoro-speechd doctor` says more.")
        print(text.format(names=", ".join(found) or "-"))
        return 1
    print(_("speech-dispatcher has the module kokoro."))
    if not quiet:
        print(_("Having it speak a sentence, and waiting for the end of it ..."), flush=True)
        outcome = speech_server.say(_SENTENCE)
        if outcome == "refused":
            print(_("speech-dispatcher did not speak; `kokoro-speechd doctor` says more."))
        elif outcome == "unfinished":
            text = _(
                "speech-dispatcher took a sentence, and does not say that it has ended. If you heard it, "
                "the sound server keeps it waiting: `kokoro-speechd doctor` says more."
            )
            print(text)
    if speechd_conf.waits_for_pipewire(config):
        text = _(
            "speech-dispatcher plays by PulseAudio's interface on PipeWire, where it can wait for seconds "
            "after a message. This line in {file} helps:"
        )
        print(text.format(file=config.path or speechd_conf.user_file()), speechd_conf.PIPEWIRE, sep="\n  ")
    for lack in config.missing:
        print(f"{config.path} has {lack}")
    if config.default_module != "kokoro":
        print(
            _("To speak with it everywhere: choose kokoro in Orca, or run `kokoro-speechd setup --default`.")
        )
    return 0
