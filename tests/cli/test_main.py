# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import wave
from importlib import resources
from pathlib import Path

import pytest

from kokoro_speechd.audio import sonic
from kokoro_speechd.cli.doctor import checks
from kokoro_speechd.settings import Settings, load_settings
from tests.private_home import private_environment


class Home:
    """A user with folders of its own, who types commands."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = private_environment(root)

    def run(
        self, *arguments: str, text: bytes = b"", settings: str | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        if settings is not None:
            self.environment = private_environment(self.root, settings=settings)
        return subprocess.run(
            [sys.executable, "-m", "kokoro_speechd.cli.main", *arguments],
            input=text,
            capture_output=True,
            env=self.environment,
            check=False,
            cwd=self.root,
        )

    @property
    def model(self) -> Path:
        return Path(self.environment["XDG_DATA_HOME"]) / "kokoro-speechd/model"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def sound(data: bytes) -> tuple[int, bytes]:
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return file.getframerate(), file.readframes(1 << 30)


@pytest.mark.parametrize(
    "arguments",
    [(), ("sing",), ("say",), ("say", "x", "--rate", "101"), ("say", "x", "--pitch", "high"), ("model",)],
)
def test_a_wrong_command_line(home: Home, arguments: tuple[str, ...]) -> None:
    ran = home.run(*arguments)
    assert ran.returncode == 2
    assert ran.stdout == b""
    assert b"usage: kokoro-speechd" in ran.stderr


def test_without_a_model_espeak_says_it_and_why(home: Home) -> None:
    ran = home.run("say", "Hello there", "--output", "a.wav")
    assert ran.returncode == 0
    rate, samples = sound((home.root / "a.wav").read_bytes())
    assert any(samples)
    assert len(samples) > rate  # half a second
    assert ran.stdout.endswith(b"seconds, spoken by espeak-ng\n")
    assert ran.stderr.count(b"espeak-ng speaks") == 1
    assert b"kokoro-v1_0.pth" in ran.stderr
    assert b"Traceback" not in ran.stderr


def test_samples_go_to_stdout_alone(home: Home) -> None:
    ran = home.run("say", "-", "--output", "-", text=b"one two three")
    header, samples = ran.stdout[:44], ran.stdout[44:]
    assert header[:4] == b"RIFF"
    assert any(samples)
    assert ran.stdout.count(b"spoken by") == 0


def test_parameters_are_heard(home: Home) -> None:
    def length_and_peak(*arguments: str) -> tuple[int, int]:
        assert home.run("say", "Hello there, my friend", "--output", "a.wav", *arguments).returncode == 0
        samples = memoryview(sound((home.root / "a.wav").read_bytes())[1]).cast("h")
        return len(samples), max(map(abs, samples))

    length, peak = length_and_peak()
    faster, _ = length_and_peak("--rate", "50")
    _, softer = length_and_peak("--volume", "0")
    assert faster < 0.8 * length
    assert softer < 0.7 * peak
    assert length_and_peak("--language", "de")[0] != length


def test_markup_only_when_asked_for(home: Home) -> None:
    def length(*arguments: str) -> int:
        assert home.run("say", '<mark name="x"/>yes', "--output", "a.wav", *arguments).returncode == 0
        return len(sound((home.root / "a.wav").read_bytes())[1])

    assert length("--ssml") < length()


def test_espeak_may_be_forbidden(home: Home) -> None:
    ran = home.run("say", "x", "--output", "a.wav", settings="[speech]\nespeak_fallback = false\n")
    assert ran.returncode == 1
    assert b"kokoro-v1_0.pth" in ran.stderr
    assert not (home.root / "a.wav").exists()


def test_a_place_that_cannot_be_written(home: Home) -> None:
    ran = home.run("say", "x", "--output", "no/such/folder/a.wav")
    assert ran.returncode == 1
    assert b"no/such/folder/a.wav" in ran.stderr
    assert b"Traceback" not in ran.stderr


def test_a_failure_leaves_the_file_as_it_was(home: Home) -> None:
    (home.root / "a.wav").write_bytes(b"precious")
    (home.root / "link.wav").symlink_to("a.wav")
    for name in ("a.wav", "link.wav"):
        ran = home.run("say", "x", "--output", name, settings="[speech]\nespeak_fallback = false\n")
        assert ran.returncode == 1
        assert (home.root / "a.wav").read_bytes() == b"precious"
    before = sorted(home.root.iterdir())
    (home.root / "a.wav").chmod(0o640)
    ran = home.run("say", "x", "--output", "link.wav", settings="")
    assert ran.returncode == 0, ran.stderr
    assert (home.root / "link.wav").is_symlink()
    assert any(sound((home.root / "a.wav").read_bytes())[1])
    assert (home.root / "a.wav").stat().st_mode & 0o777 == 0o640
    assert sorted(home.root.iterdir()) == before


def test_a_device_is_written_and_not_replaced(home: Home) -> None:
    assert home.run("say", "x", "--output", "/dev/null").returncode == 0
    assert Path("/dev/null").is_char_device()
    os.mkfifo(home.root / "pipe")
    with subprocess.Popen(["cat", home.root / "pipe"], stdout=subprocess.PIPE) as reader:
        assert home.run("say", "x", "--output", "pipe").returncode == 0
        assert reader.stdout is not None
        assert any(reader.stdout.read()[44:])


def test_the_times_of_words_beside_the_sound(home: Home) -> None:
    text = "Hello there, (my) friend & foe."
    ran = home.run("say", text, "--output", "a.wav", "--marks", "a.json")
    assert ran.returncode == 0, ran.stderr
    rate, samples = sound((home.root / "a.wav").read_bytes())
    rows = json.loads((home.root / "a.json").read_text())
    assert [text[row["start"] : row["end"]] for row in rows] == ["Hello", "there", "my", "friend", "foe"]
    begins = [row["start_s"] for row in rows]
    assert begins == sorted(begins)
    assert begins[0] < 0.3 < begins[-1]
    assert [row["end_s"] for row in rows] == [*begins[1:], pytest.approx(len(samples) / 2 / rate, abs=0.001)]
    assert home.run("say", text, "--output", "b.wav").returncode == 0
    assert (home.root / "a.wav").read_bytes() == (home.root / "b.wav").read_bytes()  # it sounds the same
    ran = home.run(
        "say", "--ssml", "<speak>One <mark name='m'/>R&amp;B</speak>", "-o", "a.wav", "--marks", "a.vtt"
    )
    assert ran.returncode == 0, ran.stderr
    head, one, two = (home.root / "a.vtt").read_text().split("\n\n")
    assert head == "WEBVTT"
    assert re.fullmatch(r"00:00:00\.\d{3} --> 00:00:00\.\d{3}\nOne", one)
    assert re.fullmatch(r"00:00:00\.\d{3} --> 00:00:0\d\.\d{3}\nR&amp;B\n", two)


def test_bytes_that_are_no_utf8_are_replaced_and_that_is_said(home: Home) -> None:
    said = "kokoro-speechd: some bytes of the text are not UTF-8; they were replaced by \ufffd\n".encode()
    ran = home.run("say", "caf\udce9 one", "--output", "a.wav")
    assert (ran.returncode, b"Traceback" in ran.stderr) == (0, False)
    assert ran.stderr.startswith(said)
    assert any(sound((home.root / "a.wav").read_bytes())[1])
    ran = home.run("say", "-", "--output", "a.wav", text=b"caf\xe9 one")
    assert (ran.returncode, ran.stderr.count(said)) == (0, 1), ran.stderr
    ran = home.run("say", "-", "--output", "a.wav", text="caf\u00e9 \ufffd".encode())
    assert (ran.returncode, said in ran.stderr) == (0, False)
    for arguments in (
        ("say", "x", "--voice", "\udce9", "--output", "a.wav"),
        ("voices", "--language", "\udce9"),
        ("pronounce", "caf\udce9"),
        ("pronounce", "caf\udce9", "ka\udcfffay"),
        ("say", "x", "--output", "caf\udce9.wav"),
    ):
        ran = home.run(*arguments)
        assert b"Traceback" not in ran.stderr, (arguments, ran.stderr)
        assert arguments[-1].endswith(".wav") or said in ran.stderr
    assert (home.root / "caf\udce9.wav").exists()


def test_the_help_says_what_the_rate_means(home: Home) -> None:
    said = " ".join(home.run("say", "--help").stdout.decode().split())
    assert Settings().fastest == 4
    assert "100 four times that, or `fastest` of the settings" in said


def test_a_settings_file_to_begin_with(home: Home) -> None:
    path = Path(home.environment["XDG_CONFIG_HOME"]) / "kokoro-speechd/config.toml"
    system = Path(home.environment["XDG_CONFIG_DIRS"]) / "kokoro-speechd/config.toml"
    path.unlink()
    path.parent.rmdir()
    assert home.run("config").stdout.decode() == f"{path} (not there)\n{system} (not there)\n"
    ran = home.run("config", "--write")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert str(path) in ran.stdout.decode()
    example = Path(__file__).parents[2] / "config/config.toml"
    assert path.read_bytes() == example.read_bytes()
    assert load_settings([path]) == Settings()
    path.write_text("[speech]\nfastest = 3\n")
    ran = home.run("config", "--write")
    assert ran.returncode == 1
    assert f"{path} is there already".encode() in ran.stderr
    assert load_settings([path]).fastest == 3
    assert home.run("config", "--force").returncode == 2
    assert home.run("config", "--write", "--force").returncode == 0
    assert path.read_bytes() == example.read_bytes()
    assert home.run("config").stdout.decode().splitlines()[0] == str(path)


def test_mistakes_in_the_settings_are_named(home: Home) -> None:
    ran = home.run("say", "x", "--output", "a.wav", settings="[speech]\nespeak_fallbak = false\n")
    assert ran.returncode == 0
    assert b"config.toml:2: unknown key" in ran.stderr


def test_no_voices(home: Home) -> None:
    ran = home.run("voices")
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert b"doctor" in ran.stderr
    ran = home.run("voices", "--json")
    assert (ran.returncode, json.loads(ran.stdout)) == (1, [])


def test_mixed_voices_are_listed_and_wrong_ones_named(home: Home) -> None:
    (home.model / "voices").mkdir(parents=True)
    for name in ("af_heart", "af_bella"):
        (home.model / f"voices/{name}.pt").write_bytes(b"PK\x03\x04")
    (home.model / "kokoro-v1_0.pth").write_bytes(b"PK\x03\x04")
    config = resources.files("kokoro_speechd.synthesis.files").joinpath("kokoro-config.json").read_bytes()
    (home.model / "config.json").write_bytes(config)
    mixes = '[voices]\ncalm = "af_heart+af_bella:3"\nodd = "af_heart+nobody"\nbad = "+"\n'
    ran = home.run("voices", "--json", settings=mixes)
    assert b"config.toml:4: bad must be voices" in ran.stderr
    assert [(row["name"], row["mix"]) for row in json.loads(ran.stdout)] == [
        ("af_bella", ""),
        ("af_heart", ""),
        ("calm", "af_heart:0.25+af_bella:0.75"),
    ]
    assert "calm      en-US  female  -" in home.run("voices").stdout.decode()
    found = json.loads(home.run("doctor", "--json").stdout)["findings"]
    mixed = {row["detail"]: row["state"] for row in found if row["subject"] == "Mixed voice"}
    assert mixed == {"calm: af_heart:0.25+af_bella:0.75": "ok", "odd is mixed of nobody, not here": "missing"}


def findings(ran: subprocess.CompletedProcess[bytes]) -> dict[str, dict[str, str]]:
    document = json.loads(ran.stdout)
    assert ran.returncode == (0 if document["ok"] else 1)
    return {finding["subject"]: finding for finding in document["findings"]}


def test_the_doctor_names_what_is_missing_and_what_to_do(home: Home) -> None:
    found = findings(home.run("doctor", "--json"))
    assert found["Python"]["state"] == found["Libraries"]["state"] == found["espeak-ng"]["state"] == "ok"
    assert found["Model"]["state"] == found["Voices"]["state"] == "missing"
    assert "kokoro-v1_0.pth" in found["Model"]["advice"]
    assert found["Output module"]["state"] == "missing"
    assert {f"Language {tag}" for tag in ["en", "es", "fr", "hi", "it", "ja", "pt", "zh"]} <= set(found)
    ran = home.run("doctor")
    assert ran.returncode == 1
    assert b"[MISSING]  Model" in ran.stdout
    first = ran.stdout.splitlines()[0]
    assert b" missing: " in first
    assert b"Model, Voices" in first


@pytest.mark.parametrize(("settings", "reason"), [(b"[speech\n", "not TOML"), (b"# caf\xe9\n", "not UTF-8")])
def test_the_doctor_says_one_thing_of_a_file_of_which_nothing_applies(
    home: Home, settings: bytes, reason: str
) -> None:
    path = Path(home.environment["XDG_CONFIG_HOME"]) / "kokoro-speechd/config.toml"
    path.write_bytes(settings)
    rows = [
        row
        for row in json.loads(home.run("doctor", "--json").stdout)["findings"]
        if row["subject"] == "Settings"
    ]
    well, wrong = rows
    assert well["detail"] == f"defaults; your own would be in {path}"
    assert f"{path}:1: {reason}" in wrong["detail"]
    assert wrong["detail"].endswith("nothing of this file applies")
    assert wrong["advice"] == "Correct this."
    path.write_text("[speech]\nfastest = 99\n")
    rows = [
        row
        for row in json.loads(home.run("doctor", "--json").stdout)["findings"]
        if row["subject"] == "Settings"
    ]
    assert rows[0]["detail"] == str(path)
    assert rows[1]["advice"] == "Correct this; the rest of the file applies."


def test_the_doctor_tells_whether_fast_speech_is_stretched(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert findings(home.run("doctor", "--json"))["Fast speech"]["state"] == "ok"
    sonic.load.cache_clear()
    monkeypatch.setattr(sonic, "_candidates", lambda: ["libno-such-thing.so.0"])
    try:
        found = checks.stretch()
    finally:
        sonic.load.cache_clear()
    assert found.state is checks.State.OPTIONAL
    assert "libno-such-thing" in found.detail
    assert "libsonic0" in found.advice


def test_the_doctor_loads_no_torch(home: Home) -> None:
    code = (
        "import sys; from kokoro_speechd.cli.main import main; main(['doctor']);print('torch' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, env=home.environment, check=True)
    assert ran.stdout.endswith(b"False\n")


def test_a_random_model_is_loudly_noise_and_never_overwrites(home: Home) -> None:
    home.model.mkdir(parents=True)
    (home.model / "kokoro-v1_0.pth").write_bytes(b"precious")
    ran = home.run("model", "random", str(home.model))
    assert ran.returncode == 1
    assert b"holds a model already" in ran.stderr
    assert (home.model / "kokoro-v1_0.pth").read_bytes() == b"precious"


@pytest.mark.slow
def test_the_random_model_speaks(home: Home) -> None:
    ran = home.run("model", "random", str(home.model), "--seed", "3")
    assert ran.returncode == 0
    assert b"NOISE, NOT SPEECH" in ran.stderr
    voices = json.loads(home.run("voices", "--json").stdout)
    assert voices
    assert {"name", "language", "gender", "quality", "path", "mix"} == set(voices[0])
    assert voices[0]["name"].encode() in home.run("voices").stdout
    ran = home.run("say", "Hello", "--voice", voices[0]["name"].upper(), "--output", "a.wav")
    assert ran.returncode == 0, ran.stderr
    assert b"spoken by Kokoro" in ran.stdout
    assert ran.stderr == b""
    rate, samples = sound((home.root / "a.wav").read_bytes())
    assert rate == 24_000
    assert any(samples)
    mix = f"{voices[0]['name']}:2 + {voices[1]['name']}"
    ran = home.run("say", "Hello", "--voice", mix, "--output", "a.wav")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"spoken by Kokoro" in ran.stdout
    ran = home.run("say", "Hello", "--voice", "nobody", "--output", "b.wav")
    assert ran.returncode == 1
    assert (
        ran.stderr == b"kokoro-speechd: there is no voice 'nobody' here; `kokoro-speechd voices` lists them\n"
    )
    found = findings(home.run("doctor", "--json", "--load"))
    assert found["Voices"]["state"] == found["Loading"]["state"] == "ok"
    assert "NOISE, NOT SPEECH" in found["Model"]["detail"]
