# SPDX-License-Identifier: GPL-3.0-or-later
"""The D-Bus edge: the control interface with its player, and the provider for Spiel's clients."""

NAME = "io.github.kokoro_speechd"
PATH = "/io/github/kokoro_speechd"
INTERFACE = "io.github.kokoro_speechd.Control1"
ERRORS = "io.github.kokoro_speechd.Error."
SPIEL_NAME = "io.github.kokoro_speechd.Speech.Provider"
SPIEL_PATH = "/io/github/kokoro_speechd/Speech/Provider"
