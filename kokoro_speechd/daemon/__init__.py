# SPDX-License-Identifier: GPL-3.0-or-later
"""The resident process: everything that lives as long as it does."""
