# SPDX-License-Identifier: GPL-3.0-or-later
"""A setting holds by every way to the voice, and follows `reload`. Without a model, so espeak-ng speaks."""

from __future__ import annotations

import array
import math
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kokoro_speechd.dbus import SPIEL_NAME
from kokoro_speechd.rendering.request import SpeakOptions
from kokoro_speechd.settings import Settings
from kokoro_speechd.speechd.dotconf import ModuleConfig
from kokoro_speechd.speechd.voice_list import VoiceList
from kokoro_speechd.utterance import Kind, Parameters, Utterance
from kokoro_speechd.voices.levels import espeak_gain
from tests.daemon_driver import Daemon
from tests.dbus.spiel_client import SpielClient
from tests.desktop import wait_until
from tests.module_driver import SETTINGS, Module
from tests.private_bus import session_bus
from tests.private_home import private_environment

pytestmark = [pytest.mark.desktop, pytest.mark.slow]

TEXT = "The word спасибо and the words большое спасибо are Russian."


@dataclass(frozen=True)
class Heard:
    """What came: int16 samples."""

    samples: bytes
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / 2 / self.rate

    @property
    def level(self) -> float:
        """The mean of the squares; 0 where nothing came, as for a volume of nothing."""
        values = array.array("h", self.samples)
        return sum(value * value for value in values) / max(1, len(values))


class User:
    """Somebody whose daemon is on a session bus."""

    def __init__(self, root: Path, address: str) -> None:
        self.folder = root
        self.environment = private_environment(root / "user")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        self.daemon = Daemon(self.environment)
        self.module = Module(self.environment)
        self.module.init()
        self.spiel = SpielClient(address)
        wait_until(lambda: SPIEL_NAME in self.spiel.names("ListNames"), 20, "no provider")

    def set(self, **speech: bool | int) -> None:
        """Write settings of [speech] and have them taken over."""
        lines = [f"{name} = {str(value).lower()}\n" for name, value in speech.items()]
        path = Path(self.environment["XDG_CONFIG_HOME"]) / "kokoro-speechd/config.toml"
        path.write_text("".join(["[cache]\nwarm = false\n[speech]\n", *lines]))
        self.command("reload")

    def command(self, *arguments: str) -> None:
        subprocess.run(
            [str(Path(sys.prefix) / "bin/kokoro-speechd"), *arguments],
            env=self.environment, check=True, capture_output=True, timeout=60,
        )  # fmt: skip

    def at_the_pipe(self, settings: str = SETTINGS) -> Heard:
        self.module.speak(TEXT, settings)
        events = [event for event in self.module.until_end() if event.code == "705"]
        return Heard(b"".join(event.samples for event in events), events[0].sample_rate if events else 24_000)

    def by_the_command_line(self, *options: str) -> Heard:
        path = self.folder / "said.wav"
        self.command("say", "-o", str(path), *options, TEXT)
        with wave.open(str(path)) as sound:
            return Heard(sound.readframes(sound.getnframes()), sound.getframerate())

    def by_spiel(self) -> Heard:
        return Heard(self.spiel.speak(TEXT, voice="espeak-en-US", language="en-US").sound, 24_000)

    def close(self) -> None:
        self.spiel.close()
        self.module.close()
        self.daemon.__exit__()


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    root = tmp_path_factory.mktemp("settings")
    with session_bus(root / "bus") as address:
        user = User(root, address)
        try:
            yield user
        finally:
            user.close()


@pytest.mark.parametrize("way", [User.at_the_pipe, User.by_the_command_line, User.by_spiel])
def test_other_writing_systems_follow_their_setting(user: User, way: Callable[[User], Heard]) -> None:
    seconds = []
    for value in (True, False, True):
        user.set(writing_systems=value)
        seconds.append(way(user).seconds)
    told, untold, again = seconds
    # Read as English, the words are spelled letter by letter.
    assert untold > 1.3 * told
    assert again == pytest.approx(told, abs=0.05)


@pytest.mark.parametrize("way", [User.at_the_pipe, User.by_the_command_line, User.by_spiel])
def test_even_loudness_follows_its_setting(user: User, way: Callable[[User], Heard]) -> None:
    levels = []
    for value in (True, False, True):
        user.set(even_loudness=value)
        levels.append(way(user).level)
    even, own, again = levels
    assert math.log10(even / own) * 10 == pytest.approx(20 * math.log10(espeak_gain(None, "en-US")), abs=0.7)
    assert again == pytest.approx(even, rel=0.05)


def softly_at_the_pipe(user: User) -> Heard:
    return user.at_the_pipe(SETTINGS.replace("volume=100", "volume=-100"))


def softly_by_the_command_line(user: User) -> Heard:
    return user.by_the_command_line("--volume=-100")


@pytest.mark.parametrize("way", [softly_at_the_pipe, softly_by_the_command_line])
def test_a_volume_of_nothing_is_raised_to_the_floor(user: User, way: Callable[[User], Heard]) -> None:
    levels = []
    for percent in (0, 50, 100, 0):
        user.set(volume_floor=percent)
        levels.append(way(user).level)
    off, half, full, off_again = levels
    assert off == off_again == 0
    assert math.log10(full / half) * 10 == pytest.approx(20 * math.log10(2), abs=1.0)


def test_the_floor_leaves_what_is_louder() -> None:
    utterance = Utterance(1, Kind.TEXT, "x", Parameters(volume=-40))
    options = {percent: SpeakOptions.of(Settings(volume_floor=percent)) for percent in (0, 30, 31, 100)}
    assert options[0].loud_enough(utterance) is utterance
    assert options[30].loud_enough(utterance) is utterance
    assert options[31].loud_enough(utterance).parameters == Parameters(volume=-38)
    assert options[100].loud_enough(utterance).parameters == Parameters(volume=100)


def test_the_options_of_a_message_are_those_of_the_settings_then() -> None:
    voices = VoiceList(Settings(), ModuleConfig())
    assert voices.options == SpeakOptions(use_espeak=True, fastest=4.0, writing=True, even=True, floor=0)
    other = replace(
        Settings(),
        espeak_fallback=False,
        fastest=3.0,
        writing_systems=False,
        even_loudness=False,
        volume_floor=30,
    )
    voices.reload(other)
    assert voices.options == SpeakOptions(use_espeak=False, fastest=3.0, writing=False, even=False, floor=30)
