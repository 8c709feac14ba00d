# SPDX-License-Identifier: GPL-3.0-or-later
"""One model, ready to render phrases. For one thread."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol

from kokoro_speechd.errors import ModelError, SynthesisError
from kokoro_speechd.synthesis.files.model_files import ModelFiles
from kokoro_speechd.synthesis.models import KINDS, ON_OTHER_DEVICES
from kokoro_speechd.synthesis.phrase.contour import Contour, is_even, move_parts, paced
from kokoro_speechd.synthesis.phrase.prosody import FRAME_SAMPLES, Prosody, energy_weights, move_pitch
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.phrase.windows import Span
from kokoro_speechd.synthesis.speech_model import SpeechModel, windowed
from kokoro_speechd.text.tone import EVEN

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

    from kokoro_speechd.synthesis.files.calibration_result import Precision, Products
    from kokoro_speechd.synthesis.files.weights_sketch import WeightsSketch
    from kokoro_speechd.synthesis.voice.voice_pack import VoicePack
    from kokoro_speechd.synthesis.voice.voice_statistics import Moments

_log = logging.getLogger(__name__)

MAX_PHONEMES = 510
# The begin and end tokens last a third of a second and longer, in which next to nothing is heard: the voices'
# sound begins up to 70 ms before their first phoneme, and dies away a little behind the last one.
_AROUND_PHRASE = (4, 4)  # frames
# Kokoro swallows or garbles what is much shorter than the texts it was trained with. Such a phrase gets its
# prosody behind others, in a sentence of its own, and only its own frames are heard. It follows "many words
# were said": behind "la la la" bf_emma made "stop it" of every other "stop", behind nothing am_michael
# swallowed final l's (100 words each).
_SHORT = 10  # phonemes
_CONTEXT_BEFORE, _CONTEXT_BEHIND = "mˈɛni wˈɜːdz wɜː sˈɛd. ", "."
_AROUND_SHORT = (2, 4)  # frames
# What another voice says in the midst of a sentence gets context, too, so that it neither begins nor ends
# one. A "t" comes behind it, because nothing is heard of that before it bursts.
_WITHIN_BEFORE, _WITHIN_BEHIND = "ænd ðˈɛn wˌi sˈɛd, ", ", tˈɛl mˌi ˈɔl."
_AROUND_WITHIN, _BEHIND_SIGN = (2, 1), -2  # frames; a sign's own are silent, and end with the "t"
_PUNCTUATION = frozenset(";:,.!?—…")
_BURST = 3.0  # times full scale: no voice is so loud; moments of another kind of phrase make it so
_FADE = 120  # samples over which a sound that was cut out comes and goes


@dataclass(frozen=True, slots=True, eq=False)
class Rendering:
    """A phrase's sound.

    samples  float32 [n] at 24 kHz, full scale ±1
    starts   int64 [phonemes]: the sample at which each symbol begins; a symbol the model does not know
             begins where the next one does
    """

    samples: NDArray[np.float32]
    starts: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Excerpt:
    """A phrase, its voice's style [1, 256], and the frames of it that are heard."""

    phrase: Prosody
    style: torch.Tensor
    span: Span


@dataclass(frozen=True, slots=True)
class _ShortContext:
    """What the text side sees before and behind a phrase, and the frames around it that are heard."""

    sides: tuple[str, str]
    around: tuple[int, int]


_ALONE = _ShortContext(("", ""), _AROUND_PHRASE)


class MakePieces(Protocol):
    """Renders an excerpt; see `WindowedModel.render_windows`."""

    def __call__(
        self, *, buffered_seconds: Callable[[], float] | None, speedup: float
    ) -> Iterator[torch.Tensor]:
        """Yield its samples."""


class Sound:
    """A phrase whose timing is known and whose sound is still to be made, once.

    starts   int64 [phonemes]: the sample at which each symbol begins; a symbol the model does not know
             begins where the next one does
    length   samples
    speedup  1: it is heard as fast as the model speaks it; see `Sounding`
    """

    speedup = 1.0

    def __init__(
        self,
        excerpt: Excerpt,
        starts: NDArray[np.int64],
        make: MakePieces,
        fallback: MakePieces,
        *,
        fades: bool,
    ) -> None:
        """`make` renders it, and `fallback` where that bursts.

        With `fades` there is something beside it that is not to be heard.
        """
        self.excerpt = excerpt
        self.starts = starts
        self.length = FRAME_SAMPLES * (excerpt.span[1] - excerpt.span[0])
        self._make, self._fallback = make, fallback
        self._fades = fades

    def whole(self) -> NDArray[np.float32]:
        """Return the samples, float32 [length]. Raises SynthesisError."""
        import numpy as np

        return np.concatenate(list(self.pieces()))

    def pieces(
        self, buffered_seconds: Callable[[], float] | None = None, speedup: float = 1.0
    ) -> Iterator[NDArray[np.float32]]:
        """Yield the samples a window at a time, [length] in all. Raises SynthesisError.

        See `WindowedModel` for the arguments. Between two pieces the engine may make another sound. Without
        statistics of the voice all come at once.
        """
        pieces = self._make(buffered_seconds=buffered_seconds, speedup=speedup)
        made = 0
        while True:
            with _failures():
                samples = next(pieces, None)
                if samples is None:
                    return
                # Written so that what is no number bursts, too.
                bursts = not float(samples.abs().max()) <= _BURST
                if bursts and self._make is not self._fallback:
                    _log.warning("a voice's statistics do not fit a phrase; the rest of it is rendered whole")
                    self._make = self._fallback
                    pieces = self._make(buffered_seconds=None, speedup=1.0)
                    samples = next(pieces)[made:]
                piece = _checked(samples)
            if self._fades:
                _fade(piece, made, self.length)
            made += len(piece)
            yield piece


def _whole(
    speech: SpeechModel,
    excerpt: Excerpt,
    check: Callable[[], None],
    *,
    buffered_seconds: Callable[[], float] | None,
    speedup: float,
) -> Iterator[torch.Tensor]:
    """Yield an excerpt of a phrase that is rendered whole."""
    del buffered_seconds, speedup
    samples = speech.render(excerpt.phrase, excerpt.style, check=check)
    yield samples[excerpt.span[0] * FRAME_SAMPLES : excerpt.span[1] * FRAME_SAMPLES]


def _fade(piece: NDArray[np.float32], begin: int, length: int) -> None:
    """Let the first and last samples of a sound come and go; `piece` begins at its sample `begin`."""
    import numpy as np

    places = np.arange(begin, begin + len(piece), dtype=np.float32)
    piece *= np.clip(np.minimum(places, length - 1 - places) / _FADE, 0, 1)


class Engine:
    """Renders phrases with a model: upstream's and the fast one make the same samples up to rounding."""

    def __init__(
        self,
        files: ModelFiles,
        *,
        kind: str = "fast",
        device: str = "cpu",
        threads: int = 1,
        context: bool = False,
        statistics: Literal["voice", "phrase"] = "voice",
        precision: Precision = "float32",
        products: Products | None = None,
    ) -> None:
        """Load the model of a `kind`, see `models`. Raises ModelError.

        `threads` compute. In upstream's model they are torch's own inside each operation, for the whole
        process; in the fast one they share out pieces of work, which other busy programs slow down less.
        The fast one computes on the CPU; on another `device` upstream's does. With `context` the prosody of
        very short phrases is that which they have among others. With the `statistics` of the phrase the
        samples are upstream's, up to rounding and the silence around them; with those of the voice, where
        it has them and the engine is the fast one, they are made in pieces that equal the whole. `precision`:
        the fast one multiplies the factors as they are, or rounded to bfloat16 where the processor has that;
        sums are float32 either way. `products` of the fast one: see `choice.packing`.
        """
        import torch

        if device != "cpu":
            kind = ON_OTHER_DEVICES
        if kind not in KINDS:
            raise ModelError(f"there is no engine {kind!r}")
        model_kind = KINDS[kind]
        torch.set_num_threads(1)
        try:
            self._device = torch.device(device)
            self._speech: SpeechModel = model_kind.build(
                files, device=device, products=products, precision=precision
            )
        except (RuntimeError, AssertionError) as error:
            raise ModelError(f"the device {device} cannot be used ({type(error).__name__})") from error
        self._speech.set_threads(threads)
        self._context = context
        self._windowed = windowed(self._speech) if statistics == "voice" else None

    @property
    def device(self) -> str:
        """The device of torch that renders."""
        return str(self._device)

    def makes_windows(self, voice: VoicePack) -> bool:
        """Whether `Sound.pieces` yields more than one with this voice."""
        return self._windowed is not None and voice.statistics is not None

    @property
    def norms(self) -> Mapping[str, int]:
        """The norms that can have a voice's statistics, see `WindowedModel`; none by the settings."""
        return self._windowed.norms if self._windowed else {}

    @property
    def sketch(self) -> WeightsSketch | None:
        """What tells these weights from others, see `WindowedModel`; None by the settings, too."""
        return self._windowed.sketch if self._windowed else None

    @property
    def cost(self) -> float | None:
        """See `SpeechModel`."""
        return self._speech.cost

    @property
    def products(self) -> Products:
        """Who multiplies by the weights of text side and decoder; torch does in upstream's model."""
        products: Products = getattr(self._speech, "products", "torch")
        return products

    @property
    def model(self) -> Any:
        """The `kokoro.KModel` of the reference, the `FastModel` else."""
        return getattr(self._speech, "kmodel", self._speech)

    def begin(
        self,
        request: PhraseRequest,
        *,
        check: Callable[[], None] = lambda: None,
    ) -> Sound:
        """Compute the prosody of a phrase of 1 to 510 phonemes; its sound can be made of it then.

        `check` is called between the operations, of the sound's too; what it raises ends the work at once and
        leaves the engine ready for the next phrase. Raises SynthesisError when the phrase cannot be rendered.
        """
        import numpy as np
        import torch

        symbols, voice, contour = request.symbols, request.voice, request.contour
        vocabulary = self._speech.vocab
        known = [vocabulary[symbol] for symbol in symbols if symbol in vocabulary]
        if not 1 <= len(known) <= MAX_PHONEMES:
            raise SynthesisError(f"a phrase has 1 to {MAX_PHONEMES} phonemes, not {len(known)}")
        if not 0 < request.speed < math.inf:
            raise SynthesisError(f"nothing can be spoken at the speed {request.speed}")
        if request.seed is not None:
            torch.manual_seed(request.seed)
        short_context = self._short_context(symbols, len(known), request.within)
        before, behind = (
            [vocabulary[symbol] for symbol in side if symbol in vocabulary] for side in short_context.sides
        )
        together = [*before, *known, *behind]
        tokens = torch.tensor([[0, *together, 0]], dtype=torch.long, device=self._device)
        style = voice.style(len(together)).to(self._device)
        tones: Contour | None = None
        if contour is not None and not is_even(contour):
            own = (tone for symbol, tone in zip(symbols, contour, strict=True) if symbol in vocabulary)
            tones = (*(EVEN,) * len(before), *own, *(EVEN,) * len(behind))
        speed = torch.full((tokens.shape[1],), request.speed, device=self._device)
        # A word's first sounds begin in the frames of the begin token, which is not to lose any: at 1.07
        # times its pace am_fenrir said "red" for "bread" and "hat" for "cats", upstream's as ours.
        if not before:
            speed[0] = min(1.0, request.speed)
        with _failures(), torch.inference_mode():
            phrase = self._speech.prosody(
                tokens,
                style,
                speed=speed,
                pace=None if tones is None else partial(paced, paces=[tone.pace for tone in tones]),
                check=check,
            )
            span, starts = _heard(phrase.durations, len(before), len(known), short_context.around)
            weights = energy_weights(phrase.energy, span)
            f0 = (
                move_pitch(phrase.f0, request.pitch_semitones, request.range_factor, weights)
                if tones is None
                else move_parts(
                    phrase.f0,
                    phrase.durations,
                    tones,
                    request.pitch_semitones,
                    request.range_factor,
                    weights=weights,
                )
            )
            phrase = replace(phrase, f0=f0)
        # One entry for each symbol, known or not.
        places = np.cumsum([0, *(symbol in vocabulary for symbol in symbols)])[:-1]
        excerpt = Excerpt(phrase, style, span)
        whole: MakePieces = partial(_whole, self._speech, excerpt, check)
        make = whole
        if self._windowed is not None and voice.statistics is not None:
            make = partial(self._windowed.render_windows, phrase, style, span, voice.statistics, check=check)
        return Sound(excerpt, starts[places], make, whole, fades=short_context is not _ALONE)

    def _short_context(self, symbols: str, known: int, within: bool) -> _ShortContext:
        """Return what the text side sees beside a phrase of so many known symbols."""
        if not self._context:
            return _ALONE
        if within and known + len(_WITHIN_BEFORE) + len(_WITHIN_BEHIND) <= MAX_PHONEMES:
            if symbols[-1] in _PUNCTUATION:
                return _ShortContext((_WITHIN_BEFORE, _WITHIN_BEHIND[1:]), (_AROUND_WITHIN[0], _BEHIND_SIGN))
            return _ShortContext((_WITHIN_BEFORE, _WITHIN_BEHIND), _AROUND_WITHIN)
        return _ShortContext((_CONTEXT_BEFORE, _CONTEXT_BEHIND), _AROUND_SHORT) if known < _SHORT else _ALONE

    def measure(
        self, symbols: str, voice: VoicePack, *, seed: int, check: Callable[[], None] = lambda: None
    ) -> tuple[torch.Tensor, Mapping[str, Moments]]:
        """Return the durations of a phrase's tokens and the statistics of its norms, rendered by itself.

        Raises SynthesisError.
        """
        import torch

        vocabulary = self._speech.vocab
        known = [vocabulary[symbol] for symbol in symbols if symbol in vocabulary]
        style = voice.style(len(known))
        if self._windowed is None:
            raise SynthesisError("this engine's norms cannot have the statistics of a voice")
        with _failures(), torch.inference_mode():
            torch.manual_seed(seed)
            phrase = self._windowed.prosody(torch.tensor([[0, *known, 0]]), style, check=check)
            return phrase.durations, self._windowed.measure(phrase, style, check=check)

    def render(self, request: PhraseRequest, *, check: Callable[[], None] = lambda: None) -> Rendering:
        """Return the whole sound of a phrase; see `begin`."""
        sound = self.begin(request, check=check)
        return Rendering(sound.whole(), sound.starts)

    def set_threads(self, threads: int) -> None:
        """Compute with so many from the next phrase on; see `__init__`."""
        self._speech.set_threads(threads)

    def close(self) -> None:
        """End the engine's threads."""
        self._speech.close()


@contextmanager
def _failures() -> Iterator[None]:
    """Raise SynthesisError for what torch raises: out of memory, a device that went away."""
    try:
        yield
    except RuntimeError as error:
        raise SynthesisError(f"the model failed ({type(error).__name__})") from error


def _checked(samples: torch.Tensor) -> NDArray[np.float32]:
    import numpy as np

    array: NDArray[np.float32] = samples.cpu().numpy()
    if not np.isfinite(array).all():
        raise SynthesisError("the model made values that are not finite")
    return array


def _heard(
    durations: torch.Tensor, before: int, known: int, around: tuple[int, int]
) -> tuple[Span, NDArray[np.int64]]:
    """Return the frames that are heard of a phrase's tokens, and where each of these begins in them.

    `known` tokens are heard, behind the begin token and `before` more. The samples are [known + 1]: the
    last is where what is heard ends. So many frames `around` them are heard, too.
    """
    ends: NDArray[np.int64] = durations.cumsum(0).cpu().numpy()
    starts = ends[before : before + known + 1]
    left, right = around
    begin = max(0, int(starts[0]) - left)
    span = (begin, max(begin + 1, min(int(ends[-1]), int(starts[-1]) + right)))
    return span, (starts - span[0]) * FRAME_SAMPLES
