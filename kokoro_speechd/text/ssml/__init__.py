# SPDX-License-Identifier: GPL-3.0-or-later
"""SSML as speech-dispatcher sends it → a script."""
