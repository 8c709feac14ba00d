# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose utterance is rendered next, and when the model is in memory."""
