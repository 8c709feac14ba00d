# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd setup` under a real `systemd --user`: it listens afterwards, and not after --undo."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.user_account import tree_of
from tests.user_manager import UnavailableError, UserManager

pytestmark = [pytest.mark.desktop, pytest.mark.slow]

COMMAND = str(Path(sys.prefix) / "bin/kokoro-speechd")


@pytest.fixture
def manager() -> Iterator[UserManager]:
    try:
        manager = UserManager()
    except UnavailableError as error:
        pytest.skip(str(error))
    try:
        try:
            manager.start()
        except UnavailableError as error:
            pytest.skip(str(error))
        if manager.run(COMMAND, "--version").returncode:
            pytest.skip("another user cannot read this Python environment")
        yield manager
    finally:
        manager.close()


def test_systemd_listens_until_it_is_undone(manager: UserManager) -> None:
    manager.environment["PULSE_SERVER"] = (
        "unix:/nowhere"  # else the server starts one, which writes there too
    )
    # Beside what the manager itself writes there.
    before = {name: what for name, what in tree_of(manager.home).items() if not name.startswith(("r/", "m"))}
    ran = manager.run(COMMAND, "setup", "--quiet", timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "systemd listens for the daemon." in ran.stdout
    assert manager.show("kokoro-speechd.socket", "ActiveState", "UnitFileState") == ["active", "enabled"]
    assert (manager.runtime / "kokoro-speechd/engine.sock").exists()
    ran = manager.run(COMMAND, "doctor")
    assert "systemd: listens for the daemon" in ran.stdout

    ran = manager.run(COMMAND, "setup", "--undo", timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert manager.show("kokoro-speechd.socket", "ActiveState", "LoadState") == ["inactive", "not-found"]
    after = {name: what for name, what in tree_of(manager.home).items() if not name.startswith(("r/", "m"))}
    assert after == before
