# SPDX-License-Identifier: GPL-3.0-or-later
"""The corpus, and inputs made from it by small changes; the same ones for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

CORPUS = Path(__file__).with_name("corpus")
_LONGEST = 4096


def corpus(target: str) -> list[bytes]:
    """Return the inputs that are kept for a target."""
    return [path.read_bytes() for path in sorted((CORPUS / target).iterdir())]


def mutations(seeds: Sequence[bytes], words: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Yield inputs without end; what was made from one is sometimes changed further."""
    random = Random(seed)
    pool = [data[:_LONGEST] for data in seeds] or [b""]
    while True:
        data = bytearray(random.choice(pool))
        for _ in range(random.randint(1, 6)):
            _change(data, pool, words, random)
        made = bytes(data[:_LONGEST])
        if random.random() < 0.05:
            pool.append(made)
        yield made


def _change(data: bytearray, pool: Sequence[bytes], words: Sequence[bytes], random: Random) -> None:
    start = random.randint(0, len(data))
    end = min(len(data), start + random.choice((1, 2, 4, 16, 64)))
    kind = random.randrange(6)
    if kind == 0:
        data[start:start] = random.choice(words)
    elif kind == 1:
        del data[start:end]
    elif kind == 2:
        data[start:start] = data[start:end] * random.choice((1, 2, 30))
    elif kind == 3 and start < len(data):
        data[start] ^= 1 << random.randrange(8)
    elif kind == 4:
        other = random.choice(pool)
        place = random.randint(0, len(other))
        data[start:end] = other[place : place + 64]
    else:
        data[start:end] = random.randbytes(end - start)
