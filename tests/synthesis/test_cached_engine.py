# SPDX-License-Identifier: GPL-3.0-or-later
"""The real engine with stores around it: what was heard before comes back without the model."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kokoro_speechd.errors import Cancelled
from kokoro_speechd.synthesis.cached_engine import CachedEngine
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.files.file_hash import content_hash
from kokoro_speechd.synthesis.files.model_files import ModelFiles
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.sound_store import FolderStore, MemoryStore
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack, load_voice
from kokoro_speechd.system import paths

LETTER, WORDS = "ˈA", "həlˈO ðˈɛɹ, bɹˈAv nˈu wˈɜɹld."


@pytest.fixture(scope="module")
def engine(random_model: Path) -> Iterator[Engine]:
    files = ModelFiles(random_model / "kokoro-v1_0.pth", random_model / "config.json", ())
    engine = Engine(files)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def voice(random_model: Path) -> VoicePack:
    return load_voice(random_model / "voices/af_heart.pt")


class Bench:
    """A cached engine that counts, and looks at how often the model works."""

    def __init__(self, engine: Engine, folder: Path, identity: str = "model") -> None:
        self.counts: Counter[str] = Counter()
        self.checks = 0
        self.folder = FolderStore(folder, 10_000_000)
        self.cached = CachedEngine(
            engine, identity, MemoryStore(10_000_000), self.folder, lambda name: self.counts.update([name])
        )

    def check(self) -> None:
        self.checks += 1

    def pieces(
        self, symbols: str, voice: VoicePack, *, speed: float = 1.0, pitch: float = 0.0, span: float = 1.0
    ) -> np.ndarray:
        sound = self.cached.begin(
            PhraseRequest(symbols, voice, speed=speed, pitch_semitones=pitch, range_factor=span),
            check=self.check,
        )
        samples = np.concatenate(list(sound.pieces()))
        assert len(samples) == sound.length
        assert len(sound.starts) == len(symbols)
        return samples

    def keep(self, symbols: str, voice: VoicePack) -> np.ndarray:
        return self.cached.begin(PhraseRequest(symbols, voice), check=self.check, keep=True).whole()


def test_what_was_heard_comes_again_without_the_model(
    engine: Engine, voice: VoicePack, tmp_path: Path
) -> None:
    bench = Bench(engine, tmp_path / "sounds")
    first = bench.pieces(WORDS, voice)
    worked = bench.checks
    assert worked > 0
    assert np.array_equal(bench.pieces(WORDS, voice), first)
    assert bench.checks == worked
    assert bench.counts == {"cache_misses": 1, "cache_hits": 1}
    assert not (tmp_path / "sounds").exists()  # what a user says never gets onto the disk


def test_every_shape_is_a_sound_of_its_own(
    engine: Engine, voice: VoicePack, random_model: Path, tmp_path: Path
) -> None:
    bench = Bench(engine, tmp_path)
    bench.pieces(LETTER, voice)
    bench.pieces("bˈi", voice)
    bench.pieces(LETTER, voice, speed=1.5)
    bench.pieces(LETTER, voice, pitch=2.0)
    bench.pieces(LETTER, voice, span=1.5)
    bench.pieces(LETTER, load_voice(random_model / "voices/bf_emma.pt"))
    assert bench.counts == {"cache_misses": 6}


def test_the_fixed_list_survives_the_process_and_another_model_has_its_own(
    engine: Engine, voice: VoicePack, tmp_path: Path
) -> None:
    bench = Bench(engine, tmp_path)
    kept = bench.keep(LETTER, voice)
    assert bench.counts == {}  # nobody asked for it
    later = Bench(engine, tmp_path)
    assert np.array_equal(later.pieces(LETTER, voice), kept)
    assert later.checks == 0
    assert later.counts == {"cache_hits": 1}
    other = Bench(engine, tmp_path, identity="another model")
    other.pieces(LETTER, voice)
    assert other.counts == {"cache_misses": 1}
    assert bench.folder.count()[0] == 1


def test_what_was_not_made_to_its_end_is_not_kept(engine: Engine, voice: VoicePack, tmp_path: Path) -> None:
    bench = Bench(engine, tmp_path)

    def unwanted() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        bench.cached.begin(PhraseRequest(LETTER, voice), check=unwanted, keep=True).whole()
    sound = bench.cached.begin(PhraseRequest(WORDS, voice))
    next(sound.pieces())
    assert bench.folder.count() == (0, 0)
    assert bench.pieces(WORDS, voice).any()
    assert bench.counts["cache_hits"] == 0


def test_a_file_is_hashed_once_and_again_after_a_change(tmp_path: Path) -> None:
    file = tmp_path / "model.pth"
    file.write_bytes(b"one")
    first = content_hash(file)
    memo = paths.cache_folder() / "hashes.json"
    assert first in memo.read_text()
    memo.write_text(memo.read_text().replace(first, "remembered"))
    assert content_hash(file) == "remembered"
    state = file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))  # same size, inode and time of writing
    changed = content_hash(file)
    assert changed not in (first, "remembered")
    memo.write_text("{ broken")
    assert content_hash(file) == changed
