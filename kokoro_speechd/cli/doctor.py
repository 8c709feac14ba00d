# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd doctor`: what is found where, what is missing, what to do."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from kokoro_speechd.cli import checks
from kokoro_speechd.cli.checks import Finding, State
from kokoro_speechd.errors import KokoroSpeechdError
from kokoro_speechd.model_place import locate_model
from kokoro_speechd.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNS = {State.OK: "[ok]", State.MISSING: "[MISSING]", State.OPTIONAL: "[optional]"}


def report(*, as_json: bool, load: bool) -> int:
    """Print all findings; return 1 when something that speech needs is missing."""
    findings = []
    for finding in examine(load=load):
        findings.append(finding)
        if not as_json:
            _print(finding)
    missing = [finding for finding in findings if finding.state is State.MISSING]
    if as_json:
        rows = [
            {"subject": found.subject, "state": found.state, "detail": found.detail, "advice": found.advice}
            for found in findings
        ]
        print(json.dumps({"ok": not missing, "findings": rows}, indent=2))
    elif missing:
        print(f"\n{len(missing)} missing: {', '.join(dict.fromkeys(found.subject for found in missing))}.")
    else:
        print("\nEverything that speech needs is here.")
    return 1 if missing else 0


def examine(*, load: bool) -> Iterator[Finding]:
    """Yield what is found, the most basic things first."""
    settings = load_settings()
    yield checks.python()
    yield checks.libraries()
    yield from checks.settings_findings(settings)
    yield from checks.pronunciations()
    place = locate_model(settings)
    yield from checks.model(place)
    voices = place.voices()
    yield from checks.voices_findings(voices, settings.default_voice)
    yield from checks.mixes(settings, place)
    if load and place.files is not None:
        yield _load()
    yield from checks.languages(voices)
    yield checks.espeak()
    yield checks.stretch()
    yield checks.sound_device()
    yield checks.speech_dispatcher()
    yield checks.output_module()


def _load() -> Finding:
    from kokoro_speechd.studio import open_studio

    try:
        open_studio()
    except (KokoroSpeechdError, ImportError, MemoryError) as error:
        return Finding("Loading", State.MISSING, str(error), "Fetch the file again, or free some memory.")
    return Finding("Loading", State.OK, "the model can be used")


def _print(finding: Finding) -> None:
    print(f"{_SIGNS[finding.state]:10} {finding.subject}: {finding.detail}")
    if finding.advice:
        print(textwrap.indent(finding.advice, " " * 11))
