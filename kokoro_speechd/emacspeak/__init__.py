# SPDX-License-Identifier: GPL-3.0-or-later
"""A speech server for Emacspeak: its commands on stdin, Kokoro's voice on this machine's sound device."""
