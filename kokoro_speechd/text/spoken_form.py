# SPDX-License-Identifier: GPL-3.0-or-later
"""From a script's text to the words that a reader of the language gets, stage by stage.

Each stage takes a `Reading` and returns one, so that every character keeps its place in the script.
"""

from __future__ import annotations

from kokoro_speechd.text.languages import kokoro_language
from kokoro_speechd.text.modes import AS_WRITTEN, Modes
from kokoro_speechd.text.normalizing.stage import normalize
from kokoro_speechd.text.reading import Reading


def spoken_form(text: str, language: str, modes: Modes = AS_WRITTEN) -> Reading:
    """Return what is to be read aloud for a script's text in a language that Kokoro speaks. Never raises."""
    reading = modes.read(text, language)
    return reading if modes.verbatim else normalize(reading, kokoro_language(language) or "")
