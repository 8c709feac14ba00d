# SPDX-License-Identifier: GPL-3.0-or-later
"""Between the module at the pipe and the daemon: where they meet, and what they say to each other."""
