# SPDX-License-Identifier: GPL-3.0-or-later
"""Listen to the real voice, beside upstream's own rendering and espeak-ng; write tables into docs/voice.md.

    python -m tests.measure_voice                        # all sections; most of an hour on two cores
    python -m tests.measure_voice first-words letters    # these; the others stay as they are
    python -m tests.measure_voice --few 4 marks          # with few samples, and nothing is written

Needs the extra `ears`. The voice and whisper are fetched where they are not (see `tests.real_model`,
`tests.real_ears`).
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.real_ears import NoEarsError
from tests.real_model import NoModelError
from tests.real_voice.lab import Lab
from tests.voice_tables import exactness, items, readings, sound, timing, voices, words
from tests.voice_tables.tables import Bench, Section

FILE = Path(__file__).parents[1] / "docs/voice.md"
SECTIONS = {
    "first-words": Section("First words and English", words.first_words),
    "word-errors": Section("The other languages", words.word_errors_of_languages),
    "letters": Section("Letters and digits", items.letters),
    "interface-words": Section("Words of an interface", items.interface_words),
    "loudness": Section("Loudness of what is short", items.loudness),
    "figures": Section("Sentences with figures", readings.figures),
    "names": Section("Names and technical words", readings.names),
    "ways": Section("By every way", words.ways),
    "quality": Section("How natural it sounds", sound.quality),
    "edge-silence": Section("Silence at the ends", sound.edge_silence),
    "pitch": Section("Pitch and capitals", sound.pitch),
    "rate": Section("Rates", timing.rate),
    "near-neutral": Section("Nearly the voice's own rate and pitch", timing.near_neutral),
    "first-sounds": Section("First sounds, a little faster", timing.first_sounds),
    "cut-pauses": Section("Pauses where a text is cut", timing.cut_pauses),
    "breaks": Section("Breaks", timing.breaks),
    "marks": Section("Marks", timing.marks),
    "switches": Section("Languages inside a message", words.switches),
    "joins": Section("Long texts", words.joins),
    "pieces": Section("Pieces and the whole", exactness.pieces),
    "statistics": Section("The voice's statistics", exactness.statistics),
    "shipped-statistics": Section("The statistics in the program", exactness.shipped_statistics),
    "mixed-voices": Section("Mixed voices and children's", sound.mixed_and_child_voices),
    "voices": Section("All voices", voices.all_voices),
}
_INTRODUCTION = """\
# How the voice sounds

Measured, not judged: `python -m tests.measure_voice` speaks with Kokoro's real voice and listens with
whisper-base, distillmos, PESQ, ESTOI, Praat's pitch tracker and a loudness meter, and writes this page.
*Upstream* is Kokoro's own `KModel` with the same phonemes, rendered in the same run; espeak-ng is the voice
that speaks where Kokoro cannot. The weights are those of the int8 export, unless `KOKORO_MODEL` names others.
`tests/real_voice/` holds the same figures to bounds.
"""


def written(text: str, name: str, lines: Sequence[str]) -> str:
    """Return the document with a section anew; sections stand in the order of SECTIONS."""
    blocks = dict(
        re.findall(r"^<!-- section ([a-z-]+) -->\n(.*?)^<!-- end -->$", text, re.MULTILINE | re.DOTALL)
    )
    blocks[name] = "\n".join([f"## {SECTIONS[name].title}", "", *lines, ""])
    parts = [f"<!-- section {each} -->\n{blocks[each]}<!-- end -->\n" for each in SECTIONS if each in blocks]
    return "\n".join([_INTRODUCTION, *parts])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the sections that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure_voice")
    parser.add_argument("--few", type=int, help="use so many samples of a kind, and write nothing")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.sections if name not in SECTIONS]:
        parser.error(f"no such section: {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    with tempfile.TemporaryDirectory(prefix="voice-home-") as home:
        # Neither the user's settings nor his sounds take part.
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            os.environ[name] = home
        try:
            bench = Bench(Lab(), asked.few)
        except (NoModelError, NoEarsError) as error:
            print(f"The voice cannot be heard: {error}", file=sys.stderr)
            return 1
        for name in asked.sections or SECTIONS:
            begun = time.monotonic()
            lines = SECTIONS[name].measure(bench)
            print(f"## {SECTIONS[name].title}", "", *lines, "", sep="\n", flush=True)
            print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
            if asked.few is None:
                before = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
                FILE.write_text(written(before, name, lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
