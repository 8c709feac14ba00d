# SPDX-License-Identifier: GPL-3.0-or-later
"""Which language a text is in, where nobody says so or somebody is wrong."""
