# SPDX-License-Identifier: GPL-3.0-or-later
"""English → Kokoro's phonemes: misaki's lexicon, without the download of spaCy's model and without spaCy.

misaki.en wants spaCy for tokens and tags, a quarter of a gigabyte; our own tokenizer and rules stand in for
it. misaki is called word by word through its own G2P class, whose tokens carry their source characters in
the two time fields that nothing else uses before synthesis.
"""

from __future__ import annotations

import importlib
import logging
import re
import sys
import threading
import types
from typing import TYPE_CHECKING, Any, Literal, Protocol

from kokoro_speechd.errors import EspeakError, LanguageError
from kokoro_speechd.text.phonemes.kokoro_symbols import keep_known
from kokoro_speechd.text.phonemes.overrides import ending_of
from kokoro_speechd.text.phonemizers.english.entries import BEFORE, FIRST_WORDS, add_homographs, entries
from kokoro_speechd.text.phonemizers.english.lexicon import load_lexicon
from kokoro_speechd.text.phonemizers.english.sentence import Token
from kokoro_speechd.text.phonemizers.english.tags import tag
from kokoro_speechd.text.phonemizers.english.tokens import tokenize
from kokoro_speechd.text.phonemizers.english.unknown import unknown_text, unknown_word
from kokoro_speechd.text.script import Phonemes

if TYPE_CHECKING:
    from collections.abc import Mapping

_logger = logging.getLogger(__name__)
_import_lock = threading.Lock()
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACY_MODEL = "en_core_web_sm"
# What misaki is known or must be expected to raise on odd words: numbers beyond float and int,
# table look-ups, a stress mark without a vowel.
_MISAKI_FAILS = (ArithmeticError, ValueError, LookupError, TypeError, StopIteration)


class _Tagger(Protocol):
    def __call__(self, text: str) -> list[Token]: ...


class _Marks(types.SimpleNamespace):
    """What misaki notes beside a token; None for all that it has not noted.

    Its own class, a dictionary of dictionaries, took a tenth of the time that English takes.
    """

    alias = stress = currency = rating = None

    def __getattr__(self, _name: str) -> None:
        return None


def _misaki() -> Any:
    """Import misaki.en without importing spaCy; the stand-in is gone again when this returns.

    Raises LanguageError where it is not installed.
    """
    with _import_lock:
        if "misaki.en" not in sys.modules and sys.modules.get("spacy") is None:
            blocked = "spacy" in sys.modules
            sys.modules["spacy"] = types.ModuleType("spacy")
            try:
                importlib.import_module("misaki.en")
            except ImportError as error:
                # Its releases refuse Python 3.13 and later, so that it may have to be installed by itself.
                message = f"English needs {error.name}, which `kokoro-speechd setup` offers to install"
                raise LanguageError(message) from error
            finally:
                del sys.modules["spacy"]
                if blocked:
                    sys.modules["spacy"] = None  # type: ignore[assignment]  # importing it is forbidden
        misaki: Any = importlib.import_module("misaki.en")
        # It prints numbers it cannot read; standard output may be a protocol.
        misaki.print = _say_nothing
        misaki.MToken.Underscore = _Marks
        return misaki


def _say_nothing(*_args: object) -> None:
    pass


class _RuleTagger:
    def __init__(self, homographs: Mapping[str, Mapping[str, object]]) -> None:
        self._homographs = homographs

    def __call__(self, text: str) -> list[Token]:
        tokens = tokenize(text)
        tag(tokens, self._homographs)
        return tokens


def _tagger(name: str, homographs: Mapping[str, Mapping[str, object]]) -> _Tagger:
    """Return the tagger of a name; the rules where spaCy or its model is not there."""
    if name == "spacy":
        try:
            return _SpacyTagger()
        except LanguageError as error:
            _logger.warning("%s; the built-in rules take its place", error)
    return _RuleTagger(homographs)


class _SpacyTagger:
    """Tokens and tags of the user's own `en_core_web_sm`, as upstream Kokoro has them."""

    def __init__(self) -> None:
        try:
            spacy: Any = importlib.import_module("spacy")
            self._nlp = spacy.load(_SPACY_MODEL, enable=["tok2vec", "tagger"])
        except (ImportError, OSError) as error:
            message = f"English tagger 'spacy' needs spaCy and its model {_SPACY_MODEL}"
            raise LanguageError(message) from error

    def __call__(self, text: str) -> list[Token]:
        return [
            Token(word.text, word.idx, word.idx + len(word.text), bool(word.whitespace_), word.tag_)
            for word in self._nlp(text)
        ]


class EnglishPhonemizer:
    """Reads American or British English; about 40 MB and a third of a second to build.

    `tagger="spacy"` takes tokens and tags from the installed `en_core_web_sm`; where that is missing the
    rules do their work, and a warning is logged. Raises LanguageError where misaki is not installed.
    """

    def __init__(self, british: bool, tagger: Literal["rules", "spacy"] = "rules") -> None:
        misaki = _misaki()
        self._british = british
        self._token_type = misaki.MToken
        lexicon = load_lexicon(misaki, british)
        add_homographs(lexicon.golds, british)
        self._entries = entries(british)
        homographs = {
            word.lower(): lexicon.golds[word.lower()]
            for word, entry in lexicon.golds.items()
            if isinstance(entry, dict)
            and word in (word.lower(), word.capitalize())
            and set(entry) != {"DEFAULT", "None"}
        }
        self._tagger = _tagger(tagger, homographs)
        # The constructor of G2P downloads and loads spaCy's model.
        self._g2p = misaki.G2P.__new__(misaki.G2P)
        self._g2p.version = None  # Kokoro 1.0's symbols
        self._g2p.british = british
        self._g2p.unk = ""
        self._g2p.lexicon = lexicon
        self._g2p.fallback = self._unknown
        self._g2p.tokenize = self._tokenize

    def phonemes(self, text: str) -> Phonemes:
        """Return the phonemes of `text`; places count characters of `text`. Never raises for any text."""
        text = _SURROGATE.sub("\ufffd", text)
        try:
            _, tokens = self._g2p(text, preprocess=False)
        except _MISAKI_FAILS as error:
            _logger.debug("misaki failed with %s; espeak-ng reads this text", type(error).__name__)
            try:
                return keep_known(unknown_text(text, self._british))
            except EspeakError:
                _logger.warning("neither misaki nor espeak-ng could read a text")
                return Phonemes("", (), ())
        return keep_known(_joined(tokens))

    def _tokenize(self, text: str, _words: object, _features: object) -> list[Any]:
        tokens = self._tagger(text)
        flags = "&" if self._british else ""
        letters = [token for token in tokens if not token.text.isspace()]
        if len(letters) == 1 and len(letters[0].text) == 1 and letters[0].text.isalpha():
            # A single letter is a key or a character under the cursor: its name, not the article "a".
            letters[0].text, letters[0].tag = letters[0].text.upper(), "NN"
        return [
            self._token_type(
                text=token.text,
                tag=token.tag,
                phonemes=self._entry(tokens, place),
                whitespace=" " if token.space else "",
                start_ts=token.start,
                end_ts=token.end,
                _=_Marks(is_head=True, num_flags=flags, prespace=False),
            )
            for place, token in enumerate(tokens)
        ]

    def _entry(self, tokens: list[Token], place: int) -> str | None:
        """Return the phonemes of a word that misaki lacks or has wrong."""
        word = tokens[place].text
        low = word.lower()
        if "’" in low:
            low = low.replace("’", "'")
        if (known := self._entries.get(low) or self._entries.get(word)) is not None:
            return known
        if low == "'s" and place and not tokens[place - 1].space:
            before = self._entry(tokens, place - 1)
            return ending_of(before, british=self._british) if before else None
        if low in FIRST_WORDS and place + 1 < len(tokens):
            return BEFORE.get((low, tokens[place + 1].text.lower()))
        return None

    def _unknown(self, token: Any) -> tuple[str | None, int | None]:
        """Return phonemes of a word that the lexicon lacks, and misaki's rating for a guess."""
        try:
            return unknown_word(token.text, self._british), 2
        except EspeakError:
            _logger.debug("espeak-ng could not read a word")
            return "", 2


def _joined(tokens: list[Any]) -> Phonemes:
    """Return the phonemes of misaki's tokens, single spaces between them and none at the ends."""
    symbols: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    gap: int | None = None  # where white space began that is not yet written
    for token in tokens:
        start, end = int(token.start_ts), int(token.end_ts)
        spoken = " ".join((token.phonemes or "").split())
        if spoken:
            if gap is not None and symbols:
                symbols.append(" ")
                starts.append(min(gap, start))
                ends.append(start)
            gap = None
            symbols += spoken
            starts += [start] * len(spoken)
            ends += [end] * len(spoken)
        if token.whitespace and gap is None:
            gap = end
    return Phonemes("".join(symbols), tuple(starts), tuple(ends))
