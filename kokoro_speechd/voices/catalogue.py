# SPDX-License-Identifier: GPL-3.0-or-later
"""Kokoro's voices: what is known about each, and which are on this disk."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kokoro_speechd.text.languages.all import by_letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_log = logging.getLogger(__name__)

# The first letter of a voice's name is its language, the second its gender: Kokoro's own convention.
_GENDERS = {"f": "female", "m": "male"}

# The voices of Kokoro-82M v1.0 with their model card's grade; "" where it gives none.
_GRADES = {
    "A": "af_heart",
    "A-": "af_bella",
    "B-": "af_nicole bf_emma ff_siwis",
    "C+": "af_aoede af_kore af_sarah am_fenrir am_michael am_puck jf_alpha",
    "C": "af_alloy af_nova bf_isabella bm_fable bm_george hf_alpha hf_beta hm_omega hm_psi if_sara im_nicola"
    " jf_gongitsune jf_tebukuro",
    "C-": "af_sky jf_nezumi jm_kumo",
    "D+": "bm_lewis",
    "D": "af_jessica af_river am_echo am_eric am_liam am_onyx bf_alice bf_lily bm_daniel zf_xiaobei zf_xiaoni"
    " zf_xiaoxiao zf_xiaoyi zm_yunjian zm_yunxi zm_yunxia zm_yunyang",
    "D-": "am_santa",
    "F+": "am_adam",
    "": "ef_dora em_alex em_santa pf_dora pm_alex pm_santa",
}
KNOWN = {name: grade or None for grade, names in _GRADES.items() for name in names.split()}
_SHARES = 10_000  # of a mix: finer weights are not written
_BEST_FIRST = [f"{letter}{sign}" for letter in "ABCDEF" for sign in ("+", "", "-")]


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice, and what may be said about it; None stands for unknown."""

    name: str
    language: str | None  # a normalised tag such as "en-US"
    gender: str | None  # "female" or "male"
    quality: str | None  # the model card's grade, "A" to "F"
    path: Path | None = None  # the voice file
    parts: tuple[tuple[Path, float], ...] = ()  # of a mix: the files and their weights

    @property
    def mix(self) -> str:
        """Of a mix: its parts as they are written, "af_heart:0.7+af_bella:0.3"; of others ""."""
        if not self.parts:
            return ""
        return write_mix([(path.name.removesuffix(".pt"), weight) for path, weight in self.parts])

    @property
    def rank(self) -> tuple[int, str]:
        """Sorts the best voice first; ungraded ones come last, equal ones by name."""
        graded = self.quality in _BEST_FIRST
        return (_BEST_FIRST.index(self.quality or "") if graded else len(_BEST_FIRST)), self.name


def write_mix(parts: Sequence[tuple[str, float]]) -> str:
    """Return a mix as it is written, "af_heart:0.7+af_bella:0.3"; read again it is the same."""
    shares = [round(weight * _SHARES) for _, weight in parts]
    shares[shares.index(max(shares))] += _SHARES - sum(shares)  # thirds
    return "+".join(f"{name}:{share / _SHARES:g}" for (name, _), share in zip(parts, shares, strict=True))


def describe(name: str) -> Voice:
    """Return what is known about a voice of this name, or what its name says about it."""
    quality = KNOWN.get(name)
    if len(name) > 2 and name[2] == "_" and name[1] in _GENDERS and (language := by_letter(name[0])):
        return Voice(name, language.voice_tag, _GENDERS[name[1]], quality)
    return Voice(name, None, None, quality)


def discover(places: Iterable[Path]) -> list[Voice]:
    """Return the voices of all `*.pt` files in the folders, by name; a place may be one such file too.

    The first place with a voice of a name wins. Only names are read here: whether a file can be used shows
    when it is loaded. What cannot be offered is logged and left out.
    """
    voices: dict[str, Voice] = {}
    for place in places:
        for path in _voice_files(place):
            name = path.name.removesuffix(".pt")
            # Names travel in TAB-separated lines of UTF-8, and clients send them back.
            if not name.strip() or not name.isprintable():
                _log.warning("the voice file %a has a name that cannot be offered", str(path))
                continue
            voices.setdefault(name, replace(describe(name), path=path))
    return [voices[name] for name in sorted(voices)]


def _voice_files(place: Path) -> list[Path]:
    try:
        if place.is_dir():
            return sorted(path for path in place.iterdir() if path.name.endswith(".pt") and path.is_file())
        return [place] if place.name.endswith(".pt") and place.is_file() else []
    except OSError as error:
        _log.warning("voices in %a cannot be listed: %s", str(place), error.strerror)
        return []
