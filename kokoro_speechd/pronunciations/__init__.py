# SPDX-License-Identifier: GPL-3.0-or-later
"""How the user wants words to be read: the files, what is in them, and who asks."""
