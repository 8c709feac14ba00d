# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd model check`: the distance of spectra, the choice of windows and threads, what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kokoro_speechd import paths
from kokoro_speechd.cli.main import main
from kokoro_speechd.settings import Settings
from kokoro_speechd.studio import open_studio
from kokoro_speechd.synthesis import self_check
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.model_files import find_model
from kokoro_speechd.synthesis.pace import cost_to_first_sound
from kokoro_speechd.synthesis.spectral_distance import mel_distances
from kokoro_speechd.synthesis.verdict import Verdict, load_verdict, save_verdict
from kokoro_speechd.synthesis.voice_pack import load_voice
from kokoro_speechd.synthesis.windows import WindowPlan

VERDICT = Verdict(WindowPlan(first=8, decoder=None), 0.7, 1.5, 2, "cpu", 1.25)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return paths.state_folder() / "model-checks.json"


def tone(hertz: float, seconds: float = 1.0, level: float = 0.3) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(24_000 * seconds)) / 24_000)).astype(np.float32)


def test_the_same_sound_has_no_distance() -> None:
    assert mel_distances(tone(440), tone(440)).max() == 0


def test_a_sound_twice_as_loud_is_6_db_away() -> None:
    noise = np.random.default_rng(1).standard_normal(24_000).astype(np.float32) / 10
    assert mel_distances(2 * noise, noise).mean() == pytest.approx(20 * np.log10(2), abs=0.01)


def test_other_sounds_are_farther_and_silence_does_not_count() -> None:
    assert mel_distances(tone(880), tone(440)).mean() > 3
    silence = np.zeros(24_000, np.float32)
    sound = np.concatenate([tone(440), silence])
    rustle = silence.copy()
    rustle[::7] = 1e-5
    # From the second the sound's last frames reach into, nothing counts.
    assert len(mel_distances(np.concatenate([tone(440), rustle]), sound)) < 90


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
    assert self_check.choose_speed(speeds) == chosen


def test_a_verdict_is_kept_by_the_weights_content(state: Path, tmp_path: Path) -> None:
    weights, other = tmp_path / "a.pth", tmp_path / "b.pth"
    weights.write_bytes(b"weights")
    other.write_bytes(b"others")
    assert load_verdict(weights) is None
    save_verdict(weights, VERDICT)
    assert load_verdict(weights) == VERDICT
    assert load_verdict(other) is None
    other.write_bytes(b"weights")
    assert load_verdict(other) == VERDICT
    whole = Verdict(None, 2.0, 1.5, 1, "cuda", 0.1)
    save_verdict(weights, whole)
    assert load_verdict(weights) == whole
    assert state.stat().st_mode & 0o077 == 0 or state.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "not JSON",
        lambda _: "[]",
        lambda found: json.dumps(dict.fromkeys(found, 7)),
        lambda found: json.dumps({key: {**fields, "more": 1} for key, fields in found.items()}),
        lambda found: json.dumps({key: {**fields, "threads": "all"} for key, fields in found.items()}),
        lambda found: json.dumps({key: {**fields, "windows": {"first": 0}} for key, fields in found.items()}),
    ],
)
def test_a_broken_verdict_is_none(
    state: Path, tmp_path: Path, spoil: Callable[[dict[str, dict]], str]
) -> None:
    weights = tmp_path / "a.pth"
    weights.write_bytes(b"weights")
    save_verdict(weights, VERDICT)
    state.write_text(spoil(json.loads(state.read_text())))
    assert load_verdict(weights) is None
    save_verdict(weights, VERDICT)
    assert load_verdict(weights) == VERDICT


@pytest.mark.slow
@pytest.mark.usefixtures("state")
def test_the_soonest_plan_within_the_bound_is_chosen(
    rehearsal_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_check, "_PHRASES", self_check._PHRASES[1:3])
    monkeypatch.setattr(self_check, "_ROUNDS", 1)
    monkeypatch.setattr(self_check, "_FIRST", (4, 16))
    monkeypatch.setattr(self_check, "_CONTEXTS", ((8, 4, 1), (None, 32, 12)))
    files = find_model(rehearsal_model).files
    assert files is not None
    voices = [load_voice(rehearsal_model / "voices/af_heart.pt")]
    engine = Engine(files)
    tried = list(self_check.try_windows(engine, voices))
    engine.close()
    costs = [cost_to_first_sound(each.plan) for each in tried]
    assert costs == sorted(costs)
    assert all(0 < each.distance_db < 10 for each in tried)
    # More context is more like the whole.
    assert tried[-1].distance_db < tried[0].distance_db

    bound = (tried[0].distance_db + tried[-1].distance_db) / 2
    first_within = next(each for each in tried if each.distance_db <= bound)
    said: list[str] = []
    found = self_check.check_model(files, voices, said.append, bound_db=bound)
    assert found.windows == first_within.plan
    assert found.distance_db == pytest.approx(first_within.distance_db, abs=0.002)
    assert found.device == "cpu"
    assert any("letter" in line for line in said)
    none = self_check.check_model(files, voices, said.append, bound_db=0.0)
    assert none.windows is None


@pytest.mark.slow
@pytest.mark.usefixtures("state")
def test_the_command_keeps_what_the_daemon_then_uses(
    rehearsal_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(self_check, "_PHRASES", self_check._PHRASES[:1])
    monkeypatch.setattr(self_check, "_ROUNDS", 1)
    monkeypatch.setattr(self_check, "_FIRST", (6,))
    monkeypatch.setattr(self_check, "_SENTENCE", "kˈOz ðə wˈɪndO.")
    assert main(["model", "check", "--model", str(rehearsal_model), "--bound", "50", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["windows"]["first"] == 6
    kept = load_verdict(rehearsal_model / "kokoro-v1_0.pth")
    assert kept is not None
    assert kept.windows == WindowPlan(**printed["windows"])
    studio = open_studio(Settings(model_path=rehearsal_model, memory_mb=0, disk_mb=0))
    assert studio._narrator._manners.plan == kept.windows
    assert main(["model", "check", "--model", str(rehearsal_model), "--bound", "0"]) == 0
    assert "rendered whole" in capsys.readouterr().out
    studio = open_studio(Settings(model_path=rehearsal_model, memory_mb=0, disk_mb=0))
    assert studio._narrator._manners.plan is None


def test_no_model_is_an_error(tmp_path: Path, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "check", "--model", str(tmp_path)]) == 1
    assert "no usable model" in capsys.readouterr().err
    assert not state.exists()
    assert load_verdict(tmp_path / "missing") is None
