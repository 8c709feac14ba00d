# SPDX-License-Identifier: GPL-3.0-or-later
"""From an utterance to sound with its marks, in Kokoro's voice.

1. script     the document's text and marks                         text.ssml
2. reading    what the server broke is mended, each character keeps its place   text.reading
              characters, keys, spelling, punctuation and capitals as the caller wants them   text.modes
3. phonemes   by the language's reader, each with its source characters         text.languages
4. phrases    of so many phonemes as the model reads well            text.phrases
5. rendering  what was heard before is taken from memory            synthesis.cached_engine
              durations, F0; the sample of every phoneme             synthesis.engine
              then the sound, in windows                             synthesis.windows
              faster and slower than the model speaks well: stretched  synthesis.paced_engine
6. shaping    gain, 16 bit                                          audio.shaping

Marks travel in the same stream as the audio, at the sample where the first phoneme at or after their
place begins; those behind the last phoneme come at the end.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kokoro_speechd.audio import shaping
from kokoro_speechd.capital_sound import with_sounds
from kokoro_speechd.frames import SAMPLE_RATE
from kokoro_speechd.text import phrases, ssml
from kokoro_speechd.text.languages import ReaderOptions, reader_for
from kokoro_speechd.text.modes import Modes, modes_of
from kokoro_speechd.text.script import Mark, Phonemes, Script
from kokoro_speechd.text.spoken_form import spoken_form
from kokoro_speechd.text.vocabulary import is_silent
from kokoro_speechd.utterance import Audio, Item, Kind, MarkReached, Utterance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kokoro_speechd.synthesis.paced_engine import PacedEngine
    from kokoro_speechd.synthesis.voice_pack import VoicePack
    from kokoro_speechd.synthesis.windows import WindowPlan

# Phonemes of a phrase. The model takes 510. The prosody of a phrase is computed before its first sound, so
# the first phrase is short; later ones are read in more context while earlier ones are heard. Without windows
# all of a phrase is rendered before any of it is heard.
PHRASE = 250
FIRST_PHRASE = 100
_WHOLE_PHRASE = 100


def script_of(utterance: Utterance) -> Script:
    """Return what is to be read for an utterance of any kind; characters and keys are named later."""
    return ssml.scan(utterance.text) if utterance.kind is Kind.TEXT else Script(utterance.text)


class Narrator:
    """Renders utterances with one engine. For one thread."""

    def __init__(self, engine: PacedEngine, options: ReaderOptions, plan: WindowPlan | None) -> None:
        """`plan`: the windows in which phrases are rendered; None: whole."""
        self._engine = engine
        self._options = options
        self._plan = plan
        self._limits = (
            (FIRST_PHRASE, PHRASE)
            if plan is not None and engine.makes_windows
            else (_WHOLE_PHRASE, _WHOLE_PHRASE)
        )

    def speak(
        self,
        utterance: Utterance,
        voice: VoicePack,
        language: str,
        check: Callable[[], None],
        *,
        keep: bool = False,
    ) -> Iterator[Item]:
        """Yield audio and marks of an utterance as soon as each piece is ready.

        `keep`: see `CachedEngine.begin`; nobody waits for it, so it is rendered whole. `check` is called
        between all steps and raises Cancelled when the utterance is not wanted any more.
        Raises LanguageError when nothing here reads `language`, SynthesisError when the model fails.
        """
        modes = modes_of(utterance)
        script = modes.with_capital_sounds(script_of(utterance))
        phonemes = self._phonemes(script, language, modes)
        marks = list(script.marks)
        parameters = utterance.parameters
        gain = shaping.volume_to_gain(parameters.volume)
        first_limit, limit = self._limits
        heard = _Playback()
        for phrase in phrases.cut(phonemes, limit, first_limit=first_limit):
            check()
            if is_silent(phrase):
                continue
            sound = self._engine.begin(
                phrase.symbols,
                voice,
                speed=self._engine.pace(parameters.rate),
                pitch_semitones=shaping.pitch_to_semitones(parameters.pitch),
                range_factor=shaping.range_to_factor(parameters.pitch_range),
                check=check,
                keep=keep,
            )
            places, marks = place_marks(marks, phrase, [int(start) for start in sound.starts])
            pieces = (
                iter([sound.whole()])
                if self._plan is None or keep
                else sound.pieces(self._plan, heard.seconds_in_hand)
            )
            yield from with_sounds(
                _with_marks(
                    (shaping.to_int16(piece, gain) for piece in heard.given(pieces)), places, phrase.starts[0]
                ),
                parameters.volume,
            )
        yield from with_sounds((MarkReached(mark.name) for mark in marks), parameters.volume)

    def _phonemes(self, script: Script, language: str, modes: Modes) -> Phonemes:
        """Return the script's phonemes with their places in the script."""
        read = spoken_form(script.text, language, modes)
        if not any(character.isalnum() or ord(character) > 0x7F for character in read.text):
            return Phonemes("", (), ())  # blank or plain punctuation: nothing to say, no reader needed
        return read.place(reader_for(language, self._options).phonemes(read.text))


class _Playback:
    """What a listener has heard of an utterance that is played as soon as it begins."""

    def __init__(self) -> None:
        self._played_out = 0.0

    def seconds_in_hand(self) -> float:
        """Return how much sound is still to be heard."""
        return max(0.0, self._played_out - time.monotonic())

    def given(self, pieces: Iterator[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        """Pass the pieces on."""
        for piece in pieces:
            self._played_out = max(self._played_out, time.monotonic()) + len(piece) / SAMPLE_RATE
            yield piece


def _with_marks(pieces: Iterator[bytes], places: list[tuple[int, Mark]], offset: int) -> Iterator[Item]:
    """Yield a phrase's audio, cut where marks (sample, mark) lie, and these."""
    waiting = deque(places)
    position = 0  # the sample that comes next
    for piece in pieces:
        begin = position
        end = begin + len(piece) // 2
        while waiting and waiting[0][0] < end:
            sample, mark = waiting.popleft()
            if sample > position:
                yield Audio(piece[2 * (position - begin) : 2 * (sample - begin)], offset)
                position = sample
            yield MarkReached(mark.name)
        if position < end:
            yield Audio(piece[2 * (position - begin) :], offset)
            position = end
    for _, mark in waiting:
        yield MarkReached(mark.name)


def place_marks(
    marks: list[Mark], phrase: Phonemes, starts: list[int]
) -> tuple[list[tuple[int, Mark]], list[Mark]]:
    """Return (sample, mark) for the marks that fall into a phrase, and the marks that come after it.

    `starts[i]` is the sample at which phoneme i of the phrase begins. A mark belongs to the first phoneme,
    spaces not counted, whose source begins at or after the mark's offset.
    """
    places: list[tuple[int, Mark]] = []
    index = 0
    for position, mark in enumerate(marks):
        while index < len(phrase) and (phrase.starts[index] < mark.offset or phrase.symbols[index].isspace()):
            index += 1
        if index == len(phrase):
            return places, marks[position:]
        places.append((starts[index], mark))
    return places, []
