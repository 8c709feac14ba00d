# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said about a text survives: a corpus of documents, and thousands of broken ones."""

from __future__ import annotations

import json
import random
import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest

from kokoro_speechd.rendering.espeak_ssml import Base, to_espeak_ssml
from kokoro_speechd.text.detection.sentences import tell_languages
from kokoro_speechd.text.runs import runs_of
from kokoro_speechd.text.script import Script
from kokoro_speechd.text.ssml.parser import scan
from tests.text.script_notation import line

HERE = Path(__file__).parent
PAIR = re.compile(r"^   (.*)\$\n=> (.*)\$$", re.MULTILINE)
CORPUS = PAIR.findall((HERE / "ssml_corpus.txt").read_text())
TRACES = sorted((HERE.parents[1] / "protocol").glob("*.jsonl"))


def sent_by_orca() -> list[str]:
    """The bodies of SPEAK in the captured sessions."""
    documents = []
    for trace in TRACES:
        # Only "\n" ends a line: the texts hold U+2028 and its like.
        texts = [json.loads(written)["text"] for written in trace.read_text().rstrip("\n").split("\n")]
        documents += [text.removesuffix("\n.\n") for before, text in pairwise(texts) if before == "SPEAK\n"]
    return documents


DOCUMENTS = [document for document, _ in CORPUS]


def test_the_corpus_is_whole():
    assert len(sent_by_orca()) > 200
    assert len(CORPUS) >= 100
    assert len(set(DOCUMENTS)) == len(DOCUMENTS)


@pytest.mark.parametrize(("document", "expected"), CORPUS)
def test_document(document, expected):
    assert line(scan(document)) == expected


def check(script: Script) -> None:
    """Everything that later steps rely on."""
    length = len(script.text)
    offsets = [mark.offset for mark in script.marks]
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= length for offset in offsets)
    place = 0
    for span in script.spans:
        assert place <= span.start < span.end <= length
        place = span.end
    places = [pause.offset for pause in script.breaks]
    assert places == sorted(set(places))
    assert all(script.text[offset].isspace() for offset in places)
    assert "".join(script.text[span.start : span.end] for span in script.segments()) == script.text
    runs = list(runs_of(script, lambda attributes: attributes.language))
    assert "".join(script.text[run.start : run.end] for run in runs) == script.text
    assert sum(run.pause + run.paced for run in runs) == pytest.approx(
        sum(pause.seconds for pause in script.breaks)
    )


def check_espeak(script: Script) -> None:
    for start in {0, len(script.text) // 2}:
        clean, names = to_espeak_ssml(script, start, Base("en", "f2"))
        root = ET.fromstring(clean)  # noqa: S314 - our own document
        numbers = [mark.get("name") for mark in root.iter("mark")]
        assert numbers == [str(number) for number in range(len(names))]
        assert names == tuple(mark.name for mark in script.marks if mark.offset >= start)


@pytest.mark.parametrize("document", [*DOCUMENTS, *sorted(set(sent_by_orca()))])
def test_documents_are_fit_for_every_later_step(document):
    script = tell_languages(scan(document), "en-US")
    check(script)
    check_espeak(script)


def mutated(document: str, chance: random.Random) -> str:
    """Break a document in one to four ways."""
    for _ in range(chance.randint(1, 4)):
        first, second = sorted(chance.randint(0, len(document)) for _ in range(2))
        piece = document[first:second]
        other = chance.choice(DOCUMENTS)
        document = chance.choice(
            [
                document[:first] + document[second:],
                document[first:],
                document[:second],
                document[:second] + piece + document[second:],
                document[:first] + piece[::-1] + document[second:],
                document[:first] + chance.choice("<>&\"'/ =;\x00\ud800\u202eжé漢") + document[first:],
                document[:first] + chance.choice(other.split("<")) + document[first:],
                document[:first] + other + document[first:],
            ]
        )
    return document


def test_no_broken_document_loses_a_mark_or_does_harm():
    """A mark is lost when its tag is whole, outside comments and the like, and is not in the script."""
    chance = random.Random(5)
    for number in range(6000):
        document = mutated(chance.choice(DOCUMENTS), chance)
        place = chance.randint(0, len(document))
        # A tag of a name of its own, at a place where it is one: not within another tag, comment or CDATA.
        before = document[:place]
        plain = not re.search(r"<[^>]*\Z|<!|<\?", before)
        document = f'{before}<mark name="n{number}"/>{document[place:]}'
        script = tell_languages(scan(document), "en")
        check(script)
        if plain:
            assert [mark.name for mark in script.marks].count(f"n{number}") == 1, document
        if number % 10 == 0:
            check_espeak(script)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "unit",
    [
        '<prosody rate="+1%">',
        '<prosody rate="+1%"></p>',
        "<p>",
        "</prosody>",
        '<sub alias="x">',
        "<sub alias='x'>a</sub>",
        "<desc>",
        "<metadata></desc>",
        '<break time="1ms"/>',
        '<say-as interpret-as="digits">1',
        "<emphasis>a</emphasis>",
        '<lang xml:lang="fr">a',
        "<!DOCTYPE a [",
        "<!DOCTYPE a []>",
        "<!DOCTYPE ",
        "<phoneme ph='a'/>",
        "<p>a<s>",
        "<voice name='a b c d'>",
        '<x a="',
        "a. ",
        "...",
        ".a",
        "two words. ",
        "two words. a. ",
        "a б ",
        "аб ",
        "漢 a",
    ],
)
def test_time_is_linear_in_what_is_opened(unit):
    document = unit * (300_000 // len(unit))
    script = scan(document)
    told = tell_languages(script, "en", guess=lambda _sentence: "de", words=2)
    list(runs_of(told, lambda attributes: attributes.language))
    to_espeak_ssml(script)


def test_no_depth_is_too_deep():
    document = '<prosody rate="+1%">' * 5000 + "in" + "</prosody>" * 5000 + "out"
    assert line(scan(document)) == "[rate=7.32: in]out"


def test_entities_of_the_document_grow_into_nothing():
    bomb = "".join(f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};">' for n in range(1, 40))
    script = scan(f'<!DOCTYPE speak [<!ENTITY e0 "ha">{bomb}]><speak>&e39; heard</speak>')
    assert script.text == "&e39; heard"
