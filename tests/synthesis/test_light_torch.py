# SPDX-License-Identifier: GPL-3.0-or-later
"""torch imported without what is not needed computes the same, and the rest of it can still be had."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from kokoro_speechd.synthesis import light_torch
if {unknown}:
    light_torch._LOOKED_AT = ("0.0.",)
light_torch.import_torch()
import torch
before = light_torch._UNNEEDED in sys.modules
torch.manual_seed(1)
layer = torch.nn.Conv1d(3, 5, 3)
print(before, float(layer(torch.ones(1, 3, 9)).sum()))
import torch._meta_registrations as real
print(hasattr(real, "meta_conv"), torch.ones(2, device="meta").add(1).shape)
"""


def run(*, unknown: bool) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE.format(unknown=unknown)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return ran.stdout.splitlines()


def test_it_computes_the_same_and_the_rest_comes_when_asked_for() -> None:
    light, whole = run(unknown=False), run(unknown=True)
    assert light[0].split()[0] == "False"  # not even a stand-in is left
    assert whole[0].split()[0] == "True"  # a release that nobody looked at is imported as it is
    assert light[0].split()[1] == whole[0].split()[1]
    assert light[1] == whole[1]
