# SPDX-License-Identifier: GPL-3.0-or-later
"""An engine that remembers: a phrase that was spoken in the same way before costs no model any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.phrase.contour import is_even
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.sound_store import FolderStore, MemoryStore, StoredSound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Sounding(Protocol):
    """A phrase's sound, made or still to be made; see `engine.Sound`.

    speedup  how many times as fast as the model spoke it is heard
    """

    starts: NDArray[np.int64]
    length: int
    speedup: float

    def whole(self) -> NDArray[np.float32]:
        """Return the samples, float32 [length]. Raises SynthesisError."""

    def pieces(
        self, buffered_seconds: Callable[[], float] | None = None, speedup: float = 1.0
    ) -> Iterator[NDArray[np.float32]]:
        """Yield the samples, [length] in all. Raises SynthesisError."""


class CachedEngine:
    """Engine and stores. For one thread, like the engine.

    `identity` stands for the model's files and the settings that shape its sound.
    """

    def __init__(
        self,
        engine: Engine,
        identity: str,
        memory: MemoryStore,
        folder: FolderStore,
        count: Callable[[str], None] = lambda _name: None,
    ) -> None:
        """`count` is called with `cache_hits` and `cache_misses`."""
        self._engine = engine
        self._identity = identity
        self._memory = memory
        self._folder = folder
        self._count = count

    @property
    def cost(self) -> float | None:
        """See `SpeechModel`."""
        return self._engine.cost

    def begin(
        self,
        request: PhraseRequest,
        *,
        check: Callable[[], None] = lambda: None,
        keep: bool = False,
    ) -> Sounding:
        """Return the sound of a phrase; see `Engine.begin`.

        `keep`: put it into the folder; only for texts that are the same for every user.
        """
        if request.contour is not None and is_even(request.contour):
            request = replace(request, contour=None)
        key = request.key(self._identity)
        stored = None if keep else self._memory.get(key)
        if stored is None and (stored := self._folder.get(key)) is not None:
            self._memory.put(key, stored)
        if not keep:
            self._count("cache_misses" if stored is None else "cache_hits")
        if stored is not None:
            return _Remembered(stored)
        sound = self._engine.begin(request, check=check)

        def store(made: StoredSound) -> None:
            self._memory.put(key, made)
            if keep:
                self._folder.put(key, made)

        return _Remembering(sound, store)


class _Remembered:
    """A sound that is there."""

    speedup = 1.0

    def __init__(self, sound: StoredSound) -> None:
        self._sound = sound
        self.starts = sound.starts
        self.length = len(sound.samples)

    def whole(self) -> NDArray[np.float32]:
        return self._sound.samples

    def pieces(
        self, buffered_seconds: Callable[[], float] | None = None, speedup: float = 1.0
    ) -> Iterator[NDArray[np.float32]]:
        del buffered_seconds, speedup
        yield self._sound.samples


class _Remembering:
    """A sound that is stored once it was made to its end."""

    speedup = 1.0

    def __init__(self, sound: Sounding, store: Callable[[StoredSound], None]) -> None:
        self._sound = sound
        self._store = store
        self.starts = sound.starts
        self.length = sound.length

    def whole(self) -> NDArray[np.float32]:
        samples = self._sound.whole()
        self._store(StoredSound(samples, self.starts))
        return samples

    def pieces(
        self, buffered_seconds: Callable[[], float] | None = None, speedup: float = 1.0
    ) -> Iterator[NDArray[np.float32]]:
        import numpy as np

        made = []
        for piece in self._sound.pieces(buffered_seconds, speedup):
            made.append(piece)
            yield piece
        self._store(StoredSound(np.concatenate(made), self.starts))
