# SPDX-License-Identifier: GPL-3.0-or-later
"""The D-Bus edge: the control interface on the session bus, and the player for what is spoken through it."""
