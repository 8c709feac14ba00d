# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine dies or hangs: the message in progress ends, the next one is spoken, Kokoro comes back."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.desktop import wait_until
from tests.module_driver import Module, marks_of, samples_of, wait_for_kokoro
from tests.speechd.test_traps import ended

TEXT = "<speak>" + "".join(f'<mark name="{n}"/>word{n} ' for n in range(16)) + "</speak>"
NAMES = [str(n) for n in range(16)]


@pytest.mark.slow
@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_in_the_middle_of_a_sentence(
    start_module: Callable[..., Module], random_model: Path, fault: signal.Signals
) -> None:
    module = start_module(random_model, settings="[speechd]\nengine_timeout_s = 2\n")
    module.init()
    wait_for_kokoro(module)
    engine = module.daemon_pid()
    assert engine
    module.speak(TEXT + " And a second sentence follows the first one here. " * 4)
    begun = module.wait_for(lambda event: event.text == "3")
    os.kill(engine, fault)
    rest = module.wait_for(lambda event: event.text == "15", timeout=60)
    module.send("STOP\n")
    rest += module.until_end()
    assert rest[-1].code in ("702", "703")
    assert marks_of(begun + rest) == NAMES  # each once and in order, whoever spoke it
    assert {event.sample_rate for event in begun + rest if event.samples} == {24_000}
    module.speak("Hello")
    events = module.until_end()
    assert events[-1].code == "702"
    assert samples_of(events) > 0
    wait_for_kokoro(module)
    assert ended([engine])
    assert module.daemon_pid() != engine


@pytest.mark.slow
def test_while_idle_and_while_loading(start_module: Callable[..., Module], random_model: Path) -> None:
    module = start_module(random_model)
    module.init()
    for _ in range(2):  # the second one while it loads
        wait_until(lambda: module.daemon_pid() is not None, 10, "no engine")
        os.kill(module.daemon_pid() or 0, signal.SIGKILL)
        module.speak("Hello")
        assert module.until_end()[-1].code == "702"
    wait_for_kokoro(module)


@pytest.mark.slow
def test_the_log_holds_no_spoken_text(start_module: Callable[..., Module], random_model: Path) -> None:
    module = start_module(random_model)
    assert module.ask("DEBUG ON /tmp/x ") == "200"
    module.init()
    assert module.ask("LOGLEVEL", "log_level=5\n") == "203"
    word_said = "xylophone"
    for kokoro in (False, True):
        if kokoro:
            wait_for_kokoro(module)
        for command in ("SPEAK", "KEY", "SOUND_ICON", "CHAR"):
            module.speak(f"{word_said} <mark name='{word_said}'/> &{word_said};", command=command)
            module.until_end()
    module.send(f"SET\n{word_said}\n{word_said}={word_said}\n.\n{word_said}\n")
    assert module.reply()[-1].code == "203"
    assert module.reply()[-1].code == "203"
    assert module.reply()[-1].code == "300"
    module.quit()
    log = module.log.read_text()
    assert "engine" in log
    assert word_said not in log
    assert "zˈIləfˌ" not in log  # nor its phonemes
