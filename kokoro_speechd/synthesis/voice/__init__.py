# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to a voice: its style vectors, and the statistics of its norms."""
