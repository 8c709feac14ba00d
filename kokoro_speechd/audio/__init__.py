# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound: gain, WAV files, the sound device."""
