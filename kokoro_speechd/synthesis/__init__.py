# SPDX-License-Identifier: GPL-3.0-or-later
"""Kokoro's model: files, forward pass, sound of a phrase."""
