# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine and its user: XDG folders, private files, memory, systemd, the language of the session."""
