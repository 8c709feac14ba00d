# SPDX-License-Identifier: GPL-3.0-or-later
"""Phonemes beside the characters they came from, for tables to compare with."""

from __future__ import annotations

from kokoro_speechd.text.script import Phonemes


def by_source(text: str, phonemes: Phonemes) -> list[tuple[str, str]]:
    """Return (source, symbols) for each run of phonemes from one place, spaces left out."""
    runs: list[tuple[int, int, str]] = []
    for symbol, start, end in zip(phonemes.symbols, phonemes.starts, phonemes.ends, strict=True):
        if symbol == " ":
            continue
        if runs and runs[-1][:2] == (start, end):
            runs[-1] = (start, end, runs[-1][2] + symbol)
        else:
            runs.append((start, end, symbol))
    return [(text[start:end], symbols) for start, end, symbols in runs]
