# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd model list` and `remove`."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

from kokoro_speechd.cli.model.importing import hashes_of, model_folder, staging_folder
from kokoro_speechd.cli.model.published_files import is_published
from kokoro_speechd.cli.terminal.questions import agreed
from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.settings import load_settings
from kokoro_speechd.synthesis.conversion.origin import DOWNLOAD, origin_of
from kokoro_speechd.synthesis.files.model_files import WEIGHTS_NAME, find_model, hub_cache_folder
from kokoro_speechd.system import paths
from kokoro_speechd.system.messages import _, ngettext
from kokoro_speechd.voices.catalogue import discover

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def list_models(*, as_json: bool) -> int:
    """Print every model on this machine, and which is used; return 1 where there is none."""
    found = list(_models())
    if as_json:
        print(json.dumps(found, indent=2))
    else:
        for row in found:
            print(_("{path} (used)").format(path=row["path"]) if row["used"] else row["path"])
            text = ngettext(
                "{size} MB, {count} voice, {origin}", "{size} MB, {count} voices, {origin}", row["voices"]
            )
            print("    " + text.format(size=row["megabytes"], count=row["voices"], origin=row["origin"]))
            if row["better"]:
                print("    " + _("better: {what} (`{command}`)").format(what=row["better"], command=DOWNLOAD))
        if not found:
            print(
                _("There is no model here: `kokoro-speechd model import PATH` brings one."), file=sys.stderr
            )
    return 0 if found else 1


def _models() -> Iterator[dict[str, Any]]:
    settings = load_settings()
    used = locate_model(settings).files
    places = [settings.model_path] if settings.model_path else []
    places += [folder / "model" for folder in paths.data_folders()]
    places += sorted(hub_cache_folder().glob("models--hexgrad--Kokoro-82M*/snapshots/*"))
    for place in places:
        files = find_model(place).files
        if files is None:
            continue
        folder = files.weights.parent
        digest = hashes_of(folder).get(WEIGHTS_NAME, "")
        converted = origin_of(folder)
        if is_published(WEIGHTS_NAME, digest):
            origin = "published by hexgrad"
        elif converted is not None:
            origin = f"converted from {converted.file} ({converted.title})"
        else:
            origin = "of unknown origin" if digest else "not imported by this program"
        yield {
            "path": str(files.weights),
            "used": used is not None and used.weights == files.weights,
            "megabytes": round(files.weights.stat().st_size / 1e6),
            "voices": len(discover(files.voices)),
            "origin": origin,
            "sha256": digest,
            "kind": converted.kind if converted is not None else "",
            "better": converted.better if converted is not None else "",
        }


def remove(*, yes: bool) -> int:
    """Remove this user's own model after a question; return the exit code. Raises OSError."""
    own = [model_folder(), staging_folder(), model_folder().with_name("model.download")]
    there = [folder for folder in own if folder.is_symlink() or folder.exists()]
    if not there:
        print(_("There is no model in {folder}.").format(folder=model_folder()), file=sys.stderr)
        return 1
    for folder in there:
        link = folder.is_symlink()
        question = _("Remove the link {folder}?") if link else _("Remove {size} MB in {folder}?")
        size = 0 if link else _megabytes(folder)
        if not agreed(question.format(folder=folder, size=size), yes=yes):
            print(_("Nothing was removed."))
            return 1
        if folder.is_symlink():
            folder.unlink()  # what it leads to is not ours
        else:
            shutil.rmtree(folder)
        print(_("Removed {folder}").format(folder=folder))
    return 0


def _megabytes(folder: Path) -> int:
    return round(sum(path.lstat().st_size for path in folder.rglob("*")) / 1e6)
