# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of a sentence that sound otherwise, in the sound of the real voice: what is heard between them."""

from __future__ import annotations

import pytest

from tests.real_voice import judging
from tests.real_voice.lab import Lab
from tests.real_voice.listening import word_errors

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SENTENCE = "The blue bus stops at the corner near the old school."


def longest_silence(sound: judging.Sound) -> float:
    """Return the seconds of the longest silence inside a sound."""
    return max((end - begin for begin, end in judging.silences(sound, 0.02)), default=0.0)


@pytest.mark.parametrize("rate", ["x-slow", "slow", "fast", "x-fast"])
def test_a_rate_within_a_sentence_leaves_it_whole(lab: Lab, rate: str) -> None:
    middle = f"<prosody rate='{rate}'>stops at the corner</prosody>"
    document = f"<speak>{SENTENCE.replace('stops at the corner', middle)}</speak>"
    sound, plain = lab.ours.say(document), lab.ours.say(SENTENCE)
    slower = 2.0 if rate == "x-slow" else 1.0
    assert longest_silence(sound) <= slower * longest_silence(plain) + 0.02
    assert word_errors([SENTENCE], lab.ears.transcribe([sound], "en-US"), "en-US").wrong == 0


SWITCHES = [
    ("The blue {}bus{} stops at the corner near the old school.", '<voice name="am_michael">', 0.1),
    ("We found a {}ticket{} under the kitchen table.", '<voice name="bf_emma">', 0.1),
    ("My friend says {}gracias{} every day.", '<lang xml:lang="es">', 0.1),
    ("She said {}bonjour{} to the old man.", '<lang xml:lang="fr">', 0.1),
    ("She said {}Guten Tag{} to the old man.", '<lang xml:lang="de">', 0.1),
    ("The blue bus, {}my friend,{} stops at the corner.", '<voice name="am_michael">', 0.25),
]


@pytest.mark.parametrize(("around", "span", "most"), SWITCHES)
def test_another_voice_or_language_within_a_sentence_goes_on_at_once(
    lab: Lab, around: str, span: str, most: float
) -> None:
    sound = lab.ours.say(f"<speak>{around.format(span, f'</{span[1:].split(maxsplit=1)[0]}>')}</speak>")
    assert longest_silence(sound) <= most


def test_what_voices_in_turns_say_is_understood(lab: Lab) -> None:
    texts = [
        "We found a {}ticket{} under the kitchen table.",
        "My brother keeps a {}garden{} behind the house.",
        "The old {}bridge over the river{} was closed last winter.",
        "He wrote a {}letter to his mother{} on Sunday evening.",
        "I bought a {}pair of shoes{} for the wedding.",
    ]
    documents = [text.format("<voice name='bf_emma'>", "</voice>") for text in texts]
    sounds = [lab.ours.say(f"<speak>{document}</speak>") for document in documents]
    plain = [text.format("", "") for text in texts]
    assert word_errors(plain, lab.ears.transcribe(sounds, "en-US"), "en-US").rate <= 0.1
