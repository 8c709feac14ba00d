# SPDX-License-Identifier: GPL-3.0-or-later
"""Long runs → portions that are read one after another.

Reading a megabyte takes a minute. Whole, it would keep the listener from its first word, and everybody else
from a word between: only between two steps a stop is seen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kokoro_speechd.text.runs import Chosen, Run
from kokoro_speechd.text.script import Script

LONGEST = 2000  # characters; far more than a sentence, a tenth of a second to read
# Behind the end of a line or a sentence, else behind a clause, else behind a word.
_ENDS = (
    re.compile(r"\n\s*|[.!?…][\"'”»)\]]*\s+|[。！？।]"),
    re.compile(r"[,;:—]\s+|[、，；：]"),
    re.compile(r"\s+"),
)


def portions(runs: Iterable[Run[Chosen]], script: Script, longest: int = LONGEST) -> Iterator[Run[Chosen]]:
    """Yield the runs, those of more than `longest` characters in pieces; no replaced text is cut."""
    wholes = [span for span in script.spans if span.attributes.replaces]
    begins = [span.start for span in wholes]
    for run in runs:
        start = run.start
        while run.end - start > longest:
            end = _cut(script.text, start, start + longest)
            index = bisect_right(begins, end - 1) - 1
            if index >= 0 and begins[index] < end < wholes[index].end:
                end = wholes[index].end
            if end >= run.end:
                break
            yield Run(start, end, run.choice, run.rate)
            start = end
        yield replace(run, start=start)


def _cut(text: str, start: int, limit: int) -> int:
    """Return the best place for a cut up to `limit`, in the second half of what lies before it."""
    for ends in _ENDS:
        places = [match.end() for match in ends.finditer(text, (start + limit) // 2, limit)]
        if places:
            return places[-1]
    return limit
