# SPDX-License-Identifier: GPL-3.0-or-later
"""English → Kokoro's phonemes."""
