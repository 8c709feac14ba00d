# SPDX-License-Identifier: GPL-3.0-or-later
"""Kokoro's forward pass written for CPUs."""
