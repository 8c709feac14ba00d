# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands share at the terminal: questions, progress, translated help, the daemon as they see it."""
