# SPDX-License-Identifier: GPL-3.0-or-later
"""The traps that speech-dispatcher lays for a module's author, one test each, against the real process.

Each broken one silences a desktop on speech-dispatcher 0.11.4 or makes it slow. The numbers are those of the
project's notes on the protocol. The module speaks with espeak-ng here (no model), unless a test says so.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.desktop import wait_until
from tests.module_driver import SETTINGS, TERMINAL, Module, marks_of, samples_of, wait_for_kokoro
from tests.private_home import private_environment

LONG = "The quick brown fox jumps over the lazy dog. " * 12
StartModule = Callable[..., Module]


def test_trap_01_stdout_belongs_to_the_protocol(tmp_path: Path) -> None:
    """A library that prints, from Python, from C or from a child, does not reach the server."""
    code = (
        "import os, subprocess, sys, ctypes\n"
        "from kokoro_speechd.speechd.entry import take_stdout\n"
        "private = take_stdout()\n"
        "print('stray', flush=True); os.write(1, b'stray')\n"
        "ctypes.CDLL(None).puts(b'stray'); ctypes.CDLL(None).fflush(None)\n"
        "subprocess.run(['echo', 'stray'])\n"
        "os.write(private, b'299 OK\\n')\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert ran.stdout == b"299 OK\n"
    assert ran.stderr.count(b"stray") == 4


def test_trap_02_200_comes_first_and_701_after_it(module: Module) -> None:
    module.send(f"SET\n{SETTINGS}.\n")
    module.send("SPEAK\n<speak>Hello there</speak>\n.\n")
    codes = [module.next().code for _ in range(6)]
    assert codes == ["203", "203", "202", "200", "701", "705"]


def test_trap_03_exactly_one_terminal_event_and_none_when_idle(module: Module) -> None:
    for text in ("Hello", "", "<speak>One. <mark name='a'/></speak>"):
        module.speak(text)
        events = module.until_end()
        assert [event.code for event in events if event.code in TERMINAL] == ["702"]
        assert module.silent()


def test_trap_04_two_stops_one_answer_and_silence_when_idle(module: Module) -> None:
    module.send("STOP\nSTOP\n")
    assert module.silent()
    module.speak(LONG)
    module.wait_for(lambda event: event.code == "705")
    module.send("STOP\nSTOP\n")
    assert module.until_end()[-1].code == "703"
    assert module.silent()


def test_trap_05_stop_races_with_the_end(module: Module) -> None:
    """Whenever STOP comes around the end of a message, one of the two events is written, never both."""
    seen = set()
    for delay in [0.05 * step for step in range(16)]:
        module.speak("<speak>a</speak>")
        time.sleep(delay)
        module.send("STOP\n")
        assert module.ask("DEBUG", None) == "300"  # the answer to STOP, if any, was written before this
        ends = [event.code for event in module.kept if event.code in TERMINAL]
        assert len(ends) == 1
        seen.add(ends[0])
        module.kept.clear()
    assert seen == {"702", "703"}


def test_trap_06_702_and_704_need_a_701(module: Module) -> None:
    module.speak("")
    assert [event.code for event in module.until_end()] == ["701", "702"]
    module.ask("SET", SETTINGS)
    module.send("SPEAK\n.\nPAUSE\n")
    module.reply(), module.reply()
    events = [event.code for event in module.until_end()]
    assert events in (["701", "702"], ["701", "700", "704"])


def test_trap_07_never_refuse_never_die(module: Module) -> None:
    odd = (
        "\x01\x1b\ufeff\u200b\u2028",
        "<",
        "&&&",
        "<speak><speak>",
        "]]>",
        "\U0001f600" * 5,
        "漢字かな",
        "\ud7ff",
    )
    for command in ("SPEAK", "CHAR", "KEY", "SOUND_ICON"):
        for text in odd:
            module.speak(text, command=command)
            assert module.until_end()[-1].code == "702"
    assert module.process.poll() is None


@pytest.mark.slow
def test_trap_08_stop_is_answered_while_synthesis_runs(start_module: StartModule, random_model: Path) -> None:
    module = start_module(random_model)
    module.init()
    wait_for_kokoro(module)
    module.speak("x " + "This goes on and on without a full stop, " * 40)
    time.sleep(0.3)  # inside the model's first forward pass
    sent = time.monotonic()
    module.send("STOP\n")
    event = module.until_end()[-1]
    assert event.code == "703"
    assert event.time - sent < 1  # seconds; the pass itself would take far longer
    module.speak("Hello")
    assert module.until_end()[-1].code == "702"


def test_trap_09_blocks_are_never_interleaved_with_replies(module: Module) -> None:
    """The driver's parser fails on anything inside a block, a mark or a list."""
    module.speak("<speak>" + "".join(f'<mark name="{n}"/>word ' for n in range(60)) + "</speak>")
    for _ in range(200):
        assert module.ask("LIST VOICES") == "200"
    module.send("STOP\n")
    assert module.until_end()[-1].code == "703"


def test_trap_10_a_server_that_does_not_read_does_not_block_commands(tmp_path: Path) -> None:
    """With nobody reading the pipe the module fills it, and still takes commands."""
    environment = private_environment(tmp_path, settings="[speechd]\nlead_ms = 500\n")
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "kokoro_speechd.speechd.entry"],
        stdin=subprocess.PIPE,
        stdout=writing,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    os.close(writing)
    try:
        assert process.stdin is not None
        process.stdin.write(b"INIT\n" + b"LIST VOICES\n" * 3000)  # far more than a pipe holds
        process.stdin.write(f"SPEAK\n{LONG}\n.\n".encode())
        process.stdin.write(b"LIST VOICES\n" * 3000)  # would never be taken in by a module that waits
        process.stdin.flush()
        process.stdin.close()  # end of input: leave at once, whatever waits
        process.wait(30)
    finally:
        process.kill()
        process.wait()
        os.close(reading)


def test_trap_11_audio_leads_by_at_most_half_a_second(module: Module) -> None:
    module.speak(LONG)
    first = module.wait_for(lambda event: event.code == "705")[-1]
    sent = samples_of([first]) / first.sample_rate
    leads = []
    while sent < 3:
        event = module.event()
        sent += samples_of([event]) / first.sample_rate
        leads.append(sent - (event.time - first.time))
    assert max(leads) <= 0.8  # 0.5 and what a busy machine takes to show us the first block
    assert max(leads) > 0.3
    asked = time.monotonic()
    assert module.ask("LIST VOICES") == "200"
    assert time.monotonic() - asked < 2  # it would wait for the end of the message
    module.send("STOP\n")
    module.until_end()


def test_trap_12_init_needs_no_heavy_library(tmp_path: Path) -> None:
    """INIT is answered before torch, numpy or gi could have been imported."""
    code = (
        "import sys, os, threading\n"
        "from kokoro_speechd.speechd import entry\n"
        "real_exit = os._exit\n"
        "heavy = ('torch', 'numpy', 'gi', 'misaki', 'kokoro', 'spacy', 'pydbus', 'sounddevice')\n"
        "def leave(code):\n"
        "    sys.stderr.write('HEAVY ' + repr([name for name in heavy if name in sys.modules]) + '\\n')\n"
        "    sys.stderr.flush()\n"
        "    real_exit(code)\n"
        "os._exit = leave\n"
        "sys.argv = ['sd_kokoro']\n"
        "entry.main()\n"
    )
    commands = "INIT\nLIST VOICES\nSPEAK\nhello\n.\nSTOP\nQUIT\n"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        input=commands.encode(),
        capture_output=True,
        env=private_environment(tmp_path),
        timeout=60,
        check=True,
    )
    assert ran.stdout.splitlines()[-1] == b"210 OK QUIT"
    assert b"HEAVY []" in ran.stderr


def test_trap_13_messages_before_the_model_is_ready(start_module: StartModule, random_model: Path) -> None:
    """They are spoken at once by espeak-ng; with that forbidden, when the model is ready. STOP works."""
    module = start_module(random_model)
    module.init()
    module.speak("Hello")
    assert samples_of(module.until_end()) > 0
    waiting = start_module(random_model, settings="[speech]\nespeak_fallback = false\n")
    waiting.init()
    waiting.speak(LONG)
    waiting.send("STOP\n")
    assert waiting.until_end()[-1].code == "703"
    waiting.speak("Hello")
    events = waiting.until_end(timeout=90)
    assert [events[0].code, events[-1].code] == ["701", "702"]
    assert {event.sample_rate for event in events if event.samples} == {24_000}


def test_trap_14_signals_and_the_end_of_input(start_module: StartModule) -> None:
    module = start_module()
    module.init()
    for ignored in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        module.process.send_signal(ignored)
    module.speak("Still here")
    assert module.until_end()[-1].code == "702"
    wait_until(lambda: module.daemon_pid() is not None, 20, "no daemon was started")
    daemon = module.daemon_pid()
    module.speak(LONG)
    module.wait_for(lambda event: event.code == "705")
    assert module.process.stdin is not None
    module.process.stdin.close()
    assert module.process.wait(5) == 0
    assert module.daemon_pid() == daemon  # it is there for the next server

    other = start_module()
    other.init()
    other.process.terminate()
    assert other.process.wait(5) == -signal.SIGTERM


def test_trap_14_descriptors_of_the_server_are_closed(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "kokoro_speechd.speechd.entry"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(writing,),
        env=private_environment(tmp_path),
    )
    os.close(writing)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"INIT\n")
    process.stdin.flush()
    while not process.stdout.readline().startswith(b"299 "):
        pass
    assert os.read(reading, 1) == b""  # the end: nobody holds the other side, while the module runs
    assert process.poll() is None
    process.communicate()
    os.close(reading)


def test_trap_15_pause_ends_at_the_servers_marks(module: Module) -> None:
    text = (
        "<speak>One two three four. <mark name='__spd_0'/>Five six <mark name='mine'/>seven."
        "<mark name='__spd_1'/> Eight</speak>"
    )
    module.speak(text)
    module.wait_for(lambda event: event.code == "705")
    module.send("PAUSE\n")
    events = module.until_end()
    assert events[-1].code == "704"
    assert marks_of(events) == ["__spd_0"]
    assert events[-2].text == "__spd_0"
    assert module.silent()


def test_trap_15_pause_without_a_mark_left_gets_a_made_up_one(module: Module) -> None:
    module.speak("<speak>One <mark name='mine'/>sentence</speak>")
    module.wait_for(lambda event: event.code == "705")
    module.send("PAUSE\n")
    events = module.until_end()
    assert marks_of(events) == ["mine", "__spd_999"]
    assert [event.code for event in events[-2:]] == ["700", "704"]
    module.speak("<speak><speak>")
    assert module.until_end()[-1].code == "702"


def test_trap_16_marks_in_order_each_once_also_at_the_end(module: Module) -> None:
    text = (
        '<speak><mark name="0:5"/><mark name="a &amp; b"/>First <mark name="6:9"/>word, '
        '<mark name="0:5"/>again.<mark name="__spd_0"/><mark name="last"/></speak>'
    )
    module.speak(text)
    events = module.until_end()
    assert marks_of(events) == ["0:5", "a & b", "6:9", "0:5", "__spd_0", "last"]
    codes = [event.code for event in events]
    assert codes[:3] == ["701", "700", "700"]
    assert codes[-3:] == ["700", "700", "702"]
    first = next(index for index, event in enumerate(events) if event.text == "6:9")
    assert 0 < samples_of(events[:first]) < samples_of(events)


def test_trap_17_marks_inside_a_sentence_do_not_split_it(module: Module) -> None:
    """360 marks in one message come one by one, and the words sound as they do without marks."""
    words = ["fox", "dog", "sea", "tree", "stone", "cloud"] * 60
    marked = "".join(f'<mark name="{n}"/>{word} ' for n, word in enumerate(words))
    fast = SETTINGS.replace("rate=0", "rate=100")
    module.speak(f"<speak>{marked}</speak>", fast)
    module.wait_for(lambda event: event.text == "12")
    module.send("STOP\n")
    module.until_end()
    few = "".join(f'<mark name="{n}"/>{word} ' for n, word in enumerate(words[:12]))
    module.speak(f"<speak>{few}</speak>", fast)
    with_marks = samples_of(module.until_end())
    module.speak(f"<speak>{' '.join(words[:12])}</speak>", fast)
    assert with_marks == pytest.approx(samples_of(module.until_end()), rel=0.02)


@pytest.mark.parametrize(
    "text",
    [
        "no root at all",
        "<speak> tail <prosody rate='1'>of</prosody></emphasis> <mark name='0:1'/>something",
        "<speak><speak>twice</speak>",
        "<speak>a & b &lt; c &#233; &unknown; <!-- <mark name='no'/> --> <mark name=\"0:1\"/></speak>",
        "AT&T <b>bold <i>both</b></i> 1 < 2 <mark name='0:1'/",
    ],
)
def test_trap_18_tolerant_ssml(module: Module, text: str) -> None:
    module.speak(text)
    events = module.until_end()
    assert events[-1].code == "702"
    assert samples_of(events) > 0
    assert "no" not in marks_of(events)


@pytest.mark.parametrize("command", ["SPEAK", "CHAR", "KEY", "SOUND_ICON"])
def test_trap_19_stuffed_dots(module: Module, command: str) -> None:
    module.ask("SET", SETTINGS)
    assert module.ask(command, "..\n") == "200"
    assert module.until_end()[-1].code == "702"


def test_trap_20_numbers_the_server_broke_are_mended() -> None:
    from kokoro_speechd.text.mapped_text import read

    assert read("  it is 3 .14  or $3 .50,  or 3 ,14 ").text.strip() == "it is 3.14 or $3.50, or 3,14"
    assert read("at 5 . 6").text == "at 5 . 6"


def test_trap_21_single_letters_and_space(module: Module) -> None:
    lengths = []
    for command, text in (("SPEAK", '<speak><mark name="0:1"/>t </speak>'), ("CHAR", "t"), ("CHAR", "space")):
        module.speak(text, command=command)
        events = module.until_end()
        lengths.append(samples_of(events))
        assert events[-1].code == "702"
    assert all(lengths)


@pytest.mark.parametrize("language", ["en-us", "EN-US", "c", "xx", "xx-yy", "NULL", "pt-br", "zh", ""])
@pytest.mark.parametrize("voice", ["NULL", "No Such  Voice", "espeak-de"])
def test_trap_22_values_fall_back(module: Module, language: str, voice: str) -> None:
    module.speak("<speak>a</speak>", f"language={language}\nsynthesis_voice={voice}\nrate=100\n")
    events = module.until_end()
    assert events[-1].code == "702"
    assert samples_of(events) > 0


def test_trap_23_blocks_are_16_bit_mono_with_their_length(module: Module) -> None:
    """The driver checks headers, escapes and lengths of every block; here there are many."""
    module.speak("<speak>" + "One two three. " * 4 + "</speak>")
    events = module.until_end()
    assert len([event for event in events if event.samples]) > 20
    assert len({event.sample_rate for event in events if event.samples}) == 1


@pytest.mark.parametrize(
    "text", ["", " ", "<speak></speak>", "<speak> </speak>", "<speak>...</speak>", "\x01", "…"]
)
def test_trap_24_nothing_to_say(module: Module, text: str) -> None:
    module.speak(text)
    assert [event.code for event in module.until_end() if event.code != "705"] == ["701", "702"]


def test_trap_24_huge_text_starts_early(module: Module) -> None:
    module.speak("<speak>" + "word " * 4000 + "</speak>")
    assert module.wait_for(lambda event: event.code == "705", timeout=20)[-1].samples
    module.send("STOP\n")
    assert module.until_end()[-1].code == "703"


@pytest.mark.slow
def test_trap_25_silence_is_trimmed(start_module: StartModule, random_model: Path) -> None:
    """Kokoro's leading and trailing silence lies in the frames of its first and last token."""
    lengths = {}
    for edge in (50, 1000):
        module = start_module(random_model, settings=f"[speech]\nedge_silence_ms = {edge}\n")
        module.init()
        wait_for_kokoro(module)
        # Spoken slowly, because random weights make these frames few.
        module.speak("<speak>Hello</speak>", SETTINGS.replace("rate=0", "rate=-100"))
        lengths[edge] = samples_of(module.until_end())
        module.close()
    assert lengths[50] < lengths[1000] - 24_000 * 0.2


def test_also_the_config_file_may_be_missing(start_module: StartModule, tmp_path: Path) -> None:
    module = start_module(arguments=(str(tmp_path / "missing.conf"),))
    module.init()
    module.speak("Hello")
    assert module.until_end()[-1].code == "702"
    assert module.ask("DEBUG ON /tmp/x.log ") == "200"
    assert module.ask("DEBUG OFF ") == "200"


def ended(pids: list[int], timeout: float = 10) -> bool:
    """Say whether all these processes end within a bound."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.05)
    return False
