# SPDX-License-Identifier: GPL-3.0-or-later
"""The user's words in the sound of the real processes: from the next message on, marks in their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from kokoro_speechd.pronunciations.files import UserPronunciations
from kokoro_speechd.rendering.synthesizer import open_synthesizer
from kokoro_speechd.utterance import Kind, MarkReached, Parameters, Utterance
from tests.daemon_driver import Client, Daemon
from tests.module_driver import Module, marks_of, samples_of
from tests.private_home import private_environment

LONG = "one two three four five six seven eight nine ten"


def words_of(environment: Mapping[str, str]) -> Path:
    folder = Path(environment["XDG_CONFIG_HOME"]) / "kokoro-speechd/pronunciations"
    folder.mkdir(exist_ok=True)
    return folder


def heard(client: Client, text: str, generation: int) -> tuple[int, list[tuple[str, int]]]:
    """Return the samples of a message, and the sample of each mark."""
    client.speak(text, generation)
    samples, marks = 0, []
    while (frame := client.expect("audio", "mark", "end")).type != "end":
        if frame.type == "audio":
            samples += len(frame.payload) // 2
        else:
            marks.append((frame.string("name"), samples))
    return samples, marks


@pytest.mark.slow
def test_the_daemon_speaks_so_from_the_next_message_on(random_model: Path, tmp_path: Path) -> None:
    environment = private_environment(tmp_path, random_model)
    text = '<speak>I use <mark name="a"/>GNOME <mark name="b"/>now.</speak>'
    with Daemon(environment) as daemon:
        client = daemon.client()
        client.load()
        plain, (_, (_, end)) = heard(client, text, 1)
        (words_of(environment) / "en.txt").write_text(f"GNOME = {LONG}\nwrong line\n")
        longer, ((first, begin), (second, longer_end)) = heard(client, text, 2)
        assert (first, second) == ("a", "b")
        assert longer > plain + 24_000
        assert begin < longer_end - 24_000  # all of it lies between the two marks
        assert longer_end > end + 24_000
        (words_of(environment) / "en.txt").write_text(f"GNOME = /{'nəʊm ' * 12}/\n")
        ipa, ((_, begin), (_, ipa_end)) = heard(client, text, 3)
        assert ipa > plain + 12_000
        assert begin < ipa_end - 12_000
        (words_of(environment) / "en.txt").unlink()
        assert heard(client, text, 4)[0] == plain
        log = daemon.log.read_text()
        assert "en.txt:2: needs a word" in log
        assert "wrong line" not in log
        client.close()


def test_so_does_espeak_in_the_module(tmp_path: Path) -> None:
    environment = private_environment(tmp_path)
    module = Module(environment)
    try:
        module.init()
        text = '<speak>I use <mark name="a"/>GNOME <mark name="b"/>now.</speak>'
        module.speak(text)
        plain = module.until_end()
        (words_of(environment) / "all.txt").write_text(f"GNOME = {LONG}\nnow = /naʊ/\n")
        module.speak(text)
        longer = module.until_end()
        assert samples_of(longer) > samples_of(plain) + 22_050
        assert marks_of(longer) == ["a", "b"]
        module.speak("a", command="CHAR")
        assert samples_of(module.until_end()) > 0
        assert module.quit() == 0
    finally:
        module.close()


@pytest.mark.slow
def test_every_mark_is_reached_in_order(
    random_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marks before, in and behind words that are read otherwise."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "data/kokoro-speechd").mkdir(parents=True)
    (tmp_path / "data/kokoro-speechd/model").symlink_to(random_model)
    (tmp_path / "en.txt").write_text('GNOME = guh-nome\nnginx = /ˈɛndʒɪnˈɛks/\nsilent = ""\n')
    words = UserPronunciations([tmp_path])
    synthesizer = open_synthesizer()
    renderer = synthesizer._renderer
    monkeypatch.setattr(
        renderer, "_synthesis_options", replace(renderer._synthesis_options, pronouncer=words)
    )
    pieces = ["I ", "use ", "GN", "OME's ", "silent ", "ngi", "nx, ", "nginx", ".conf ", "silent"]
    document = "".join(f'<mark name="{place}"/>{piece}' for place, piece in enumerate(pieces))
    items = list(
        synthesizer.speak(Utterance(1, Kind.TEXT, document, Parameters()), "af_heart", "en-US", lambda: None)
    )
    assert [item.name for item in items if isinstance(item, MarkReached)] == [
        str(n) for n in range(len(pieces))
    ]
