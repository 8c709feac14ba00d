# SPDX-License-Identifier: GPL-3.0-or-later
"""What is rendered: phonemes of the lengths that a screen reader's day is made of."""

from __future__ import annotations

_TEXT = "ðə kwˈɪk bɹˈWn fˈɑks ʤˈʌmps ˈOvəɹ ðə lˈAzi dˈɔɡ bɪfˈɔɹ lˈʌnʧ, ænd ðˈɛn ɪt ɡˈOz hˈOm. "

LENGTHS = {"letter": 2, "3 words": 15, "sentence": 60, "150 phonemes": 150, "400 phonemes": 400}
"""Name → number of phonemes."""


def phrase(length: int) -> str:
    """Return so many phonemes, as words and sentences."""
    return "ˈA" if length == 2 else (_TEXT * (length // len(_TEXT) + 1))[:length]
