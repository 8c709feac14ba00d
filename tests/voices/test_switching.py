# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from kokoro_speechd.text.script import SpeechAttributes
from kokoro_speechd.voices.catalogue import describe
from kokoro_speechd.voices.selection import Choice
from kokoro_speechd.voices.switching import VoiceSwitching

VOICES = [
    describe(name)
    for name in ("af_heart", "am_michael", "bf_emma", "ff_siwis", "if_sara", "im_nicola", "My voice")
]
SWITCHING = VoiceSwitching(VOICES, "af_heart")
HEART = Choice(VOICES[0], "en-US", "f2")
MICHAEL = Choice(VOICES[1], "en-US")

ROWS = [
    (HEART, SpeechAttributes(), "af_heart", "en-US"),
    (HEART, SpeechAttributes(language="fr"), "ff_siwis", "fr-FR"),
    (HEART, SpeechAttributes(language="fr_CA.UTF-8"), "ff_siwis", "fr-FR"),
    (MICHAEL, SpeechAttributes(language="it"), "im_nicola", "it-IT"),
    (HEART, SpeechAttributes(language="it"), "if_sara", "it-IT"),
    (MICHAEL, SpeechAttributes(language="fr"), "ff_siwis", "fr-FR"),  # there is no man
    # The listener's voice reads its own language, of whatever region.
    (HEART, SpeechAttributes(language="en-GB"), "af_heart", "en-US"),
    (HEART, SpeechAttributes(language="en"), "af_heart", "en-US"),
    # But a voice that is asked for is another matter.
    (HEART, SpeechAttributes(language="en-GB", voice_type="female1"), "af_heart", "en-US"),
    (HEART, SpeechAttributes(voice_type="male1"), "am_michael", "en-US"),
    (HEART, SpeechAttributes(voice="bf_emma"), "bf_emma", "en-GB"),
    (HEART, SpeechAttributes(voice="nobody BF_EMMA"), "bf_emma", "en-GB"),
    (HEART, SpeechAttributes(voice="my  Voice"), "My voice", "en-US"),
    (HEART, SpeechAttributes(voice="nobody"), "af_heart", "en-US"),
    # Languages that Kokoro has no voice for here.
    (HEART, SpeechAttributes(language="de-AT"), None, "de-AT"),
    (HEART, SpeechAttributes(language="ja"), None, "ja"),
    (HEART, SpeechAttributes(language="xx"), "af_heart", "en-US"),
    (HEART, SpeechAttributes(language="!"), "af_heart", "en-US"),
]


@pytest.mark.parametrize(("own", "attributes", "voice", "language"), ROWS)
def test_casting(own, attributes, voice, language):
    choice = SWITCHING.choose(attributes, own)
    assert (choice.voice and choice.voice.name, choice.language) == (voice, language)


def test_espeak_stands_in_with_a_voice_of_the_same_gender():
    assert SWITCHING.choose(SpeechAttributes(language="de"), HEART).espeak_variant == "f2"
    assert SWITCHING.choose(SpeechAttributes(language="de"), MICHAEL).espeak_variant is None
    assert SWITCHING.choose(SpeechAttributes(language="de", voice_type="male2"), HEART).espeak_variant == "m3"
