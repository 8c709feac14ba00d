# SPDX-License-Identifier: GPL-3.0-or-later
"""What the figures were measured on."""

from __future__ import annotations

import contextlib
import os
import platform
from pathlib import Path

# What the kernel calls the vector instructions that products may use.
_VECTORS = frozenset(
    [
        "sse4_2",
        "avx",
        "avx2",
        "fma",
        "avx_vnni",
        "avx512f",
        "avx512_vnni",
        "avx512_bf16",
        "avx512_fp16",
        "amx_tile",
        "amx_int8",
        "amx_bf16",
        "asimd",
        "asimdhp",
        "bf16",
        "sve",
        "sve2",
    ]
)


def describe() -> dict[str, str | int | float]:
    """Return the machine's facts."""
    import torch

    from kokoro_speechd.synthesis.fast.choice import fastest, seconds
    from kokoro_speechd.synthesis.fast.products import usable_kernels

    took, kernels = seconds(), usable_kernels()
    return {
        "processor": _of_processor("model name") or platform.machine(),
        "vendor": _of_processor("vendor_id"),
        "instructions": " ".join(sorted(_VECTORS & set(_of_processor("flags").split()))),
        "cores": os.cpu_count() or 0,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "load_before": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "vectors": torch.backends.cpu.get_cpu_capability(),
        "kernels": kernels.kind if kernels is not None else "not there",
        "products": fastest(took),
        **{f"product_us_{name}": round(1e6 * each) for name, each in took.items()},
        "ONEDNN_MAX_CPU_ISA": os.environ.get("ONEDNN_MAX_CPU_ISA", "not set"),
    }


def _of_processor(field: str) -> str:
    """Return what the kernel says of the first processor, "" where it does not."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == field:
                return value.strip()
    return ""
