# SPDX-License-Identifier: GPL-3.0-or-later
"""The languages that Kokoro speaks: one file for each, and the one place where they are registered."""
