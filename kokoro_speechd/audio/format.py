# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of Kokoro's sound wherever it goes: mono, one sample after the other. Standard library only."""

SAMPLE_RATE = 24_000
