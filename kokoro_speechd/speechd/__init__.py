# SPDX-License-Identifier: GPL-3.0-or-later
"""speech-dispatcher's side: the output-module protocol and the process that speaks it."""
