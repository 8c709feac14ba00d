# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd model check`: the choice of threads, what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from kokoro_speechd.cli.main import main
from kokoro_speechd.rendering.synthesizer import open_synthesizer
from kokoro_speechd.settings import Settings
from kokoro_speechd.synthesis import calibration, statistics_learning
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.fast.products import rounds
from kokoro_speechd.synthesis.files.calibration_result import (
    CalibrationResult,
    load_calibration,
    save_calibration,
)
from kokoro_speechd.synthesis.files.model_files import find_model
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.voice.voice_pack import load_voice
from kokoro_speechd.system import paths

RESULT = CalibrationResult(2, "cpu", 1.25, 0.1, 0.2)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return paths.state_folder() / "model-checks.json"


@pytest.mark.parametrize(
    ("speeds", "chosen"),
    [
        ({("cpu", 1): 2.0, ("cpu", 2): 1.1, ("cpu", 3): 1.0}, ("cpu", 2)),
        ({("cpu", 1): 1.0, ("cpu", 2): 3.0}, ("cpu", 1)),
        ({("cpu", 1): 1.1, ("cpu", 2): 1.0}, ("cpu", 1)),
        ({("cpu", 1): 1.0, ("cpu", 2): 0.6, ("cuda", 1): 0.1}, ("cuda", 1)),
        ({("cpu", 1): 1.0, ("cpu", 2): 0.6, ("cuda", 1): 0.9}, ("cpu", 2)),
    ],
)
def test_the_fewest_threads_that_are_nearly_as_fast(
    speeds: dict[tuple[str, int], float], chosen: tuple[str, int]
) -> None:
    assert calibration.choose_speed(speeds) == chosen


@pytest.mark.parametrize(
    ("exact", "rounded", "chosen"),
    [(1.6, 1.08, "bfloat16"), (1.0, 0.99, "float32"), (1.0, 1.0, "float32"), (1.0, 3.0, "float32")],
)
def test_factors_are_rounded_where_that_is_worth_it(exact: float, rounded: float, chosen: str) -> None:
    assert calibration.choose_precision(exact, rounded) == chosen


def test_a_verdict_of_an_earlier_version_is_still_one(state: Path, tmp_path: Path) -> None:
    weights = tmp_path / "a.pth"
    weights.write_bytes(b"weights")
    save_calibration(weights, RESULT)
    results = json.loads(state.read_text())
    for later in ("products", "precision"):
        for fields in results.values():
            del fields[later]
        state.write_text(json.dumps(results))
        assert load_calibration(weights) == RESULT


@pytest.mark.parametrize("products", ["torch", "onednn", "compiled", None])
def test_who_multiplies_is_kept(state: Path, tmp_path: Path, products: Any) -> None:
    weights = tmp_path / "a.pth"
    weights.write_bytes(b"weights")
    save_calibration(weights, replace(RESULT, products=products))
    calibration = load_calibration(weights)
    assert calibration is not None
    assert calibration.products == products
    assert state.exists()


class Paced:
    """An engine for which a sentence takes `times[threads]` seconds of a clock that it moves itself."""

    device = "cpu"

    def __init__(self, times: dict[int, float], monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.times, self.asked = 0.0, times, [0]
        monkeypatch.setattr(calibration.time, "perf_counter", lambda: self.now)
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        monkeypatch.setattr(calibration.os, "sched_getaffinity", lambda _: set(range(max(times))))

    def set_threads(self, threads: int) -> None:
        self.asked.append(threads)

    def render(self, *_: Any, **__: Any) -> None:
        self.now += self.times[self.asked[-1]]


@pytest.mark.parametrize(
    ("times", "asked", "chosen"),
    [
        ({1: 1.0}, [1], 1),
        ({1: 1.0, 2: 0.6}, [1, 2], 2),
        ({1: 1.0, 2: 1.1, 4: 0.5, 8: 0.3}, [1, 2], 1),
        ({1: 1.0, 2: 0.6, 4: 0.55, 8: 0.5}, [1, 2, 4], 2),
        ({1: 1.0, 2: 0.6, 4: 0.4, 6: 0.3}, [1, 2, 4, 6], 6),
    ],
)
def test_more_threads_are_tried_while_they_are_of_use(
    times: dict[int, float], asked: list[int], chosen: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine: Any = Paced(times, monkeypatch)
    anything: Any = None
    speeds = dict(calibration._speeds(engine, anything, anything, lambda _: None))
    assert engine.asked[1:] == asked
    assert calibration.choose_speed(speeds) == ("cpu", chosen)


@pytest.mark.parametrize(("rounded", "chosen"), [(0.7, "bfloat16"), (0.99, "float32"), (3.0, "float32")])
def test_precisions_are_timed_by_turns_by_the_processors_time(
    rounded: float, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, asked, said = [0.0], [], []

    class Timed:
        def __init__(self, name: str, took: float) -> None:
            self.name, self.took = name, took

        def render(self, *_: Any) -> None:
            asked.append(self.name)
            now[0] += self.took * (5 if len(asked) < 3 else 1)  # the first ones load what is not yet there

    monkeypatch.setattr(calibration.time, "process_time", lambda: now[0])
    exact, other, anything = Timed("exact", 1.0), Timed("rounded", rounded), None
    assert calibration._precision(exact, other, anything, said.append) == chosen  # type: ignore[arg-type]
    assert asked == ["exact", "rounded"] * 2
    assert said == [f"bfloat16: a phrase in {1000 * rounded:.0f} ms, float32: 1000 ms"]


@pytest.mark.slow
def test_each_engine_has_its_own_precision(random_model: Path) -> None:
    files = find_model(random_model).files
    assert files is not None
    engines = Engine(files), Engine(files, precision="bfloat16")
    voice = load_voice(files.voices[0] / "af_heart.pt")
    exact, rounded, again = (
        engine.render(PhraseRequest("wˈɪndO.", voice, seed=1)).samples for engine in (*engines, engines[0])
    )
    assert np.array_equal(exact, again)
    assert np.array_equal(exact, rounded) != rounds()


@pytest.mark.slow
@pytest.mark.usefixtures("state")
def test_the_precision_is_the_settings_then_the_verdicts(random_model: Path) -> None:
    def precision(**settings: Any) -> str:
        synthesizer = open_synthesizer(Settings(model_path=random_model, memory_mb=0, disk_mb=0, **settings))
        found: str = getattr(synthesizer._model.model, "precision", "the reference's")
        return found

    there = "bfloat16" if rounds() else "float32"
    assert precision() == "float32"
    assert precision(precision="bfloat16") == there
    save_calibration(random_model / "kokoro-v1_0.pth", replace(RESULT, precision="bfloat16"))
    assert precision() == there
    assert precision(precision="float32") == "float32"
    assert precision(precision="bfloat16", engine="reference") == "the reference's"


def test_a_verdict_is_kept_by_the_weights_content(state: Path, tmp_path: Path) -> None:
    weights, other = tmp_path / "a.pth", tmp_path / "b.pth"
    weights.write_bytes(b"weights")
    other.write_bytes(b"others")
    assert load_calibration(weights) is None
    save_calibration(weights, RESULT)
    assert load_calibration(weights) == RESULT
    assert load_calibration(other) is None
    other.write_bytes(b"weights")
    assert load_calibration(other) == RESULT
    whole = CalibrationResult(1, "cuda", 0.1, 0.05, 0.06)
    save_calibration(weights, whole)
    assert load_calibration(weights) == whole
    assert state.stat().st_mode & 0o077 == 0 or state.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "not JSON",
        lambda _: "[]",
        lambda found: json.dumps(dict.fromkeys(found, 7)),
        lambda found: json.dumps({key: {**fields, "more": 1} for key, fields in found.items()}),
        lambda found: json.dumps({key: {**fields, "threads": "all"} for key, fields in found.items()}),
        lambda found: json.dumps({key: {**fields, "device": 7} for key, fields in found.items()}),
        lambda found: json.dumps({key: {**fields, "precision": "int8"} for key, fields in found.items()}),
        lambda found: json.dumps({key: {**fields, "products": "mkl"} for key, fields in found.items()}),
    ],
)
def test_a_broken_verdict_is_none(
    state: Path, tmp_path: Path, spoil: Callable[[dict[str, dict]], str]
) -> None:
    weights = tmp_path / "a.pth"
    weights.write_bytes(b"weights")
    save_calibration(weights, RESULT)
    state.write_text(spoil(json.loads(state.read_text())))
    assert load_calibration(weights) is None
    save_calibration(weights, RESULT)
    assert load_calibration(weights) == RESULT


@pytest.mark.slow
@pytest.mark.usefixtures("state")
def test_the_command_keeps_what_the_daemon_then_uses(
    random_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(calibration, "_ROUNDS", 1)
    monkeypatch.setattr(calibration, "_SENTENCE", "kˈOz ðə wˈɪndO.")
    monkeypatch.setattr(calibration, "_PHRASE", "wˈɪndO.")
    shorter = [sentences[:1] for sentences in statistics_learning.sentences_of("en-US")[:2]]
    monkeypatch.setattr(statistics_learning, "sentences_of", lambda _language: shorter)
    assert main(["model", "check", "--model", str(random_model), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["device"] == "cpu"
    assert printed["products"] in {"torch", "onednn", "compiled"}
    assert 0 < printed["word_heard_s"] < printed["sentence_s"] * 100
    assert load_calibration(random_model / "kokoro-v1_0.pth") == CalibrationResult(**printed)
    # The voice's statistics were learned, too: its phrases are rendered in pieces from the first one on.
    synthesizer = open_synthesizer(Settings(model_path=random_model, memory_mb=0, disk_mb=0))
    (voice,) = (voice for voice in synthesizer._voices if voice.name == "af_heart")
    assert synthesizer._pack(voice).statistics is not None
    whole = open_synthesizer(Settings(model_path=random_model, memory_mb=0, disk_mb=0, statistics="phrase"))
    assert whole._pack(voice).statistics is None
    assert main(["model", "check", "--model", str(random_model)]) == 0
    said = capsys.readouterr()
    assert "A word is heard after" in said.out
    assert "learning" not in said.err


def test_no_model_is_an_error(tmp_path: Path, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "check", "--model", str(tmp_path)]) == 1
    assert "no usable model" in capsys.readouterr().err
    assert not state.exists()
    assert load_calibration(tmp_path / "missing") is None
