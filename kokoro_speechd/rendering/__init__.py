# SPDX-License-Identifier: GPL-3.0-or-later
"""An utterance → sound with its marks, in Kokoro's voice or espeak-ng's."""
