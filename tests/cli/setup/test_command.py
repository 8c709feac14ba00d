# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd setup` with Debian's real speech-dispatcher, which spd-say starts for this user."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kokoro_speechd.cli.desktop.installation import Installation, service_word
from kokoro_speechd.cli.desktop.speechd_conf import with_our_default
from tests.cli.model.test_commands import FILES, write_folder
from tests.desktop import Desktop, wait_until
from tests.private_bus import session_bus
from tests.private_home import private_environment
from tests.system.test_systemd_units import needs_systemd, verify
from tests.user_account import Account

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(shutil.which("spd-say") is None, reason="speech-dispatcher is not installed"),
]

MODULE = ".local/libexec/speech-dispatcher-modules/sd_kokoro"
CONFIG = ".config/speech-dispatcher/modules/kokoro.conf"
SOCKET = ".config/systemd/user/kokoro-speechd.socket"
SERVICE = ".config/systemd/user/kokoro-speechd.service"
ENABLED = ".config/systemd/user/sockets.target.wants/kokoro-speechd.socket"
ACTIVATION = ".local/share/dbus-1/services/io.github.kokoro_speechd.service"
SPEECHD = ".config/speech-dispatcher/speechd.conf"
SYSTEM_SPEECHD = Path("/etc/speech-dispatcher/speechd.conf")


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    account = Account(private_environment(tmp_path))
    yield account
    account.close()


def test_a_dry_run_changes_nothing(account: Account) -> None:
    before = account.tree()
    said = account.run("setup", "--dry-run", "--default").stdout
    assert account.tree() == before
    assert not list(account.runtime.iterdir())
    for name in (MODULE, CONFIG, ACTIVATION, SPEECHD):
        assert str(account.file(name)) in said, name
    assert said.count("Would make the folder") == len(set(said.splitlines()) & {
        line for line in said.splitlines() if line.startswith("Would make")
    })  # fmt: skip


def test_what_is_put_where_and_that_the_server_has_it(account: Account) -> None:
    said = account.run("setup", "--quiet").stdout
    assert "speech-dispatcher has the module kokoro." in said
    assert "`kokoro-speechd model import PATH`" in said
    assert account.file(MODULE).readlink() == Path(sys.prefix) / "bin/sd_kokoro"
    assert account.file(ENABLED).readlink() == account.file(SOCKET)
    for name in (SERVICE, ACTIVATION):
        text = account.file(name).read_text()
        assert str(account.command) in text
        assert "/usr/bin/kokoro-speechd" not in text
    assert 'AddVoice "en"' in account.file(CONFIG).read_text()
    assert not account.file(SPEECHD).exists()


def test_it_can_be_repeated_and_undone(account: Account) -> None:
    account.file(".config/other").write_text("of another program")
    before = account.tree()
    account.run("setup", "--quiet")
    once = account.tree()
    again = account.run("setup", "--quiet").stdout
    assert "Wrote" not in again
    assert "Linked" not in again
    assert account.tree().keys() - {".local/state/kokoro-speechd/daemon.log"} == once.keys() - {
        ".local/state/kokoro-speechd/daemon.log"
    }
    said = account.run("setup", "--undo", "--dry-run").stdout
    assert f"Would remove {account.file(MODULE)}" in said
    assert account.file(MODULE).is_symlink()
    account.run("setup", "--undo")
    assert account.tree() == before
    assert "nothing to undo" in account.run("setup", "--undo").stdout


def test_what_was_there_before_is_kept_and_restored(account: Account) -> None:
    account.file(MODULE).parent.mkdir(parents=True)
    account.file(MODULE).symlink_to("/opt/other/sd_kokoro")
    account.file(CONFIG).parent.mkdir(parents=True)
    account.file(CONFIG).write_text('DefaultVoice "af_bella"\n')
    account.file(SERVICE).parent.mkdir(parents=True)
    account.file(SERVICE).write_text("[Service]\nExecStart=/opt/other/kokoro-speechd daemon\n")
    account.file(SERVICE).chmod(0o640)
    before = account.tree()
    said = account.run("setup", "--quiet").stdout
    assert "what was there is kept in" in said
    assert f"Yours stays: {account.file(CONFIG)}" in said
    assert account.file(CONFIG).read_text() == 'DefaultVoice "af_bella"\n'
    assert str(account.command) in account.file(SERVICE).read_text()
    account.run("setup", "--undo")
    assert account.tree() == before


def test_what_the_user_changed_since_is_the_users(account: Account) -> None:
    account.run("setup", "--quiet")
    account.file(CONFIG).write_text("Debug 1\n")
    account.file(SOCKET).unlink()
    assert f"Left alone, because you changed it: {account.file(CONFIG)}" in (
        account.run("setup", "--quiet").stdout
    )
    assert account.file(SOCKET).is_file()
    said = account.run("setup", "--undo").stdout
    assert f"Left alone, because you changed it: {account.file(CONFIG)}" in said
    assert f"Left, because it is not empty: {account.file(CONFIG).parent}" in said
    assert account.file(CONFIG).read_text() == "Debug 1\n"
    assert not account.file(MODULE).is_symlink()


def test_a_setup_that_was_killed_can_be_undone(account: Account) -> None:
    """At each moment what is on the disk is in the undo log."""
    before = account.tree()
    for delay in (0.05, 0.1, 0.15, 0.2, 0.3):
        process = subprocess.Popen(
            [str(account.command), "setup", "--quiet"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=account.environment,
        )  # fmt: skip
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        account.run("setup", "--undo")
        account.end_server()
        left = account.tree().keys() - before.keys()
        assert not [name for name in left if not name.startswith(".local/state")], left


def test_the_bus_knows_the_daemon_afterwards_without_systemd(account: Account, tmp_path: Path) -> None:
    """Its folder of activation files was not there when the bus began, so nobody watches it."""

    def bus() -> dict[str, str]:
        found = json.loads(account.run("doctor", "--json", code=None).stdout)["findings"]
        return next(finding for finding in found if finding["subject"] == "D-Bus")

    environment = {**account.environment, "XDG_DATA_HOME": str(account.file(".local/share"))}
    with session_bus(tmp_path / "bus", environment, as_on_desktops=True) as address:
        account.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        assert (bus()["state"], bus()["advice"]) == ("optional", "kokoro-speechd setup")
        said = account.run("setup", "--quiet").stdout
        assert "No systemd of this user answers" in said
        assert bus()["state"] == "ok"
        account.run("setup", "--undo")
        assert bus()["state"] == "optional"


def test_a_sentence_that_is_not_spoken_does_not_undo_a_setup(account: Account) -> None:
    tools = account.home.parent / "bin"
    tools.mkdir()
    (tools / "spd-say").write_text(
        f'#!/bin/sh\ncase "$*" in *-w*) exit 1;; esac\nexec {shutil.which("spd-say")} "$@"\n'
    )
    (tools / "spd-say").chmod(0o755)
    said = account.run("setup", PATH=f"{tools}:{account.environment['PATH']}").stdout
    assert "speech-dispatcher did not speak; `kokoro-speechd doctor` says more." in said
    assert "`kokoro-speechd setup --default`" in said  # it goes on


def test_without_a_model_it_is_said_how_to_get_one(account: Account) -> None:
    said = account.run("setup", "--quiet").stdout
    assert "`kokoro-speechd model download` fetches it" in said
    assert "`kokoro-speechd model import PATH` takes one that you have" in said
    assert "model check" not in said


@pytest.mark.parametrize("place", ["Downloads/Kokoro-82M", "Geladen/kokoro/v1", "hub"])
def test_a_model_that_lies_around_is_offered(account: Account, place: str) -> None:
    if place == "hub":  # where huggingface_hub has it when HF_HOME does not lead elsewhere
        place = ".cache/huggingface/hub/models--hexgrad--Kokoro-82M/snapshots/f3ff357"
        account.environment["HF_HOME"] = str(account.home / "elsewhere")
    if place.startswith("Geladen"):
        account.file(".config/user-dirs.dirs").write_text('XDG_DOWNLOAD_DIR="$HOME/Geladen"\n')
    folder = write_folder(account.file(place), FILES)
    said = account.run("setup", "--quiet").stdout
    assert f"A model that nothing uses yet lies in {folder}." in said
    assert f"kokoro-speechd model import {folder}\n" in said
    assert not account.file(".local/share/kokoro-speechd").exists()  # nobody was asked
    terminal, ours = os.openpty()
    os.write(terminal, b"y\n")
    with os.fdopen(ours, "rb") as answers, os.fdopen(terminal, "rb"):
        ran = subprocess.run(
            [str(account.command), "setup", "--quiet"],
            stdin=answers, capture_output=True, text=True, env=account.environment, timeout=200, check=False,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Import it now? 3 MB are copied." in ran.stdout
    assert account.file(".local/share/kokoro-speechd/model/kokoro-v1_0.pth").is_file()
    assert "`kokoro-speechd model check` measures" in ran.stdout.splitlines()[-1]
    assert "lies in" not in account.run("setup", "--quiet").stdout


def test_an_add_module_line_is_named(account: Account) -> None:
    account.file(SPEECHD).parent.mkdir(parents=True)
    account.file(SPEECHD).write_text(
        f'{SYSTEM_SPEECHD.read_text()}\nAddModule "espeak-ng" "sd_espeak-ng" "espeak-ng.conf"\n'
    )
    number = account.file(SPEECHD).read_text().rstrip().count("\n") + 1
    said = account.run("setup", "--quiet", code=1).stdout
    assert f'{account.file(SPEECHD)}:{number}: AddModule "espeak-ng"' in said
    line = 'AddModule "kokoro" "sd_kokoro" "kokoro.conf"'
    assert line in said
    with account.file(SPEECHD).open("a") as file:
        file.write(line + "\n")
    account.run("setup", "--quiet")


def test_the_default_is_the_systems_file_as_a_whole(account: Account) -> None:
    before = account.tree()
    account.run("setup", "--quiet", "--default")
    ours, system = account.file(SPEECHD).read_text(), SYSTEM_SPEECHD.read_text()
    assert ours.endswith("\nTimeout 3600\nDefaultModule kokoro\n")
    kept = set(ours.splitlines())
    changed = {line for line in system.splitlines() if line not in kept}
    assert changed == {line for line in system.splitlines() if line.startswith("Include ")}
    assert f'Include "{SYSTEM_SPEECHD.parent}/clients/*.conf"' in kept
    log = (account.runtime / "speech-dispatcher/log/speech-dispatcher.log").read_text(errors="replace")
    assert "default output module kokoro" in log.lower() or "kokoro" in log
    assert "kokoro is the default already" in account.run("setup", "--quiet", "--default").stdout
    account.run("setup", "--undo")
    assert account.tree() == before


def test_the_users_own_file_gets_the_default_and_comes_back(account: Account) -> None:
    account.file(SPEECHD).parent.mkdir(parents=True)
    account.file(SPEECHD).write_text(
        'DefaultVolume 90\nDefaultModule espeak-ng\nAddModule "espeak-ng" "sd_espeak-ng" "espeak-ng.conf"\n'
    )
    before = account.tree()
    said = account.run("setup", "--quiet", "--default").stdout
    assert "no SymbolsPreproc" in said
    assert account.file(SPEECHD).read_text().splitlines() == [
        "DefaultVolume 90",
        "#DefaultModule espeak-ng",
        'AddModule "espeak-ng" "sd_espeak-ng" "espeak-ng.conf"',
        "",
        'AddModule "kokoro" "sd_kokoro" "kokoro.conf"',
        "Timeout 3600",
        "DefaultModule kokoro",
    ]
    account.run("setup", "--undo")
    assert account.tree() == before


def test_a_running_server_is_restarted_only_when_it_must_be(account: Account) -> None:
    subprocess.run(["spd-say", "-O"], env=account.environment, stdout=subprocess.DEVNULL, check=True)
    assert "killall speech-dispatcher" in account.run("setup", "--quiet", "--no-restart", code=1).stdout
    subprocess.run(["spd-say", "-O"], env=account.environment, stdout=subprocess.DEVNULL, check=True)
    said = account.run("setup", "--quiet").stdout
    assert "speech-dispatcher has the module kokoro." in said
    assert "restarted" not in account.run("setup", "--quiet").stdout


def test_the_doctors_advice_on_the_module_helps(account: Account) -> None:
    def output_module() -> dict[str, str]:
        found = json.loads(account.run("doctor", "--json", code=1).stdout)["findings"]
        return next(finding for finding in found if finding["subject"] == "Output module")

    account.file(".local/share").rmdir()
    assert output_module()["advice"] == "kokoro-speechd setup"
    account.run("setup", "--quiet")
    assert output_module()["state"] == "ok"
    ours = Path(sys.prefix) / "bin/sd_kokoro"
    assert output_module()["detail"] == f"{account.file(MODULE)}, a link to {ours}"
    account.file(MODULE).unlink()
    account.file(MODULE).symlink_to("/nowhere")
    assert output_module()["state"] == "missing"
    assert "/nowhere" in output_module()["detail"]


def test_a_setup_that_ended_before_it_replaced_a_file(account: Account) -> None:
    """It was noted, and what was there is still there."""
    account.file(MODULE).parent.mkdir(parents=True)
    account.file(MODULE).symlink_to("/opt/other/sd_kokoro")
    undo_log = account.file(".local/state/kokoro-speechd/setup.json")
    undo_log.parent.mkdir(parents=True)
    entry = {"path": str(account.file(MODULE)), "put": "link /x/sd_kokoro", "backup": "0-sd_kokoro"}
    undo_log.write_text(json.dumps({"version": 1, "entries": [entry]}))
    account.run("setup", "--quiet")
    assert account.file(MODULE).readlink() == Path(sys.prefix) / "bin/sd_kokoro"
    account.run("setup", "--undo")
    assert account.file(MODULE).readlink() == Path("/opt/other/sd_kokoro")


def test_a_configuration_that_is_not_utf8(account: Account) -> None:
    account.file(SPEECHD).parent.mkdir(parents=True)
    account.file(SPEECHD).write_bytes(b"# caf\xe9\nDefaultVolume 100\nSymbolsPreproc char\n")
    before = account.tree()
    account.run("setup", "--quiet", "--default")
    assert account.file(SPEECHD).read_bytes().startswith(b"# caf\xe9\n")
    account.run("setup", "--undo")
    assert account.tree() == before


def test_sudo_is_refused_with_a_reason(account: Account) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can be one who used sudo")
    before = account.tree()
    assert "without sudo" in account.run("setup", code=1, SUDO_USER="somebody").stderr
    assert account.tree() == before


@needs_systemd
def test_units_of_an_odd_place_are_understood(tmp_path: Path) -> None:
    command = tmp_path / "50% of $x" / "kokoro-speechd"
    command.parent.mkdir()
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    units = []
    for name in ("kokoro-speechd.service", "kokoro-speechd.socket"):
        units.append(tmp_path / name)
        units[-1].write_text(Installation(command, command).service_text(name))
    assert verify(units, tmp_path) == (0, "")


def test_something_in_the_way_is_said(account: Account) -> None:
    account.file(MODULE).mkdir(parents=True)
    said = account.run("setup", code=1).stderr
    assert "is in the way" in said


def test_a_data_folder_that_is_a_link(account: Account) -> None:
    """The server's way through `..` leads to the folder above the link's target."""
    elsewhere = account.home.parent / "disk/data"
    elsewhere.mkdir(parents=True)
    account.file(".local/share").rmdir()
    account.file(".local/share").symlink_to(elsewhere)
    account.run("setup", "--quiet")
    assert (elsewhere.parent / "libexec/speech-dispatcher-modules/sd_kokoro").is_symlink()


def test_a_damaged_ledger_is_not_overwritten(account: Account) -> None:
    undo_log = account.file(".local/state/kokoro-speechd/setup.json")
    undo_log.parent.mkdir(parents=True)
    undo_log.write_text('{"entries": [{"path"')
    assert "is damaged" in account.run("setup", code=1).stderr
    assert undo_log.read_text() == '{"entries": [{"path"'


def test_the_ledger_holds_nothing_but_paths(account: Account) -> None:
    account.run("setup", "--quiet")
    undo_log = json.loads(account.file(".local/state/kokoro-speechd/setup.json").read_text())
    assert {key for row in undo_log["entries"] for key in row} == {"path", "put", "backup"}


@pytest.mark.parametrize(
    ("path", "systemd", "bus"),
    [
        ("/home/a/.local/bin/x", "/home/a/.local/bin/x", "/home/a/.local/bin/x"),
        ("/home/a b/x", '"/home/a b/x"', '"/home/a b/x"'),
        ("/home/100%/$x", "/home/100%%/$x", "/home/100%/$x"),
        ('/a"b/x', '"/a\\"b/x"', '"/a\\"b/x"'),
    ],
)
def test_words_of_a_service_file(path: str, systemd: str, bus: str) -> None:
    assert service_word(path, systemd=True) == systemd
    assert service_word(path, systemd=False) == bus


def test_another_default_becomes_a_comment() -> None:
    text = with_our_default("defaultmodule espeak-ng # mine\nLogLevel 3\n\n\n", SYSTEM_SPEECHD)
    assert text == "#defaultmodule espeak-ng # mine\nLogLevel 3\n\nTimeout 3600\nDefaultModule kokoro\n"


def test_a_default_of_an_older_version_gets_the_time_that_it_lacked() -> None:
    text = with_our_default("DefaultModule kokoro\n", SYSTEM_SPEECHD)
    assert text == "DefaultModule kokoro\n\nTimeout 3600\n"


def test_a_time_that_somebody_chose_stays() -> None:
    text = with_our_default("Timeout 7\n", SYSTEM_SPEECHD)
    assert text == "Timeout 7\n\nDefaultModule kokoro\n"


def test_a_message_whose_sender_has_gone_is_spoken_to_its_end(tmp_path: Path) -> None:
    """The server's own 5 seconds without a client would cut it off."""
    desktop = Desktop(tmp_path, install=False)
    account = Account(desktop.environment)
    try:
        desktop.start_sound()
        assert desktop.recorder is not None
        said = account.run("setup", "--default").stdout
        assert "Asking speech-dispatcher for its modules; it may have to start first ...\n" in said
        assert "Having it speak a sentence, and waiting for the end of it ...\n" in said
        subprocess.run(
            ["spd-say", "-o", "kokoro", "one two three. " * 20], env=account.environment, check=True
        )
        gone = time.monotonic()
        wait_until(lambda: desktop.recorder.last_sound() > gone + 8, 20, "it was cut off")
    finally:
        account.close()
        desktop.close()
