# SPDX-License-Identifier: GPL-3.0-or-later
"""Kokoro speaks every language without a network, and never asks for one."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kokoro_speechd.text.phonemizers.japanese.phonemizer import DEBIAN_DICTIONARY
from tests.private_home import private_environment

pytestmark = pytest.mark.timeout(400)  # torch, espeak-ng, jieba and Open JTalk start in every process

SPEECH = Path(__file__).with_name("offline_speech.py")
ROOT = Path(__file__).parents[2]


def texts() -> dict[str, tuple[str, str]]:
    """Return language → voice and text, one word of which no lexicon has; extras where they are installed."""
    spoken = {
        "en-US": ("af_heart", "Glorbification costs $12.50."),
        "en-GB": ("bf_emma", "Hello."),
        "es": ("ef_dora", "Hola."),
        "fr": ("ff_siwis", "Bonjour."),
        "hi": ("hf_alpha", "नमस्ते"),
        "it": ("if_sara", "Ciao."),
        "pt-BR": ("pf_dora", "Olá."),
    }
    if importlib.util.find_spec("jieba") and importlib.util.find_spec("pypinyin"):
        spoken["zh"] = ("zf_xiaobei", "你好。")
    dictionary = Path(os.environ.get("OPEN_JTALK_DICT_DIR") or DEBIAN_DICTIONARY)
    if importlib.util.find_spec("pyopenjtalk") and (dictionary / "sys.dic").is_file():
        spoken["ja"] = ("jf_alpha", "こんにちは。")
    return spoken


def speak(root: Path, model: Path, *prefix: str) -> dict[str, Any]:
    """Speak the texts in a process of its own with folders of its own, and return its report."""
    (root / "tmp").mkdir()
    environment = private_environment(root, model) | {"PYTHONPATH": str(ROOT), "TMPDIR": str(root / "tmp")}
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        environment.pop(name, None)  # the program itself must see to it
    ran = subprocess.run(
        [*prefix, sys.executable, str(SPEECH)],
        input=json.dumps(texts()),
        capture_output=True,
        check=False,
        text=True,
        env=environment,
        cwd=root,
    )
    assert ran.returncode == 0, ran.stderr
    report: dict[str, Any] = json.loads(ran.stdout)
    return report


def assert_spoken(report: dict[str, Any]) -> None:
    assert report["refused"] == ["socket.__new__", "socket.__new__", "socket.getaddrinfo"]
    assert report["attempts"] == []
    assert report["samples"].keys() == texts().keys()
    # Shorter than a fifth of a second is no word.
    assert all(samples > 4800 for samples in report["samples"].values()), report["samples"]


@pytest.mark.parametrize("language", ["ja", "zh"])
def test_extras_are_among_what_is_spoken(language: str) -> None:
    if language not in texts():
        pytest.skip(f"the extra {language!r} is not installed, so it is not spoken offline here")
    assert len(texts()) >= 8


@pytest.mark.slow
def test_no_socket_is_even_asked_for(tmp_path: Path, random_model: Path) -> None:
    report = speak(tmp_path, random_model)
    assert_spoken(report)
    if "zh" in report["samples"]:  # jieba's dictionary is the one thing that is kept
        assert str(tmp_path.resolve() / "home/.cache/kokoro-speechd") in " ".join(report["written"])
    # Whatever is written stays in the user's own folders (compiled Python files apart).
    places = (str(tmp_path.resolve()), "/dev/", "/proc/")
    outside = [path for path in report["written"] if not path.startswith(places) and ".pyc" not in path]
    assert outside == []
    # Python tries whether it can write there, and torch makes a folder that stays empty.
    assert [path for path in (tmp_path / "tmp").rglob("*") if not path.is_dir()] == []


@pytest.mark.slow
@pytest.mark.desktop
def test_speech_without_any_network_interface(tmp_path: Path, random_model: Path) -> None:
    report = speak(tmp_path, random_model, *without_network())
    assert_spoken(report)
    assert report["interfaces"] == ["lo"]


def without_network() -> list[str]:
    """Return the command that runs another one in a network namespace without interfaces."""
    refusals = []
    for command in (["unshare", "-n"], ["unshare", "-r", "-n"]):
        ran = subprocess.run([*command, "true"], capture_output=True, check=False, text=True)
        if ran.returncode == 0:
            return command
        refusals.append(f"{' '.join(command)}: {ran.stderr.strip()}")
    pytest.fail(
        "this machine lets nobody make a network namespace, neither root nor a user by a user namespace "
        f"(kernel.unprivileged_userns_clone, user.max_user_namespaces): {'; '.join(refusals)}"
    )
