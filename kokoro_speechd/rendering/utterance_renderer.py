# SPDX-License-Identifier: GPL-3.0-or-later
"""From an utterance to sound with its marks.

1. script     the document's text, marks, spans and breaks                      text.ssml.parser
              text in other languages finds its language                        text.detection.sentences
2. runs       text of one voice, silence between them                           text.runs, voices.switching
              long ones in portions                                             text.portions
3. reading    what the server broke is mended, each character keeps its place   text.phonemizers.spoken_form
              characters, keys, spelling, punctuation, capitals as asked for    text.naming.modes
4. phonemes   by the language's phonemizer, or as the user wants them,        text.phonemizers.script_phonemes
              each with its source characters                                   text.phonemes.overrides
5. phrases    of so many phonemes as the model reads well                       text.phrases
6. rendering  what was heard before is taken from memory                        synthesis.cached_engine
              durations, F0; the sample of every phoneme                        synthesis.engine
              then the sound, in windows                                        synthesis.phrase.windows
              stretched where the model itself would be too fast or slow        synthesis.paced_engine
              a run of espeak-ng's is its sound, at our sample rate             rendering.espeak_voice
7. gain       loudness of spans and of the voice, volume; 16 bit                audio.gain, voices.levels
              nothing beyond full scale, with one gain for all                  audio.limiting

Marks travel in the same stream as the audio, at the sample where the first phoneme at or after their
place begins; those behind the last phoneme before a break come before its silence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kokoro_speechd.audio import limiting, ssip_scales
from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.audio.gain import to_int16, with_gains
from kokoro_speechd.audio.resampling import resample_parts
from kokoro_speechd.audio.silence import PhraseEdges, Silence
from kokoro_speechd.errors import EspeakError, LanguageError, VoiceError
from kokoro_speechd.rendering.capital_sound import with_sounds
from kokoro_speechd.rendering.progress import UtteranceProgress, place_marks, with_marks
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.text import phrases
from kokoro_speechd.text.detection.sentences import Guess, tell_languages
from kokoro_speechd.text.naming.modes import modes_of, script_of_name
from kokoro_speechd.text.phonemes.kokoro_symbols import is_silent
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
from kokoro_speechd.text.phonemizers.script_phonemes import phonemes_of
from kokoro_speechd.text.phonemizers.spoken_form import Pronouncer
from kokoro_speechd.text.portions import portions
from kokoro_speechd.text.runs import Run, runs_of
from kokoro_speechd.text.script import Phonemes, Script
from kokoro_speechd.text.ssml import parser
from kokoro_speechd.text.tone import EVEN, Tone, tone_of
from kokoro_speechd.utterance import Audio, Item, Kind, MarkReached, Utterance
from kokoro_speechd.voices.levels import gain_of, pauses_of
from kokoro_speechd.voices.selection import Choice
from kokoro_speechd.voices.switching import VoiceSwitching

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kokoro_speechd.synthesis.cached_engine import Sounding
    from kokoro_speechd.synthesis.paced_engine import PacedEngine
    from kokoro_speechd.synthesis.voice.voice_pack import VoicePack
    from kokoro_speechd.voices.catalogue import Voice

# Phonemes of a phrase. The model takes 510. The prosody of a phrase is computed before its first sound, so
# the first phrase is short; later ones are read in more context while earlier ones are heard.
PHRASE = 250
FIRST_PHRASE = 100
# The model ends every phrase with the silence of a sentence. Where another voice goes on within one, there
# is no more of it than the text has there: that behind a clause, or between two words.
_STOPS, _CLAUSE_ENDS = frozenset(["", *".!?…。！？।؟"]), frozenset(",;:—，、；：،؛")
_CLAUSE_PAUSE, _HANDING_ON = (0.2, 0.12), (0.04, 0.0)  # seconds: at most, at least
# Where only the phrase ends, there is the pause that the model makes there in one phrase: the voice's own
# behind a sentence and a clause, between two words so many seconds (docs/voice.md).
_WORD_CUT = 0.06
_CLOSING = '"”)'
# The model's sound runs ahead of its tokens: a word is heard so many samples before its first phoneme's
# frames begin, on average (docs/voice.md, Marks).
_SOUNDS_EARLY = 1080  # 45 ms


def script_of(utterance: Utterance) -> Script:
    """Return what is to be read for an utterance of any kind; characters and keys are named later."""
    return parser.scan(utterance.text) if utterance.kind is Kind.TEXT else script_of_name(utterance)


@dataclass(frozen=True, slots=True)
class SynthesisOptions:
    """How a renderer goes about it, from the settings.

    options  for the phonemizers
    edge     seconds of silence that a message of Kokoro's begins and ends with
    even     whether all voices are made equally loud
    writing  whether other writing systems are spoken in a language of theirs
    guess    tells the language of a sentence; None: nobody does
    words    the fewest of a sentence for that
    pronouncer  knows the user's words
    """

    options: PhonemizerOptions
    edge: float = 0.02
    even: bool = True
    writing: bool = True
    guess: Guess | None = None
    words: int = 0
    pronouncer: Pronouncer | None = None


class UtteranceRenderer:
    """Renders utterances with one engine. For one thread."""

    def __init__(
        self,
        engine: PacedEngine,
        switching: VoiceSwitching,
        packs: Callable[[Voice], VoicePack],
        synthesis_options: SynthesisOptions,
    ) -> None:
        """`packs` returns a voice ready for the engine; it raises VoiceError."""
        self._engine = engine
        self._switching = switching
        self._packs = packs
        self._synthesis_options = synthesis_options

    def speak(
        self, utterance: Utterance, own: Choice, check: Callable[[], None], *, keep: bool = False
    ) -> Iterator[Item]:
        """Yield audio and marks of an utterance, in its `own` voice, as soon as each piece is ready.

        `keep`: see `CachedEngine.begin`; nobody waits for it, so it is rendered whole. `check` is called
        between all steps and raises Cancelled when the utterance is not wanted any more. Raises LanguageError
        when nothing here reads the language, VoiceError, SynthesisError when the model fails.
        """
        yield from with_sounds(self._tell(utterance, own, check, keep), utterance.parameters.volume)

    def _tell(
        self, utterance: Utterance, own: Choice, check: Callable[[], None], keep: bool
    ) -> Iterator[Item]:
        script = script_of(utterance)
        if utterance.kind is Kind.TEXT:
            synthesis_options = self._synthesis_options
            script = tell_languages(
                script,
                own.language,
                writing=synthesis_options.writing,
                guess=synthesis_options.guess,
                words=synthesis_options.words,
            )
        script = modes_of(utterance).with_capital_sounds(script)
        silence = Silence(round(self._synthesis_options.edge * SAMPLE_RATE))
        progress = UtteranceProgress(script, utterance, own, check, keep, list(script.marks), silence)
        progress.gain = _gain(utterance, script)
        for run in portions(
            runs_of(script, lambda attributes: self._switching.choose(attributes, own)), script
        ):
            check()
            yield from self._speak_run(run, progress)
            pace = self._engine.pace(utterance.parameters.rate) * run.rate
            if pause := run.pause + run.paced / pace:
                yield from progress.reach(run.end)
                yield from progress.silent(progress.silence.pause(round(pause * SAMPLE_RATE)), run.end)
                progress.closing = ""
            progress.handed_on = run.handed_on and progress.closing not in _STOPS
            if progress.handed_on:
                between = _CLAUSE_PAUSE if progress.closing in _CLAUSE_ENDS else _HANDING_ON
                progress.silence.bound(*(round(pause / pace * SAMPLE_RATE) for pause in between))
        yield from progress.silent(progress.silence.end(), progress.offset)
        for mark in progress.marks:
            yield MarkReached(mark.name)

    def _speak_run(self, run: Run[Choice], progress: UtteranceProgress) -> Iterator[Item]:
        """Speak a run in its voice; where that cannot be, in the nearest one that can."""
        choice, own = run.choice, progress.own
        choices = [choice] if choice == own else [choice, replace(choice, voice=None), own]
        for left, stand_in in enumerate(choices, 1 - len(choices)):
            try:
                items = self._with(stand_in, run, progress)
                first = next(items, None)
            except (LanguageError, VoiceError, EspeakError):
                if left == 0:
                    raise
                continue
            if first is not None:
                yield first
                yield from items
            return

    def _with(self, choice: Choice, run: Run[Choice], progress: UtteranceProgress) -> Iterator[Item]:
        """Speak a run. Raises LanguageError, VoiceError and EspeakError before anything was spoken."""
        if choice.voice is None:
            yield from _with_espeak(
                choice, run, progress, self._engine.fastest, even=self._synthesis_options.even
            )
            return
        pack = self._packs(choice.voice)
        language = choice.language
        phonemes = phonemes_of(
            progress.script,
            (run.start, run.end),
            language,
            lambda: phonemizer_for(language, self._synthesis_options.options),
            modes=modes_of(progress.utterance),
            # What is kept on the disk is the same for every user.
            pronouncer=None if progress.keep else self._synthesis_options.pronouncer,
        )
        parts = phrases.cut(phonemes, PHRASE, first_limit=PHRASE if progress.begun else FIRST_PHRASE)
        for number, phrase in enumerate(parts, 1):
            progress.check()
            if not is_silent(phrase):
                progress.begun = True
                hands_on = run.handed_on and number == len(parts) and phrase.symbols[-1] not in _STOPS
                within, progress.handed_on = progress.handed_on or hands_on, False
                yield from self._speak_phrase(phrase, run, pack, progress, within=within)
                if number < len(parts) or progress.closing in _STOPS:
                    pace = self._engine.pace(progress.utterance.parameters.rate) * run.rate
                    pause = _pause_at_cut(phrase.symbols, pauses_of(choice.voice))
                    samples = round(pause / self._engine.shrinking(pace) * SAMPLE_RATE)
                    progress.silence.bound(samples, samples)

    def _speak_phrase(
        self,
        phrase: Phonemes,
        run: Run[Choice],
        pack: VoicePack,
        progress: UtteranceProgress,
        *,
        within: bool,
    ) -> Iterator[Item]:
        import numpy as np

        parameters = progress.utterance.parameters
        tones = _tones(phrase, progress.script)
        request = PhraseRequest(
            phrase.symbols,
            pack,
            speed=self._engine.pace(parameters.rate),
            pitch_semitones=ssip_scales.pitch_to_semitones(parameters.pitch) + run.choice.raised,
            range_factor=ssip_scales.range_to_factor(parameters.pitch_range),
            contour=tones,
            within=within,
        )
        sound = self._engine.begin(request, check=progress.check, keep=progress.keep)
        edges = PhraseEdges(self._pieces(sound, progress))
        starts = (sound.starts - round(_SOUNDS_EARLY / sound.speedup) - edges.cut).clip(0)
        places, progress.marks = place_marks(progress.marks, phrase, [int(start) for start in starts])
        yield from progress.silent(progress.silence.due(), phrase.starts[0])
        pieces = progress.heard.given(edges.pieces())
        if tones is not None:
            pieces = with_gains(pieces, starts, [tone.gain for tone in tones])
        own = run.choice.voice
        even = 1.0
        if own is not None and self._synthesis_options.even:
            even = gain_of(own, len(phrase.symbols))
        gain = np.float32(even * progress.gain)
        limited = progress.limiter.passed(piece * gain for piece in pieces)
        yield from with_marks((to_int16(piece) for piece in limited), places, phrase.starts[0])
        progress.offset, progress.closing = phrase.starts[0], phrase.symbols[-1]
        progress.silence.sounded(edges.ended)

    @staticmethod
    def _pieces(sound: Sounding, progress: UtteranceProgress) -> Iterator[NDArray[np.float32]]:
        if progress.keep:
            return iter([sound.whole()])
        return sound.pieces(progress.heard.buffered_seconds)


def _pause_at_cut(symbols: str, own: tuple[float, float]) -> float:
    """Return the seconds of the model's pause behind these phonemes, if others come next.

    `own`: the voice's pauses, see `levels.pauses_of`.
    """
    clause, stop = own
    end = symbols.rstrip(_CLOSING)[-1:]
    if end in _STOPS:
        return stop
    return clause if end in _CLAUSE_ENDS else _WORD_CUT


def _gain(utterance: Utterance, script: Script) -> float:
    """Return the gain of a message: less than its volume's where a part would be too loud beside the rest."""
    gain = ssip_scales.volume_to_gain(utterance.parameters.volume)
    loudest = max((tone_of(span.attributes).gain for span in script.spans), default=1.0)
    return gain * limiting.room_for(gain * loudest)


def _tones(phrase: Phonemes, script: Script) -> tuple[Tone, ...] | None:
    """Return a tone for each phoneme; None where all of them are the phrase's own."""
    spans = list(script.segments(phrase.starts[0], phrase.starts[-1] + 1)) if script.spans else []
    tones = [tone_of(span.attributes) for span in spans]
    if all(tone == EVEN for tone in tones):
        return None
    begins = [span.start for span in spans]
    return tuple(tones[max(0, bisect_right(begins, start) - 1)] for start in phrase.starts)


def _with_espeak(
    choice: Choice, run: Run[Choice], progress: UtteranceProgress, fastest: float, *, even: bool
) -> Iterator[Item]:
    """Speak a run with espeak-ng, at our sample rate. Raises EspeakError."""
    from kokoro_speechd.rendering import espeak_voice

    script = progress.script
    last = run.end == len(script.text)
    marks = [mark for mark in progress.marks if last or mark.offset < run.end]
    piece = replace(
        script.until(run.end),
        marks=tuple(replace(mark, offset=max(mark.offset, run.start)) for mark in marks),
        breaks=(),
    )
    if not piece.text[run.start :].strip():
        return
    for store in espeak_voice.rendered(
        progress.utterance,
        piece,
        choice.language,
        start=run.start,
        variant=choice.espeak_variant,
        fastest=fastest,
        even=even,
    ):
        progress.check()
        rate = next((item[1] for item in store.items if not isinstance(item, str)), SAMPLE_RATE)
        parts = [item[0] for item in store.items if not isinstance(item, str)]
        moved = iter(resample_parts(parts, rate, SAMPLE_RATE))
        progress.marks = progress.marks[sum(isinstance(item, str) for item in store.items) :]
        for item in store.items:
            if isinstance(item, str):
                yield MarkReached(item)
                continue
            samples = next(moved)
            yield from progress.silent(0 if not progress.begun else progress.silence.due(), store.offset)
            progress.heard.add(len(samples) // 2)
            yield Audio(samples, store.offset)
            progress.begun = True
            progress.offset, progress.closing = store.offset, piece.text.rstrip()[-1]
            progress.silence.sounded(0)
