# SPDX-License-Identifier: GPL-3.0-or-later
"""What `kokoro-speechd doctor` looks at, one function for each thing. Nothing here loads torch."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import zipfile
from dataclasses import dataclass
from enum import Enum
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_speechd.errors import KokoroSpeechdError
from kokoro_speechd.pronunciation_files import user_pronunciations
from kokoro_speechd.settings import settings_files
from kokoro_speechd.voices.catalogue import LANGUAGES, Voice
from kokoro_speechd.voices.mixing import find_voice, why_not
from kokoro_speechd.voices.tags import base

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kokoro_speechd.model_place import ModelPlace
    from kokoro_speechd.settings import Settings


class State(str, Enum):
    """How a thing is; only `missing` makes the exit code 1."""

    OK = "ok"
    MISSING = "missing"
    OPTIONAL = "optional"  # not there, and speech works without it


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` says what to do about it."""

    subject: str
    state: State
    detail: str
    advice: str = ""


# Import names; distribution names where they differ.
_LIBRARIES = ("torch", "numpy", "kokoro", "misaki", "espeakng_loader", "xdg", "sounddevice", "pydbus", "gi")
_DISTRIBUTIONS = {"espeakng_loader": "espeakng-loader", "xdg": "pyxdg", "gi": "PyGObject"}
_JAPANESE_DICTIONARY = "/var/lib/mecab/dic/open-jtalk/naist-jdic"  # Debian's open-jtalk-mecab-naist-jdic
_SENTENCE = 4.0  # seconds of speech that were measured
_ENOUGH = 1.3  # times as fast as it is heard; below, other programs make gaps


def python() -> Finding:
    """Look at the interpreter: kokoro and misaki exist for 3.10 to 3.12."""
    version = platform.python_version()
    if (3, 10) <= sys.version_info < (3, 13):
        return Finding("Python", State.OK, f"{version}, {sys.executable}")
    return Finding(
        "Python", State.MISSING, version, "Use Python 3.10, 3.11 or 3.12: kokoro has no other release."
    )


def libraries() -> Finding:
    """Look for the libraries without importing them."""
    absent = [name for name in _LIBRARIES if find_spec(name) is None]
    if absent:
        names = " ".join(_DISTRIBUTIONS.get(name, name) for name in absent)
        return Finding(
            "Libraries",
            State.MISSING,
            f"not installed: {names}",
            "Install the package again, or: pip install " + names,
        )
    versions = ", ".join(f"{name} {_version(name)}" for name in ("torch", "kokoro", "misaki"))
    return Finding("Libraries", State.OK, versions)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "of unknown version"


def settings_findings(settings: Settings) -> Iterator[Finding]:
    """Look at the settings files: which are read, and every mistake in them."""
    files = [str(path) for path in settings_files() if path.is_file()]
    yield Finding(
        "Settings", State.OK, ", ".join(files) or f"defaults; your own would be in {settings_files()[0]}"
    )
    for problem in settings.problems:
        yield Finding("Settings", State.MISSING, problem, "Correct this line; the rest of the file applies.")


def pronunciations() -> Iterator[Finding]:
    """Look at the user's pronunciations, and every mistake in them."""
    words = user_pronunciations()
    files = words.files()
    count = sum(len(file.entries) for file in files)
    where = ", ".join(str(file.path) for file in files) or f"your own would be in {words.folder}"
    yield Finding("Pronunciations", State.OK, f"{count}: {where}" if files else f"none; {where}")
    for problem in words.problems():
        yield Finding(
            "Pronunciations", State.MISSING, problem, "Correct this; everything else in the folder applies."
        )


def model(place: ModelPlace) -> Iterator[Finding]:
    """Look at the model's files, and at those that were passed over."""
    if place.files is None:
        yield Finding("Model", State.MISSING, "not found: espeak-ng speaks instead", place.advice)
        return
    weights = place.files.weights
    if not zipfile.is_zipfile(weights):  # its list of contents stands at the end
        megabytes = weights.stat().st_size / 1e6
        yield Finding(
            "Model",
            State.MISSING,
            f"{weights} is cut off: {megabytes:.1f} MB of about 327",
            "Copy or fetch the file again: kokoro-speechd model import PATH",
        )
        return
    yield Finding("Model", State.OK, f"{weights}, {weights.stat().st_size / 1e6:.0f} MB")
    for problem in place.problems:
        yield Finding("Model", State.OPTIONAL, f"passed over: {problem}")
    with contextlib.suppress(OSError, ValueError):
        if "rehearsal model" in (weights.parent / "README.txt").read_text("utf-8"):
            yield Finding(
                "Model", State.OPTIONAL, "a rehearsal model: it makes NOISE, NOT SPEECH", place.advice
            )


def voices_findings(voices: Sequence[Voice], default_voice: str) -> Iterator[Finding]:
    """Look at the voices that were found."""
    if not voices:
        yield Finding(
            "Voices", State.MISSING, "none", "Put *.pt files into the folder voices/ beside the model."
        )
        return
    languages = sorted({voice.language for voice in voices if voice.language})
    yield Finding("Voices", State.OK, f"{len(voices)}, for {', '.join(languages) or 'no known language'}")
    if find_voice(default_voice, voices) is None:
        yield Finding(
            "Default voice",
            State.OPTIONAL,
            f"{default_voice} is not among them: another voice speaks instead",
            "Put its file there, or set default_voice.",
        )


def mixes(settings: Settings, place: ModelPlace) -> Iterator[Finding]:
    """Look at the mixed voices of the settings."""
    files = place.voice_files()
    for name, mix in settings.mixes if files else ():
        if wrong := why_not(name, mix, files):
            yield Finding("Mixed voice", State.MISSING, wrong, "Correct it below [voices] in config.toml.")
        else:
            yield Finding("Mixed voice", State.OK, f"{name}: {mix.written}")


def languages(voices: Sequence[Voice]) -> Iterator[Finding]:
    """Look at each of Kokoro's languages: who reads it, and what that would need."""
    spoken = {base(voice.language) for voice in voices if voice.language}
    for language in dict.fromkeys(base(tag) for tag in LANGUAGES.values()):
        reader, absent, advice = _reader(language)
        subject = f"Language {language}"
        if absent:
            yield Finding(subject, State.OPTIONAL, f"espeak-ng speaks it: {absent} is not installed", advice)
        elif language not in spoken:
            yield Finding(
                subject, State.OPTIONAL, f"read by {reader}, but no voice speaks it: espeak-ng does"
            )
        else:
            yield Finding(subject, State.OK, f"read by {reader}")


def _reader(language: str) -> tuple[str, str, str]:
    """Return who reads a language, what of it is not installed, and what helps."""
    if language == "en":
        return "misaki's lexicon", "", ""
    if language == "zh":
        absent = [name for name in ("jieba", "pypinyin") if find_spec(name) is None]
        return "misaki and jieba", " and ".join(absent), "pip install 'kokoro-speechd[zh]'"
    if language == "ja":
        if find_spec("pyopenjtalk") is None:
            return "", "pyopenjtalk", "pip install 'kokoro-speechd[ja]'"
        if not Path(os.environ.get("OPEN_JTALK_DICT_DIR") or _JAPANESE_DICTIONARY).is_dir():
            return "", "Open JTalk's dictionary", "apt-get install open-jtalk-mecab-naist-jdic"
        return "pyopenjtalk", "", ""
    return "espeak-ng's rules", "", ""


def english_tagger(settings: Settings) -> Iterator[Finding]:
    """Look for spaCy's model, if the settings want it; without it the built-in rules do its work."""
    if settings.english_tagger != "spacy":
        return
    absent = [name for name in ("spacy", "en_core_web_sm") if find_spec(name) is None]
    if absent:
        yield Finding(
            "English tagger",
            State.OPTIONAL,
            f"the built-in rules, not spaCy: not installed: {' '.join(absent)}",
            'Install them, or remove english_tagger = "spacy" from config.toml.',
        )
    else:
        yield Finding("English tagger", State.OK, f"spaCy {_version('spacy')}")


def espeak() -> Finding:
    """Start espeak-ng, which speaks when nothing else can."""
    from kokoro_speechd.espeak import Espeak

    try:
        voices = Espeak.shared().languages()
    except KokoroSpeechdError as error:
        return Finding(
            "espeak-ng", State.MISSING, str(error), "pip install --force-reinstall espeakng-loader"
        )
    return Finding("espeak-ng", State.OK, f"{len(voices)} voices")


def stretch() -> Finding:
    """Look for the library that makes speech faster than the model speaks clearly."""
    from kokoro_speechd.audio import sonic

    try:
        _, path = sonic.load()
    except KokoroSpeechdError as error:
        return Finding(
            "Fast speech",
            State.OPTIONAL,
            f"the model does it alone, less clearly: {error}",
            "pip install --force-reinstall espeakng-loader, or: apt-get install libsonic0",
        )
    return Finding("Fast speech", State.OK, f"stretched by sonic, {path}")


def speed(place: ModelPlace) -> Finding:
    """Say how fast this machine speaks with this model, as `kokoro-speechd model check` measured it."""
    from kokoro_speechd.synthesis.verdict import load_verdict

    verdict = load_verdict(place.files.weights) if place.files else None
    if verdict is None:
        return Finding("Speed", State.OPTIONAL, "not measured yet", "kokoro-speechd model check")
    times = _SENTENCE / max(verdict.sentence_s, 0.001)
    detail = (
        f"a sentence of four seconds is made in {verdict.sentence_s:.1f} s, {times:.1f} times as fast as "
        f"it is spoken, on {verdict.device} with {verdict.threads} thread{'s' if verdict.threads > 1 else ''}"
    )
    if times >= _ENOUGH:
        return Finding("Speed", State.OK, detail)
    return Finding(
        "Speed",
        State.OPTIONAL,
        f"{detail}: there will be gaps",
        "A higher rate of speech does not help. Set bridge_ms, so that espeak-ng speaks what would be late, "
        "and close what keeps the processor busy.",
    )
