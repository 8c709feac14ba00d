# SPDX-License-Identifier: GPL-3.0-or-later
"""Sections about what is read: names and technical words, and sentences with figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.real_voice import corpora, measuring
from tests.real_voice.listening import sounds_of, words_of
from tests.real_voice.rendering import phonemes
from tests.text.normalizing.test_figures_in_sentences import NO_SOUND, rows
from tests.voice_tables.tables import Bench, table

NAMES = Path(__file__).parents[1] / "real_voice/names.txt"
CARRIER = "The next word is {}."
_VOICE, _LANGUAGE = "af_heart", "en-US"
# Vowels that are the same where they are weak, and most Americans' "cot" and "caught".
_ALIKE = str.maketrans({"ᵊ": "ə", "ᵻ": "ə", "ɐ": "ə", "ʌ": "ə", "ɪ": "ə", "T": "t", "ɔ": "ɑ", "g": "ɡ"})


def names_of_file() -> list[str]:
    """Return the names in their order."""
    lines = NAMES.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def names(bench: Bench) -> list[str]:
    """Names of people, places, companies and programs, each at the end of a sentence."""
    words = bench.some(names_of_file())
    texts = [CARRIER.format(word) for word in words]
    heard = measuring.spoken_by_us(bench.lab, texts, _VOICE, _LANGUAGE).heard
    wrong = [
        f"{word} → {_last(said)}"
        for word, said in zip(words, heard, strict=True)
        if not _is_heard(word, said)
    ]
    return [
        f"Names of people, places, companies and programs, and technical words, each said by {_VOICE} in",
        f'"{CARRIER.format("…")}". A name is heard right where what whisper wrote sounds like it.',
        "",
        f"Heard right: {len(words) - len(wrong)} of {len(words)}.",
        "",
        "The others: " + ("; ".join(wrong) if wrong else "none") + ".",
    ]


def _is_heard(name: str, heard: str) -> bool:
    """Say whether what was heard sounds like the carrier with the name: "Engine X" is "nginx"."""
    return _sound(heard) == _sound(CARRIER.format(name))


def _sound(text: str) -> str:
    """Return the phonemes of a text as one string; whisper may part words and join them as it likes."""
    words = " ".join(words_of(text, _LANGUAGE)) if any(map(str.isdigit, text)) else text
    return sounds_of(words, _LANGUAGE).translate(_ALIKE)


def _last(heard: str) -> str:
    """Return what was heard behind the carrier."""
    return heard.removeprefix(CARRIER.partition("{")[0]).strip(" .")


def figures(bench: Bench) -> list[str]:
    """Sentences with figures beside sentences without."""
    rows_of_table: list[list[object]] = []
    for language, sentences in rows().items():
        voice, plain = corpora.VOICE_OF[language], corpora.SENTENCES[language][:40]
        cells: list[object] = []
        for texts in (bench.some([figures for figures, _ in sentences]), bench.some(plain)):
            heard = measuring.spoken_by_us(bench.lab, texts, voice, language).heard
            cells += [len(texts), f"{_wrong_sounds(texts, heard, language):.3f}"]
        rows_of_table.append([f"{language} ({voice})", *cells])
    return [
        "Errors among sounds: our reader's phonemes of what whisper wrote, which may be figures or words,",
        "beside those of the text. Whisper does not understand Hindi. That each figure is the right one is",
        "tested on the phonemes (`tests/text/normalizing/test_figures_in_sentences.py`).",
        "",
        *table(("", "with figures", "errors", "plain", "errors"), rows_of_table),
    ]


def _wrong_sounds(texts: Sequence[str], heard: Sequence[str], language: str) -> float:
    """Return the share of sounds that were heard wrongly, left out or added."""
    import jiwer

    wanted, got = ([_bare(text, language) for text in some] for some in (texts, heard))
    return float(jiwer.cer(wanted, got))


def _bare(text: str, language: str) -> str:
    return phonemes(text, language).translate(NO_SOUND).translate(_ALIKE)
