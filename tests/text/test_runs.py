# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from kokoro_speechd.text.runs import runs_of
from kokoro_speechd.text.ssml.parser import scan

FR, DE = '<lang xml:lang="fr">', '<lang xml:lang="de">'
ROWS = [
    ("one two", [("one two", None, 1, 0)]),
    ("", []),
    ('one<break time="1s"/>two', [("one", None, 1, 1), (" two", None, 1, 0)]),
    ('<break time="1s"/>two', [("", None, 1, 1), (" two", None, 1, 0)]),
    ('one<break time="1s"/>', [("one", None, 1, 1), (" ", None, 1, 0)]),
    (f"one {FR}deux</lang> three", [("one ", None, 1, 0), ("deux", "fr", 1, 0), (" three", None, 1, 0)]),
    (f"{FR}un</lang>{DE}zwei</lang>", [("un", "fr", 1, 0), ("zwei", "de", 1, 0)]),
    # Punctuation belongs to the words before it.
    (
        f"one ({FR}deux</lang>), 3",
        [("one (", None, 1, 0), ("deux),", "fr", 1, 0), (" 3", None, 1, 0)],
    ),
    (f"{FR}deux</lang>.", [("deux.", "fr", 1, 0)]),
    # Neither a rate nor anything else but a speaker ends a run; its rate is that of its end.
    ('one <prosody rate="200%">two</prosody>', [("one two", None, 2, 0)]),
    ('qu<prosody rate="200%">ick fox</prosody>y', [("quick foxy", None, 1, 0)]),
    (
        'one <prosody rate="200%">two<break time="1s"/></prosody>',
        [("one two", None, 2, 1), (" ", None, 2, 0)],
    ),
    ('one <prosody pitch="+2st">two</prosody> <emphasis>x</emphasis>', [("one two x", None, 1, 0)]),
    (
        'a<prosody rate="200%"><say-as interpret-as="digits">12</say-as></prosody>',
        [("a12", None, 2, 0)],
    ),
    ("<p>one</p><p>two</p>", [("one", None, 1, 0.4), (" two", None, 1, 0)]),
    (
        f'one.<break time="2s"/>{FR}deux</lang>',
        [("one.", None, 1, 2), (" ", None, 1, 0), ("deux", "fr", 1, 0)],
    ),
]


@pytest.mark.parametrize(("document", "expected"), ROWS)
def test_runs(document, expected):
    script = scan(document)
    found = [
        (script.text[run.start : run.end], run.choice, run.rate, run.pause + run.paced)
        for run in runs_of(script, lambda attributes: attributes.language)
    ]
    assert found == expected


def test_who_hands_on_to_another_at_once():
    script = scan(f'one {FR}deux</lang> three<break time="1s"/>{FR}quatre</lang>')
    runs = list(runs_of(script, lambda attributes: attributes.language))
    handed_on = [(script.text[run.start : run.end], run.handed_on) for run in runs]
    assert handed_on == [("one ", True), ("deux", True), (" three", False), (" ", True), ("quatre", False)]
