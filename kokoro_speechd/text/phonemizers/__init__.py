# SPDX-License-Identifier: GPL-3.0-or-later
"""A script's text of one language → Kokoro's phonemes, each with its place."""
