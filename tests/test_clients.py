# SPDX-License-Identifier: GPL-3.0-or-later
"""Every voice, asked for by its name, by a client that is not spd-say: Debian's python3-speechd."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop import Desktop, wait_until

pytestmark = [pytest.mark.desktop, pytest.mark.slow, pytest.mark.timeout(300)]

CLIENT = """
import speechd, threading
client = speechd.SSIPClient("voices")
client.set_output_module("kokoro")
voices = client.list_synthesis_voices()
for name, language, variant in voices:
    client.set_synthesis_voice(name)
    ended, heard = threading.Event(), []
    def callback(kind, index_mark=None):
        heard.append((kind, index_mark))
        if kind in (speechd.CallbackType.END, speechd.CallbackType.CANCEL):
            ended.set()
    client.set_data_mode(speechd.DataMode.SSML)
    client.speak("<speak>7<mark name='m'/></speak>", callback=callback,
                 event_types=[speechd.CallbackType.BEGIN, speechd.CallbackType.END,
                              speechd.CallbackType.CANCEL, speechd.CallbackType.INDEX_MARK])
    assert ended.wait(60), name
    assert [kind for kind, _ in heard] == ["begin", "index_marks", "end"], (name, heard)
    assert heard[1][1] == "m"
    print(name, language, variant)
client.close()
"""


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory, random_model: Path) -> Iterator[Desktop]:
    # The first word of a language may take seconds on a busy machine; here that must not be espeak-ng's.
    patient = "[speechd]\nengine_timeout_s = 60\n"
    desktop = Desktop(tmp_path_factory.mktemp("clients"), random_model, settings=patient)
    try:
        yield desktop.start()
    finally:
        desktop.close()


def test_every_voice_speaks_by_its_name(desktop: Desktop) -> None:
    wait_until(desktop.kokoro_speaks, 90, "the model was not loaded")
    before = desktop.module_log().count("espeak-ng speaks instead")
    ran = subprocess.run(
        ["/usr/bin/python3", "-c", CLIENT],
        env=desktop.environment, capture_output=True, text=True, timeout=250, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert len(lines) == 19
    assert "af_heart en-US none" in lines
    assert desktop.module_log().count("espeak-ng speaks instead") == before
