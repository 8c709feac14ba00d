# SPDX-License-Identifier: GPL-3.0-or-later
"""Kokoro's phonemes, whatever language they are of: the symbols, their places, those that the user gave."""
