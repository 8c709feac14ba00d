# SPDX-License-Identifier: GPL-3.0-or-later
"""What is named rather than read: characters, keys, symbols, punctuation, capitals."""
