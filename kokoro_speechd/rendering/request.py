# SPDX-License-Identifier: GPL-3.0-or-later
"""A message on its way to its listener, and what the settings say of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from kokoro_speechd.audio.ssip_scales import percent_to_volume
from kokoro_speechd.settings import Settings
from kokoro_speechd.utterance import Utterance


@dataclass(frozen=True, slots=True)
class SpeakOptions:
    """What the settings say of a message. No field has a default that a way to the voice could forget.

    use_espeak  whether espeak-ng speaks where Kokoro cannot
    fastest     how many times the voice's own pace the rate 100 is, see `ssip_scales`
    writing     whether espeak-ng reads other writing systems in languages of theirs
    even        whether espeak-ng is as loud as the other voices
    floor       the least volume, in percent of full, whatever a program asks for
    """

    use_espeak: bool
    fastest: float
    writing: bool
    even: bool
    floor: int

    @classmethod
    def of(cls, settings: Settings) -> SpeakOptions:
        """Return those of the settings as they are now; they change with each `reload`."""
        return cls(
            settings.espeak_fallback,
            settings.fastest,
            settings.writing_systems,
            settings.even_loudness,
            settings.volume_floor,
        )

    def loud_enough(self, utterance: Utterance) -> Utterance:
        """Return an utterance that is at least as loud as the floor."""
        least = percent_to_volume(self.floor)
        if utterance.parameters.volume >= least:
            return utterance
        return replace(utterance, parameters=replace(utterance.parameters, volume=least))


class SpeechRequest:
    """One utterance on its way to its listener, until it is over for whatever reason.

    Several threads look at it: the utterance stays the same.
    """

    def __init__(self, utterance: Utterance) -> None:
        self._utterance = utterance
        self.patience: float | None = None  # seconds until a first sound must come, from whomever
        self.over = threading.Event()
        self._on_over: list[Callable[[], None]] = []

    @property
    def utterance(self) -> Utterance:
        """What is spoken."""
        return self._utterance

    def with_utterance(self, utterance: Utterance) -> SpeechRequest:
        """Return a request for the same listener to speak something else: over when this one is."""
        other = SpeechRequest(utterance)
        other.patience, other.over, other._on_over = self.patience, self.over, self._on_over
        return other

    def when_over(self, callback: Callable[[], None]) -> None:
        """Have `callback` called when it is over, from whichever thread ends it.

        It must not block, and must bear to be called twice.
        """
        self._on_over.append(callback)
        if self.over.is_set():
            callback()

    def end(self) -> None:
        """Say that it is over, and wake everything that works for it."""
        self.over.set()
        for callback in self._on_over:
            callback()
