# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.private_home import private_environment

CACHE = [sys.executable, "-m", "kokoro_speechd.cli.main", "cache"]


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CACHE, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_an_empty_cache(tmp_path: Path) -> None:
    environment = private_environment(tmp_path)
    told = run(environment, "info")
    assert told.returncode == 0
    assert told.stdout.startswith("0 sounds of letters, digits, punctuation and keys, 0.0 MB, in ")
    facts = json.loads(run(environment, "info", "--json").stdout)
    assert facts["folder"] == f"{environment['XDG_CACHE_HOME']}/kokoro-speechd/sounds"
    assert (facts["sounds"], facts["bytes"], facts["warm"]) == (0, 0, False)
    assert run(environment, "clear").stdout == "Deleted 0 sounds, 0.0 MB.\n"


def test_warm_says_what_is_missing(tmp_path: Path, random_model: Path) -> None:
    without = run(private_environment(tmp_path / "a"), "warm")
    assert without.returncode == 1
    assert "Put kokoro-v1_0.pth" in without.stderr
    off = run(private_environment(tmp_path / "b", random_model, "[cache]\ndisk_mb = 0\n"), "warm")
    assert off.returncode == 1
    assert "disk_mb is 0" in off.stderr
    nobody = run(private_environment(tmp_path / "c", random_model), "warm", "--voice", "af_nobody")
    assert nobody.returncode == 1
    assert "no such voice" in nobody.stderr


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_warm_can_be_interrupted_and_what_was_made_is_kept(tmp_path: Path, random_model: Path) -> None:
    environment = private_environment(tmp_path, random_model)
    with subprocess.Popen(
        [*CACHE, "warm", "--rate", "50"], env=environment, stderr=subprocess.PIPE, text=True
    ) as warming:
        assert warming.stderr is not None
        assert warming.stderr.readline().startswith("20 of ")
        warming.send_signal(signal.SIGINT)
        assert warming.wait(30) == 130
    facts = json.loads(run(environment, "info", "--json").stdout)
    assert facts["sounds"] >= 20
    assert f"Deleted {facts['sounds']} sounds" in run(environment, "clear").stdout
    assert json.loads(run(environment, "info", "--json").stdout)["sounds"] == 0
