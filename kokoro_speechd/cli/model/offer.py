# SPDX-License-Identifier: GPL-3.0-or-later
"""What `setup` says of the model: that there is none, where one lies already, what to do next."""

from __future__ import annotations

import contextlib
import re
import shlex
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from kokoro_speechd.cli.terminal.questions import agreed
from kokoro_speechd.errors import KokoroSpeechdError
from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.synthesis.files.calibration_result import load_calibration
from kokoro_speechd.synthesis.files.model_files import ModelFiles, find_model, hub_cache_folder
from kokoro_speechd.system import paths
from kokoro_speechd.system.messages import _

_DEEP = 2  # levels of folders below the user's downloads
_MOST = 1000  # of these folders: some keep everything there


def offer() -> None:
    """Say how the model is; where there is none, offer to import one that lies on this disk. Never raises."""
    if (files := locate_model().files) is None:
        files = _import_found()
    if files is None:
        text = _(
            "Until there is a model, espeak-ng speaks. `kokoro-speechd model download` fetches it (330 MB), "
            "`kokoro-speechd model import PATH` takes one that you have."
        )
        print(text)
    elif load_calibration(files.weights) is None:
        print(_("`kokoro-speechd model check` measures how the model is best run on this machine."))


def _import_found() -> ModelFiles | None:
    """Offer the first model that lies around; return the model that there is then."""
    found = next(lying_around(), None)
    if found is None:
        return None
    folder = found.weights.parent
    print(_("A model that nothing uses yet lies in {folder}.").format(folder=folder))
    if not sys.stdin.isatty():
        command = f"kokoro-speechd model import {shlex.quote(str(folder))}"
        print(_("This takes it:"), command, sep="\n  ")
        return None
    size = round(found.weights.stat().st_size / 1e6)
    if not agreed(_("Import it now? {size} MB are copied.").format(size=size), yes=False):
        return None
    from kokoro_speechd.cli.model.importing import import_model

    try:
        import_model(folder)
    except (KokoroSpeechdError, OSError) as error:
        print(_("It was not imported: {reason}").format(reason=error))
    return locate_model().files


def lying_around() -> Iterator[ModelFiles]:
    """Yield usable models among the user's downloads and in caches of Hugging Face."""
    usual = Path.home() / ".cache/huggingface/hub"
    for cache in dict.fromkeys((hub_cache_folder(), usual)):
        if (files := find_model(hub_cache=cache).files) is not None:
            yield files
    for folder in islice(_folders(downloads(), _DEEP), _MOST):
        if (files := find_model(folder).files) is not None:
            yield files


def downloads() -> Path:
    """Return where the user's browser puts files, by the rules of xdg-user-dirs."""
    with contextlib.suppress(OSError):
        text = (paths.config_home() / "user-dirs.dirs").read_text(encoding="utf-8", errors="replace")
        if found := re.search(r'^XDG_DOWNLOAD_DIR="(\$HOME/|/)([^"]*)"', text, re.MULTILINE):
            return (Path("/") if found[1] == "/" else Path.home()) / found[2]
    return Path.home() / "Downloads"


def _folders(folder: Path, deep: int) -> Iterator[Path]:
    """Yield a folder and those in it, nothing hidden and no links."""
    yield folder
    if deep:
        with contextlib.suppress(OSError):
            for inside in sorted(folder.iterdir()):
                if inside.is_dir() and not inside.is_symlink() and not inside.name.startswith("."):
                    yield from _folders(inside, deep - 1)
