# SPDX-License-Identifier: GPL-3.0-or-later
"""One model, ready to render phrases. For one thread."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from kokoro_speechd.errors import ModelError, SynthesisError
from kokoro_speechd.synthesis import forward
from kokoro_speechd.synthesis.contour import Contour, is_even, move_pitch, paced
from kokoro_speechd.synthesis.forward import FRAME_SAMPLES, Prosody
from kokoro_speechd.synthesis.model_files import ModelFiles
from kokoro_speechd.synthesis.reference_model import ReferenceModel
from kokoro_speechd.synthesis.speech_model import SpeechModel
from kokoro_speechd.synthesis.windows import WindowPlan
from kokoro_speechd.text.tone import EVEN

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

    from kokoro_speechd.synthesis.voice_pack import VoicePack

MAX_PHONEMES = 510
Kind = Literal["fast", "reference"]
_MILLISECONDS_A_FRAME = 25
# Kokoro swallows or garbles what is much shorter than the texts it was trained with; its authors name 10 to
# 20 phonemes. Such a phrase is given company, in sentences of their own, and only its own frames become
# sound. The syllable is one that all of the languages have.
_SHORT = 10  # phonemes
_LEAST_EDGE = 2  # frames, where no edges are set
_BEFORE, _BEHIND = "lˈa lˈa lˈa. ", ". lˈa lˈa."


@dataclass(frozen=True, slots=True, eq=False)
class Rendering:
    """A phrase's sound.

    samples  float32 [n] at 24 kHz, full scale ±1
    starts   int64 [phonemes]: the sample at which each symbol begins; a symbol the model does not know
             begins where the next one does
    """

    samples: NDArray[np.float32]
    starts: NDArray[np.int64]


class Sound:
    """A phrase whose timing is known and whose sound is still to be made, once.

    starts   int64 [phonemes]: the sample at which each symbol begins; a symbol the model does not know
             begins where the next one does
    length   samples
    haste    1: it is heard as fast as the model speaks it; see `Sounding`
    """

    haste = 1.0

    def __init__(
        self,
        speech: SpeechModel,
        phrase: Prosody,
        style: torch.Tensor,
        starts: NDArray[np.int64],
        check: Callable[[], None],
    ) -> None:
        self._speech, self._phrase, self._style, self._check = speech, phrase, style, check
        self.starts = starts
        self.length = FRAME_SAMPLES * phrase.features.shape[2]

    def whole(self) -> NDArray[np.float32]:
        """Return the samples, float32 [length]. Raises SynthesisError."""
        with _failures():
            return _checked(self._speech.render(self._phrase, self._style, check=self._check))

    def pieces(
        self, plan: WindowPlan, in_hand: Callable[[], float] | None = None
    ) -> Iterator[NDArray[np.float32]]:
        """Yield the samples a window at a time, [length] in all; see `SpeechModel`. Raises SynthesisError.

        Between two of them the engine may make another sound. A model without windows yields all at once.
        """
        windows = self._speech.render_windows(
            self._phrase, self._style, plan=plan, in_hand=in_hand, check=self._check
        )
        while True:
            with _failures():
                samples = next(windows, None)
                if samples is None:
                    return
                piece = _checked(samples)
            yield piece


class Engine:
    """Renders phrases with upstream's model, or the fast one: the same samples up to rounding."""

    def __init__(
        self,
        files: ModelFiles,
        *,
        kind: Kind = "fast",
        device: str = "cpu",
        threads: int = 1,
        edge_ms: int | None = 50,
        company: bool = False,
    ) -> None:
        """Load the model. Raises ModelError.

        `threads` compute. In upstream's model they are torch's own inside each operation, for the whole
        process; in the fast one they share out pieces of work, which other busy programs slow down less.
        The fast one computes on the CPU; on another `device` upstream's does. `edge_ms` is the most silence
        at either end of a phrase; None leaves what the model says. With `company` the prosody of very short
        phrases is that which they have among others.
        """
        import torch

        if device != "cpu":
            kind = "reference"
        torch.set_num_threads(threads if kind == "reference" else 1)
        try:
            self._device = torch.device(device)
            self._speech: SpeechModel = (
                _fast_model(files, threads) if kind == "fast" else ReferenceModel(files, device)
            )
        except (RuntimeError, AssertionError) as error:
            raise ModelError(f"the device {device} cannot be used ({type(error).__name__})") from error
        self._edges = None if edge_ms is None else (_frames(edge_ms), _frames(edge_ms))
        self._company = company

    @property
    def device(self) -> str:
        """The device of torch that renders."""
        return str(self._device)

    @property
    def makes_windows(self) -> bool:
        """Whether `Sound.pieces` yields more than one."""
        return self._speech.makes_windows

    @property
    def cost(self) -> float | None:
        """See `SpeechModel`."""
        return self._speech.cost

    @property
    def model(self) -> Any:
        """The `kokoro.KModel` of the reference, the `FastModel` else."""
        return getattr(self._speech, "kmodel", self._speech)

    def begin(
        self,
        symbols: str,
        voice: VoicePack,
        *,
        speed: float = 1.0,
        pitch_semitones: float = 0.0,
        range_factor: float = 1.0,
        contour: Contour | None = None,
        seed: int | None = None,
        company: bool | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> Sound:
        """Compute the prosody of a phrase of 1 to 510 phonemes; its sound can be made of it then.

        `check` is called between the operations, of the sound's too; what it raises ends the work at once and
        leaves the engine ready for the next phrase. `contour` has a tone for each symbol, on top of the
        rest; its gains are the caller's affair. `seed` makes the noise of the vocoder repeatable; `company`
        overrides the engine's own.
        Raises SynthesisError when the phrase cannot be rendered.
        """
        import numpy as np
        import torch

        vocabulary = self._speech.vocab
        known = [vocabulary[symbol] for symbol in symbols if symbol in vocabulary]
        if not 1 <= len(known) <= MAX_PHONEMES:
            raise SynthesisError(f"a phrase has 1 to {MAX_PHONEMES} phonemes, not {len(known)}")
        if not 0 < speed < math.inf:
            raise SynthesisError(f"nothing can be spoken at the speed {speed}")
        if seed is not None:
            torch.manual_seed(seed)
        before, behind = (
            ([vocabulary[symbol] for symbol in side if symbol in vocabulary] for side in (_BEFORE, _BEHIND))
            if (self._company if company is None else company) and len(known) < _SHORT
            else ([], [])
        )
        together = [*before, *known, *behind]
        tokens = torch.tensor([[0, *together, 0]], dtype=torch.long, device=self._device)
        style = voice.style(len(together)).to(self._device)
        tones: Contour | None = None
        if contour is not None and not is_even(contour):
            own = (tone for symbol, tone in zip(symbols, contour, strict=True) if symbol in vocabulary)
            tones = (*(EVEN,) * len(before), *own, *(EVEN,) * len(behind))
        with _failures(), torch.inference_mode():
            phrase = self._speech.prosody(
                tokens,
                style,
                speed=speed,
                edges=self._edges,
                pace=None if tones is None else partial(paced, paces=[tone.pace for tone in tones]),
                check=check,
            )
            f0 = (
                forward.move_pitch(phrase.f0, pitch_semitones, range_factor)
                if tones is None
                else move_pitch(phrase.f0, phrase.durations, tones, pitch_semitones, range_factor)
            )
            phrase = replace(phrase, f0=f0)
            if len(together) > len(known):
                first = 1 + len(before)
                edges = self._edges or (_LEAST_EDGE, _LEAST_EDGE)
                phrase = forward.excerpt(phrase, first, first + len(known), edges)
            starts = forward.token_starts(phrase.durations).cpu().numpy()
        # One entry for each symbol, known or not.
        places = np.cumsum([0, *(symbol in vocabulary for symbol in symbols)])[:-1]
        starts = np.append(starts, FRAME_SAMPLES * phrase.features.shape[2])[places]
        return Sound(self._speech, phrase, style, starts, check)

    def render(self, symbols: str, voice: VoicePack, **options: Any) -> Rendering:
        """Return the whole sound of a phrase; see `begin` for the options."""
        sound = self.begin(symbols, voice, **options)
        return Rendering(sound.whole(), sound.starts)

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


def _frames(milliseconds: int) -> int:
    return max(1, round(milliseconds / _MILLISECONDS_A_FRAME))


def _fast_model(files: ModelFiles, workers: int) -> SpeechModel:
    from kokoro_speechd.synthesis.fast_model import FastModel

    return FastModel(files, workers=workers)
