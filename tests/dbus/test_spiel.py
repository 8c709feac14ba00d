# SPDX-License-Identifier: GPL-3.0-or-later
"""The Spiel provider of a real daemon on a private bus, with a client that reads as libspiel does."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kokoro_speechd.dbus import SPIEL_NAME
from kokoro_speechd.dbus.spiel import FORMAT
from kokoro_speechd.dbus.spiel_stream import MOST, EventType, SpielEvent, event_chunk, sound_chunks
from tests.daemon_driver import Daemon
from tests.dbus.spiel_client import Heard, SpielClient, Stream
from tests.desktop import wait_until
from tests.private_bus import session_bus
from tests.private_home import end_daemon, private_environment

pytestmark = [pytest.mark.desktop, pytest.mark.slow]

ERROR = "io.github.kokoro_speechd.Error."
TEXT = "One two three. Four five, “six”!"
LONG = "This is a long message that goes on for quite a while, and then it goes on. " * 20


class Provider:
    """A daemon on a bus, with a client of each kind."""

    def __init__(self, root: Path, address: str, model: Path | None) -> None:
        self.address = address
        self.environment = private_environment(root, model)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        self.daemon = Daemon(self.environment)
        self.module = self.daemon.client()
        self.spiel = SpielClient(address)
        wait_until(lambda: SPIEL_NAME in self.spiel.names("ListNames"), 20, "no provider")

    def cpu(self) -> float:
        """Return the seconds of CPU that the daemon has used."""
        fields = Path(f"/proc/{self.daemon.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def is_quiet(self) -> bool:
        before = self.cpu()
        time.sleep(0.5)
        return self.cpu() - before < 0.05

    def log(self) -> str:
        return self.daemon.log.read_text()

    def close(self) -> None:
        self.spiel.close()
        self.module.close()
        self.daemon.__exit__()


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory, random_model: Path) -> Iterator[Provider]:
    root = tmp_path_factory.mktemp("spiel")
    with session_bus(root / "bus") as address:
        provider = Provider(root / "user", address, random_model)
        try:
            provider.module.load()
            yield provider
        finally:
            provider.close()


def test_the_provider_is_found_with_its_voices(provider: Provider) -> None:
    assert provider.spiel.get("Name") == "Kokoro"
    voices = provider.spiel.get("Voices")
    assert len(voices) == 19
    assert ("af_heart", "af_heart", FORMAT, 259835, ["en-US", "en"]) in voices
    assert ("pf_dora", "pf_dora", FORMAT, 259835, ["pt-BR", "pt"]) in voices


def test_sound_and_events_of_a_text(provider: Provider) -> None:
    heard = provider.spiel.speak(TEXT)
    assert [TEXT[event.start : event.end] for event in heard.of(EventType.WORD)] == [
        *("One", "two", "three", "Four", "five", "six")
    ]
    assert [TEXT[event.start : event.end] for event in heard.of(EventType.SENTENCE)] == [
        *("One two three.", "Four five, “six”!")
    ]
    assert [event.kind for _, event in heard.events[:2]] == [EventType.SENTENCE, EventType.WORD]
    places = [place for place, event in heard.events if event.kind is EventType.WORD]
    assert places == sorted(set(places))  # each at a sample of its own
    assert places[-1] < len(heard.sound) // 2
    assert any(heard.sound)


def test_the_sound_is_what_the_daemon_renders_for_others(provider: Provider) -> None:
    client = provider.module
    client.speak("Hello there", generation=1)
    samples = b""
    while (frame := client.expect("audio", "end")).type == "audio":
        samples += frame.payload
    assert provider.spiel.speak("Hello there").sound == samples


def test_marks_of_ssml(provider: Provider) -> None:
    text = "<speak>One <mark name='first'/>two <mark name='&#228;'/>three<mark name='last'/></speak>"
    heard = provider.spiel.speak(text, is_ssml=True)
    assert [
        event.name or text[event.start : event.end]
        for _, event in heard.events
        if event.kind is not EventType.SENTENCE
    ] == ["One", "first", "two", "ä", "three", "last"]
    places = [place for place, _ in heard.events]
    assert places == sorted(places)
    assert heard.events[-1][0] == len(heard.sound) // 2


def test_rate_and_pitch(provider: Provider) -> None:
    normal, fast, slow = (len(provider.spiel.speak(TEXT, rate=rate).sound) for rate in (1.0, 2.0, 0.5))
    assert fast < 0.7 * normal
    assert slow > 1.4 * normal
    high, usual = provider.spiel.speak(TEXT, pitch=1.5).sound, provider.spiel.speak(TEXT).sound
    assert high != usual


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf"), -1.0, 1e300])
def test_numbers_that_mean_nothing_are_spoken_all_the_same(provider: Provider, number: float) -> None:
    assert any(provider.spiel.speak("x", rate=number, pitch=number).sound)


def test_a_voice_that_is_not_there_is_replaced(provider: Provider) -> None:
    assert any(provider.spiel.speak("x", voice="nobody").sound)
    assert any(provider.spiel.speak("x", voice="").sound)
    assert any(provider.spiel.speak("Guten Tag", voice="espeak-de").sound)


@pytest.mark.parametrize("text", ["", " ", "...", "<speak><mark", "&", "\ufffc", "\U0001f600"])
@pytest.mark.parametrize("is_ssml", [True, False])
def test_odd_texts_come_to_an_end(provider: Provider, text: str, is_ssml: bool) -> None:
    provider.spiel.speak(text, is_ssml=is_ssml)


def test_bad_calls(provider: Provider) -> None:
    reading, writing = os.pipe()
    try:
        assert provider.spiel.send("secret", reading) == ERROR + "InvalidArgument"
        assert provider.spiel.send("secret", None) == "org.freedesktop.DBus.Error.InvalidArgs"
        assert provider.spiel.send("secret" * 20_000, writing) == ERROR + "TooLong"
    finally:
        os.close(reading)
        os.close(writing)
    assert "secret" not in provider.log()


def test_more_than_it_can_hold_is_refused_and_what_it_holds_goes_on(provider: Provider) -> None:
    files = provider.daemon.files()
    streams = [provider.spiel.ask(f"{number}. {'z ' * 49_990}") for number in range(10)]
    reading, writing = os.pipe()
    assert provider.spiel.send("one more " * 1000, writing) == ERROR + "Busy"
    os.close(writing)
    assert os.read(reading, 1) == b""
    os.close(reading)
    for stream in streams:
        assert stream.header() == b"0.01"
        stream.close()
    wait_until(lambda: provider.daemon.files() == files, 20, "the pipes stay open")
    assert any(provider.spiel.speak("x").sound)


def test_cancelling_closes_the_pipe_and_stops_synthesis(provider: Provider) -> None:
    files = provider.daemon.files()
    stream = provider.spiel.ask(LONG)
    heard = Heard()
    assert stream.header() == b"0.01"
    while len(heard.sound) < 10_000:
        assert stream.chunk(heard)
    begun = provider.cpu()
    stream.close()
    wait_until(lambda: provider.daemon.files() == files, 10, "the pipe stays open")
    wait_until(provider.is_quiet, 20, "it goes on rendering")
    assert provider.cpu() - begun < 5  # all of it takes longer


def test_a_client_that_reads_nothing_is_left_alone_and_cancels(provider: Provider) -> None:
    files = provider.daemon.files()
    stream = provider.spiel.ask(LONG)
    wait_until(provider.is_quiet, 60, "it renders more than anybody needs")
    assert any(provider.spiel.speak("x").sound)  # nobody waits for it
    stream.close()
    wait_until(lambda: provider.daemon.files() == files, 10, "the pipe stays open")


def test_two_clients_and_two_texts_of_one_at_the_same_time(provider: Provider) -> None:
    other = SpielClient(provider.address)
    alone = provider.spiel.speak(TEXT).sound
    streams = [provider.spiel.ask(TEXT), provider.spiel.ask(TEXT), other.ask(TEXT)]
    heard: list[Heard] = []
    readers = [threading.Thread(target=lambda s=s: heard.append(s.all())) for s in streams]  # type: ignore[misc]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(60)
    other.close()
    assert [found.sound for found in heard] == [alone] * 3


def test_texts_that_are_handed_over_at_once_come_in_their_order(provider: Provider) -> None:
    streams = [provider.spiel.ask(f"This is number {number}.") for number in range(8)]
    assert all(stream.header() == b"0.01" for stream in streams)  # also of those that wait
    done = []
    for stream in streams:
        heard = Heard()
        while stream.chunk(heard):
            pass
        done.append(bool(heard.sound))
        stream.close()
    assert done == [True] * 8


def test_who_speaks_through_speech_dispatcher_does_not_wait(provider: Provider) -> None:
    streams = [provider.spiel.ask(f"{number}. {LONG}") for number in range(4)]
    enough = threading.Event()
    readers = [threading.Thread(target=read_until, args=(enough, stream)) for stream in streams]
    for reader in readers:
        reader.start()
    client = provider.module
    wait_until(lambda: not provider.is_quiet(), 20, "nothing is rendered")
    client.speak("A word", generation=2)
    client.expect("end")  # all of it, while not one of the four is over
    assert all(reader.is_alive() for reader in readers)
    enough.set()
    for reader in readers:
        reader.join(60)


def read_until(enough: threading.Event, stream: Stream) -> None:
    assert stream.header() == b"0.01"
    while not enough.is_set() and stream.chunk(Heard()):
        pass
    stream.close()


def test_many_calls_leave_no_files_and_no_memory_behind(provider: Provider) -> None:
    def many_calls() -> None:
        for number in range(200):
            if number % 4:
                stream = provider.spiel.ask("x" * 4000 if number % 4 == 1 else "y", voice="espeak-en")
                stream.header()
                stream.close()  # at once
            else:
                reading, writing = os.pipe()
                provider.spiel.send("z" * 100_001, writing)
                os.close(writing)
                assert os.read(reading, 1) == b""
                os.close(reading)
            wait_until(lambda: provider.daemon.files() < files + 50, 30, "files stay open")
        wait_until(provider.is_quiet, 60, "it goes on")

    files = provider.daemon.files()
    many_calls()  # what is set up once
    files, memory = provider.daemon.files(), provider.daemon.rss()
    many_calls()
    wait_until(lambda: provider.daemon.files() == files, 10, "files stay open")
    assert provider.daemon.rss() - memory < 8 << 20  # all texts together would be 5 MB, their sound 60 MB


def test_espeak_speaks_while_the_model_loads(provider: Provider) -> None:
    control = ("io.github.kokoro_speechd", "/io/github/kokoro_speechd", "io.github.kokoro_speechd.Control1")
    spiel = provider.spiel
    spiel.bus.call_sync(*control, "UnloadModel", None, None, spiel.gio.DBusCallFlags.NONE, 30_000, None)
    heard = spiel.speak(TEXT)
    assert any(heard.sound)
    spoken = [TEXT[event.start : event.end] for event in heard.of(EventType.WORD)]
    assert spoken == ["One", "two", "three", "Four", "five", "six"]
    assert 1 < len(heard.sound) / 2 / 24_000 < 10
    provider.module.load()


def test_without_a_model_espeak_speaks_and_voices_are_told_when_they_come(
    tmp_path: Path, random_model: Path
) -> None:
    with session_bus(tmp_path / "bus") as address:
        provider = Provider(tmp_path / "user", address, None)
        try:
            client = provider.spiel
            ids = [voice[1] for voice in client.get("Voices")]
            assert "espeak-de" in ids
            assert "af_heart" not in ids
            assert any(client.speak("Guten Tag", voice="espeak-de").sound)
            assert any(client.speak("Hello", voice="af_heart").sound)
            told: list[list[str]] = []
            client.bus.signal_subscribe(
                *(SPIEL_NAME, "org.freedesktop.DBus.Properties", "PropertiesChanged", None, None),
                client.gio.DBusSignalFlags.NONE,
                lambda *message: told.append([voice[1] for voice in message[5].unpack()[1]["Voices"]]),
            )
            place = Path(provider.environment["XDG_DATA_HOME"]) / "kokoro-speechd"
            place.mkdir()
            (place / "model").symlink_to(random_model)
            client.bus.call_sync(
                *("io.github.kokoro_speechd", "/io/github/kokoro_speechd"),
                *("io.github.kokoro_speechd.Control1", "Reload", None, None),
                *(client.gio.DBusCallFlags.NONE, 30_000, None),
            )

            def is_told() -> bool:
                client.glib.MainContext.default().iteration(False)
                return bool(told)

            wait_until(is_told, 20, "the voices are not told")
            assert "af_heart" in told[0]
        finally:
            provider.close()


def test_the_bus_starts_the_provider(tmp_path: Path) -> None:
    services = tmp_path / "bus/services"
    services.mkdir(parents=True)
    file = Path(__file__).parent.parent.parent / f"systemd/{SPIEL_NAME}.service"
    command = str(Path(sys.prefix) / "bin/kokoro-speechd")
    (services / file.name).write_text(file.read_text().replace("/usr/bin/kokoro-speechd", command))
    environment = private_environment(tmp_path / "user")
    # The bus gives what it starts its own environment, and the address of itself.
    with session_bus(tmp_path / "bus", environment) as address:
        client = SpielClient(address)
        try:
            assert SPIEL_NAME in client.names("ListActivatableNames")
            assert SPIEL_NAME not in client.names("ListNames")
            assert any(client.speak("Hello", voice="espeak-en").sound)
        finally:
            client.close()
            end_daemon(environment)


def test_chunks_are_written_as_a_whole() -> None:
    samples = bytes(range(256)) * 100
    chunks = list(sound_chunks(samples))
    assert all(len(chunk) <= MOST for chunk in chunks)
    assert b"".join(chunk[5:] for chunk in chunks) == samples
    assert all(len(chunk[5:]) % 2 == 0 for chunk in chunks)
    long = event_chunk(SpielEvent(EventType.MARK, 0, 0, "ä" * 5000))
    assert len(long) <= MOST
    reading, writing = os.pipe()
    os.write(writing, long)
    os.close(writing)
    heard = Heard()
    assert Stream(reading).chunk(heard)
    os.close(reading)
    assert set(heard.events[0][1].name) == {"ä"}
