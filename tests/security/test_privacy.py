# SPDX-License-Identifier: GPL-3.0-or-later
"""What is spoken is in no log and no file, at any level of logging and whatever fails."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kokoro_speechd.ipc.protocol import Message
from tests.daemon_driver import Daemon
from tests.module_driver import Module
from tests.private_home import private_environment

SECRETS = ("Quoxavimer", "Жуклорван", "漢密語詞", "9876501234")
TEXT = " ".join(SECRETS)

# A daemon that logs all it can, and in which whatever reads "explode" fails with a message that quotes it.
_TALKATIVE = """
import logging, sys, threading, warnings
configure = logging.basicConfig
logging.basicConfig = lambda **options: configure(**{**options, "level": 1})
from kokoro_speechd.daemon import main as daemon
from kokoro_speechd.text.phonemizers import script_phonemes
spoken_form = script_phonemes.spoken_form
def explosive(text, *how):
    if "explode" in text:
        def fail():
            raise ValueError(text)
        warnings.warn(text)
        logging.getLogger("a library").debug("%d", text)
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        fail()
    return spoken_form(text, *how)
script_phonemes.spoken_form = explosive
sys.exit(daemon.main())
"""


def _told(root: Path) -> list[str]:
    """Return the files below a folder in which something secret stands, in any usual encoding."""
    wanted = [
        form.encode(encoding)
        for secret in SECRETS
        for form in {secret, secret.lower(), secret.upper()}
        for encoding in ("utf-8", "utf-16-le", "unicode-escape")
    ]
    return [
        str(path)
        for path in root.rglob("*")
        if path.is_file() and not path.is_symlink() and any(form in path.read_bytes() for form in wanted)
    ]


@pytest.mark.slow
def test_the_daemon_tells_nothing(tmp_path: Path, random_model: Path) -> None:
    environment = private_environment(tmp_path, random_model)
    with Daemon(environment, (sys.executable, "-c", _TALKATIVE)) as daemon:
        client = daemon.client()
        client.load()
        generation = 0
        for kind, text in (
            ("text", f"<mark name='{TEXT}'/>{TEXT}"),
            ("char", SECRETS[0]),
            ("key", SECRETS[0]),
            ("text", f"explode {TEXT}"),
            ("key", f"explode {TEXT}"),
        ):
            generation += 1
            client.speak(text, generation, kind=kind)
            client.expect("end", "failed")
        for voice, language in (
            ("nobody", "en-US"),
            ("af_heart", "xx"),
            ("af_heart", "ja"),
        ):
            generation += 1
            fields = {"generation": generation, "kind": "text", "parameters": {}, "voice": voice}
            client.send(Message("speak", {**fields, "language": language}, TEXT.encode()))
            client.expect("end", "failed")
        client.close()
        for fields in ({"generation": TEXT}, {"parameters": {TEXT: TEXT}}, {"kind": TEXT}, {"type": TEXT}):
            other = daemon.client()
            whole = {"generation": 1, "kind": "text", "parameters": {}, "voice": "", "language": "", **fields}
            other.send(Message("speak", whole, TEXT.encode() + b"\xff"))
            while other.receive() is not None:
                pass
            other.close()
        log = daemon.log.read_text()
    assert "ValueError" in log  # it did fail, and said where
    assert _told(tmp_path) == []
    assert not list(tmp_path.rglob("*.sound"))


def test_the_module_tells_nothing(start_module: Callable[[], Module], tmp_path: Path) -> None:
    module = start_module()
    assert module.ask("LOGLEVEL", "log_level=5\n") == "203"
    assert module.ask("DEBUG ON /tmp/x") == "200"
    for command in ("SPEAK", "CHAR", "KEY", "SOUND_ICON"):
        module.speak(f"<speak><mark name='{SECRETS[0]}'/>{TEXT}</speak>", command=command)
        module.send("STOP\n")
        module.until_end()
    for line in (TEXT, f"speak {TEXT}", f"LIST {TEXT}", f"DEBUG {TEXT}"):
        assert module.ask(line) == "300"
    assert module.ask("SET", f"{TEXT}\n{TEXT}={TEXT}\nrate={TEXT}\n") == "203"
    module.speak("x" * 1_200_000 + TEXT + "\n" + TEXT)
    module.send("STOP\n")
    module.until_end()
    assert module.quit() == 0
    assert module.log.read_text()
    assert _told(tmp_path) == []


def test_what_python_would_print(tmp_path: Path) -> None:
    code = (
        "import logging, sys, threading, warnings\nfrom kokoro_speechd.system.privacy import protect\n"
        "logging.basicConfig(stream=sys.stderr)\nprotect()\n"
        "class Odd:\n    def __del__(self): raise ValueError(sys.argv[1])\n"
        "Odd()\nwarnings.warn(sys.argv[1])\nlogging.warning('%d', sys.argv[1])\n"
        "threading.Thread(target=lambda: {}[sys.argv[1]]).start()\nraise ValueError(sys.argv[1])"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(Path(__file__).parents[2])}
    ran = subprocess.run(
        [sys.executable, "-c", code, TEXT], env=environment, capture_output=True, check=False
    )
    (tmp_path / "stderr").write_bytes(ran.stderr + ran.stdout)
    assert ran.returncode == 1
    assert ran.stderr.count(b"uncaught") == 3
    assert b"KeyError" in ran.stderr
    assert _told(tmp_path) == []
