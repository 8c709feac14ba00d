# SPDX-License-Identifier: GPL-3.0-or-later
"""A model's files: where they lie, what is in them, what was found out about them."""
