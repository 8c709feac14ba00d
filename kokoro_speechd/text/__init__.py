# SPDX-License-Identifier: GPL-3.0-or-later
"""Text and SSML to phonemes, each with its place in the text."""
