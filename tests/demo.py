# SPDX-License-Identifier: GPL-3.0-or-later
"""`make run`: speak one sentence through the real speech-dispatcher and spd-say.

The voice is that of $KOKORO_MODEL (`MODEL=DIR make run`); else the model that this user has; else the real
one, fetched into this repository. Without a network espeak-ng speaks.
With a sound server the sentence is heard; without one a private PulseAudio records it into a WAV file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.synthesis.files.model_files import ModelFiles, find_model
from tests.desktop import RATE, Desktop, MissingError, wait_until
from tests.real_model import NoModelError, find_or_fetch_model, usable_model

SENTENCE = "Hello. This is Kokoro, speaking through speech dispatcher."
OUTPUT = Path(__file__).parent.parent / "run-output" / "hello.wav"


def sound_server() -> str | None:
    """Return the address of the sound server of this session, None when there is none."""
    if shutil.which("pactl") is None:
        return None
    ran = subprocess.run(
        ["pactl", "info"], capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    for line in ran.stdout.splitlines():
        if line.startswith("Server String: "):
            address = line.removeprefix("Server String: ")
            return address if address.startswith(("unix:", "tcp:", "{")) else f"unix:{address}"
    return None


def default_sink(server: str) -> str:
    """Return the name of a sound server's default sink."""
    ran = subprocess.run(
        ["pactl", "--server", server, "info"],
        capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    for line in ran.stdout.splitlines():
        if line.startswith("Default Sink: "):
            return line.removeprefix("Default Sink: ")
    return "(it names none)"


def model_to_speak_with() -> ModelFiles | None:
    """Return the model's files; say why where none can be had. Raises NoModelError for $KOKORO_MODEL."""
    if named := os.environ.get("KOKORO_MODEL"):
        return find_model(usable_model(Path(named))).files
    place = locate_model()
    if place.files is not None:
        return place.files
    try:
        return find_model(find_or_fetch_model()).files
    except NoModelError as error:
        print(f"There is no voice of Kokoro's here: {error}")
        print("So espeak-ng's voice speaks. What to put where:")
        print("  " + place.advice.replace("\n", "\n  "))
        return None


def main() -> int:
    try:
        model = model_to_speak_with()
    except NoModelError as error:
        print(f"MODEL={os.environ['KOKORO_MODEL']} cannot be used: {error}", file=sys.stderr)
        return 1
    settings = ""
    if model is not None:
        print(f"The model: {model.weights}")
        settings = (
            "[model]\n"
            f'model_path = "{model.weights}"\n'
            f'config_path = "{model.config}"\n'
            f'voice_path = "{model.voices[0]}"\n'
            "[daemon]\n"
            'load = "start"\n'
        )
    server = sound_server()
    with tempfile.TemporaryDirectory(prefix="kokoro-run-") as folder:
        try:
            desktop = Desktop(Path(folder), settings=settings, pulse_server=server)
        except MissingError as missing:
            print(f"{missing}. `make setup` installs it.", file=sys.stderr)
            return 1
        try:
            print(
                "Starting speech-dispatcher" + ("" if server else " and a sound server that records") + " ..."
            )
            desktop.start()
            if model is not None:
                print("Loading the model ...")
                wait_until(
                    lambda: "engine: ready" in desktop.module_log() or "unavailable" in desktop.module_log(),
                    120,
                    "The model was not loaded within two minutes.",
                )
            print(f'spd-say --wait -o kokoro "{SENTENCE}"')
            begun = time.monotonic()
            desktop.spd_say("--wait", "-o", "kokoro", SENTENCE)
            voice = "espeak-ng" if "espeak-ng speaks" in desktop.module_log() else "Kokoro"
            if desktop.recorder is None:
                print(f"Spoken by {voice}, to your sound server's sink {default_sink(str(server))}")
                return 0
            time.sleep(0.5)
            return keep(desktop.recorder.samples_since(begun), voice)
        except (AssertionError, subprocess.SubprocessError) as error:
            print(f"It did not speak: {error}", file=sys.stderr)
            for log in sorted(desktop.logs.glob("*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}", file=sys.stderr)
            return 1
        finally:
            desktop.close()


def keep(samples: bytes, voice: str) -> int:
    """Write what was recorded; fail when it is silence."""
    if not any(samples):
        print("Nothing was heard at the sound server.", file=sys.stderr)
        return 1
    OUTPUT.parent.mkdir(exist_ok=True)
    with wave.open(str(OUTPUT), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples)
    print(f"Spoken by {voice}. This machine has no sound server, so it was recorded: {OUTPUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
