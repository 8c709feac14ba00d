# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is to say of a language that Kokoro speaks. Standard library only: sd_kokoro imports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DIPHTHONGS = (("aɪ", "I"), ("aʊ", "W"), ("eɪ", "A"), ("oʊ", "O"), ("ɔɪ", "Y"), ("əʊ", "Q"))
"""Those of IPA and Kokoro's symbols for them, as misaki has them for espeak-ng's languages."""


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """A language of Kokoro's. What is left out is as in most languages, or as in English.

    Code is named, not imported: "package.module" is loaded when the first text of the language comes.
    """

    tag: str
    """What it is called everywhere in this program, a normalised tag."""
    letter: str
    """What the names of its voices begin with: "f" of "ff_siwis"."""
    voice_tag: str
    """The tag that its voices are offered with, with a region."""
    names: tuple[str, ...]
    """First subtags of the tags that mean it, in small letters: ISO 639-1's and 639-2's."""
    phonemizer: str
    """"module:function" that builds its phonemizer; see `text.phonemizers.phonemizer.Builder`."""

    regions: frozenset[str] = frozenset()
    """Further subtags of which one must be there, where a language of the same names has none."""
    excluded: frozenset[str] = frozenset()
    """Further subtags with which a tag means another language."""

    espeak: str = ""
    """espeak-ng's language, where its phonemes are what the voices learnt; "" where another reads it."""
    espeak_missaid: tuple[tuple[str, str], ...] = ()
    """IPA that espeak-ng has wrong, and what is right."""
    normalizing: str = ""
    """Module with `build(tag)`, the words and rules for what is not written as it is said; "" for none."""
    reader: str = "espeak-ng's rules"
    """Who reads it, in words of `kokoro-speechd doctor`."""
    packages: tuple[str, ...] = ()
    """Modules that the reader cannot do without, and that may be missing here."""
    extra: str = ""
    """The extra of this package that brings them."""

    letters: str = ""
    """Letters besides a to z that are typed often; for scripts that do not use these, instead of them."""
    read_scripts: tuple[str, ...] = ()
    """Beginnings of Unicode's names of characters that the phonemizer reads one by one as they are named."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Names of keys by the English ones. As Orca 43 and GTK 3.24 translate them, abbreviations written out;
    where they leave a key in English, as it is printed on the keyboards sold there."""
    patterns: Mapping[str, str] = field(default_factory=dict)
    """What is said of a key or letter besides its name, {} standing for that; the kinds are English's."""
    between_keys: str = " "
    """What stands between the keys of a combination."""

    elides: bool = False
    """Whether a word may be one with the next by an apostrophe ("l'", "dell'")."""
    beep: str = "beep"
    """What is said instead of an expletive."""
    ordinal: str = ""
    """How an ordinal is written of a figure {}; "" where it is a word of num2words'."""

    ipa: tuple[tuple[str, str], ...] = DIPHTHONGS
    """IPA → Kokoro's symbols, one replacement after another, besides what is the same in all languages."""
    stressed: bool = True
    """Whether its voices learnt stress marks."""
