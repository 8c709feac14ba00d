# SPDX-License-Identifier: GPL-3.0-or-later
"""English: what is written in digits and signs, and the words a person would say for it."""

import pytest

from tests.text.normalizing.wording_tables import assert_said, form, heard

AMERICAN = [
    # What the server broke, and what it has already said (PROTOCOL, symbols).
    ("3 .14", "three point one four"),
    ("it costs $3 .50 now", "it costs three dollars and fifty cents now"),
    ("3 ,14", "three, fourteen"),
    ("version 2 .7 .18", "version two point seven point eighteen"),
    ("1 ,234 .5", "one thousand two hundred thirty four point five"),
    ("2024 03 15", "March fifteenth, twenty twenty four"),
    ("60 km h", "sixty kilometers per hour"),
    ("5 m2", "five square meters"),
    ("11⁄2", "one and a half"),
    ("3⁄4", "three quarters"),
    ("50 percent ", "fifty percent"),
    (" minus 5", "minus five"),
    ("a dot b", "A dot B"),
    (" left paren(e right paren)", "left paren(E right paren)"),
    (" 5 bang ", "five bang"),
    (" dot dot dot...", "dot dot dot..."),
    # Numbers.
    ("007", "zero zero seven"),
    ("1,234,567", "one million two hundred thirty four thousand five hundred sixty seven"),
    ("1 234 567", "one million two hundred thirty four thousand five hundred sixty seven"),
    ("1.234,56", "one thousand two hundred thirty four point five six"),
    ("1,2,3", "one, two, three"),
    ("Python 3.10", "Python three point one zero"),
    ("3.14159265", "three point one four one five nine two six five"),
    ("-5", "minus five"),
    ("−5", "minus five"),
    ("+5", "plus five"),
    ("21st", "twenty first"),
    ("50%", "fifty percent"),
    ("12345678901234", "one two three, four five six, seven eight nine, zero one two, three four"),
    # Fractions, ranges, ratios.
    ("½ cup", "a half cup"),
    ("1½", "one and a half"),
    ("3/4", "three quarters"),
    ("2/3 of it", "two thirds of it"),
    ("24/7", "twenty four seven"),
    ("9/11", "nine eleven"),
    ("page 3/12", "page three of twelve"),
    ("10-20", "ten to twenty"),
    ("between 10-20 files", "between ten and twenty files"),
    ("pages 5–7", "pages five to seven"),
    ("1-2-3", "one two three"),
    ("16:9", "sixteen to nine"),
    ("1920x1080", "nineteen twenty by ten eighty"),
    # Money.
    ("5€", "five euros"),
    ("20 €", "twenty euros"),
    ("1 EUR", "one euro"),
    ("¥500", "five hundred yen"),
    ("₹99.50", "ninety nine rupees and fifty paise"),
    ("$5 million", "five million dollars"),
    ("$5M", "five million dollars"),
    ("£1.5bn", "one point five billion pounds"),
    ("-$5", "minus five dollars"),
    ("5 USD", "five dollars"),
    # Dates and times.
    ("2024-03-15", "March fifteenth, twenty twenty four"),
    ("03/15/2024", "March fifteenth, twenty twenty four"),
    ("15/03/2024", "March fifteenth, twenty twenty four"),
    ("2024-03-15T10:30:00Z", "March fifteenth, twenty twenty four, ten thirty zero zero U T C"),
    ("2024-13-45", "twenty twenty four thirteen forty five"),
    ("March 5, 2024", "March fifth, twenty twenty four"),
    ("5 March 2024", "fifth March twenty twenty four"),
    ("Tue, Mar 5", "Tuesday, March fifth"),
    ("Jan. 21", "January twenty first"),
    ("10:30", "ten thirty"),
    ("9:05", "nine oh five"),
    ("9:00", "nine o'clock"),
    ("15:00", "fifteen hundred"),
    ("10:30 am", "ten thirty AM"),
    ("3:00 pm", "three PM"),
    ("12:30:45", "twelve thirty forty five"),
    ("9:30-11:45", "nine thirty to eleven forty five"),
    ("the 1990s", "the nineteen nineties"),
    # Units.
    ("5 km", "five kilometers"),
    ("1 km", "one kilometer"),
    ("1.5 km", "one point five kilometers"),
    ("20 °C", "twenty degrees Celsius"),
    ("-5°C", "minus five degrees Celsius"),
    ("3GB", "three gigabytes"),
    ("8 GiB", "eight gibibytes"),
    ("100 Mbit/s", "one hundred megabits per second"),
    ("60 km/h", "sixty kilometers per hour"),
    ("5 m²", "five square meters"),
    ("5'10\"", "five foot ten"),
    ("5 ft 3 in", "five foot three"),
    ("45°", "forty five degrees"),
    # Codes.
    ("2.7.18", "two point seven point eighteen"),
    ("v2.7.18", "V two point seven point eighteen"),
    ("192.168.0.1", "one hundred ninety two dot one hundred sixty eight dot zero dot one"),
    ("fe80::1", "F E eight zero colon colon one"),
    ("00:1a:2b:3c:4d:5e", "zero zero, one A, two B, three C, four D, five E"),
    ("0xFF", "zero X F F"),
    ("#ff8800", "hash F F eight eight zero zero"),
    ("commit 3f2a9bc", "commit three F two A, nine B C"),
    (
        "550e8400-e29b-41d4-a716-446655440000",
        (
            "five five zero E eight four zero zero, E two nine B, four one D four, A seven one six, "
            "four four six six five five four four zero zero zero zero"
        ),
    ),
    ("+1 555 123 4567", "plus one, five five five, one two three, four five six seven"),
    ("(555) 123-4567", "five five five, one two three, four five six seven"),
    ("555-1234", "five five five, one two three four"),
    ("4111 1111 1111 1111", "four one one one, one one one one, one one one one, one one one one"),
    # Addresses and names.
    ("user@example.com", "user at example dot com"),
    ("https://www.example.com/a?x=1", "HTTPS WWW dot example dot com slash A question X equals one"),
    ("See README.txt.", "See readme dot T X T."),
    ("/home/me/music/", "slash home slash me slash music slash"),
    ("~/.config", "tilde slash dot config"),
    ("C:\\Windows", "C colon backslash Windows"),
    ("os.path", "os dot path"),
    ("getElementById", "get element by id"),
    ("snake_case_name", "snake case name"),
    ("XMLHttpRequest", "XML HTTP request"),
    ("#BlackLivesMatter", "hashtag black lives matter"),
    ("#5", "number five"),
    ("C# and C++", "C sharp and C plus plus"),
    # Roman numerals.
    ("Chapter IV", "Chapter four"),
    ("Henry VIII", "Henry the eighth"),
    ("Louis XIV was", "Louis the fourteenth was"),
    ("Elizabeth I, queen", "Elizabeth the first, queen"),
    ("World War II", "World War two"),
    ("Rocky III", "Rocky three"),
    ("George I am", "George I am"),
    ("I said I will", "I said I will"),
    # Signs.
    ("±5", "plus or minus five"),
    ("3 × 4 = 12", "three times four equals twelve"),
    ("6÷2", "six divided by two"),
    ("x ≤ 5", "X less than or equal to five"),
    ("√2 ≈ 1.41", "square root of two approximately one point four one"),
    ("x² + y³", "X squared plus Y cubed"),
    ("10⁻³", "ten to the power of minus three"),
    ("2^10", "two to the power of ten"),
    ("e.g. this", "for example this"),
    ("2.5e-08", "two point five times ten to the power of minus eight"),
    ("Sun, 07 Apr 2013", "Sunday, seventh April twenty thirteen"),
    ("05.04.2009", "April fifth, two thousand nine"),
    ("Al <al@b.org>", "Al al at B dot org"),
    ("1 < 2 > 0", "one less than two greater than zero"),
    ("World War I, Part I of", "World War one, Part one of"),
    ("at the level I tried", "at the level I tried"),
    ("#000000", "hash zero zero zero zero zero zero"),
    ("foo() -> int", "foo() arrow int"),
    ("1e-5", "one times ten to the power of minus five"),
    ("€1.234,50", "one thousand two hundred thirty four euros and fifty cents"),
    ("1.000.000", "one million"),
    ("5.5.2024", "May fifth, twenty twenty four"),
    ("Flight BA2490", "Flight B A twenty four ninety"),
    ("I scored 95/100", "I scored ninety five one hundred"),
    ("$ and 5 $", "dollar and five dollars"),
]  # fmt: skip
BRITISH = [
    ("2024-03-15", "fifteenth March twenty twenty four"),
    ("03/04/2024", "third April twenty twenty four"),
    ("5 km", "five kilometres"),
    ("£3 .50", "three pounds fifty"),
    ("9:05", "nine oh five"),
    ("½", "a half"),
]
PHONEMES = [
    ("3 .14", "θɹˈi pYnt wˈʌn fˈɔɹ"),
    ("5 km", "fˈIv kəlˈɑməTəɹz"),
    ("2 .7 .18", "tˈu pˈYnt sˈɛvən pˈYnt ˌAtˈin"),
    ("bob@example.com", "bˈɑb æt ɪɡzˈæmpəl dˈɑt kˈɑm"),
    ("https://example.org/b", "ˌAʧtˌitˌipˌiˈɛs ɪɡzˈæmpəl dˈɑt ˈɔɹɡ slˈæʃ bˈi"),
    ("See README.txt.", "sˈi ɹˈidmi dˈɑt tˌiˌɛkstˈi."),
    ("1-2-3.", "wˈʌn tˈu θɹˈi."),
    ("5 km, 1 km, 5km", "fˈIv kəlˈɑməTəɹz, wˈʌn kəlˈɑməTəɹ, fˈIv kəlˈɑməTəɹz"),
    ("¥100", "wˈʌn hˈʌndɹəd jˈɛn"),
    ("vitamin A is", "vˈITəmən ˈA ɪz"),
    ("Plan A dot in a box", "plˈæn ˈA dˈɑt ɪn ɐ bˈɑks"),
    ("a dash of salt", "ɐ dˈæʃ ʌv sˈɔlt"),
    ("THIS IS A TEST", "ðˈɪs ˈɪz ɐ tˈɛst"),
    ("It was. A car", "ˌɪt wʌz. ɐ kˈɑɹ"),
    ("😀😀!", "ɡɹˈɪnɪŋ fˈAs ɡɹˈɪnɪŋ fˈAs!"),
]
FORMS = [
    ("The quick brown fox.", "The quick brown fox."),
    ("in 1999, 3.14 and $3.50", "in 1999, 3.14 and 3 dollars and 50 cents"),
    ("iPhone, McDonald, JavaScript", "iPhone, McDonald, JavaScript"),
    ("It costs $20 dollars.", "It costs 20 dollars."),
    ("openSUSE, IKEA and CUDA", "opensuse, Ikea and cuda"),
    ("and/or he/she", "and/or he/she"),
    ("COVID-19 in UTF-8", "COVID-19 in UTF-8"),
    ("👍🏽", "thumbs up medium skin tone"),
    ("1080p, 4K, mp3", "1080p, 4K, mp3"),
    ("In 2004 W. Bush", "In 2004 W. Bush"),
    ("In 2020 l'Oreal", "In 2020 l'Oreal"),
    ("Size XL, an IV", "Size XL, an IV"),
    ("end.Next", "end.Next"),
]


@pytest.mark.parametrize(("text", "words"), AMERICAN)
def test_american(text, words):
    assert_said(text, words, "en-US")


@pytest.mark.parametrize(("text", "words"), BRITISH)
def test_british(text, words):
    assert_said(text, words, "en-GB")


@pytest.mark.parametrize(("text", "symbols"), PHONEMES)
def test_phonemes(text, symbols):
    assert heard(text, "en-US") == symbols


@pytest.mark.parametrize(("text", "words"), FORMS)
def test_what_the_reader_gets(text, words):
    assert form(text, "en-US") == words
