# SPDX-License-Identifier: GPL-3.0-or-later
"""espeak-ng for any thread: text to phonemes, clause by clause, and text to sound.

The library has one global state, so that one lock guards every call. Languages are tags in any case; one that
espeak-ng does not know falls back to its base language, then to English.
"""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kokoro_speechd.errors import EspeakError
from kokoro_speechd.espeak import library as native
from kokoro_speechd.espeak.texts import Clause, EspeakMark, EspeakVoice, clause_of, wide

TIE = "^"

_FALLBACK_LANGUAGE = "en"
_LANGUAGE_TAG = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8})*")


OnAudio = Callable[[bytes, Sequence[EspeakMark]], bool]


class Espeak:
    """libespeak-ng, started when built. Use `shared()`: the library exists once in a process."""

    _shared: Espeak | None = None
    _building = threading.Lock()

    def __init__(self) -> None:
        """Load and start the library. Raises EspeakError."""
        self._library, self.sample_rate = native.load()
        self._lock = threading.Lock()
        self._identifiers: dict[str, str] = {}
        self._voice: str | None = None
        self._receive: Callable[[bytes, list[native.EspeakEvent]], bool] | None = None
        self._raised: BaseException | None = None
        self._callback = native.SynthCallback(self._on_synth)
        self._library.espeak_SetSynthCallback(self._callback)

    @classmethod
    def shared(cls) -> Espeak:
        """Return the one Espeak of this process, started at the first call. Raises EspeakError."""
        with cls._building:
            if cls._shared is None:
                cls._shared = cls()
            return cls._shared

    def clauses(self, text: str, language: str) -> list[Clause]:
        """Return the phonemes of `text`, clause by clause; espeak-ng decides where clauses end.

        Clauses without any sound are left out, their punctuation too, unless something was spoken before.
        Raises EspeakError.
        """
        buffer = wide(text)
        begin = ctypes.addressof(buffer)
        pointer = ctypes.c_void_p(begin)
        mode = native.PHONEMES_IPA | native.PHONEMES_TIE | (ord(TIE) << 8)
        clauses: list[Clause] = []
        start = 0
        with self._lock:
            self._set_voice(language, None)
            while pointer.value:
                spoken = self._library.espeak_TextToPhonemes(ctypes.byref(pointer), native.CHARS_WCHAR, mode)
                if pointer.value:
                    # It has read, and keeps for the next clause, one character more than the clause has.
                    end = max(
                        start, min(len(text), (pointer.value - begin) // ctypes.sizeof(ctypes.c_wchar) - 1)
                    )
                else:
                    end = len(text)
                clause = clause_of((spoken or b"").decode(errors="replace").strip(), text, start, end)
                if clause.phonemes or (clause.punctuation and clauses):
                    clauses.append(clause)
                start = end
        return clauses

    def synthesize(
        self,
        document: str,
        language: str,
        *,
        wpm: int = 175,
        pitch: int = 50,
        pitch_range: int = 50,
        volume: int = 100,
        ssml: bool = False,
        tell_capitals: bool = False,
        variant: str | None = None,
        on_audio: OnAudio,
    ) -> None:
        """Speak `document`: hand its sound and marks to `on_audio`, on this thread, and return at its end.

        Args:
            document: plain text, or SSML where `ssml` is set.
            language: a language tag.
            wpm: words a minute, clipped to 80…900.
            pitch: 0…99, 50 is the voice's own; `pitch_range` likewise.
            pitch_range: 0 is monotone.
            volume: 0…200, 100 is espeak-ng's own level.
            ssml: `document` is SSML.
            tell_capitals: say the language's word for "capital" before words that begin with one.
            variant: a voice variant of espeak-ng, as "f3"; an unknown one is ignored.
            on_audio: takes samples (int16, mono, native byte order, `sample_rate`, about 60 ms) and the marks
                among them; returns False to end the synthesis at once. It must not call this object. What
                it raises ends the synthesis and is raised here.

        Raises EspeakError.

        """
        position = 0

        def receive(samples: bytes, events: list[native.EspeakEvent]) -> bool:
            nonlocal position
            begin, position = position, position + len(samples) // 2
            # Above 449 words a minute the sound is shortened afterwards and marks come a little late.
            marks = [
                EspeakMark(
                    (event.id.name or b"").decode(errors="replace"), max(begin, min(position, event.sample))
                )
                for event in events
                if event.type == native.EVENT_MARK
            ]
            return not (samples or marks) or on_audio(samples, marks)

        with self._lock:
            self._set_voice(language, variant)
            self._synthesize(
                document,
                {
                    native.RATE: min(900, max(80, wpm)),
                    native.PITCH: min(99, max(0, pitch)),
                    native.RANGE: min(99, max(0, pitch_range)),
                    native.VOLUME: min(200, max(0, volume)),
                    native.CAPITALS: native.SAY_CAPITALS if tell_capitals else 0,
                },
                ssml,
                receive,
            )

    def languages(self) -> list[EspeakVoice]:
        """Return every voice of the library, as it lists them."""
        with self._lock:
            voices = self._library.espeak_ListVoices(None)
            return [_describe(voice) for voice in _until_null(voices)]

    def _synthesize(
        self,
        document: str,
        parameters: dict[int, int],
        ssml: bool,
        receive: Callable[[bytes, list[native.EspeakEvent]], bool],
    ) -> None:
        """Run espeak_Synth; the lock is held and the voice set."""
        for parameter, value in parameters.items():
            self._library.espeak_SetParameter(parameter, value, 0)
        # Every change of voice has left an event; too many would push the first marks out of their list.
        self._run("", 0)
        self._receive, self._raised = receive, None
        status = self._run(document, native.SSML if ssml else 0)
        raised = self._raised
        self._receive = self._raised = None
        # It would be in force for phonemes as well.
        self._library.espeak_SetParameter(native.CAPITALS, 0, 0)
        # What was cut off leaves a character for the next text; SSML may leave a voice and a way of reading.
        self._voice = None if ssml else self._voice
        self._run("", 0)
        if raised is not None:
            raise raised
        if status != native.OK:
            raise EspeakError(f"espeak-ng could not speak (status {status})")

    def _run(self, document: str, flags: int) -> int:
        buffer = wide(document)
        status = self._library.espeak_Synth(
            buffer, len(buffer), 0, native.POS_CHARACTER, 0, native.CHARS_WCHAR | flags, None, None
        )
        return int(status)

    def _on_synth(self, samples: Any, count: int, events: Any) -> int:
        """Hand one chunk on, 1 to end the synthesis. C calls this: nothing may be raised through it."""
        if self._receive is None:
            return 0
        try:
            data = ctypes.string_at(samples, 2 * count) if samples and count > 0 else b""
            return 0 if self._receive(data, list(_until_terminated(events))) else 1
        except BaseException as error:  # noqa: BLE001 - raised again as soon as the C function has returned
            self._raised = error
            return 1

    def _set_voice(self, language: str, variant: str | None) -> None:
        identifier = self._identify(language)
        name = f"{identifier}+{variant}" if variant else identifier
        if name == self._voice:
            return
        self._voice = None
        if self._library.espeak_SetVoiceByName(name.encode()) != native.OK:
            name = identifier
            if self._library.espeak_SetVoiceByName(name.encode()) != native.OK:
                raise EspeakError(f"espeak-ng refused its own voice {name}")
        self._voice = name

    def _identify(self, language: str) -> str:
        """Return the identifier of the voice that suits a language tag best. Raises EspeakError."""
        known = self._identifiers.get(language)
        if known is not None:
            return known
        tag = language.lower().replace("_", "-").partition(".")[0].partition("@")[0]
        for candidate in (tag, tag.partition("-")[0], _FALLBACK_LANGUAGE):
            if not _LANGUAGE_TAG.fullmatch(candidate):
                continue
            wanted = native.VoiceRecord(languages=candidate.encode())
            self._voice = None
            if self._library.espeak_SetVoiceByProperties(ctypes.byref(wanted)) == native.OK:
                identifier = self._library.espeak_GetCurrentVoice().contents.identifier.decode()
                if len(self._identifiers) < 1000:  # tags come from outside
                    self._identifiers[language] = identifier
                return str(identifier)
        raise EspeakError("espeak-ng has no English voice: its voice data is damaged")


def _describe(voice: native.VoiceRecord) -> EspeakVoice:
    return EspeakVoice(
        name=(voice.name or b"").decode(errors="replace"),
        language=(voice.languages or b"\0")[1:].decode(errors="replace"),
        gender={1: "male", 2: "female"}.get(voice.gender, ""),
    )


def _until_null(voices: Any) -> Iterator[native.VoiceRecord]:
    index = 0
    while voices[index]:
        yield voices[index].contents
        index += 1


def _until_terminated(events: Any) -> Iterator[native.EspeakEvent]:
    index = 0
    while events[index].type != native.EVENT_LIST_TERMINATED:
        yield events[index]
        index += 1
