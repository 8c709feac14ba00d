# SPDX-License-Identifier: GPL-3.0-or-later
"""A real dbus-daemon with a session bus of its own, in a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus.socket</listen>
  {standard}<servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@contextmanager
def session_bus(
    folder: Path, environment: dict[str, str] | None = None, *, as_on_desktops: bool = False
) -> Iterator[str]:
    """Run a bus; yield its address. `folder`/services holds what it may activate, with this environment.

    `as_on_desktops`: it also looks into the folders below XDG_DATA_HOME and XDG_DATA_DIRS.
    """
    assert shutil.which("dbus-daemon"), "dbus-daemon is missing: install Debian's package dbus"
    (folder / "services").mkdir(parents=True, exist_ok=True)
    configuration = folder / "bus.conf"
    standard = "<standard_session_servicedirs/>" if as_on_desktops else ""
    configuration.write_text(CONFIGURATION.format(folder=folder, standard=standard))
    process = subprocess.Popen(
        ["dbus-daemon", "--nofork", "--nopidfile", f"--config-file={configuration}", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
