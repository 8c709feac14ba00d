# SPDX-License-Identifier: GPL-3.0-or-later
"""What `setup` put on the disk, written down before it is put there, so that it can be taken back exactly.

    $XDG_STATE_HOME/kokoro-speechd/setup.json       each path, what was put there, what was there before
    $XDG_STATE_HOME/kokoro-speechd/setup-backup/    what was there before

A file that its user changed since is the user's: it is left alone, and named.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import stat
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from kokoro_speechd.errors import SetupError

_NAME = "setup.json"
_NEW = f".{_NAME}.new"
_BACKUPS = "setup-backup"
_FOLDER = "folder"
_PAST = {
    "write": "Wrote", "link": "Linked", "make": "Made", "remove": "Removed", "restore": "Restored"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class UndoEntry:
    """One path: what we put there, and the name of the backup of what was there before."""

    path: str
    put: str
    backup: str | None = None


class UndoLog:
    """What was put where. With `dry_run` it only says what it would do."""

    def __init__(self, folder: Path, tell: Callable[[str], None], *, dry_run: bool) -> None:
        """Read what an earlier run wrote down. Raises SetupError when that cannot be understood."""
        self._folder, self._tell, self._dry_run = folder, tell, dry_run
        self._entries: dict[str, UndoEntry] = {}
        self._promised: set[Path] = set()  # folders that were told of already
        try:
            rows = json.loads((folder / _NAME).read_text(encoding="utf-8"))["entries"]
            self._entries = {row["path"]: UndoEntry(**row) for row in rows}
        except (FileNotFoundError, NotADirectoryError):
            pass
        except (ValueError, KeyError, TypeError) as error:
            raise SetupError(f"{folder / _NAME} is damaged; move it away") from error

    def __bool__(self) -> bool:
        """Whether anything was put anywhere."""
        return bool(self._entries)

    def has(self, path: Path) -> bool:
        """Say whether this path is written down here."""
        return str(path) in self._entries

    # --- putting -------------------------------------------------------------------------------------

    def folder(self, path: Path) -> None:
        """Make a folder and those above it, where they are missing. Raises OSError."""
        if path.is_dir() or path in self._promised:
            return
        self.folder(path.parent)
        self._say("make", f"the folder {path}")
        self._promised.add(path)
        if not self._dry_run:
            self._note(UndoEntry(str(path), _FOLDER))
            path.mkdir(mode=0o700, exist_ok=True)  # noting it may have made it

    def file(self, path: Path, text: str) -> None:
        """Write a file, unless it is there already or is its user's. Raises OSError."""
        data = text.encode("utf-8", "surrogateescape")
        self._put(path, f"file {hashlib.sha256(data).hexdigest()}", "write", str(path), data)

    def link(self, path: Path, target: str) -> None:
        """Make a symbolic link, unless it is there already or is its user's. Raises OSError."""
        self._put(path, f"link {target}", "link", f"{path} to {target}", None)

    def _put(self, path: Path, put: str, verb: str, what: str, data: bytes | None) -> None:
        found, entry = _content(path), self._entries.get(str(path))
        if found == put:
            self._tell(f"Already there: {path}")
            return
        if entry is not None and found not in (None, entry.put) and self._is_replaced(entry):
            self._tell(f"Left alone, because you changed it: {path}")
            return
        self.folder(path.parent)
        entry = (
            replace(entry, put=put) if entry else UndoEntry(str(path), put, self._backup_name(path, found))
        )
        kept = f"; what was there is kept in {self._folder / _BACKUPS / entry.backup}" if entry.backup else ""
        self._say(verb, what + kept)
        if self._dry_run:
            return
        self._note(entry)
        if found is not None and not self._take_away(path, entry):
            path.unlink()
        if data is None:
            path.symlink_to(put.removeprefix("link "))
        else:
            path.write_bytes(data)
            path.chmod(0o644)

    def _backup_name(self, path: Path, found: str | None) -> str | None:
        if found is None:
            return None
        if found in (_FOLDER, "other"):
            raise SetupError(f"{path} is in the way: it is neither a file nor a link")
        taken = {entry.backup for entry in self._entries.values()}
        return next(name for number in range(10_000) if (name := f"{number}-{path.name}") not in taken)

    def _take_away(self, path: Path, entry: UndoEntry) -> bool:
        """Move what is at a path into its backup, once; say whether it was moved."""
        if entry.backup is None:
            return False
        if self._is_replaced(entry):
            return False
        backup = self._folder / _BACKUPS / entry.backup
        backup.parent.mkdir(mode=0o700, exist_ok=True)
        _move(path, backup)
        return True

    def _is_replaced(self, entry: UndoEntry) -> bool:
        """Say whether what was there before is out of the way: a run may have ended just before that."""
        return entry.backup is None or _content(self._folder / _BACKUPS / entry.backup) is not None

    def _note(self, entry: UndoEntry) -> None:
        """Write an entry down. The undo log's own folder is the first that it makes."""
        self._entries[entry.path] = entry
        missing = [above for above in (self._folder, *self._folder.parents) if not above.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700)
            self._entries.setdefault(str(folder), UndoEntry(str(folder), _FOLDER))
        self._save()

    def _save(self) -> None:
        rows = [asdict(entry) for entry in self._entries.values()]
        temporary = self._folder / _NEW
        temporary.write_text(json.dumps({"version": 1, "entries": rows}, indent=1), encoding="utf-8")
        temporary.replace(self._folder / _NAME)

    # --- taking back ---------------------------------------------------------------------------------

    def take_back(self) -> None:
        """Restore what was there before, and forget it. Folders that are not empty stay. Raises OSError."""
        folders = [Path(entry.path) for entry in self._entries.values() if entry.put == _FOLDER]
        files = [entry for entry in self._entries.values() if entry.put != _FOLDER]
        for entry in reversed(files):
            self._restore(entry)
            if not self._dry_run:
                del self._entries[entry.path]
                self._save()
        if self._dry_run:
            for folder in reversed(folders):
                self._say("remove", f"the folder {folder}, if it is empty")
            return
        with contextlib.suppress(OSError):  # it holds what belongs to a file that was left alone
            (self._folder / _BACKUPS).rmdir()
        for name in (_NAME, _NEW):
            (self._folder / name).unlink(missing_ok=True)
        # The deepest first: the undo log notes its own folders late, though others may lie beside them.
        for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
            self._remove_folder(folder)
        self._entries.clear()

    def _remove_folder(self, folder: Path) -> None:
        try:
            folder.rmdir()
            self._say("remove", f"the folder {folder}")
        except FileNotFoundError:
            pass
        except OSError:
            self._tell(f"Left, because it is not empty: {folder}")

    def _restore(self, entry: UndoEntry) -> None:
        path, backup = Path(entry.path), self._folder / _BACKUPS / (entry.backup or "")
        saved = entry.backup is not None and self._is_replaced(entry)
        found = _content(path)
        if found not in (None, entry.put):
            kept = f" What was there before it is kept: {backup}" if saved else ""
            if self._is_replaced(entry):
                self._tell(f"Left alone, because you changed it: {path}.{kept}")
            return
        if found is not None:
            self._say("remove", str(path))
            if not self._dry_run:
                path.unlink()
        if saved:
            self._say("restore", str(path))
            if not self._dry_run:
                path.parent.mkdir(parents=True, exist_ok=True)
                _move(backup, path)

    def made(self, folder: Path) -> bool:
        """Say whether this folder was not there before the first run."""
        return self._entries.get(str(folder)) == UndoEntry(str(folder), _FOLDER)

    def note_made(self, folder: Path) -> None:
        """Write down a folder that others will make when the programs run: it is removed in the end."""
        if not folder.exists() and not self._dry_run:
            self.note_made(folder.parent)
            self._note(UndoEntry(str(folder), _FOLDER))

    def _say(self, verb: str, what: str) -> None:
        self._tell(f"Would {verb} {what}" if self._dry_run else f"{_PAST[verb]} {what}")


def _content(path: Path) -> str | None:
    """Return what is at a path: a file by its hash, a link by its target; None where nothing is."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISLNK(mode):
        return f"link {path.readlink()}"
    if stat.S_ISREG(mode):
        return f"file {hashlib.sha256(path.read_bytes()).hexdigest()}"
    return _FOLDER if stat.S_ISDIR(mode) else "other"


def _move(source: Path, target: Path) -> None:
    """Move a file or a link with its mode and times, to another file system too."""
    shutil.move(source, target)
