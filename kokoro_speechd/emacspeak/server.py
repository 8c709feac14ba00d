# SPDX-License-Identifier: GPL-3.0-or-later
"""What Emacspeak's commands do: the state of its speech, and the queue of what it wants to be heard.

What has no counterpart here (codes of other synthesizers, splitting capitals, which our phonemizers do) is
accepted and changes nothing: Emacspeak does not listen to a refusal, and its user would hear nothing at all.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from kokoro_speechd import __version__
from kokoro_speechd.audio import ssip_scales
from kokoro_speechd.emacspeak.commands import EmacspeakCommand
from kokoro_speechd.text.ssml import parser
from kokoro_speechd.utterance import Kind, Parameters, Utterance

_log = logging.getLogger(__name__)

_PUNCTUATIONS = ("none", "some", "most", "all")
_CAPITAL_PITCH = 50  # half an octave, as Orca has it
# What Emacspeak's voices for espeak-ng consist of: numbers from 0 to 99, of which 50 is normal.
_CODE = re.compile(r"""<prosody (pitch|range|volume|rate)=["']?(\d{1,3})["']?>""")
_LOUDEST_DB = 6
_PAUSE_SIGN = "[*]"  # by which Emacspeak asks any synthesizer for a short pause
_WPM = (40, 1_200)
_SCALE = (0.5, 3.0)
_TONE_HZ, _TONE_MS, _SILENCE_MS = (20, 11_000), (1, 2_000), (0, 10_000)


class EmacspeakVoice(Protocol):
    """Who speaks; the player of this process."""

    def speak(self, utterance: Utterance, *, interrupt: bool) -> None:
        """Speak after what waits, or instead of it."""

    def stop_all(self) -> None:
        """Be silent, and forget what waits."""

    def pause(self) -> None:
        """Be silent until `resume`."""

    def resume(self) -> None:
        """Go on."""


class SoundQueue(Protocol):
    """What is heard beside the voice. No method waits."""

    def tone(self, hertz: int, milliseconds: int) -> None:
        """Sound a tone."""

    def file(self, path: str) -> None:
        """Play a file."""


@dataclass(slots=True)
class _State:
    """What Emacspeak has set; the numbers are its own."""

    wpm: float = float(ssip_scales.ESPEAK_WPM)
    scale: float = 1.2  # of the rate, for single characters
    punctuation: str = "some"
    capitalize: bool = False
    allcaps: bool = False
    language: str | None = None


class Server:
    """One conversation with Emacspeak. For one thread."""

    def __init__(
        self,
        voice: EmacspeakVoice,
        sounds: SoundQueue,
        languages: Callable[[], Sequence[str]],
        fastest: float,
        *,
        voice_name: str | None = None,
        language: str | None = None,
    ) -> None:
        """`languages` returns those of the voices here; `fastest`: see the settings."""
        self._voice, self._sounds, self._languages, self._fastest = voice, sounds, languages, fastest
        self._voice_name, self._own_language = voice_name, language
        self._state = _State(language=language)
        self._queue: list[EmacspeakCommand] = []
        self._numbers = count(1)
        self._commands: dict[str, Callable[[EmacspeakCommand], None]] = {
            "q": self._queue.append,
            "c": self._queue.append,
            "r": self._queue.append,
            "sh": self._queue.append,
            "t": self._queue.append,
            "b": self._queue.append,
            "a": self._queue.append,
            "p": lambda command: self._sounds.file(command.text),
            "d": lambda _: self._dispatch(),
            "s": lambda _: self._stop(),
            "l": self._letter,
            "tts_say": self._say,
            "version": lambda _: self._speak(f"kokoro-speechd {__version__}", interrupt=True),
            "tts_pause": lambda _: self._voice.pause(),
            "tts_resume": lambda _: self._voice.resume(),
            "tts_reset": lambda _: self._reset(),
            "tts_sync_state": self._sync,
            "tts_set_punctuations": lambda command: self._set_punctuation(command.text),
            "tts_set_speech_rate": lambda command: self._set_rate(command.text),
            "tts_set_character_scale": self._set_scale,
            "tts_capitalize": lambda command: self._set_flags(capitalize=command.text),
            "tts_allcaps_beep": lambda command: self._set_flags(allcaps=command.text),
            "tts_split_caps": lambda _: None,
            "set_lang": self._set_language,
            "set_next_lang": lambda command: self._next_language(1, command),
            "set_previous_lang": lambda command: self._next_language(-1, command),
            "set_preferred_lang": lambda _: None,
            "list_lang": lambda _: None,
            "n": lambda _: None,  # notes of a synthesizer that nobody has any more
        }

    def handle(self, command: EmacspeakCommand) -> bool:
        """Do what a command says; return False where it ends the server."""
        if command.name == "tts_exit":
            return False
        action = self._commands.get(command.name)
        if action is not None:
            action(command)
        else:
            # Not the name: where a brace was lost it is a word of a text.
            _log.error("a command of %d characters was not understood", len(command.name))
        return True

    # --- what is heard -------------------------------------------------------------------------------

    def _dispatch(self) -> None:
        queue, self._queue[:] = list(self._queue), []
        parts: list[str] = []
        code, rate = "", ""  # the tags of ours that are open
        said = False
        for item in queue:
            if item.name == "q" and item.text.strip(" \n" + _PAUSE_SIGN):
                text = parser.escape(item.text.replace(_PAUSE_SIGN, " ").strip())
                opened = rate + code
                parts.append(f"{opened}{text} {'</prosody>' * opened.count('<')}")
                said = True
            elif item.name == "c":
                code = _prosody(item.text)  # until the next one
            elif item.name == "sh" and (silence := _number(item.text, _SILENCE_MS)) is not None:
                parts.append(f'<break time="{silence:.0f}ms"/>')
            elif item.name == "r" and (wpm := _number(item.text, _WPM)) is not None:
                rate = f'<prosody rate="{100 * wpm / self._state.wpm:.0f}%">'
            elif item.name in ("t", "b"):
                self._tone(item)
            elif item.name == "a":
                self._sounds.file(item.text)
        if said:
            self._voice.speak(self._utterance(Kind.TEXT, "".join(parts).strip()), interrupt=False)

    def _tone(self, command: EmacspeakCommand) -> None:
        hertz, length = (*command.arguments, "", "")[:2]
        pitch, duration = _number(hertz or "440", _TONE_HZ), _number(length or "50", _TONE_MS)
        if pitch is not None and duration is not None:
            self._sounds.tone(round(pitch), round(duration))

    def _stop(self) -> None:
        self._queue.clear()
        self._voice.stop_all()
        self._voice.resume()  # whoever paused and goes on with something else has no other way back to sound

    def _say(self, command: EmacspeakCommand) -> None:
        self._speak(" ".join(command.arguments), interrupt=True)

    def _speak(self, text: str, *, interrupt: bool) -> None:
        text = text.replace(_PAUSE_SIGN, " ")
        if text.strip():
            self._voice.speak(self._utterance(Kind.TEXT, parser.escape(text)), interrupt=interrupt)

    def _letter(self, command: EmacspeakCommand) -> None:
        text = command.text
        if text:
            kind = Kind.CHAR if len(text) == 1 else Kind.TEXT
            told = text if kind is Kind.CHAR else parser.escape(text)
            pitch = _CAPITAL_PITCH if text.isupper() else 0
            self._voice.speak(self._utterance(kind, told, self._state.scale, pitch), interrupt=True)

    def _utterance(self, kind: Kind, text: str, scale: float = 1.0, pitch: int = 0) -> Utterance:
        state = self._state
        parameters = Parameters(
            rate=ssip_scales.speed_to_rate(state.wpm * scale / ssip_scales.ESPEAK_WPM, self._fastest),
            pitch=pitch,
            punctuation=state.punctuation if kind is Kind.TEXT else "none",
            capitals="icon" if kind is Kind.TEXT and (state.capitalize or state.allcaps) else "none",
            language=state.language,
            voice=self._voice_name if state.language == self._own_language else None,
        )
        return Utterance(next(self._numbers), kind, text, parameters)

    # --- what is set ---------------------------------------------------------------------------------

    def _reset(self) -> None:
        self._stop()
        self._state = _State(language=self._own_language)

    def _sync(self, command: EmacspeakCommand) -> None:
        """Take all at once: punctuation, capitalize, allcaps, split caps, rate."""
        if len(command.arguments) != 5:
            _log.error("tts_sync_state has 5 arguments, not %d", len(command.arguments))
            return
        punctuation, capitalize, allcaps, _split, rate = command.arguments
        self._set_punctuation(punctuation)
        self._set_flags(capitalize=capitalize, allcaps=allcaps)
        self._set_rate(rate)

    def _set_punctuation(self, mode: str) -> None:
        if mode in _PUNCTUATIONS:
            self._state.punctuation = mode
        else:
            _log.error("tts_set_punctuations: one of %s", ", ".join(_PUNCTUATIONS))

    def _set_rate(self, words: str) -> None:
        wpm = _number(words, _WPM)
        if wpm is None:
            _log.error("tts_set_speech_rate: a number of words a minute")
        else:
            self._state.wpm = wpm

    def _set_scale(self, command: EmacspeakCommand) -> None:
        scale = _number(command.text, _SCALE)
        if scale is None:
            _log.error("tts_set_character_scale: a number such as 1.2")
        else:
            self._state.scale = scale

    def _set_flags(self, *, capitalize: str | None = None, allcaps: str | None = None) -> None:
        if capitalize is not None:
            self._state.capitalize = capitalize == "1"
        if allcaps is not None:
            self._state.allcaps = allcaps == "1"

    def _set_language(self, command: EmacspeakCommand) -> None:
        if command.text:
            self._change_language(command.text, told="t" in command.arguments[1:])

    def _next_language(self, step: int, command: EmacspeakCommand) -> None:
        languages = list(dict.fromkeys(self._languages()))
        if languages:
            here = self._state.language
            place = languages.index(here) + step if here in languages else 0
            self._change_language(languages[place % len(languages)], told="t" in command.arguments)

    def _change_language(self, language: str, *, told: bool) -> None:
        self._state.language = language
        if told:
            self._speak(language, interrupt=True)


def _prosody(code: str) -> str:
    """Return SSML for a code: on the scales of espeak-ng where it is one of its, else nothing."""
    tags = ""
    for name, digits in _CODE.findall(code):
        share = max(-1.0, min(1.0, (int(digits) - 50) / 50))
        if name == "pitch":
            tags += f'<prosody pitch="{ssip_scales.SEMITONES * share:+.1f}st">'
        elif name == "volume":
            tags += f'<prosody volume="{_LOUDEST_DB * share:+.1f}dB">'
        else:
            tags += f'<prosody {name}="{100 * (1 + share):.0f}%">'
    return tags


def _number(text: str, bounds: tuple[float, float]) -> float | None:
    """Return a number, within its bounds; None where it is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return min(max(value, bounds[0]), bounds[1]) if value == value else None  # noqa: PLR0124 - NaN is not
