# SPDX-License-Identifier: GPL-3.0-or-later
"""A phrase's key: everything that shapes the sound changes it, and nothing else does."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import pytest
import torch

from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack
from kokoro_speechd.synthesis.voice.voice_statistics import VoiceStatistics
from kokoro_speechd.text.tone import Tone

STYLES = torch.arange(512.0).view(2, 1, 256)
VOICE = VoicePack("a", STYLES)
REQUEST = PhraseRequest("ˈA", VOICE, contour=(Tone(), Tone(semitones=1.0)))
STATISTICS = VoiceStatistics(("n",), (1,), torch.ones(1), torch.ones(1, 1), torch.ones(1, 1))
# For each field another value than that of REQUEST.
OTHERS: dict[str, Any] = {
    "symbols": "bˈ",
    "voice": VoicePack("a", STYLES + 1),
    "speed": 1.1,
    "pitch_semitones": -1.0,
    "range_factor": 0.9,
    "contour": None,
    "within": True,
    "seed": 0,
}


def key(request: PhraseRequest = REQUEST, **changes: Any) -> str:
    return replace(request, **changes).key("engine")


def test_every_field_has_another_value_here() -> None:
    assert list(OTHERS) == [field.name for field in fields(PhraseRequest)]


@pytest.mark.parametrize("name", [field.name for field in fields(PhraseRequest)])
def test_every_field_changes_the_key(name: str) -> None:
    assert getattr(REQUEST, name) != OTHERS[name]
    assert key(**{name: OTHERS[name]}) != key()


def test_each_change_has_a_key_of_its_own() -> None:
    keys = [key(), *(key(**{name: other}) for name, other in OTHERS.items()), REQUEST.key("another")]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", [field.name for field in fields(Tone)])
def test_every_field_of_a_tone_changes_the_key(name: str) -> None:
    assert key(contour=(Tone(), Tone(**{"semitones": 1.0, name: 7.0}))) != key()


def test_a_voice_is_known_by_its_content() -> None:
    assert key(voice=VoicePack("another name", STYLES.clone())) == key()
    learned = replace(VOICE, statistics=STATISTICS)
    assert key(voice=learned) != key()
    other = replace(STATISTICS, means=torch.zeros(1, 1))
    assert key(voice=replace(learned, statistics=other)) != key(voice=learned)


@dataclass(frozen=True, slots=True)
class Breathing(PhraseRequest):
    """A request with a field that somebody added later."""

    breath: object = 0.0


def test_a_field_that_is_added_counts() -> None:
    request = Breathing("ˈA", VOICE)
    assert key(request, breath=0.5) != key(request)
    with pytest.raises(TypeError, match="object"):  # and is not left out where it cannot be hashed
        key(request, breath=object())


def test_requests_can_be_compared() -> None:
    assert replace(REQUEST) == REQUEST
    assert len({REQUEST, replace(REQUEST), replace(REQUEST, within=True)}) == 2
