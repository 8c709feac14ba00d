# SPDX-License-Identifier: GPL-3.0-or-later
"""Whisper as a listener. Plain functions, for tests and scripts alike.

    from tests.real_ears import find_or_fetch_ears
    from tests.real_voice.listening import Ears, first_words_right, word_errors
    from tests.real_voice.rendering import Upstream, Voices

    ears = Ears(find_or_fetch_ears())
    heard = ears.transcribe([samples, ...], "en-US")        # float32 or int16 mono at 24 kHz, one text each
    word_errors(texts, heard, "en-US").rate                 # 0.05
    first_words_right(texts, heard)                         # [True, False, ...]
    ears.choose([samples, ...], LETTERS)                    # [0 … 25, ...], see corpora.LETTERS
    ears.word_times(samples, "the text", "en-US")           # when each of its words is heard, seconds

`rendering.Voices` makes our sound by the Synthesizer, `rendering.Upstream` KModel's of the same phonemes.
Recognition is deterministic: beam search, without sampling.
"""

from __future__ import annotations

import math
import re
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kokoro_speechd.text.phonemizers.phonemizer import Phonemizer

RATE = 24_000
_WHISPER_RATE = 16_000
# Seconds that whisper hears at once, silence behind a clip included. It was made for 30; with 10 it hears
# short clips as well, in a fifth of the time.
_SPANS = (10, 20, 30)
_MARGIN = 1.0  # seconds of silence behind a clip at least
_BATCH = 8
# Languages whose words have no spaces between them, or that whisper writes in more than one way: there the
# sounds are counted that our own reader makes of both texts.
_BY_SOUND = frozenset({"ja", "zh"})
_NUMBERS = {"es": "es", "fr": "fr", "hi": "hi", "it": "it", "pt": "pt_BR", "en": "en"}
_SPELLINGS = {  # British and other spellings of the same English word
    "grey": "gray",
    "colour": "color",
    "neighbour": "neighbor",
    "ok": "okay",
    "favourite": "favorite",
    "harbour": "harbor",
    "theatre": "theater",
    "centre": "center",
    "mr": "mister",
    "mrs": "missus",
    "dr": "doctor",
}


class Ears:
    """Whisper-base on the CPU."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load the model from a folder of `real_ears.find_or_fetch_ears`."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its packages', not ours
            from faster_whisper import WhisperModel

            self._whisper: Any = WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
            )
        self._model: Any = self._whisper.model

    def transcribe(self, clips: Sequence[NDArray[Any]], language: str) -> list[str]:
        """Return what is heard in each clip: mono at 24 kHz, float of ±1 or int16, of at most 29 seconds."""
        texts = self._transcribe(clips, language, _SPANS)
        # With less to hear than it was made for, whisper sometimes says everything twice.
        again = [number for number, text in enumerate(texts) if _stutters(text)]
        for number, text in zip(
            again, self._transcribe([clips[each] for each in again], language, _SPANS[-1:]), strict=True
        ):
            texts[number] = text
        return texts

    def _transcribe(self, clips: Sequence[NDArray[Any]], language: str, spans: Sequence[int]) -> list[str]:
        tokenizer = self._tokenizer(language)
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        texts: dict[int, str] = {}
        for numbers, features in self._batches(clips, spans):
            results = self._model.generate(features, [prompt] * len(numbers), beam_size=5, max_length=224)
            for number, result in zip(numbers, results, strict=True):
                texts[number] = tokenizer.decode(result.sequences_ids[0]).strip()
        return [texts[number] for number in range(len(clips))]

    def choose(
        self, clips: Sequence[NDArray[Any]], choices: Sequence[Sequence[str]], language: str = "en-US"
    ) -> list[int]:
        """Return for each clip the number of the choice with which its text most probably begins.

        Each choice has one or more spellings, homophones among them, whose probabilities are added. Only a
        spelling's first token counts; one that it shares with another choice is left out.
        """
        import numpy as np

        tokenizer = self._tokenizer(language)
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        tokens = _first_tokens(tokenizer, choices)
        chosen: dict[int, int] = {}
        for numbers, features in self._batches(clips):
            results = self._model.generate(
                features, [prompt] * len(numbers), beam_size=1, max_length=8, return_logits_vocab=True,
                suppress_blank=False, suppress_tokens=[],
            )  # fmt: skip
            for number, result in zip(numbers, results, strict=True):
                logits = np.array(result.logits[0], np.float64).ravel()
                scores = [np.logaddexp.reduce(logits[own]) for own in tokens]
                chosen[number] = int(np.argmax(scores))
        return [chosen[number] for number in range(len(clips))]

    def likeliest(self, clips: Sequence[NDArray[Any]], texts: Sequence[str], language: str) -> list[int]:
        """Return for each clip the number of the text that was most probably said in it.

        A text counts by the mean logarithm of its tokens' probabilities. For languages that whisper hardly
        transcribes, but tells one text from another in.
        """
        import numpy as np

        tokenizer = self._tokenizer(language)
        tokens = [tokenizer.encode(" " + text) for text in texts]
        chosen = []
        for clip in clips:
            ((_, features),) = self._batches([clip])
            frames = round(len(clip) / RATE * 100)
            encoded = self._model.encode(features)
            scores = []
            for own in tokens:
                (result,) = self._model.align(encoded, [*tokenizer.sot_sequence], [own], frames)
                scores.append(np.mean(np.log(np.maximum(result.text_token_probs, 1e-9))))
            chosen.append(int(np.argmax(scores)))
        return chosen

    def word_times(self, clip: NDArray[Any], text: str, language: str) -> list[tuple[str, float, float]]:
        """Return the words of a known text with the seconds at which each begins and ends in the clip.

        Whisper's attention tells, in steps of 20 ms.
        """
        tokenizer = self._tokenizer(language)
        tokens = tokenizer.encode(" " + text)
        frames = round(len(clip) / RATE * 100)
        ((_, features),) = self._batches([clip])
        (result,) = self._model.align(features, [*tokenizer.sot_sequence], [tokens], frames)
        words, parts = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
        begins: dict[int, float] = {}
        for token, frame in result.alignments:
            begins.setdefault(token, frame / 50)
        last = max(begins.values(), default=0.0)
        times, place = [], 0
        for word, part in zip(words[:-1], parts[:-1], strict=True):
            begin = begins.get(place, last)
            place += len(part)
            times.append((word.strip(), begin, begins.get(place, last)))
        return times

    def _tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        whisper = self._whisper
        return Tokenizer(whisper.hf_tokenizer, multilingual=True, task="transcribe", language=language[:2])

    def _batches(
        self, clips: Sequence[NDArray[Any]], among: Sequence[int] = _SPANS
    ) -> Iterator[tuple[list[int], Any]]:
        """Yield the numbers of clips of about the same length, and whisper's features of them."""
        import ctranslate2
        import numpy as np

        spans: dict[int, list[int]] = {}
        for number, clip in enumerate(clips):
            needed = len(clip) / RATE + _MARGIN
            spans.setdefault(next((span for span in among if span >= needed), among[-1]), []).append(number)
        for span, numbers in spans.items():
            for begin in range(0, len(numbers), _BATCH):
                some = numbers[begin : begin + _BATCH]
                features = np.zeros((len(some), 80, span * 100), np.float32)
                for row, number in zip(features, some, strict=True):
                    sound = np.zeros(span * _WHISPER_RATE, np.float32)
                    short = resampled(as_float(clips[number]), _WHISPER_RATE)[: len(sound)]
                    sound[: len(short)] = short
                    row[:] = self._whisper.feature_extractor(sound, padding=0)[:, : span * 100]
                yield some, ctranslate2.StorageView.from_array(features)


def _stutters(text: str) -> bool:
    """Say whether four words come twice, or six characters where there are no spaces."""
    words = text.casefold().split()
    if len(words) == 1:
        words = [text[place : place + 3] for place in range(len(text))]
    fours = [tuple(words[place : place + 4]) for place in range(len(words) - 3)]
    return len(set(fours)) < len(fours)


def _first_tokens(tokenizer: Any, choices: Sequence[Sequence[str]]) -> list[list[int]]:
    """Return the tokens with which each choice's spellings begin, in lower case too, without shared ones."""
    owners: dict[int, set[int]] = {}
    for number, spellings in enumerate(choices):
        for spelling in {form for text in spellings for form in (text, text.lower())}:
            owners.setdefault(tokenizer.encode(" " + spelling)[0], set()).add(number)
    tokens = [[token for token, own in owners.items() if own == {number}] for number in range(len(choices))]
    assert all(tokens), "a choice has no token of its own"
    return tokens


def as_float(samples: NDArray[Any]) -> NDArray[np.float32]:
    """Return samples as float32 of full scale ±1."""
    import numpy as np

    if samples.dtype == np.int16:
        return samples.astype(np.float32) / 32768
    return samples.astype(np.float32, copy=False)


def resampled(samples: NDArray[Any], rate: int, source: int = RATE) -> NDArray[np.float32]:
    """Return samples of `source` Hz at another rate."""
    import numpy as np
    from scipy.signal import resample_poly

    if source == rate or not len(samples):
        return as_float(samples)
    common = math.gcd(rate, source)
    return resample_poly(as_float(samples), rate // common, source // common).astype(np.float32)


# --- texts -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Errors:
    """Wrong, missing and added words (or sounds) among so many; `each` has those of every text."""

    wrong: int
    of: int
    each: tuple[int, ...]

    @property
    def rate(self) -> float:
        return self.wrong / max(1, self.of)


def word_errors(texts: Sequence[str], heard: Sequence[str], language: str) -> Errors:
    """Compare what was heard with what was to be said; in ja and zh sound by sound."""
    import jiwer

    wrong, of = [], 0
    for text, words in zip(texts, heard, strict=True):
        wanted, got = (_by_sound(words_of(each, language), language) for each in (text, words))
        of += len(wanted)
        if not wanted or not got:
            wrong.append(max(len(wanted), len(got)))
            continue
        found = jiwer.process_words(" ".join(wanted), " ".join(got))
        wrong.append(found.substitutions + found.deletions + found.insertions)
    return Errors(sum(wrong), of, tuple(wrong))


def words_of(text: str, language: str) -> list[str]:
    """Return the words of a text without case and punctuation, numbers in words; sounds in ja and zh."""
    base = language[:2]
    if base in _BY_SOUND:
        return list(sounds_of(text, language))
    text = unicodedata.normalize("NFC", text).casefold()
    if base in _NUMBERS:
        text = re.sub(r"\d+", lambda number: _number(number[0], base), text)
    text = text.replace("’", "'").replace("-", " ").replace("%", " percent ").replace("&", " and ")
    # Marks belong to their letters: Hindi's vowels are such.
    kept = "".join(c if c.isalnum() or c == "'" or unicodedata.category(c)[0] == "M" else " " for c in text)
    return [_SPELLINGS.get(word, word) for each in kept.split() if (word := each.strip("'"))]


def _by_sound(words: list[str], language: str) -> list[str]:
    """Return English words so that homophones are the same word: "four" and "for", "nights" and "knights"."""
    if not language.startswith("en"):
        return words
    return [_sound_of_word(word, language) or word for word in words]


@cache
def _sound_of_word(word: str, language: str) -> str:
    return sounds_of(word, language).replace(" ", "")


def sounds_of(text: str, language: str) -> str:
    """Return the phonemes of a text, without stress, tones' places and punctuation."""
    symbols = _phonemizer(language).phonemes(text).symbols
    return "".join(symbol for symbol in symbols if symbol not in 'ˈˌ ːˑ;:,.!?—…"()“”‘’')


def first_words_right(texts: Sequence[str], heard: Sequence[str], language: str = "en-US") -> list[bool]:
    """Say for each text whether its first word was heard. Homophones, by our reader, are the word."""
    return [_begins_alike(text, words, language) for text, words in zip(texts, heard, strict=True)]


def _begins_alike(text: str, heard: str, language: str) -> bool:
    wanted, got = words_of(text, language), words_of(heard, language)
    if not wanted or not got:
        return wanted == got
    if wanted[0] == got[0]:
        return True
    if language[:2] in _BY_SOUND:
        return wanted[:2] == got[:2]
    # "Anyone" is "any one", "Firefox" is "fire fox", "night" is "knight".
    sound = sounds_of(wanted[0], language)
    return any(sounds_of(" ".join(got[:count]), language) == sound for count in (1, 2, 3)) or any(
        "".join(wanted[:count]) == got[0] for count in (2, 3)
    )


def _number(digits: str, base: str) -> str:
    from num2words import num2words

    try:
        return f" {num2words(int(digits), lang=_NUMBERS[base])} "
    except (NotImplementedError, OverflowError):
        return f" {digits} "


@cache
def _phonemizer(language: str) -> Phonemizer:
    from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
    from kokoro_speechd.text.phonemizers.registry import phonemizer_for

    return phonemizer_for(language, PhonemizerOptions())
