# SPDX-License-Identifier: GPL-3.0-or-later
"""English: pronunciations that are judged by hand, and what must hold for any text."""

import re
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kokoro_speechd.text.phonemes.kokoro_symbols import SYMBOLS, is_silent, keep_known
from kokoro_speechd.text.phonemizers.english.phonemizer import EnglishPhonemizer
from kokoro_speechd.text.phonemizers.english.unknown import english_symbols, unknown_text
from kokoro_speechd.text.script import Phonemes


@pytest.fixture(scope="module")
def american():
    return EnglishPhonemizer(british=False)


@pytest.fixture(scope="module")
def british():
    return EnglishPhonemizer(british=True)


AMERICAN = [
    ("Hello, world!", "həlˈO, wˈɜɹld!"),
    ("Wait... what?! Yes; no: (really) “so”…", "wˈAt... wˌʌt?! jˈɛs; nˈO: (ɹˈiᵊli) “sˌO”…"),
    ("this—that", "ðˈɪs—ðæt"),
    ("this - that", "ðˈɪs — ðæt"),
    ("well-known", "wˌɛlnˈOn"),
    ("paren(e right paren)", "pˈɛɹɛn(ˈi ɹˈIt pˈɛɹɛn)"),
    # Single letters are named, also the article and the pronoun; so is the letter at the end of a sentence.
    ("a", "ˈA"),
    ("t", "tˈi"),
    ("Z", "zˈi"),
    ("I", "ˈI"),
    (" w ", "dˈʌbᵊlju"),
    ("vitamin a", "vˈITəmən ˈA"),
    ("a car", "ɐ kˈɑɹ"),
    # Articles and "to" by the next sound.
    ("the end of the car", "ði ˈɛnd ʌv ðə kˈɑɹ"),
    ("to eat, to go", "tʊ ˈit, tə ɡˌO"),
    # Numbers.
    ("7", "sˈɛvən"),
    ("1,234", "wˈʌn θˈWzᵊnd tˈu hˈʌndɹəd θˈɜɹTi fˈɔɹ"),
    ("3.14", "θɹˈi pYnt wˈʌn fˈɔɹ"),
    ("-5", "mˈInəs fˈIv"),
    ("1999", "nˌIntˈin nˈIndi nˈIn"),
    ("1990s", "nˌIntˈin nˈIndiz"),
    ("21st", "twˈɛnti fˈɜɹst"),
    ("50%", "fˈɪfti pəɹsˈɛnt"),
    ("10 am", "tˈɛn ˌAˈɛm"),
    ("I am", "ˌI æm"),
    # Currency.
    ("$3.50", "θɹˈi dˈɑləɹz ænd fˈɪfti sˈɛnts"),
    ("$1", "wˈʌn dˈɑləɹ"),
    ("£5.99", "fˈIv pˈWndz ænd nˈIndi nˈIn pˈɛns"),
    ("€20", "twˈɛnti jˈʊɹOz"),
    # Contractions and possessives.
    ("don’t don't", "dˈOnt dˈOnt"),
    ("I'd we've they'll", "ˌId wiv ðAl"),
    ("dogs' tails", "dˈɔɡz tˈAlz"),
    ("NASA's", "nˈæsəz"),
    ("'Tis", "tˈɪz"),
    # Abbreviations; a full stop that ends a sentence is a pause.
    ("Dr. Smith", "dˈɑktəɹ smˈɪθ"),
    ("St. Paul, Main St.", "sˈAnt pˈɔl, mˈAn stɹˈit"),
    ("No. It's no. 5.", "nˈO. ˌɪts nˈʌmbəɹ fˈIv."),
    ("Jan. 5", "ʤˈænjəwˌɛɹi fˈIv"),
    ("at 5 p.m. He left", "æt fˈIv pˌiˈɛm. hˌi lˈɛft"),
    ("the U.S. Senate", "ðə jˌuˈɛs sˈɛnət"),
    ("this, that, etc.", "ðˈɪs, ðˈæt, ɛtsˈɛTəɹə."),
    ("USB", "jˌuˌɛsbˈi"),
    ("HELLO", "həlˈO"),
    # Names of things.
    ("snake_case", "snˈAkkˌAs"),
    ("[docs](/x/) [word](123)", "(dˈɑks)(ˈɛks) (wˈɜɹd)(wˈʌn hˈʌndɹəd twˈɛnti θɹˈi)"),
    # Unknown to the lexicon.
    ("Kubernetes", "kˌubəɹnˈɛTiz"),
    ("furrer", "fˈɜɹəɹ"),
]

HOMOGRAPHS = [
    ("I read it yesterday.", "ˌI ɹˈɛd ɪt jˈɛstəɹdˌA."),
    ("She read the letter.", "ʃˌi ɹˈɛd ðə lˈɛTəɹ."),
    ("Did you read it?", "dˈɪd ju ɹˈid ɪt?"),
    ("Have you read it?", "hˌæv ju ɹˈɛd ɪt?"),
    ("Users read the manual.", "jˈuzəɹz ɹˈid ðə mˈænjəwəl."),
    ("Read more", "ɹˈid mˈɔɹ"),
    ("They live in a live city.", "ðˌA lˈɪv ɪn ɐ lˈIv sˈɪTi."),
    ("Live music", "lˈIv mjˈuzɪk"),
    ("People live here.", "pˈipᵊl lˈɪv hˈɪɹ."),
    ("Close", "klˈOz"),
    ("the close button", "ðə klˈOz bˈʌtn"),
    ("Save and Close", "sˈAv ænd klˈOz"),
    ("close to a close friend", "klˈOs tə ɐ klˈOs fɹˈɛnd"),
    ("The record shows that we record music.", "ðə ɹˈɛkəɹd ʃˈOz ðæt wi ɹəkˈɔɹd mjˈuzɪk."),
    ("Record the sound", "ɹəkˈɔɹd ðə sˈWnd"),
    ("Wind the clock; the wind blows.", "wˈInd ðə klˈɑk; ðə wˈɪnd blˈOz."),
    ("The wound was wound.", "ðə wˈund wʌz wˈWnd."),
    ("a minute detail in a minute", "ɐ mInˈut dətˈAl ɪn ɐ mˈɪnət"),
    ("The lead pipe leads nowhere.", "ðə lˈɛd pˈIp lˈidz nˈOhwˌɛɹ."),
    ("Bass guitar", "bˈAs ɡətˈɑɹ"),
    ("the contents; he is content.", "ðə kˈɑntɛnts; hi ɪz kəntˈɛnt."),
    ("Use the use case", "jˈuz ðə jˈus kˈAs"),
    ("She uses it; its uses are many.", "ʃˌi jˈuzᵻz ɪt; ɪts jˈusᵻz ɑɹ mˈɛni."),
    ("The program uses memory.", "ðə pɹˈOɡɹˌæm jˈuzᵻz mˈɛməɹi."),
    ("I used to use it.", "ˌI jˈust tə jˈuz ɪt."),
    ("It was used.", "ˌɪt wʌz jˈuzd."),
    ("I object to that object.", "ˌI əbʤˈɛkt tə ðæt ˈɑbʤəkt."),
    ("We present the present.", "wˌi pɹizˈɛnt ðə pɹˈɛzᵊnt."),
    ("separate files; separate the files", "sˈɛpəɹət fˈIlz; sˈɛpəɹˌAt ðə fˈIlz"),
    ("invalid password", "ɪnvˈælɪd pˈæswˌɜɹd"),
    ("They refuse the refuse.", "ðˌA ɹəfjˈuz ðə ɹˈɛfjˌus."),
    ("my resume; resume playback", "mI ɹˈɛzəmˌA; ɹəzˈum plˈAbˌæk"),
]

BRITISH = [
    ("tomato", "təmˈɑːtQ"),
    ("schedule", "ʃˈɛdjuːl"),
    ("bath", "bˈɑːθ"),
    ("water", "wˈɔːtə"),
    ("The car is over there.", "ðə kˈɑː ɪz ˈQvə ðˈɛː."),
    ("home", "hˈQm"),
    ("lead pipe; we lead", "lˈɛd pˈIp; wiː lˈiːd"),
    ("$3.50", "θɹˈiː dˈɒləz and fˈɪfti sˈɛnts"),
    ("Kubernetes", "kˌuːbənˈɛtiːz"),
]


@pytest.mark.parametrize(("text", "symbols"), AMERICAN + HOMOGRAPHS)
def test_american(american, text, symbols):
    assert american.phonemes(text).symbols == symbols


@pytest.mark.parametrize(("text", "symbols"), BRITISH)
def test_british(british, text, symbols):
    assert british.phonemes(text).symbols == symbols


@pytest.mark.parametrize("text", ["", " ", "\n", "#", "'", "\u200b"])
def test_nothing_to_say(american, text):
    assert is_silent(american.phonemes(text))


def test_plain_words_begin_at_their_phonemes(american, british):
    text = "It's  the quick brown fox that jumps\nDr. Kubernetes, “3.14 lazy” dogs-and www.example.org (yes)."
    for phonemizer in (american, british):
        phonemes = phonemizer.phonemes(text)
        sounds = [place for place, symbol in enumerate(phonemes.symbols) if symbol not in " ,.“”()"]
        for word in re.finditer(r"[\w.'-]*\w", text):
            first = next(place for place in sounds if phonemes.starts[place] >= word.start())
            assert phonemes.starts[first] == word.start()
            assert word.start() < phonemes.ends[first] <= word.end() + 1
            if first:
                assert phonemes.ends[first - 1] <= word.start()


ODD = st.text(
    alphabet=st.characters() | st.sampled_from("0123456789.,-$£'’-_/ aAbs\u0301\ud800"), max_size=60
)
WORDS = st.lists(
    st.sampled_from(
        [
            "a",
            "to",
            "$",
            "5",
            "st.",
            "U.S.",
            "'s",
            "read",
            "“",
            "(",
            "---",
            "...",
            "3rd",
            "10am",
            "x@y.z",
            "¥",
        ]
    ),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(ODD | WORDS.map(" ".join) | WORDS.map("".join), st.booleans())
@example("9" * 5000, False)
@example("0." + "9" * 400, False)
@example("$" + "9" * 400 + ".50", True)
@example("\ud800\udfff", False)
@example("a1" * 200, False)
@example("-" * 500 + "(" * 500, False)
def test_any_text_has_valid_phonemes(american, british, text, is_british):
    phonemes = (british if is_british else american).phonemes(text)
    assert set(phonemes.symbols) <= SYMBOLS
    assert list(phonemes.starts) == sorted(phonemes.starts)
    assert all(
        0 <= start <= end <= len(text) for start, end in zip(phonemes.starts, phonemes.ends, strict=True)
    )
    assert "  " not in phonemes.symbols
    assert phonemes.symbols == phonemes.symbols.strip()


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit", ["a", "1", "a1", "x-", "(", "'", "é", "😀", "a.", "the ", "www.", "a@", "9.", "-5", "A'"]
)
def test_long_words_take_linear_time(american, unit):
    american.phonemes(unit * (5_000 // len(unit)))


def test_spacy_is_not_imported_and_nothing_is_printed():
    code = (
        "import sys; from kokoro_speechd.text.phonemizers.english.phonemizer import EnglishPhonemizer; "
        "r = EnglishPhonemizer(False); "
        "r.phonemes('It costs $3.50, Kubernetes 5. . ,5'); "
        "assert not {'spacy', 'torch', 'phonemizer'} & set(sys.modules), sys.modules.keys()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_spacys_model_the_rules_do_its_work_and_say_so():
    code = (
        "import sys; sys.modules['spacy'] = None\n"
        "from kokoro_speechd.text.phonemizers.english.phonemizer import EnglishPhonemizer\n"
        "print(EnglishPhonemizer(True, 'spacy').phonemes('I read it yesterday.').symbols)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ɹˈɛd" in done.stdout
    assert "en_core_web_sm" in done.stderr
    assert done.returncode == 0


def test_unknown_symbols_are_left_out_with_their_places():
    phonemes = keep_known(Phonemes("aXgb", (0, 1, 2, 3), (1, 2, 3, 4)))
    assert phonemes == Phonemes("ab", (0, 3), (1, 4))


def test_all_symbols_of_the_model():
    assert len(SYMBOLS) == 114
    assert "ɡ" in SYMBOLS
    assert "g" not in SYMBOLS


@pytest.mark.parametrize(
    ("ipa", "american", "british"),
    [
        ("fˈɜːɹɚ", "fˈɜɹəɹ", "fˈɜːɹəɹ"),
        ("ɹˈa^ɪɾɚɹ", "ɹˈITəɹ", "ɹˈITəɹ"),  # ɚ brings the r that is already there
        ("ɡˈo^ʊ", "ɡˈO", "ɡˈɔʊ"),
        ("ɡˈə^ʊ", "ɡˈəʊ", "ɡˈQ"),
        ("d^ʒˈe^ɪ t^ʃˈɔ^ɪ", "ʤˈA ʧˈY", "ʤˈA ʧˈY"),
        ("bˈʌʔn\u0329", "bˈʌtn", "bˈʌtn"),
        ("(ru)mˈiɹ(en)", "mˈiɹ", "mˈiɹ"),
    ],
)
def test_espeak_symbols_become_the_voices_symbols(ipa, american, british):
    assert english_symbols(ipa, british=False) == american
    assert english_symbols(ipa, british=True) == british


def test_a_text_that_misaki_cannot_read_keeps_pauses_and_places():
    phonemes = unknown_text("Hello there. My friend!", british=False)
    words = phonemes.symbols.split(" ")
    assert len(words) == 4
    assert words[1].endswith(".")
    assert words[3].endswith("!")
    assert set(phonemes.symbols) <= SYMBOLS
    assert phonemes.starts[0] == 0
    assert phonemes.starts[-1] == 13
    assert list(phonemes.starts) == sorted(phonemes.starts)
