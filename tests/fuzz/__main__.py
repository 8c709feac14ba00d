# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m tests.fuzz MINUTES [TARGET ...]`: fuzzes each target for its share of the time.

With atheris (`pip install atheris`) inputs are grown by what code they reach; without it they are mutated
blindly. What breaks a target lies in `.fuzz/found/`; what grew, in `.fuzz/TARGET/`, where the next run goes
on.
"""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz.mutating import CORPUS, corpus, mutations

_PLACE = Path(".fuzz")
_LONGEST_INPUT = 4096
_HANG = 20  # seconds for one input
_MEMORY = 2000  # MB


def _guided(target: str, seconds: int) -> None:
    """Fuzz with atheris; ends the process."""
    import atheris

    with atheris.instrument_imports(include=["kokoro_speechd"]):
        from tests.fuzz.targets import TARGETS, WORDS
    words = _PLACE / f"{target}.dict"
    words.write_text(
        "".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in WORDS[target])
    )
    grown = _PLACE / target
    grown.mkdir(exist_ok=True)
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={_LONGEST_INPUT}",
        f"-timeout={_HANG}",
        f"-rss_limit_mb={_MEMORY}",
        f"-artifact_prefix={_PLACE}/found/{target}-",
        f"-dict={words}",
        "-verbosity=0",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(grown), str(CORPUS / target)], TARGETS[target])
    atheris.Fuzz()


def _blind(target: str, seconds: int) -> None:
    from tests.fuzz.targets import TARGETS, WORDS

    end, tried = time.monotonic() + seconds, 0
    for data in mutations(corpus(target), WORDS[target], seed=time.time_ns()):
        if time.monotonic() > end:
            break
        tried += 1
        try:
            TARGETS[target](data)
        except Exception:
            (_PLACE / "found" / f"{target}-{hash(data):x}").write_bytes(data)
            raise
    print(f"{tried} inputs")


def main() -> int:
    """Fuzz the targets one after another; return how many were broken."""
    if sys.argv[1:2] == ["--one"]:
        target, seconds = sys.argv[2], int(sys.argv[3])
        (_guided if find_spec("atheris") else _blind)(target, seconds)
        return 0
    from tests.fuzz.targets import TARGETS

    minutes, chosen = float(sys.argv[1]), sys.argv[2:] or list(TARGETS)
    (_PLACE / "found").mkdir(parents=True, exist_ok=True)
    how = "atheris" if find_spec("atheris") else "blind mutations; `pip install atheris` finds more"
    print(f"fuzz: {minutes:g} minutes, {', '.join(chosen)} ({how})", flush=True)
    broken = 0
    for target in chosen:
        seconds = max(1, round(minutes * 60 / len(chosen)))
        print(f"fuzz: {target}, {seconds} s", flush=True)
        ran = subprocess.run([sys.executable, "-m", "tests.fuzz", "--one", target, str(seconds)], check=False)
        broken += ran.returncode != 0
    print(
        f"fuzz: {broken} of {len(chosen)} targets were broken" + (f", see {_PLACE}/found" if broken else "")
    )
    return broken


if __name__ == "__main__":
    sys.exit(main())
