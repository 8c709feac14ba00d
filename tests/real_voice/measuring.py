# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured of the voice, for tests with a few samples and for tables with all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from unittest.mock import patch

import numpy as np

from kokoro_speechd.text import phrases
from kokoro_speechd.text.script import Phonemes
from kokoro_speechd.utterance import Kind
from tests.real_voice import corpora, judging
from tests.real_voice.judging import Sound
from tests.real_voice.lab import Lab
from tests.real_voice.listening import RATE, Errors, first_words_right, word_errors
from tests.real_voice.rendering import Voices, espeak, phonemes


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """Sentences of one speaker, and what was heard."""

    texts: Sequence[str]
    language: str
    sounds: list[Sound]
    heard: list[str]

    @property
    def errors(self) -> Errors:
        return word_errors(self.texts, self.heard, self.language)

    @property
    def first_words(self) -> list[bool]:
        return first_words_right(self.texts, self.heard, self.language)

    def missed(self) -> str:
        """Name the first words that were not heard, with what was heard instead."""
        pairs = zip(self.texts, self.heard, self.first_words, strict=True)
        return "; ".join(f"{text!r} → {heard!r}" for text, heard, right in pairs if not right)


def heard_from(lab: Lab, texts: Sequence[str], language: str, sounds: list[Sound]) -> Spoken:
    """Listen to sounds of these texts."""
    return Spoken(texts, language, sounds, lab.ears.transcribe(sounds, language))


def spoken_by_us(
    lab: Lab, texts: Sequence[str], voice: str, language: str, voices: Voices | None = None
) -> Spoken:
    """Speak sentences and listen."""
    voices = voices or lab.ours
    return heard_from(lab, texts, language, [voices.say(text, voice, language) for text in texts])


def spoken_by_upstream(lab: Lab, texts: Sequence[str], voice: str, language: str) -> Spoken:
    """Have upstream's model speak the same phonemes, and listen."""
    sounds = [lab.upstream.say(phonemes(text, language), voice) for text in texts]
    return heard_from(lab, texts, language, sounds)


def spoken_by_espeak(lab: Lab, texts: Sequence[str], language: str) -> Spoken:
    """Have espeak-ng's voice speak, and listen."""
    return heard_from(lab, texts, language, [espeak(text, language) for text in texts])


def recognized(lab: Lab, spoken: Spoken) -> int:
    """Return how many of the sentences whisper takes for themselves among all of them."""
    chosen = lab.ears.likeliest(spoken.sounds, spoken.texts, spoken.language)
    return sum(number == wanted for wanted, number in enumerate(chosen))


# --- letters and words -----------------------------------------------------------------------------------


def characters(lab: Lab, choices: Sequence[Sequence[str]], sounds: list[Sound], language: str) -> list[bool]:
    """Say of each letter (or digit), in the order of the choices, whether it is the one that is heard."""
    chosen = lab.ears.choose(sounds, choices, language)
    return [number == wanted for wanted, number in enumerate(chosen)]


def letter_sounds(voices: Voices, choices: Sequence[Sequence[str]], voice: str, language: str) -> list[Sound]:
    """Return our sound of each character, as `SSIP CHAR` asks for it."""
    return [voices.say(names[0].lower(), voice, language, Kind.CHAR) for names in choices]


def upstream_letter_sounds(
    lab: Lab, choices: Sequence[Sequence[str]], voice: str, language: str
) -> list[Sound]:
    """Return upstream's of the same phonemes; a stop behind them helps it."""
    return [
        lab.upstream.say(phonemes(names[0].lower(), language, Kind.CHAR) + ".", voice) for names in choices
    ]


def espeak_letter_sounds(choices: Sequence[Sequence[str]], language: str) -> list[Sound]:
    """Return espeak-ng's."""
    return [espeak(names[0].lower(), language, Kind.CHAR) for names in choices]


def words_right(spoken: Spoken) -> list[bool]:
    """Say of each short text whether all of it was heard and nothing else."""
    return [wrong == 0 for wrong in spoken.errors.each]


# --- time ------------------------------------------------------------------------------------------------

# Stop consonants on either side that begin and end aloud: silence has sharp edges. Where a "t" dies away at
# the judge's bound for silence, a break seems up to 70 ms longer.
BREAK_BETWEEN = ("Open the book", "Do it again")
BREAK_BETWEEN_SENTENCES = ("Open the book.", "Do it again.")


def break_length(
    voices: Voices, milliseconds: int, voice: str, rate: int = 0, between: tuple[str, str] = BREAK_BETWEEN
) -> float:
    """Return the seconds of silence that are heard where a document has a break."""
    before, behind = between
    sound, [(_, begins)] = voices.say_with_marks(
        f'<speak>{before}<mark name="m"/><break time="{milliseconds}ms"/>{behind}</speak>', voice, rate=rate
    )
    middle = begins + milliseconds / 2000
    silences = judging.silences(sound, 0.01)
    return next((end - begin for begin, end in silences if begin <= middle <= end), 0.0)


# Words of an interface that begin with what is easily lost, and sentences that do.
NEAR_WORDS = ("tab", "text", "table", "toggle button", "check box", "desktop", "terminal", "menu bar")
NEAR_SENTENCES = (
    "The train was late again today.", "That picture hangs on the wall.", "They bought a house by the river.",
    "These shoes are too small for her.", "Take the second street on the left.",
    "Thursday is the best day for me.",
)  # fmt: skip

# Their first sounds are lost where the frames before them are made fewer.
LOST_SENTENCES = (
    "The train was late again today.", "These shoes are too small for her.", "Pass the salt to your brother.",
    "Bread is cheap in this town.", "Keep the door closed in winter.", "Honey tastes good on warm bread.",
    "Spring comes early this year.", "Clean plates are in the cupboard.",
)  # fmt: skip

CLAUSE, SENTENCE = 0, 1
SIGNS = {"hi": (", ", "। "), "ja": ("、", "。"), "zh": ("，", "。")}
"""What joins two clauses, and two sentences, where it is not a comma and a full stop."""


def joined_by(joined: tuple[str, str], kind: int, language: str, between: str = "") -> str:
    """Return two clauses, given without any sign, with one; `between` stands before the second."""
    first, second = joined
    if kind == SENTENCE:
        second = second[0].upper() + second[1:]
    signs = SIGNS.get(language, (", ", ". "))
    return f"{first}{signs[kind]}{between}{second}{signs[SENTENCE].strip()}"


def pause_at(
    voices: Voices, joined: tuple[str, str], kind: int, voice: str, language: str, *, whole: bool
) -> float:
    """Return the seconds of silence between two clauses or sentences (`kind`), given without any sign.

    `whole`: the model renders both as one phrase; else they are cut there, as long texts are.
    """
    mark = '<mark name="m"/>'
    text = joined_by(joined, kind, language, mark)
    behind = text.index(mark)

    def cut(read: Phonemes, *_limits: int, **_named: int) -> list[Phonemes]:
        if whole:
            return [read]
        place = next(
            at for at, begin in enumerate(read.starts) if begin >= behind and read.symbols[at] != " "
        )
        return [read.slice(0, len(read.symbols[:place].rstrip())), read.slice(place, len(read.symbols))]

    with patch.object(phrases, "cut", cut):
        sound, [(_, at)] = voices.say_with_marks(f"<speak>{text}</speak>", voice, language)
    around = [end - begin for begin, end in judging.silences(sound, 0.02) if begin - 0.15 <= at <= end + 0.15]
    return max(around, default=0.0)


Marked = Callable[[str], tuple[Sound, list[tuple[str, float]]]]
"""Speaks a document and returns its sound and marks."""


def marks_off_after_pauses(speak: Marked) -> list[float]:
    """Return for each mark behind a pause how many seconds after it the sound begins again."""
    words = ("Top", "back", "cat", "dog", "pet", "ten", "big", "good")
    text = "".join(f'<mark name="{number}"/>{word}<break time="300ms"/>' for number, word in enumerate(words))
    sound, marks = speak(f"<speak>{text}</speak>")
    begins = [judging.silence_before(sound), *(end for _, end in judging.silences(sound, 0.15))]
    return [min((begin - at for begin in begins), key=abs) for _, at in marks]


def marks_off_in_speech(lab: Lab, speak: Marked, text: str) -> list[float]:
    """Return for each word of a sentence how many seconds behind its mark whisper hears it begin.

    The first word is left out: whisper lets it begin with the sound. Whisper's own places are some tenths of
    a second early, which is why espeak-ng's marks, which are exact, are measured beside ours.
    """
    words = text.split()
    document = " ".join(f'<mark name="{number}"/>{word}' for number, word in enumerate(words))
    sound, marks = speak(f"<speak>{document}</speak>")
    lead = np.zeros(RATE // 2, np.float32)  # whisper does not find what begins at once
    times = [
        begin - 0.5
        for word, begin, _ in lab.ears.word_times(np.concatenate([lead, sound]), text, "en-US")
        if any(map(str.isalnum, word))
    ]
    if len(times) != len(marks):
        return []
    return [time - at for time, (_, at) in list(zip(times, marks, strict=True))[1:]]


# --- pitch and pace --------------------------------------------------------------------------------------

PITCH_TEXT = "Roses are growing along the narrow road near our mill."


def pitch_moved(voices: Voices, pitch: int, voice: str) -> float:
    """Return by how many semitones the setting moves the voice's pitch."""
    return judging.pitch_moved(*(voices.say(PITCH_TEXT, voice, pitch=each) for each in (pitch, 0)))


def range_moved(voices: Voices, pitch_range: int, voice: str, language: str) -> float:
    """Return by what share the setting of the pitch's range moves the median of six sentences' pitch."""
    texts = corpora.ENGLISH[8:98:15]
    base, moved = (
        judging.median_pitch(
            np.concatenate([voices.say(text, voice, language, pitch_range=each) for text in texts])
        )
        for each in (0, pitch_range)
    )
    return moved / base - 1


def child_pitch(voices: Voices, gender: str, language: str) -> float:
    """Return the median pitch of a child's four sentences, in a message of the language's own voice."""
    texts = corpora.SENTENCES[language][1::3][:4]
    form = f'<speak><voice gender="{gender}" age="8">{{}}</voice></speak>'
    sounds = [voices.say(form.format(text), corpora.VOICE_OF[language], language) for text in texts]
    return judging.median_pitch(np.concatenate(sounds))


def words_a_minute(texts: Sequence[str], sounds: Sequence[Sound]) -> float:
    """Return the pace at which texts are heard, silence at their ends left out."""
    words = sum(len(text.split()) for text in texts)
    return 60 * words / max(1e-9, sum(judging.heard_seconds(sound) for sound in sounds))


def switch_document(number: int) -> tuple[str, str]:
    """Return a message whose middle is in another language: as SSML, and as text."""
    before, language, inside, behind = corpora.SWITCHES[number]
    return (
        f'<speak>{before} <lang xml:lang="{language}">{inside}</lang> {behind}</speak>',
        f"{before} {inside} {behind}",
    )
