# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from kokoro_speechd.text.script import Manner
from kokoro_speechd.voices.catalogue import describe
from kokoro_speechd.voices.selection import Choice
from kokoro_speechd.voices.switching import Casting

VOICES = [
    describe(name)
    for name in ("af_heart", "am_michael", "bf_emma", "ff_siwis", "if_sara", "im_nicola", "My voice")
]
CASTING = Casting(VOICES, "af_heart")
HEART = Choice(VOICES[0], "en-US", "f2")
MICHAEL = Choice(VOICES[1], "en-US")

ROWS = [
    (HEART, Manner(), "af_heart", "en-US"),
    (HEART, Manner(language="fr"), "ff_siwis", "fr-FR"),
    (HEART, Manner(language="fr_CA.UTF-8"), "ff_siwis", "fr-FR"),
    (MICHAEL, Manner(language="it"), "im_nicola", "it-IT"),
    (HEART, Manner(language="it"), "if_sara", "it-IT"),
    (MICHAEL, Manner(language="fr"), "ff_siwis", "fr-FR"),  # there is no man
    # The listener's voice reads its own language, of whatever region.
    (HEART, Manner(language="en-GB"), "af_heart", "en-US"),
    (HEART, Manner(language="en"), "af_heart", "en-US"),
    # But a voice that is asked for is another matter.
    (HEART, Manner(language="en-GB", voice_type="female1"), "af_heart", "en-US"),
    (HEART, Manner(voice_type="male1"), "am_michael", "en-US"),
    (HEART, Manner(voice="bf_emma"), "bf_emma", "en-GB"),
    (HEART, Manner(voice="nobody BF_EMMA"), "bf_emma", "en-GB"),
    (HEART, Manner(voice="my  Voice"), "My voice", "en-US"),
    (HEART, Manner(voice="nobody"), "af_heart", "en-US"),
    # Languages that Kokoro has no voice for here.
    (HEART, Manner(language="de-AT"), None, "de-AT"),
    (HEART, Manner(language="ja"), None, "ja"),
    (HEART, Manner(language="xx"), "af_heart", "en-US"),
    (HEART, Manner(language="!"), "af_heart", "en-US"),
]


@pytest.mark.parametrize(("own", "manner", "voice", "language"), ROWS)
def test_casting(own, manner, voice, language):
    choice = CASTING.choose(manner, own)
    assert (choice.voice and choice.voice.name, choice.language) == (voice, language)


def test_espeak_stands_in_with_a_voice_of_the_same_gender():
    assert CASTING.choose(Manner(language="de"), HEART).espeak_variant == "f2"
    assert CASTING.choose(Manner(language="de"), MICHAEL).espeak_variant is None
    assert CASTING.choose(Manner(language="de", voice_type="male2"), HEART).espeak_variant == "m3"
