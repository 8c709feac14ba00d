# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a page takes to become phonemes, beside another checkout of this project.

    git worktree add ../before COMMIT
    python -m tests.measure_text ../before           # language, seconds there, seconds here, ratio

A page has 3,000 characters, of sentences with and without figures. Each measurement is a process of its own,
that has read sixteen of them before; the two checkouts take turns.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from statistics import median

from tests.real_voice import corpora
from tests.text.normalizing.test_figures_in_sentences import rows

HERE = Path(__file__).parents[1]
_CHARACTERS = 3000
_BEFORE = 16  # sentences
# Runs in either checkout; both must have these rooms.
_READ = """
import sys, time
from kokoro_speechd.rendering.utterance_renderer import script_of
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
from kokoro_speechd.text.phonemizers.script_phonemes import phonemes_of
from kokoro_speechd.utterance import Kind, Parameters, Utterance
language, first, page = sys.argv[1], sys.argv[2], sys.stdin.read()
def read(text):
    script = script_of(Utterance(1, Kind.TEXT, text, Parameters()))
    phonemizer = lambda: phonemizer_for(language, PhonemizerOptions())
    return phonemes_of(script, (0, len(script.text)), language, phonemizer)
read(first)
begun = time.perf_counter()
assert len(read(page).symbols) > 500
print(time.perf_counter() - begun)
"""


def page_of(language: str) -> tuple[str, str]:
    """Return some sentences and a page in a language."""
    pairs = zip(cycle(corpora.SENTENCES[language]), rows()[language], strict=False)
    sentences = [text for plain, (figures, _) in pairs for text in (plain, figures)]
    page = ""
    for sentence in cycle(sentences[_BEFORE:]):
        if len(page) >= _CHARACTERS:
            return " ".join(sentences[:_BEFORE]), page
        page += sentence + " "
    raise AssertionError


def seconds(checkout: Path, language: str) -> float:
    """Return how long a checkout takes to read the page."""
    first, page = page_of(language)
    ran = subprocess.run(
        [sys.executable, "-c", _READ, language, first],
        input=page, env={**os.environ, "PYTHONPATH": str(checkout)}, cwd=checkout,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(ran.stdout)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.measure_text")
    parser.add_argument("before", type=Path, help="the other checkout")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args(arguments)
    print("| | there (ms) | here (ms) | ratio |\n|---|--:|--:|--:|")
    for language in rows():
        pairs = [(seconds(asked.before, language), seconds(HERE, language)) for _ in range(asked.rounds)]
        there, here = (median(side) for side in zip(*pairs, strict=True))
        ratio = median(one / other for one, other in pairs)
        print(f"| {language} | {1000 * there:.0f} | {1000 * here:.0f} | {ratio:.2f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
