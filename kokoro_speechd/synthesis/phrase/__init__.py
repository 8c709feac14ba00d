# SPDX-License-Identifier: GPL-3.0-or-later
"""A phrase before it sounds: its prosody, edits of it, and the windows it is rendered in."""
