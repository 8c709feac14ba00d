# SPDX-License-Identifier: GPL-3.0-or-later
"""Which model is found, and what is said about those that are passed over."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from kokoro_speechd.synthesis.files import model_config
from kokoro_speechd.synthesis.files.model_files import Found, check, find_model, hub_cache_folder

CONFIG = json.loads(
    resources.files("kokoro_speechd.synthesis.files").joinpath("kokoro-config.json").read_bytes()
)
WEIGHTS = b"PK\x03\x04 and the rest"
HUB = "models--hexgrad--Kokoro-82M"
HUB_CHINESE = "models--hexgrad--Kokoro-82M-v1.1-zh"


def put_model(
    folder: Path, weights: str = "kokoro-v1_0.pth", voices: tuple[str, ...] = ("af_heart",)
) -> Path:
    """Write what looks like a model at first sight."""
    (folder / "voices").mkdir(parents=True)
    (folder / weights).write_bytes(WEIGHTS)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    for voice in voices:
        (folder / "voices" / f"{voice}.pt").write_bytes(b"PK\x03\x04")
    return folder


def weights_of(found: Found) -> Path:
    assert found.files is not None, found.problems
    return found.files.weights


def test_the_settings_come_first_then_each_data_folder_then_the_hub_cache(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    data = [tmp_path / "home/kokoro-speechd", tmp_path / "usr/kokoro-speechd"]
    hub = tmp_path / "hub"
    in_order = [
        asked,
        data[0] / "model",
        data[1] / "model",
        hub / HUB / "snapshots/1",
        hub / HUB_CHINESE / "snapshots/1",
    ]
    for place in in_order:
        put_model(place)
    for place in in_order:
        found = find_model(asked, data_folders=data, hub_cache=hub)
        assert weights_of(found) == place / "kokoro-v1_0.pth"
        shutil.rmtree(place)
    found = find_model(asked, data_folders=data, hub_cache=hub)
    assert found.files is None
    # What was asked for is named; folders where nobody put anything are not.
    assert found.problems == (
        f"{asked}/kokoro-v1_0.pth: missing",
        f"{asked}/config.json: missing",
        f"{asked}/voices: missing",
    )


def test_the_data_folders_are_only_tried_when_the_settings_lead_nowhere(tmp_path: Path) -> None:
    put_model(tmp_path / "home/model")
    found = find_model(tmp_path / "asked", data_folders=[tmp_path / "home"])
    assert weights_of(found) == tmp_path / "home/model/kokoro-v1_0.pth"
    assert found.problems[0] == f"{tmp_path}/asked/kokoro-v1_0.pth: missing"


def test_a_broken_model_is_named_and_the_next_one_taken(tmp_path: Path) -> None:
    broken = put_model(tmp_path / "home/model")
    (broken / "kokoro-v1_0.pth").write_bytes(b"")
    put_model(tmp_path / "usr/model")
    found = find_model(data_folders=[tmp_path / "home", tmp_path / "usr"])
    assert weights_of(found) == tmp_path / "usr/model/kokoro-v1_0.pth"
    assert found.problems == (f"{broken}/kokoro-v1_0.pth: empty",)


@pytest.mark.parametrize("model", ["model", "model/kokoro-v1_0.pth"])
@pytest.mark.parametrize("config", [None, "other", "other/config.json"])
@pytest.mark.parametrize("voice", [None, "other", "other/voices", "other/voices/bf_emma.pt"])
def test_each_path_may_be_a_file_or_a_folder(
    tmp_path: Path, model: str, config: str | None, voice: str | None
) -> None:
    put_model(tmp_path / "model")
    put_model(tmp_path / "other", voices=("bf_emma",))
    found = find_model(tmp_path / model, config and tmp_path / config, voice and tmp_path / voice)
    assert found.files is not None
    assert found.files.weights == tmp_path / "model/kokoro-v1_0.pth"
    assert found.files.config == tmp_path / ("other" if config else "model") / "config.json"
    expected = "model/voices" if voice is None else "other/voices" if voice == "other" else voice
    assert found.files.voices == (tmp_path / expected,)


def test_paths_apply_to_a_model_that_was_searched_for_too(tmp_path: Path) -> None:
    put_model(tmp_path / "home/model")
    put_model(tmp_path / "other", voices=("bf_emma",))
    found = find_model(voice_path=tmp_path / "other", data_folders=[tmp_path / "home"])
    assert weights_of(found).is_relative_to(tmp_path / "home")
    assert found.files is not None
    assert found.files.voices == (tmp_path / "other/voices",)


def test_weights_of_another_name(tmp_path: Path) -> None:
    folder = put_model(tmp_path / "model", weights="kokoro-v1_1-zh.pth")
    assert weights_of(find_model(folder)) == folder / "kokoro-v1_1-zh.pth"
    assert weights_of(find_model(folder / "kokoro-v1_1-zh.pth")) == folder / "kokoro-v1_1-zh.pth"
    renamed = (folder / "kokoro-v1_1-zh.pth").rename(folder / "weights.bin")
    assert weights_of(find_model(renamed)) == renamed


def test_of_several_weights_none_is_guessed(tmp_path: Path) -> None:
    folder = put_model(tmp_path / "model", weights="one.pth")
    (folder / "two.pth").write_bytes(WEIGHTS)
    assert find_model(folder).problems == (f"{folder}/kokoro-v1_0.pth: missing",)


def test_the_hub_cache_s_current_revision_comes_first(tmp_path: Path) -> None:
    for revision in ("aaa", "bbb", "ccc"):
        put_model(tmp_path / HUB / "snapshots" / revision)
    (tmp_path / HUB / "refs").mkdir()
    for revision in ("bbb", "ccc", "aaa"):
        (tmp_path / HUB / "refs/main").write_text(revision)
        assert weights_of(find_model(hub_cache=tmp_path)).parent.name == revision
    (tmp_path / HUB / "refs/main").write_bytes(b"\xff\x00/../..")
    assert weights_of(find_model(hub_cache=tmp_path)).parent.name == "aaa"


def test_the_hub_cache_s_links_are_followed(tmp_path: Path) -> None:
    """A snapshot holds links to blobs whose names end in nothing."""
    real = put_model(tmp_path / "blobs")
    snapshot = tmp_path / HUB / "snapshots/1"
    (snapshot / "voices").mkdir(parents=True)
    for number, name in enumerate(("kokoro-v1_0.pth", "config.json", "voices/af_heart.pt")):
        blob = (real / name).rename(real / f"{number:040}")
        (snapshot / name).symlink_to(blob)
    assert weights_of(find_model(hub_cache=tmp_path)) == snapshot / "kokoro-v1_0.pth"


def test_an_unfinished_download_in_the_hub_cache_is_named(tmp_path: Path) -> None:
    snapshot = tmp_path / HUB / "snapshots/1"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text(json.dumps(CONFIG))
    assert find_model(hub_cache=tmp_path).problems == (
        f"{snapshot}/kokoro-v1_0.pth: missing",
        f"{snapshot}/voices: missing",
    )


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"XDG_CACHE_HOME": "/cache"},
        {"HF_HOME": "/hf"},
        {"HF_HOME": "~/hf", "XDG_CACHE_HOME": "/cache"},
        {"HUGGINGFACE_HUB_CACHE": "/old", "HF_HOME": "/hf"},
        {"HF_HUB_CACHE": "$HOME/hub", "HUGGINGFACE_HUB_CACHE": "/old", "HF_HOME": "/hf"},
    ],
)
def test_the_hub_cache_is_where_huggingface_hub_has_it(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "/home/someone", **variables}.items():
        monkeypatch.setenv(name, value)
    theirs = subprocess.run(
        [sys.executable, "-c", "from huggingface_hub import constants; print(constants.HF_HUB_CACHE)"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert str(hub_cache_folder()) == theirs.stdout.strip()


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)  # opening it would wait for ever


def _loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nowhere"))


def _html(path: Path) -> None:
    path.write_text("<!doctype html><title>404</title>")


def _lfs_pointer(path: Path) -> None:
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:496dba\nsize 327212226\n")


@pytest.mark.parametrize(
    ("name", "spoil", "reason"),
    [
        ("kokoro-v1_0.pth", Path.unlink, "missing"),
        ("kokoro-v1_0.pth", _dangling, "missing"),
        ("kokoro-v1_0.pth", _empty, "empty"),
        ("kokoro-v1_0.pth", _truncate, "not a file that torch wrote"),
        ("kokoro-v1_0.pth", _html, "not a file that torch wrote"),
        ("kokoro-v1_0.pth", _lfs_pointer, "not a file that torch wrote"),
        ("kokoro-v1_0.pth", _folder, "a folder, not a file"),
        ("kokoro-v1_0.pth", _pipe, "not a file"),
        ("kokoro-v1_0.pth", _loop, "cannot be read: Too many levels of symbolic links"),
        ("config.json", Path.unlink, "missing"),
        ("config.json", _empty, "empty"),
        ("config.json", _truncate, "not JSON"),
        ("config.json", _html, "not JSON"),
        ("config.json", _pipe, "not a file"),
        ("config.json", _loop, "cannot be read: Too many levels of symbolic links"),
        ("voices", shutil.rmtree, "missing"),
        ("voices", lambda path: (path / "af_heart.pt").unlink(), "no voices (files ending in .pt)"),
        (
            "voices",
            lambda path: (path / "af_heart.pt").rename(path / "af_heart.pth"),
            "no voices (files ending in .pt)",
        ),
        ("voices", lambda path: _folder(path / "af_heart.pt"), "no voices (files ending in .pt)"),
    ],
)
def test_what_is_wrong_is_named_with_its_reason(
    tmp_path: Path, name: str, spoil: Callable[[Path], Any], reason: str
) -> None:
    folder = put_model(tmp_path / "model")
    assert find_model(folder).problems == ()
    spoil(folder / name)
    found = find_model(folder)
    assert found.files is None
    assert found.problems == (f"{folder / name}: {reason}",)


def test_a_folder_named_like_the_configuration_is_searched_for_it(tmp_path: Path) -> None:
    folder = put_model(tmp_path / "model")
    _folder(folder / "config.json")
    assert find_model(folder).problems == (f"{folder}/config.json/config.json: missing",)


@pytest.mark.parametrize("path", ["/proc/self/mem", "/dev/null", "/" + "x" * 300, "/x" * 3000])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_strange_paths_are_problems_not_exceptions(tmp_path: Path, path: str, which: int) -> None:
    paths: list[Path | None] = [put_model(tmp_path / "model"), None, None]
    paths[which] = Path(path)
    found = find_model(*paths)
    assert found.files is None
    assert any(problem.startswith(path) for problem in found.problems)


def test_everything_wrong_is_told_at_once_and_once(tmp_path: Path) -> None:
    wrong = tmp_path / "no-config.json"
    for name in ("home", "usr"):
        put_model(tmp_path / name / "model")
    found = find_model(config_path=wrong, data_folders=[tmp_path / "home", tmp_path / "usr"])
    assert found.problems == (f"{wrong}: missing",)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_that_may_not_be_read(tmp_path: Path) -> None:
    folder = put_model(tmp_path / "model")
    for name in ("kokoro-v1_0.pth", "config.json"):
        (folder / name).chmod(0)
        assert find_model(folder).problems == (f"{folder / name}: cannot be read: Permission denied",)
        (folder / name).chmod(0o644)
    folder.chmod(0)
    try:
        assert find_model(folder).problems[0].endswith("cannot be read: Permission denied")
    finally:
        folder.chmod(0o755)


def changed(name: str, value: object) -> str:
    """Return the configuration's text with one value replaced; ... takes it away."""
    config = json.loads(json.dumps(CONFIG))
    *tables, key = name.split(".")
    place = config
    for table in tables:
        place = place[table]
    if value is ...:
        del place[key]
    else:
        place[key] = value
    return json.dumps(config)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "not Kokoro's configuration"),
        ("null", "not Kokoro's configuration"),
        ("[" * 100_000, "not JSON"),
        ('{"model_type": "bert"}', "not Kokoro's configuration, it lacks vocab, n_token"),
        (changed("vocab", ...), "not Kokoro's configuration, it lacks vocab"),
        (changed("dropout", ...), "not Kokoro's configuration, it lacks dropout"),
        (changed("n_mels", ...), "not Kokoro's configuration, it lacks n_mels"),
        (changed("plbert.num_hidden_layers", ...), "it lacks plbert.num_hidden_layers"),
        (changed("istftnet", [1]), "it lacks istftnet.upsample_initial_channel"),
        (changed("vocab", {}), "cannot be used: vocab"),
        (changed("vocab", ["a", "b"]), "cannot be used: vocab"),
        (changed("vocab", {"a": "1"}), "cannot be used: vocab"),
        (changed("vocab", {"a": 0}), "cannot be used: vocab"),
        (changed("vocab", {"ab": 1}), "cannot be used: vocab"),
        (changed("vocab", {"a": 178}), "cannot be used: vocab"),
        (changed("n_token", "178"), "cannot be used: n_token"),
        (changed("n_layer", True), "cannot be used: n_layer"),
        (changed("hidden_dim", 0), "cannot be used: hidden_dim"),
        (changed("style_dim", -128), "cannot be used: style_dim"),
        (changed("max_dur", 50.5), "cannot be used: max_dur"),
        (changed("dropout", 1.5), "cannot be used: dropout"),
        (changed("plbert.hidden_size", "768"), "cannot be used: plbert.hidden_size"),
        (changed("plbert.hidden_act", 3), "cannot be used: plbert.hidden_act"),
        (changed("istftnet.upsample_rates", []), "cannot be used: istftnet.upsample_rates"),
        (
            changed("istftnet.resblock_dilation_sizes", [[1], []]),
            "cannot be used: istftnet.resblock_dilation_sizes",
        ),
        (changed("istftnet.more", 1), "cannot be used: istftnet.more"),
    ],
)
def test_a_foreign_configuration(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    (problem,) = model_config.check_config(path)
    assert problem.startswith(f"{path}: ")
    assert reason in problem


@pytest.mark.parametrize("value", [None, "x", -1, 0, [], {}, 2.5, [[]], {"a": None}])
@pytest.mark.parametrize("name", list(model_config._VALUES))
def test_no_value_of_another_kind_passes(tmp_path: Path, name: str, value: object) -> None:
    if (name, value) == ("dropout", 0):
        return
    path = tmp_path / "config.json"
    path.write_text(changed(name, value))
    (problem,) = model_config.check_config(path)
    assert name in problem


def test_check_looks_at_all_files(tmp_path: Path) -> None:
    files = find_model(put_model(tmp_path / "model")).files
    assert files is not None
    assert check(files) == []
    shutil.rmtree(tmp_path / "model")
    assert [problem.rpartition(": ")[0] for problem in check(files)] == [
        str(files.weights),
        str(files.config),
        str(files.voices[0]),
    ]
