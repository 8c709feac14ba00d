# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast this is on this machine, in pairs with upstream's `kokoro` and with espeak-ng's module."""
