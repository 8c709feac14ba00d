# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd doctor`: what is found where, what is missing, what to do. What is missing comes first."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from kokoro_speechd.cli.doctor import checks, checks_server, checks_session
from kokoro_speechd.cli.doctor.checks import Finding, State
from kokoro_speechd.errors import KokoroSpeechdError, sentence_of
from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SIGNS = {State.OK: "[ok]", State.MISSING: "[MISSING]", State.OPTIONAL: "[optional]"}
_ORDER = (State.MISSING, State.OPTIONAL, State.OK)


def report(*, as_json: bool, load: bool, for_bug: bool = False) -> int:
    """Print all findings, those first that need something; return 1 when speech needs it.

    `for_bug`: as a text for a bug report, without private data.
    """
    findings = list(examine(load=load))
    missing = [finding for finding in findings if finding.state is State.MISSING]
    if for_bug:
        from kokoro_speechd.cli.doctor.bug_report import bug_report

        print(bug_report(text_of(findings)), end="")
    elif as_json:
        rows = [
            {"subject": found.subject, "state": found.state, "detail": found.detail, "advice": found.advice}
            for found in findings
        ]
        print(json.dumps({"ok": not missing, "findings": rows}, indent=2))
    else:
        print(text_of(findings), end="")
    return 1 if missing else 0


def text_of(findings: Sequence[Finding]) -> str:
    """Return the findings as a text: a summary, what is missing, what could be better, what is well."""
    missing = [finding for finding in findings if finding.state is State.MISSING]
    names = ", ".join(dict.fromkeys(found.subject for found in missing))
    lines = [f"{len(missing)} missing: {names}." if missing else "Everything that speech needs is here.", ""]
    for state in _ORDER:
        for finding in findings:
            if finding.state is state:
                lines.append(f"{_SIGNS[state]:10} {finding.subject}: {finding.detail}")
                lines += [textwrap.indent(finding.advice, " " * 11)] if finding.advice else []
    return "\n".join(lines) + "\n"


def examine(*, load: bool) -> Iterator[Finding]:
    """Yield what is found, the most basic things first."""
    settings = load_settings()
    yield checks.python()
    yield from checks.libraries()
    yield from checks.arithmetic()
    yield from checks_session.folders()
    yield checks_server.sound_device()
    yield checks_server.speech_dispatcher()
    yield from checks_server.server_configuration()
    yield checks_server.output_module()
    yield checks.espeak()
    yield checks.stretch()
    yield from checks.settings_findings(settings)
    yield from checks.pronunciations()
    place = locate_model(settings)
    yield from checks.model(place)
    voices = place.voices()
    yield from checks.voices_findings(voices, settings.default_voice)
    yield from checks.mixes(settings, place)
    if load and place.files is not None:
        yield _load()
    yield from checks.languages(voices, settings)
    yield from checks.english_tagger(settings)
    yield checks.speed(place)
    yield checks_session.runtime()
    yield checks_session.daemon()
    yield checks_session.bus()
    yield checks_session.systemd()
    yield from checks_session.recording()


def _load() -> Finding:
    from kokoro_speechd.rendering.synthesizer import open_synthesizer

    try:
        open_synthesizer()
    except (KokoroSpeechdError, ImportError, MemoryError) as error:
        return Finding(
            "Loading", State.MISSING, sentence_of(error), "Fetch the file again, or free some memory."
        )
    return Finding("Loading", State.OK, "the model can be used")
