# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiles the kernels when a wheel, or an editable installation, is built: hatchling calls this.

Without a compiler everything works, only slower, so then the wheel is one for any processor.
`python -m distribution.compile_kernels` does it alone.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_FOLDER = Path("kokoro_speechd/synthesis/fast")
LIBRARY = _FOLDER / "libkernels.so"
# -O3 vectorizes nothing that is not written as vectors; it puts the sums of a product's tile into registers.
_FLAGS = ("-std=gnu11", "-O3", "-fPIC", "-shared", "-fvisibility=hidden", "-Wno-psabi")


def compile_kernels(root: Path) -> bool:
    """Compile with the flags of `CC`, `CPPFLAGS`, `CFLAGS` and `LDFLAGS`; say whether it was done."""
    own = {name: shlex.split(os.environ.get(name, "")) for name in ("CC", "CPPFLAGS", "CFLAGS", "LDFLAGS")}
    command = [*(own["CC"] or ["cc"]), *own["CPPFLAGS"], *own["CFLAGS"], *_FLAGS, *own["LDFLAGS"]]
    try:
        subprocess.run(
            [*command, "-o", str(LIBRARY), str(_FOLDER / "kernels.c")],
            cwd=root,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        (root / LIBRARY).unlink(missing_ok=True)
        print(f"the kernels cannot be compiled ({error}): going on without them", file=sys.stderr)
        return False
    return True


if TYPE_CHECKING:
    _Hook = BuildHookInterface[Any]
else:  # Debian 12's cannot be subscripted
    _Hook = BuildHookInterface


class KernelsHook(_Hook):
    """See the module."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile into the tree, where an editable installation needs it; a wheel takes it from there."""
        del version
        if compile_kernels(Path(self.root)):
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["artifacts"].append(str(LIBRARY))
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{platform}"  # no Python's own interface is used


if __name__ == "__main__":
    sys.exit(not compile_kernels(Path(__file__).resolve().parent.parent))
