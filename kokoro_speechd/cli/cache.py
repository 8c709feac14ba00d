# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd cache info`, `clear` and `warm`: the sounds that are kept on the disk."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace

from kokoro_speechd.errors import VoiceError
from kokoro_speechd.rendering.common_sounds import fixed_utterances
from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.rendering.synthesizer import open_synthesizer, sound_folder
from kokoro_speechd.settings import load_settings
from kokoro_speechd.system.messages import _, ngettext
from kokoro_speechd.utterance import Parameters
from kokoro_speechd.voices.mixing import find_voice
from kokoro_speechd.voices.selection import choose


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How the sounds are to be spoken; None: as the settings say, or as the voice does by itself."""

    voice: str | None
    language: str | None
    rate: int | None
    pitch: int | None


def info(*, as_json: bool) -> int:
    """Say what is kept; return the exit code."""
    settings = load_settings()
    store = sound_folder(settings)
    count, size = store.count()
    if as_json:
        facts = {
            "folder": str(store.folder),
            "sounds": count,
            "bytes": size,
            "disk_mb": settings.disk_mb,
            "memory_mb": settings.memory_mb,
            "warm": settings.warm,
        }
        print(json.dumps(facts, indent=2))
        return 0
    text = ngettext(
        "{count} sound of letters, digits, punctuation and keys, {size:.1f} MB, in {folder}",
        "{count} sounds of letters, digits, punctuation and keys, {size:.1f} MB, in {folder}",
        count,
    )
    print(text.format(count=count, size=size / 1e6, folder=store.folder))
    on_disk = _("Limit on the disk: {size} MB") if settings.disk_mb else _("Switched off on the disk.")
    print(on_disk.format(size=settings.disk_mb))
    in_memory = _("In memory: up to {size} MB") if settings.memory_mb else _("Switched off in memory.")
    print(in_memory.format(size=settings.memory_mb))
    print(_("Made while nothing is spoken: yes") if settings.warm else _("Made while nothing is spoken: no"))
    return 0


def clear() -> int:
    """Delete what is kept; return the exit code."""
    count, size = sound_folder(load_settings()).clear()
    text = ngettext("Deleted {count} sound, {size:.1f} MB.", "Deleted {count} sounds, {size:.1f} MB.", count)
    print(text.format(count=count, size=size / 1e6))
    return 0


def warm(voice_settings: VoiceSettings) -> int:
    """Make the sounds of a voice now; return the exit code. Raises KokoroSpeechdError."""
    settings = load_settings()
    for problem in settings.problems:
        print(problem, file=sys.stderr)
    if not settings.disk_mb:
        print(_("Nothing is kept on the disk: disk_mb is 0 below [cache] in config.toml."), file=sys.stderr)
        return 1
    place = locate_model(settings)
    voices = place.voices()
    asked = Parameters(
        rate=voice_settings.rate or 0,
        pitch=voice_settings.pitch or 0,
        language=voice_settings.language,
        voice=voice_settings.voice,
    )
    choice = choose(
        asked, voices, default_voice=settings.default_voice, default_language=settings.default_language
    )
    if voices and (
        choice.voice is None or (voice_settings.voice and find_voice(voice_settings.voice, voices) is None)
    ):
        raise VoiceError(_("there is no such voice here; `kokoro-speechd voices` lists them"))
    synthesizer = open_synthesizer(settings)  # says what to do where there is no model
    if choice.voice is None:
        raise VoiceError(_("there are no voices here; `kokoro-speechd doctor` says what to put where"))
    shape = replace(asked, language=None, voice=None)
    total = len(list(fixed_utterances(choice.language, shape)))
    done = 0
    for _sentence in synthesizer.learn(choice.voice.name, choice.language, lambda: None):
        pass  # what is kept sounds as the voice will
    for done, _sound in enumerate(
        synthesizer.prepare(choice.voice.name, choice.language, shape, lambda: None), 1
    ):
        if done % 20 == 0:
            print(_("{done} of {total}").format(done=done, total=total), file=sys.stderr)
    count, size = sound_folder(settings).count()
    text = ngettext(
        "{done} sound of {voice} is ready; kept in all: {count}, {size:.1f} MB.",
        "{done} sounds of {voice} are ready; kept in all: {count}, {size:.1f} MB.",
        done,
    )
    print(text.format(done=done, voice=choice.voice.name, count=count, size=size / 1e6))
    return 0
