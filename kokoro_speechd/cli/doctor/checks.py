# SPDX-License-Identifier: GPL-3.0-or-later
"""What `kokoro-speechd doctor` looks at, one function for each thing. Nothing here loads torch."""

from __future__ import annotations

import contextlib
import os
import platform
import shlex
import sys
import zipfile
from dataclasses import dataclass
from enum import Enum
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_speechd.cli.desktop import phonemizer_packages
from kokoro_speechd.errors import KokoroSpeechdError
from kokoro_speechd.pronunciations.files import user_pronunciations
from kokoro_speechd.settings import NOTHING_APPLIES, settings_files
from kokoro_speechd.synthesis.conversion.origin import DOWNLOAD, origin_of
from kokoro_speechd.system.distributions import install_line
from kokoro_speechd.text.language_tags import base
from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.languages.japanese import JAPANESE
from kokoro_speechd.text.languages.language import Language
from kokoro_speechd.voices.catalogue import Voice
from kokoro_speechd.voices.mixing import find_voice, why_not

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kokoro_speechd.rendering.installed_model import ModelPlace
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
_LIBRARIES = (
    "torch", "numpy", "num2words", "regex", "babel", "xdg", "pydbus", "gi"
)  # fmt: skip
_DISTRIBUTIONS = {"babel": "Babel", "xdg": "pyxdg", "gi": "PyGObject"}
_FIRST, _AFTER_LAST = (3, 10), (3, 15)  # of Python
_JAPANESE_DICTIONARY = "/var/lib/mecab/dic/open-jtalk/naist-jdic"  # Debian's open-jtalk-mecab-naist-jdic
_SENTENCE = 4.0  # seconds of speech that were measured
_ENOUGH = 1.3  # times as fast as it is heard; below, other programs make gaps


def python() -> Finding:
    """Look at the interpreter: PyTorch has wheels for 3.10 to 3.14."""
    version = platform.python_version()
    if _FIRST <= sys.version_info < _AFTER_LAST:
        return Finding("Python", State.OK, f"{version}, {sys.executable}")
    return Finding(
        "Python",
        State.MISSING,
        version,
        "Install it with a Python from 3.10 to 3.14: PyTorch has no releases for others.",
    )


def libraries() -> Iterator[Finding]:
    """Look for the libraries without importing them."""
    absent = [name for name in _LIBRARIES if find_spec(name) is None]
    if absent:
        yield _half_installed(absent)
    else:
        yield Finding("Libraries", State.OK, f"torch {_version('torch')}, numpy {_version('numpy')}")
    without = phonemizer_packages.absent()
    if "misaki" in without:
        yield Finding(
            "English",
            State.MISSING,
            "espeak-ng speaks it: misaki, which holds its lexicon, is not installed",
            phonemizer_packages.advice(without),
        )
    else:
        yield Finding("English", State.OK, f"misaki {_version('misaki')}")
        if "kokoro" in without:
            yield Finding(
                "Upstream's engine",
                State.OPTIONAL,
                'not installed; only engine = "reference" and graphics cards need it',
                phonemizer_packages.advice(without),
            )


def _half_installed(absent: list[str]) -> Finding:
    """Name what is missing, and the one command that brings it."""
    names = [_DISTRIBUTIONS.get(name, name) for name in absent]
    detail = f"not installed: {' '.join(names)}"
    if not set(absent) <= {"gi", "pydbus"}:
        pip = shlex.join([sys.executable, "-m", "pip", "install", *names])
        return Finding("Libraries", State.MISSING, detail, f"Install the package again, or: {pip}")
    return Finding(
        "Libraries",
        State.MISSING,
        f"{detail}; speech-dispatcher is served without, but nothing on the session bus",
        f"{install_line('bus')}\nand an environment that sees it: pipx or venv with --system-site-packages",
    )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "of unknown version"


def settings_findings(settings: Settings) -> Iterator[Finding]:
    """Look at the settings files: which are read, and every mistake in them."""
    useless = [problem for problem in settings.problems if problem.endswith(NOTHING_APPLIES)]
    files = [
        str(path)
        for path in settings_files()
        if path.is_file() and not any(problem.startswith(f"{path}:") for problem in useless)
    ]
    yield Finding(
        "Settings", State.OK, ", ".join(files) or f"defaults; your own would be in {settings_files()[0]}"
    )
    for problem in settings.problems:
        rest = "." if problem in useless else "; the rest of the file applies."
        yield Finding("Settings", State.MISSING, problem, f"Correct this{rest}")


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
    converted = origin_of(weights.parent)
    kind = f", converted from {converted.file} ({converted.title})" if converted is not None else ""
    yield Finding("Model", State.OK, f"{weights}, {weights.stat().st_size / 1e6:.0f} MB{kind}")
    if converted is not None and converted.better:
        yield Finding("Model", State.OPTIONAL, f"an export; better: {converted.better}", DOWNLOAD)
    for problem in place.problems:
        yield Finding("Model", State.OPTIONAL, f"passed over: {problem}")
    with contextlib.suppress(OSError, ValueError):
        if "random model" in (weights.parent / "README.txt").read_text("utf-8"):
            yield Finding("Model", State.OPTIONAL, "a random model: it makes NOISE, NOT SPEECH", place.advice)


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


def languages(voices: Sequence[Voice], settings: Settings) -> Iterator[Finding]:
    """Look at each of Kokoro's languages: who reads it, and what that would need."""
    spoken = {base(voice.language) for voice in voices if voice.language}
    by_base = {base(language.tag): language for language in LANGUAGES.values()}
    for name, language in by_base.items():
        phonemizer, absent, advice = _phonemizer(language, settings)
        subject = f"Language {name}"
        if absent:
            yield Finding(subject, State.OPTIONAL, f"espeak-ng speaks it: {absent} is not installed", advice)
        elif name not in spoken:
            yield Finding(
                subject, State.OPTIONAL, f"read by {phonemizer}, but no voice speaks it: espeak-ng does"
            )
        else:
            yield Finding(subject, State.OK, f"read by {phonemizer}")


def _phonemizer(language: Language, settings: Settings) -> tuple[str, str, str]:
    """Return who reads a language, what of it is not installed, and what helps."""
    if base(language.tag) == "en":
        return _english_phonemizer(settings)
    absent = [name for name in language.packages if find_spec(name) is None]
    if absent:
        return "", " and ".join(absent), f"pip install 'kokoro-speechd[{language.extra}]'"
    if language is JAPANESE:
        folder = Path(os.environ.get("OPEN_JTALK_DICT_DIR") or _JAPANESE_DICTIONARY)
        if not folder.is_dir():
            return "", "Open JTalk's dictionary", install_line("naist_jdic")
    return language.reader, "", ""


def _english_phonemizer(settings: Settings) -> tuple[str, str, str]:
    without = phonemizer_packages.absent()
    if "misaki" in without:
        return "", "misaki", phonemizer_packages.advice(without)
    if settings.english_tagger != "spacy":
        return "misaki's lexicon and built-in rules", "", ""
    if absent := _absent_tagger():
        return f"misaki's lexicon; built-in rules stand in for spaCy, without {' and '.join(absent)}", "", ""
    return "misaki's lexicon and spaCy", "", ""


def _absent_tagger() -> list[str]:
    return [name for name in ("spacy", "en_core_web_sm") if find_spec(name) is None]


def arithmetic() -> Iterator[Finding]:
    """Look at what a distribution's torch multiplies with: with the reference BLAS it is unusable."""
    spec = find_spec("torch")
    if spec is None or spec.origin is None or not spec.origin.startswith("/usr/lib/python3/dist-packages/"):
        return  # PyPI's brings its own
    blas = next(Path("/usr/lib").glob("*/libblas.so.3"), None)
    if blas is not None and any(name in str(blas.resolve()) for name in ("openblas", "mkl", "blis", "atlas")):
        yield Finding("Arithmetic", State.OK, str(blas.resolve()))
    else:
        yield Finding(
            "Arithmetic",
            State.MISSING,
            "Debian's torch multiplies without OpenBLAS: Kokoro is 40 times slower than speech",
            install_line("blas"),
        )


def english_tagger(settings: Settings) -> Iterator[Finding]:
    """Look for spaCy's model, if the settings want it; without it the built-in rules do its work."""
    if settings.english_tagger != "spacy":
        return
    if absent := _absent_tagger():
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
            f"pip install --force-reinstall espeakng-loader, or: {install_line('sonic')}",
        )
    return Finding("Fast speech", State.OK, f"stretched by sonic, {path}")


def speed(place: ModelPlace) -> Finding:
    """Say how fast this machine speaks with this model, as `kokoro-speechd model check` measured it."""
    from kokoro_speechd.synthesis.files.calibration_result import load_calibration

    calibration = load_calibration(place.files.weights) if place.files else None
    if calibration is None:
        return Finding("Speed", State.OPTIONAL, "not measured yet", "kokoro-speechd model check")
    times = _SENTENCE / max(calibration.sentence_s, 0.001)
    detail = (
        f"a sentence of four seconds is made in {calibration.sentence_s:.1f} s, {times:.1f} times as fast as "
        f"it is spoken, on {calibration.device} with {calibration.threads} "
        f"thread{'s' if calibration.threads > 1 else ''}"
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
