# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of speech-dispatcher that never waits for its messages.

Arguments: a seed, the number of messages, and the words they are made of. All go to our module, with marks,
and some are stopped. At the end it prints, as JSON, the events that each message got.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time

from tests.ssip import Ssip

SILENCE = 150  # Seconds; others' messages are spoken meanwhile, so longer than any message.


def main() -> None:
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(seed)
    server = Ssip(os.environ["SPEECHD_ADDRESS"].removeprefix("unix_socket:"))
    server.open(f"chaos{seed}", "TEXT")
    server.ask("SET SELF SSML_MODE on")
    messages = []
    for _ in range(count):
        words = [chance.choice(sys.argv[3:]) for _ in range(chance.choice((1, 1, 2, 4, 25)))]
        text = " ".join(f'<mark name="{place}"/>{word}' for place, word in enumerate(words))
        messages.append(server.speak(f"<speak>{text}</speak>"))
        if chance.random() < 0.2:
            server.ask("STOP SELF")
        time.sleep(chance.choice((0.0, 0.1, 0.3, 0.8, 1.5)))
    with server.changed:
        # All messages together are a queue of minutes on a slow machine: stuck is what brings no event.
        while not all(map(server.ended, messages)):
            if not server.changed.wait(SILENCE):
                break
    time.sleep(2)  # a second terminal event would come now
    print(json.dumps([server.events.get(message, []) for message in messages]))


main()
