# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd model import`, `list`, `remove` and `download`, with small archives of torch's form."""

from __future__ import annotations

import fcntl
import hashlib
import http.server
import io
import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kokoro_speechd.cli.model import published_files
from kokoro_speechd.cli.model.published_files import is_published
from kokoro_speechd.synthesis.files.model_files import CONFIG_NAME, WEIGHTS_NAME
from tests.cli.test_main import Home

CONFIG = Path(__file__).parents[3] / "kokoro_speechd/synthesis/files/kokoro-config.json"
VOICE = "voices/af_heart.pt"


def torch_file(seed: int, size: int = 50_000) -> bytes:
    """Return a zip archive with stored parts and their checksums, as torch writes them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data/0", random.Random(seed).randbytes(size))
    return out.getvalue()


FILES = {
    WEIGHTS_NAME: torch_file(1, 3_000_000),
    CONFIG_NAME: CONFIG.read_bytes(),
    VOICE: torch_file(2),
    "voices/bf_emma.pt": torch_file(3),
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def write_folder(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def write_zip(path: Path, files: dict[str, bytes], prefix: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(prefix + name, data)
    return path


def test_one_and_many_are_counted_rightly(home: Home) -> None:
    many = write_folder(home.root / "many", FILES)
    said = home.run("model", "import", str(many)).stdout.decode()
    assert "Importing 4 files, 3 MB, from" in said
    assert "1 file is what hexgrad/Kokoro-82M published, by its SHA-256." in said
    one = write_folder(home.root / "one", {"voices/af_bella.pt": torch_file(9)})
    said = home.run("model", "import", str(one)).stdout.decode()
    assert "Importing 1 file, 0 MB, from" in said
    assert "Whole, but not known by its SHA-256: voices/af_bella.pt" in said
    assert "3 MB, 3 voices, " in home.run("model", "list").stdout.decode()


def imported(home: Home) -> dict[str, bytes]:
    return {
        str(path.relative_to(home.model)): path.read_bytes()
        for path in home.model.rglob("*")
        if path.is_file() and path.name != "sha256.json"
    }


def load_model(home: Home, path: Path) -> None:
    ran = home.run("model", "import", str(path))
    assert ran.returncode == 0, ran.stderr


def refused(home: Home, path: Path) -> str:
    ran = home.run("model", "import", str(path))
    assert ran.returncode == 1, ran.stdout
    assert ran.stderr.startswith(b"kokoro-speechd: ") or b"\nkokoro-speechd: " in ran.stderr
    assert b"Traceback" not in ran.stderr
    assert not home.model.exists()
    return ran.stderr.decode()


def test_a_folder(home: Home) -> None:
    ran = home.run("model", "import", str(write_folder(home.root / "new", FILES)))
    assert ran.returncode == 0
    assert imported(home) == FILES
    lines = ran.stderr.decode().splitlines()
    tenths = [f"copied {n} % of 3 MB" for n in range(10, 101, 10)]
    assert lines == [line for line in tenths if line in lines]  # in order, each once
    assert lines[-1] == tenths[-1]
    hashes = json.loads((home.model / "sha256.json").read_text())
    assert hashes == {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
    listed = json.loads(home.run("model", "list", "--json").stdout)
    assert [(row["used"], row["voices"], row["origin"]) for row in listed] == [(True, 2, "of unknown origin")]
    assert not home.model.with_name("model.importing").exists()


def test_the_weights_themselves_and_a_folder_above(home: Home) -> None:
    folder = write_folder(home.root / "above/new", FILES)
    load_model(home, folder / WEIGHTS_NAME)
    shutil.rmtree(home.model)
    load_model(home, folder.parent)
    assert imported(home) == FILES


@pytest.mark.parametrize("prefix", ["", "Kokoro-82M-main/", "a/b/"])
def test_an_archive(home: Home, prefix: str) -> None:
    files = {**FILES, "README.md": b"ignored", "samples/x.wav": b"ignored"}
    load_model(home, write_zip(home.root / "model.zip", files, prefix))
    assert imported(home) == FILES


def test_a_hugging_face_cache(home: Home) -> None:
    cache = home.root / "hub/models--hexgrad--Kokoro-82M"
    for name, data in FILES.items():
        blob = cache / "blobs" / hashlib.sha256(data).hexdigest()
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(data)
        link = cache / "snapshots/f3ff357" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blob, link.parent))
    for place in (home.root / "hub", cache, cache / "snapshots/f3ff357"):
        load_model(home, place)
        assert imported(home) == FILES
        assert not any(path.is_symlink() for path in home.model.rglob("*"))
        shutil.rmtree(home.model)


def test_more_voices_for_the_model_that_is_there(home: Home) -> None:
    load_model(home, write_folder(home.root / "new", FILES))
    more = {"voices/ff_siwis.pt": torch_file(9)}
    load_model(home, write_folder(home.root / "more", more))
    assert imported(home) == {**FILES, **more}
    load_model(home, home.root / "new")  # the same model again: its other voices stay
    assert imported(home) == {**FILES, **more}
    load_model(home, write_folder(home.root / "other", {**FILES, WEIGHTS_NAME: torch_file(5)}))
    assert "voices/ff_siwis.pt" not in imported(home)  # they were another model's


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "no model here"),
        ({WEIGHTS_NAME: FILES[WEIGHTS_NAME]}, "config.json is missing"),
        ({CONFIG_NAME: FILES[CONFIG_NAME], VOICE: FILES[VOICE]}, "only voices"),
        ({VOICE: FILES[VOICE]}, "only voices"),
        ({**FILES, WEIGHTS_NAME: FILES[WEIGHTS_NAME][:-1000]}, "cut off"),
        ({**FILES, WEIGHTS_NAME: b""}, "is empty"),
        ({**FILES, VOICE: b"not a voice"}, "af_heart.pt is cut off, damaged, or not a file that torch wrote"),
        ({**FILES, VOICE: b"x" * (9 << 20)}, "more than such a file has"),
        ({**FILES, CONFIG_NAME: b"{}"}, "config.json: not Kokoro's configuration"),
    ],
)
def test_what_is_no_model(home: Home, files: dict[str, bytes], reason: str) -> None:
    folder = home.root / "new"
    folder.mkdir()
    said = refused(home, write_folder(folder, files))
    assert reason in said
    if WEIGHTS_NAME not in files or CONFIG_NAME not in files:  # nothing to go on with
        assert not home.model.with_name("model.importing").exists()


def test_a_byte_that_was_damaged_on_the_way(home: Home) -> None:
    data = bytearray(FILES[WEIGHTS_NAME])
    data[len(data) // 2] ^= 1
    said = refused(home, write_folder(home.root / "new", {**FILES, WEIGHTS_NAME: bytes(data)}))
    assert "does not agree with its checksum" in said
    load_model(home, write_folder(home.root / "new", FILES))  # nothing of the damaged one is kept
    assert imported(home) == FILES


def test_a_failed_import_leaves_the_old_model(home: Home) -> None:
    load_model(home, write_folder(home.root / "new", FILES))
    bad = write_folder(home.root / "bad", {**FILES, WEIGHTS_NAME: FILES[WEIGHTS_NAME][:-1]})
    assert home.run("model", "import", str(bad)).returncode == 1
    assert imported(home) == FILES


# --- hostile archives ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../evil.pt", "voices/../../evil.pt", "/tmp/evil.pt", "voices\\..\\evil.pt"]
)
def test_an_archive_that_leads_outside(home: Home, name: str) -> None:
    before = set(home.root.rglob("*"))
    path = write_zip(home.root / "evil.zip", {**FILES, name: FILES[VOICE]})
    assert "leads outside" in refused(home, path)
    new = {path.name for path in set(home.root.rglob("*")) - before}
    assert "evil.pt" not in new


def test_an_archive_with_a_link(home: Home) -> None:
    path = write_zip(home.root / "evil.zip", FILES)
    entry = zipfile.ZipInfo("voices/af_link.pt")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "a link or a device" in refused(home, path)


def test_a_bomb(home: Home) -> None:
    """Small in the archive, large on the disk, and one that lies about it."""
    path = write_zip(home.root / "bomb.zip", {**FILES, "voices/af_bomb.pt": bytes(100 << 20)})
    assert path.stat().st_size < 4 << 20
    assert "more than such a file has" in refused(home, path)
    lying = bytearray(
        write_zip(home.root / "liar.zip", {**FILES, "voices/af_bomb.pt": bytes(6 << 20)}).read_bytes()
    )
    place = lying.rfind(b"PK\x01\x02", 0, lying.rfind(b"voices/af_bomb.pt"))
    lying[place + 24 : place + 28] = (1000).to_bytes(4, "little")  # the size that its directory tells
    (home.root / "liar.zip").write_bytes(lying)
    refused(home, home.root / "liar.zip")


def test_a_file_twice(home: Home) -> None:
    path = write_zip(home.root / "twice.zip", FILES)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(VOICE, FILES["voices/bf_emma.pt"])
    assert "is in it twice" in refused(home, path)


def test_a_cut_off_archive(home: Home) -> None:
    path = write_zip(home.root / "model.zip", FILES)
    path.write_bytes(path.read_bytes()[: len(path.read_bytes()) // 2])
    assert "neither a folder nor a whole zip archive" in refused(home, path)


# --- interruption ----------------------------------------------------------------------------------------


def test_an_interrupted_import_goes_on(home: Home) -> None:
    source = write_folder(home.root / "new", FILES)
    staging = home.model.with_name("model.importing")
    (staging / "voices").mkdir(parents=True)
    half = FILES[WEIGHTS_NAME][:2_500_000]
    (staging / WEIGHTS_NAME).write_bytes(half)
    (staging / "voices/af_heart.pt").write_bytes(b"of another import" + FILES[VOICE])
    (staging / "voices/zf_other.pt").write_bytes(b"of another import")
    inode = (staging / WEIGHTS_NAME).stat().st_ino
    load_model(home, source)
    assert imported(home) == FILES
    assert (home.model / WEIGHTS_NAME).stat().st_ino == inode


def test_a_killed_import_leaves_no_model_and_goes_on(home: Home) -> None:
    source = write_folder(home.root / "new", {**FILES, WEIGHTS_NAME: torch_file(4, 120_000_000)})
    process = subprocess.Popen(
        [sys.executable, "-m", "kokoro_speechd.cli.main", "model", "import", str(source)],
        env=home.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline() == b"copied 10 % of 120 MB\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
    assert not home.model.exists()
    assert home.model.with_name("model.importing").exists()
    load_model(home, source)
    assert (home.model / WEIGHTS_NAME).read_bytes() == (source / WEIGHTS_NAME).read_bytes()


def test_an_import_that_ended_between_its_last_steps(home: Home) -> None:
    load_model(home, write_folder(home.root / "new", FILES))
    home.model.rename(home.model.with_name("model.old"))
    bad = write_folder(home.root / "bad", {**FILES, VOICE: b"no voice"})
    assert home.run("model", "import", str(bad)).returncode == 1
    assert imported(home) == FILES


def test_two_imports_at_once(home: Home) -> None:
    home.model.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(home.model.parent, os.O_DIRECTORY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    said = refused(home, write_folder(home.root / "new", FILES))
    os.close(lock)
    assert "another import is running" in said


# --- remove ----------------------------------------------------------------------------------------------


def test_remove_asks_and_stays_inside(home: Home) -> None:
    load_model(home, write_folder(home.root / "new", FILES))
    beside = home.model.parent / "precious"
    beside.write_text("mine")
    assert home.run("model", "remove").returncode == 1
    assert home.run("model", "remove", text=b"no\n").returncode == 1
    assert imported(home) == FILES
    assert home.run("model", "remove", text=b"y\n").returncode == 0
    assert not home.model.exists()
    assert beside.read_text() == "mine"
    assert home.run("model", "remove", "--yes").returncode == 1
    assert home.run("model", "list").returncode == 1


def test_remove_takes_a_link_and_not_what_it_leads_to(home: Home) -> None:
    shared = write_folder(home.root / "shared", FILES)
    home.model.parent.mkdir(parents=True, exist_ok=True)
    home.model.symlink_to(shared)
    assert home.run("model", "remove", "--yes").returncode == 0
    assert not home.model.is_symlink()
    assert (shared / WEIGHTS_NAME).exists()


# --- download --------------------------------------------------------------------------------------------


class Hub(http.server.BaseHTTPRequestHandler):
    """As much of Hugging Face as huggingface_hub asks for."""

    requests: list[tuple[str, str]] = []  # noqa: RUF012 - shared by its instances on purpose

    def do_GET(self) -> None:
        self.answer(body=True)

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def answer(self, *, body: bool) -> None:
        self.requests.append((self.path, self.headers.get("Authorization", "")))
        name = self.path.partition("/resolve/f3ff357/")[2]
        if self.path.startswith("/api/models/hexgrad/Kokoro-82M"):
            siblings = [{"rfilename": name, "size": len(data)} for name, data in FILES.items()]
            siblings.append({"rfilename": "README.md", "size": 10})
            data = json.dumps({"id": "hexgrad/Kokoro-82M", "sha": "f3ff357", "siblings": siblings}).encode()
        elif name in FILES:
            data = FILES[name]
        else:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.send_header("X-Repo-Commit", "f3ff357")
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[str]:
    Hub.requests.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_download_says_how_much_and_asks(home: Home, hub: str) -> None:
    home.environment["HF_ENDPOINT"] = hub
    ran = home.run("model", "download")
    assert ran.returncode == 1, ran.stderr
    assert b"4 files, 3 MB" in ran.stdout
    assert b"Nothing was downloaded" in ran.stdout
    assert not home.model.exists()
    assert not [path for path, _ in Hub.requests if "resolve" in path]


def test_download_fetches_and_imports(home: Home, hub: str) -> None:
    home.environment["HF_ENDPOINT"] = hub
    home.environment["HF_TOKEN"] = "secret"  # noqa: S105 - a token that must not be sent
    ran = home.run("model", "download", "--yes")
    assert ran.returncode == 0, ran.stderr
    assert imported(home) == FILES
    assert not home.model.with_name("model.download").exists()
    assert {authorization for _, authorization in Hub.requests} == {""}
    assert not [path for path, _ in Hub.requests if "README" in path]


def test_download_without_a_network(home: Home) -> None:
    home.environment["HF_ENDPOINT"] = "http://127.0.0.1:1"
    begun = time.monotonic()
    ran = home.run("model", "download", "--yes")
    assert ran.returncode == 1
    assert b"are you online?" in ran.stderr
    assert b"`model import`" in ran.stderr
    assert b"Traceback" not in ran.stderr
    assert time.monotonic() - begun < 100
    home.environment["HF_HUB_OFFLINE"] = "1"
    assert b"HF_HUB_OFFLINE is set" in home.run("model", "download", "--yes").stderr


# --- hashes ----------------------------------------------------------------------------------------------


def test_published_hashes() -> None:
    """The configuration that comes with this package is the published one."""
    digest = hashlib.sha256(CONFIG.read_bytes()).hexdigest()
    assert is_published(CONFIG_NAME, digest)
    assert not is_published(WEIGHTS_NAME, digest)
    assert is_published(VOICE, "0ab5709b8ffab19bfd849cd11d98f75b60af7733253ad0d67b12382a102cb4ff")
    assert not is_published(VOICE, "1ab5709b8ffab19bfd849cd11d98f75b60af7733253ad0d67b12382a102cb4ff")
    assert not is_published("voices/xx_nobody.pt", digest)
    assert len(published_files._VOICES) == 54
    assert len(set(published_files._VOICES.values())) == 54
