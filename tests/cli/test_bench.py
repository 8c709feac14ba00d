# SPDX-License-Identifier: GPL-3.0-or-later
"""That the bench measures and tells; how fast anything is, is for the bench to say."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from kokoro_speechd.bench import peers
from kokoro_speechd.bench.machine import describe
from kokoro_speechd.bench.measurements import Bench
from kokoro_speechd.bench.report import Report
from kokoro_speechd.synthesis.files.model_files import ModelFiles
from tests.private_home import private_environment

BENCH = [sys.executable, "-m", "kokoro_speechd.cli.main", "bench"]


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BENCH, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=280
    )


def test_what_cannot_be_measured(tmp_path: Path) -> None:
    environment = private_environment(tmp_path)
    assert "model random" in run(environment).stderr
    unknown = run(environment, "--only", "noise")
    assert unknown.returncode == 2
    assert "no measurement 'noise'" in unknown.stderr


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_whole_phrases_and_stops(tmp_path: Path, random_model: Path) -> None:
    environment = private_environment(tmp_path, random_model)
    ran = run(environment, "--quick", "--only", "whole", "stop", "--json", "-")
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    rows = told["figures"]["whole phrases, seconds"]
    assert set(rows) == {"letter at 1", "3 words at 1"}
    for facts in rows.values():
        assert facts["ratio"] == pytest.approx(facts["upstream_s"] / facts["ours_s"], rel=0.05)
        assert facts["sound_s"] > 0.1
    promises = {promise["name"]: promise for promise in told["promises"]}
    assert promises["its likeness to upstream's"]["met"]
    assert promises["CPU after a stop"]["value"] > 0
    assert told["machine"]["cores"] >= 1
    assert told["machine"]["products"] in {"onednn", "torch", "compiled"}


def test_the_processor_is_told() -> None:
    told = describe()
    assert told["processor"]
    if platform.machine() == "x86_64":
        assert told["vendor"]
        assert "sse4_2" in str(told["instructions"])
    assert told["product_us_torch"] >= 0


def test_what_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "find_spec", lambda name: None if name == "onnxruntime" else object())
    report = Report({})
    files = ModelFiles(tmp_path / "weights", tmp_path / "config", ())
    Bench(files, tmp_path, 1, 1, True, lambda _: None, report).peers()
    assert "onnxruntime" in report.not_measured["peers"]
    assert "onnx," not in report.not_measured["peers"]
    assert report.figures == {}
