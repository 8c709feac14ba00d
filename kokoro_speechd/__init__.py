# SPDX-License-Identifier: GPL-3.0-or-later
"""Speak with Kokoro-82M through speech-dispatcher, offline."""

__version__ = "0.1.0"
