# SPDX-License-Identifier: GPL-3.0-or-later
"""Which voice speaks, in which language.

1. A voice asked for by name: that voice, in its own language, whatever language was asked for beside it.
   `espeak-TAG` is espeak-ng in that language. Case and runs of spaces do not matter. A name that is not
   there counts for nothing.
2. Otherwise the language asked for; where that is none that anybody speaks ("c", "xx", NULL), the default
   language of the settings, else the default voice's. In this language:
   a. the user's AddVoice for this language and type;
   b. the voice of this type: female1 is the best female voice of the region, female2 the second best, and so
      on in a circle; then the same in the other regions of the language. Kokoro has no child's voice: a girl
      is a woman's voice moved to `CHILD_HZ`, a boy another one's, moved less high, as on the radio;
   c. with male1, which speech-dispatcher asks for where nobody chose anything, without a type, or without a
      voice of its gender: the default voice if it speaks this language, else the best one that does.
3. No voice here speaks this language, but caller or settings name it and espeak-ng speaks it: espeak-ng.
4. Otherwise the default voice, else the best of all.

"Best" is the model card's grade, then the name; a mix is chosen by its name alone. Without any voice
espeak-ng speaks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kokoro_speechd.audio.ssip_scales import SEMITONES
from kokoro_speechd.text.language_tags import base, kokoro_language, normalise, spoken_by_espeak
from kokoro_speechd.voices.catalogue import Voice, describe
from kokoro_speechd.voices.levels import pitch_of
from kokoro_speechd.voices.mixing import find_voice, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kokoro_speechd.utterance import Parameters

ESPEAK_PREFIX = "espeak-"
LAST_RESORT = "en-US"
UNCHOSEN = "male1"  # speech-dispatcher's type where neither program nor settings named one

# SSIP's voice types: gender, and the place among the voices of this gender.
VOICE_TYPES = {
    "male1": ("male", 0),
    "male2": ("male", 1),
    "male3": ("male", 2),
    "female1": ("female", 0),
    "female2": ("female", 1),
    "female3": ("female", 2),
    "child_male": ("female", 4),
    "child_female": ("female", 3),
}
# The median of a child's fundamental frequency, to which a grown-up's voice is moved.
CHILD_HZ = {"child_male": 250.0, "child_female": 280.0}
_HZ = {"female": 200.0, "male": 120.0}  # of voices that nobody measured
# espeak-ng's voice variants that come nearest; its plain voice is a man's.
_ESPEAK_VARIANTS = {
    "male2": "m3",
    "male3": "m7",
    "female1": "f2",
    "female2": "f3",
    "female3": "f4",
    "child_male": "m4",
    "child_female": "f5",
}


@dataclass(frozen=True, slots=True)
class AddVoice:
    """A user's rule: for this language (normalised) and type, this voice."""

    language: str
    voice_type: str
    voice: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Who speaks: a Kokoro voice, or espeak-ng where `voice` is None (and where Kokoro cannot)."""

    voice: Voice | None
    language: str  # a normalised tag
    espeak_variant: str | None = None
    raised: float = 0.0  # semitones by which the Kokoro voice speaks higher; espeak-ng has a variant for it


@dataclass(frozen=True, slots=True)
class _Chooser:
    voices: Sequence[Voice]
    default_voice: str
    default_language: str

    def named(self, name: str, voice_type: str | None, language: str | None) -> Choice | None:
        """Return the voice of this name; None when there is none."""
        if voice := find_voice(name, self.voices):
            return self.choice(voice, voice_type, language)
        folded = fold(name)
        if folded.startswith(ESPEAK_PREFIX):
            tag = normalise(folded.removeprefix(ESPEAK_PREFIX))
            if tag is not None and spoken_by_espeak(tag):
                return Choice(None, tag, _ESPEAK_VARIANTS.get(voice_type or ""))
        return None

    def choice(self, voice: Voice, voice_type: str | None, language: str | None) -> Choice:
        """Return the choice of a voice, to be read in its language; where it has none, in the caller's."""
        variant = espeak_variant(voice, voice_type)
        return Choice(voice, voice.language or language or self.default_language, variant)

    def of_language(self, voice_type: str | None, language: str) -> Voice | None:
        """Return the voice of a type in a language, else any in this language; None when there is none."""
        # A bare "en" is the default's English where the default voice is English.
        region = self.default_language if language == base(self.default_language) else language
        wanted = kokoro_language(region)
        if wanted is None:
            return None
        regions = [(voice, kokoro_language(voice.language)) for voice in sorted(self.voices, key=_rank)]
        near = [voice for voice, region in regions if region == wanted]
        speaking = [voice for voice, region in regions if region and base(region) == base(wanted)]
        gender, place = VOICE_TYPES.get(voice_type or "", (None, 0))
        for group in (near, speaking) if gender else ():
            if same := [voice for voice in group if voice.gender == gender and not voice.parts]:
                return same[place % len(same)]
        for group in (near, speaking):
            for voice in group:
                if voice.name == self.default_voice:
                    return voice
            if plain := [voice for voice in group if not voice.parts]:
                return plain[0]
        return None


def espeak_variant(voice: Voice, voice_type: str | None = None) -> str | None:
    """Return the variant of espeak-ng that stands in for a voice; None: its plain voice."""
    variant = _ESPEAK_VARIANTS.get(voice_type or "")
    return _ESPEAK_VARIANTS["female1"] if variant is None and voice.gender == "female" else variant


def choose(
    parameters: Parameters,
    voices: Sequence[Voice],
    added: Iterable[AddVoice] = (),
    default_voice: str = "af_heart",
    default_language: str | None = None,
    *,
    asks_for_gender: bool = False,
) -> Choice:
    """Return who speaks with these parameters. Never fails; the rules are in this module's docstring.

    With `asks_for_gender` male1 is a man's voice: a document's author wrote it.
    """
    found = find_voice(default_voice, voices)
    default = found.name if found else default_voice
    if found and found not in voices:
        voices = [*voices, found]  # a mix without a name
    fallback = normalise(default_language) or (found or describe(default)).language or LAST_RESORT
    chooser = _Chooser(voices, default, fallback)
    voice_type = parameters.voice_type.casefold() if parameters.voice_type else None
    asked = normalise(parameters.language)
    if asked is not None and not spoken_by_espeak(asked) and chooser.of_language(None, asked) is None:
        asked = None  # nobody speaks it
    if parameters.voice and (choice := chooser.named(parameters.voice, voice_type, asked)):
        return choice
    language = asked or fallback
    for rule in _rules_for(added, language, voice_type):
        if choice := chooser.named(rule.voice, voice_type, language):
            return choice
    if voice_type == UNCHOSEN and not asks_for_gender:
        voice_type = None
    voice = chooser.of_language(voice_type, language)
    wanted = asked or normalise(default_language)
    if voice is None and (wanted is None or not spoken_by_espeak(wanted)):
        voice = next((voice for voice in voices if voice.name == default), None)
        voice = voice or min(voices, key=_rank, default=None)
    if voice is None:
        return Choice(None, language, _ESPEAK_VARIANTS.get(voice_type or ""))
    return replace(chooser.choice(voice, voice_type, language), raised=_raised(voice, voice_type))


def is_voice(name: str, voices: Sequence[Voice]) -> bool:
    """Tell whether somebody who names this voice gets it."""
    folded = fold(name)
    tag = normalise(folded.removeprefix(ESPEAK_PREFIX)) if folded.startswith(ESPEAK_PREFIX) else None
    return find_voice(name, voices) is not None or (tag is not None and spoken_by_espeak(tag))


def _raised(voice: Voice, voice_type: str | None) -> float:
    """Return by how many semitones a voice is raised to be a child's; a high one may be lowered."""
    hertz = CHILD_HZ.get(voice_type or "")
    if hertz is None:
        return 0.0
    own = pitch_of(voice) or _HZ.get(voice.gender or "", _HZ["female"])
    return round(SEMITONES * math.log2(hertz / own), 1)


def _rules_for(added: Iterable[AddVoice], language: str, voice_type: str | None) -> list[AddVoice]:
    """Return the user's rules for a type, the nearest language first, then the later written first."""
    matching = [
        rule
        for rule in reversed(list(added))
        if rule.voice_type == voice_type and base(rule.language) == base(language)
    ]
    # "en-US": a rule for en-US, then one for en, but not one for en-GB; "en": any.
    nearness = {language: 0, base(language): 1}
    if language != base(language):
        matching = [rule for rule in matching if rule.language in nearness]
    return sorted(matching, key=lambda rule: nearness.get(rule.language, 2))


def _rank(voice: Voice) -> tuple[int, str]:
    return voice.rank
