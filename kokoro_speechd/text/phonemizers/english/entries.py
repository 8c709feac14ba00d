# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that misaki's lexicon lacks or has wrong: programs, names, contractions; and more homographs.

No kept source has the words of the desktop; these were heard wrongly, and are as their makers say them.
The phonemes are Kokoro's, American and British.
"""

from __future__ import annotations

import re
from typing import Any

# Word, American, British: - for the same, ~ for what a British voice makes of it.
_ENTRIES = """
airbnb ˈɛɹbˌiənbˌi ~
cuda kˈudə ~
kyiv kˈiv ~
nguyen wˈɪn ~
ansible ˈænsəbᵊl ˈansəbᵊl
archlinux ˌɑɹʧlˈɪnəks ˌɑːʧlˈɪnəks
chmod sˈiˌAʧmˈɑd sˈiːˌAʧmˈɒd
chopin ʃˈOpæn ʃˈQpan
chown sˈiˌAʧˈOn sˈiːˌAʧˈQn
dbus dˈibˌʌs dˈiːbˌʌs
emacs ˈimæks ˈiːmaks
eslint ˌiˌɛslˈɪnt ˌiːˌɛslˈɪnt
ffmpeg ˌɛfˌɛfˈɛmpɛɡ -
flatpak flˈætpæk flˈatpak
guerrero ɡəɹˈɛɹO ɡəɹˈɛːɹQ
huawei wˈɑwˌA wˈɑːwˌA
joaquin wɑkˈin wɑːkˈiːn
json ʤˈAsən -
kde kˌAdˌiˈi kˌAdˌiːˈiː
kubectl kjˈubkəntɹˌOl kjˈuːbkəntɹˌQl
kubernetes kˌubəɹnˈɛTiz kˌuːbənˈɛtiːz
libc lˈɪbsˌi lˈɪbsˌiː
linux lˈɪnəks -
localhost lˈOkᵊlhˌOst lˈQkᵊlhˌQst
mysql mˌIˌɛskjˌuˈɛl mˌIˌɛskjˌuːˈɛl
neovim nˈiOvˌɪm nˈiːQvˌɪm
nginx ˌɛnʤənˈɛks -
nvidia ɛnvˈɪdiə -
oauth ˈOˌɔθ ˈQˌɔːθ
pipewire pˈIpwˌIəɹ pˈIpwˌIə
postgres pˈOstɡɹɛs pˈQstɡɹɛs
postgresql pˈOstɡɹɛskjˌuˈɛl pˈQstɡɹɛskjˌuːˈɛl
pulseaudio pˈʌlsˌɔdiO pˈʌlsˌɔːdiQ
pytorch pˈItˌɔɹʧ pˈItˌɔːʧ
readme ɹˈidmi ɹˈiːdmiː
sata sˈATə sˈAtə
sqlite sˌikwəlˈIt sˌiːkwəlˈIt
stderr stˈændəɹd ˈɛɹəɹ stˈandəd ˈɛɹə
stdin stˈændəɹd ˈɪn stˈandəd ˈɪn
stdout stˈændəɹd ˈWt stˈandəd ˈWt
systemd sˌɪstəmdˈi sˌɪstəmdˈiː
ubuntu ʊbˈʊntu ʊbˈʊntuː
wayland wˈAlənd -
xiaomi ʃˈWmi ʃˈWmiː
Xi ʃˈi ʃˈiː
yaml jˈæmᵊl jˈamᵊl
zsh zˈiʃɛl zˈɛdʃɛl
how're hˈWəɹ hˈWə
there're ðˈɛɹəɹ ðˈɛːɹə
they'd've ðˈAdəv -
we'd've wˈidəv wˈiːdəv
you'd've jˈudəv jˈuːdəv
i'd've ˈIdəv -
what're wˈʌTəɹ wˈɒtə
where're wˈɛɹəɹ wˈɛːɹə
who're hˈuəɹ hˈuːə
why're wˈIəɹ wˈIə
that're ðˈæTəɹ ðˈatə
'n' ᵊn -
kowalski kəwˈɑlski ~
milei mɪlˈA ~
bukele bukˈAlA ~
Merz mˈɛɹts ~
scholz ʃˈOlts ~
trudeau tɹudˈO ~
erdogan ˈɛɹdəwɑn ~
netanyahu nˌɛtənjˈɑhu ~
khamenei hˌɑmənˈAi ~
sunak sˈunæk ~
nadella nədˈɛlə ~
pichai pɪʧˈI ~
ortega ɔɹtˈAɡə ~
guterres ɡutˈɛɹəs ~
niamh nˈiəv ~
eoghan ˈOən ~
ximena himˈAnə ~
thiago tiˈɑɡO ~
giuseppe ʤəsˈɛpi ~
chiara kiˈɑɹə ~
jürgen jˈɜɹɡən ~
günther ɡˈuntəɹ ~
heinrich hˈInɹɪk ~
katarzyna kˌɑtɑɹʒˈɪnə ~
agnieszka ɑɡnjˈɛʃkə ~
wojciech vˈOʧɛk ~
andrzej ˈɑnʤA ~
sergei sɛɹɡˈA ~
volodymyr vˌOlədˈɪmiɹ ~
oleksandr ˌOlɛksˈɑndəɹ ~
tchaikovsky ʧIkˈɔfski ~
dvorak dvˈɔɹʒɑk ~
goethe ɡˈɜɹtə ~
proust pɹˈust ~
łódź wˈuʤ ~
wrocław vɹˈɔtswɑf ~
lviv ləvˈiv ~
busan busˈɑn ~
medellín mˌɛdəjˈin ~
jolla hˈYə ~
givenchy ʒˌivɑnʃˈi ~
hermès ɛɹmˈɛz ~
porsche pˈɔɹʃə ~
renault ɹənˈO ~
adidas ədˈidəs ~
asus ˈAsus ~
nissan nˈisɑn ~
whatsapp wˈʌtsˌæp ~
pixelfed pˈɪksəlfˌɛd ~
inkscape ˈɪŋkskˌAp ~
hyprland hˈIpəɹlænd ~
xorg ˈɛksˌɔɹɡ ~
alsa ˈælsə ~
journald ʤˌɜɹnᵊldˈi ~
firewalld fˌIəɹwɔldˈi ~
iptables ˌIpˌitˈAbᵊlz ~
selinux ˌɛsˌilˈɪnəks ~
opensuse ˌOpᵊnsˈusə ~
golang ɡˈOlæŋ ~
clojure klˈOʒəɹ ~
redis ɹˈɛdɪs ~
vite vˈit ~
jupyter ʤˈupɪTəɹ ~
scala skˈɑlə ~
toml tˈɑmᵊl ~
mkdir mˈAkdˌɪɹ ~
rmdir ˌɑɹˌɛmdˈɪɹ ~
crontab kɹˈɑntæb ~
btrfs bˌʌTəɹˌɛfˈɛs ~
LUKS lˈʌks ~
initramfs ɪnˌɪtɹæmˌɛfˈɛs ~
kokoro kˈOkəɹO ~
qwen kwˈɛn ~
moines mˈYn -
"""

_VOWEL = "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵊ"
_TO_BRITISH = (
    *(
        (f"{vowel}ɹ(?![ˈˌ]?[{_VOWEL}])", long)
        for vowel, long in zip("ɑɔɜəɛɪ", ("ɑː", "ɔː", "ɜː", "ə", "ɛː", "ɪə"), strict=True)
    ),
    *(("O", "Q"), ("æ", "a"), ("T", "t"), ("ɑ(?!ː)", "ɒ"), ("(?<=[ˈˌ])([iu])", r"\1ː")),
)


def entries(british: bool) -> dict[str, str]:
    """Return word → phonemes; a word in small letters stands for all its forms."""
    table: dict[str, str] = {}
    for line in _ENTRIES.strip().splitlines():
        word, *rest = line.split(" ", 1)
        american, other = _columns(rest[0])
        if british and other != "-":
            table[word] = _british(american) if other == "~" else other
        else:
            table[word] = american
    return table


def _british(american: str) -> str:
    """Return American phonemes in the symbols of the British voices; no r but before a vowel."""
    for old, new in _TO_BRITISH:
        american = re.sub(old, new, american)
    return american


def _columns(written: str) -> tuple[str, str]:
    """Part the columns; where both have two words, in the middle."""
    words = written.split(" ")
    middle = len(words) // 2
    return " ".join(words[:middle]), " ".join(words[middle:])


BEFORE: dict[tuple[str, str], str] = {("des", "moines"): "dɪ", ("des", "plaines"): "dɛs"}
"""A word and the one behind it → phonemes of the first."""
FIRST_WORDS = frozenset(first for first, _ in BEFORE)


def add_homographs(golds: dict[str, Any], british: bool) -> None:
    """Add pronunciations to misaki's list that depend on the sense; the names of tags are ours."""
    golds["lead"] = {"DEFAULT": golds["lead"], "METAL": "lˈɛd"}
    golds["resume"] = {"DEFAULT": golds["resume"], "NOUN": "ɹˈɛzjʊmˌA" if british else "ɹˈɛzəmˌA"}
    golds["row"] = {"DEFAULT": golds["row"], "QUARREL": "ɹˈW"}
    golds["rows"] = {"DEFAULT": golds["row"]["DEFAULT"] + "z", "QUARREL": "ɹˈWz"}
    noun, verb = golds["export"], "ɪkspˈɔːt" if british else "ɪkspˈɔɹt"
    if isinstance(noun, str):
        golds["export"] = {"DEFAULT": noun, "VERB": verb}
        golds["exports"] = {"DEFAULT": noun + "s", "VERB": verb + "s"}
    if isinstance(houses := golds.get("houses"), dict):  # the noun's plural, too, has a z
        golds["houses"] = houses.get("VERB", houses["DEFAULT"])
    for word in ("bow", "bows"):
        if isinstance(golds.get(word), dict):
            golds[word] = {**golds[word], "BENDING": golds[word].get("VERB", golds[word]["DEFAULT"])}
