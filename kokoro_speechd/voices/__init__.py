# SPDX-License-Identifier: GPL-3.0-or-later
"""Kokoro's voices: which there are, and which one speaks."""
