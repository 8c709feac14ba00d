# SPDX-License-Identifier: GPL-3.0-or-later
"""Japanese → Kokoro's phonemes."""
