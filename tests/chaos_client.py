# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of speech-dispatcher that never waits; run by Debian's Python, which has its bindings.

Arguments: a seed, the number of messages, and the words they are made of. All go to our module, with marks,
and some are stopped. At the end it prints, as JSON, how many terminal events each message got.
"""

import json
import random
import sys
import threading
import time

import speechd


def main() -> None:
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(seed)
    client = speechd.SSIPClient(f"chaos{seed}")
    client.set_output_module("kokoro")
    client.set_rate(60)
    client.set_priority(speechd.Priority.TEXT)
    client.set_data_mode(speechd.DataMode.SSML)
    terminal = [0] * count
    changed = threading.Condition()

    def on(number: int):  # type: ignore[no-untyped-def]
        def callback(kind: str, **_: object) -> None:
            if kind in (speechd.CallbackType.END, speechd.CallbackType.CANCEL):
                with changed:
                    terminal[number] += 1
                    changed.notify_all()

        return callback

    for number in range(count):
        words = [chance.choice(sys.argv[3:]) for _ in range(chance.choice((1, 1, 2, 4, 25)))]
        text = " ".join(f'<mark name="{place}"/>{word}' for place, word in enumerate(words))
        client.speak(f"<speak>{text}</speak>", callback=on(number))
        if chance.random() < 0.2:
            client.stop()
        time.sleep(chance.choice((0.0, 0.1, 0.3, 0.8, 1.5)))
    with changed:
        changed.wait_for(lambda: all(terminal), 120)
    time.sleep(2)  # a second terminal event would come now
    print(json.dumps(terminal))
    client.close()


main()
