# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop as `setup` and `doctor` see it: speech-dispatcher, systemd, this installation's files."""
