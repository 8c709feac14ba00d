# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a user's model is found by settings and XDG folders, and what is said where there is none."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from kokoro_speechd.errors import ModelError
from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.rendering.synthesizer import open_synthesizer
from kokoro_speechd.settings import Settings
from tests.private_home import private_environment

CONFIG = resources.files("kokoro_speechd.synthesis.files").joinpath("kokoro-config.json").read_bytes()


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without a model, for this very process; returns the root of all its folders."""
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in private_environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_DATA_DIRS", f"{tmp_path}/opt/share:relative:{tmp_path}/usr/share")
    return tmp_path


def put_model(folder: Path) -> Path:
    (folder / "voices").mkdir(parents=True)
    (folder / "kokoro-v1_0.pth").write_bytes(b"PK\x03\x04")
    (folder / "config.json").write_bytes(CONFIG)
    (folder / "voices/af_heart.pt").write_bytes(b"PK\x03\x04")
    return folder


def test_settings_then_data_home_then_each_data_dir_then_the_hub_cache(user: Path) -> None:
    settings = Settings(model_path=user / "asked")
    places = [
        user / "asked",
        user / "home/.local/share/kokoro-speechd/model",
        user / "opt/share/kokoro-speechd/model",
        user / "usr/share/kokoro-speechd/model",
        user / "home/.cache/huggingface/hub/models--hexgrad--Kokoro-82M/snapshots/f3ff35",
    ]
    for place in reversed(places):
        put_model(place)
        found = locate_model(settings)
        assert found.files is not None
        assert found.files.weights == place / "kokoro-v1_0.pth"


def test_settings_are_read_from_the_user_s_file(user: Path) -> None:
    asked = put_model(user / "asked")
    (user / "home/.config/kokoro-speechd/config.toml").write_text(f'[model]\nmodel_path = "{asked}"\n')
    found = locate_model()
    assert found.files is not None
    assert found.files.weights.parent == asked
    assert found.problems == ()


def test_config_and_voice_paths_join_a_model_from_elsewhere(user: Path) -> None:
    put_model(user / "home/.local/share/kokoro-speechd/model")
    other = put_model(user / "other")
    found = locate_model(Settings(config_path=other / "config.json", voice_path=other / "voices/af_heart.pt"))
    assert found.files is not None
    assert found.files.weights.is_relative_to(user / "home")
    assert found.files.config == other / "config.json"
    assert found.files.voices == (other / "voices/af_heart.pt",)


def test_where_nothing_is_the_advice_says_what_to_put_where(user: Path) -> None:
    place = locate_model(Settings())
    assert place.files is None
    assert place.problems == ()
    assert place.advice == (
        "Put kokoro-v1_0.pth, config.json and the folder voices/ of hexgrad/Kokoro-82M (Hugging Face) into "
        f"{user}/home/.local/share/kokoro-speechd/model, or let `kokoro-speechd model import PATH` do it"
    )


def test_the_advice_names_what_was_passed_over(user: Path) -> None:
    folder = put_model(user / "home/.local/share/kokoro-speechd/model")
    (folder / "kokoro-v1_0.pth").write_bytes(b"")
    (folder / "config.json").write_bytes(b"{}")
    lines = locate_model(Settings()).advice.splitlines()
    assert lines[1] == "Looked at and not usable:"
    assert lines[2] == f"{folder}/kokoro-v1_0.pth: empty"
    assert lines[3].startswith(f"{folder}/config.json: not Kokoro's configuration, it lacks vocab, ")
    assert len(lines) == 4


def test_looking_makes_no_folder(user: Path) -> None:
    before = sorted(user.rglob("*"))
    locate_model()
    assert sorted(user.rglob("*")) == before


def test_a_studio_without_a_model_gives_the_advice(user: Path) -> None:
    with pytest.raises(ModelError, match=r"^there is no model\. Put kokoro-v1_0\.pth"):
        open_synthesizer(Settings())


def test_a_studio_with_a_broken_model_names_the_file(user: Path) -> None:
    folder = put_model(user / "home/.local/share/kokoro-speechd/model")
    with pytest.raises(ModelError, match=rf"^{folder}/kokoro-v1_0\.pth: broken or truncated"):
        open_synthesizer(Settings())
