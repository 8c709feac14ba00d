# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of English words for the tokenizer and the tagger: facts of the language, no logic."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# With their full stop, which ends no sentence. Where misaki's lexicon lacks the word, its full form stands
# here.
ABBREVIATIONS: dict[str, str] = {
    "approx.": "approximately", "apr.": "April", "aug.": "August", "ave.": "avenue", "blvd.": "boulevard",
    "capt.": "captain", "co.": "company", "corp.": "corporation", "dec.": "December", "dept.": "department",
    "dr.": "doctor", "etc.": "etc", "feb.": "February", "gov.": "governor", "inc.": "incorporated",
    "jan.": "January", "jr.": "junior", "jul.": "July", "lt.": "lieutenant", "ltd.": "limited",
    "mr.": "mister", "mrs.": "missus", "ms.": "Ms.", "mt.": "mount", "nov.": "November", "oct.": "October",
    "prof.": "professor", "sept.": "September", "sgt.": "sergeant", "sr.": "senior", "st.": "saint",
    "vs.": "versus",
}  # fmt: skip
# Only before a number: "no." and "fig." are words, too.
NUMBERED: dict[str, str] = {
    "ch.": "chapter", "fig.": "figure", "no.": "number", "nos.": "numbers", "p.": "page", "pp.": "pages",
    "sec.": "section", "vol.": "volume",
}  # fmt: skip
# A text may end with these, and its full stop is then kept as a pause; where True, so may a sentence before a
# capital letter ("at 5 p.m. He left", but "the U.S. Senate").
CLOSING: dict[str, bool] = {
    "etc.": True, "inc.": True, "ltd.": True, "corp.": True, "co.": True, "jr.": True, "sr.": True,
    "a.m.": True, "p.m.": True, "ave.": True, "blvd.": True, "u.s.": False, "u.k.": False,
}  # fmt: skip
_CLOSED: dict[str, str] = {
    "DT": "a an the this these those every each some any no another either neither both all",
    "PRP": "i you he she it we they me him us them myself yourself himself herself itself ourselves "
    "yourselves themselves one someone everyone anyone nobody everybody something everything "
    "nothing anything anybody somebody none",
    "PRP$": "my your his its our their whose",
    "MD": "can could may might must shall should will would ca wo sha 'll ’ll cannot",
    "CC": "and or but nor yet plus &",
    "IN": "of in on at by for with from about as into over after under near through during before between "
    "against without within among along across behind beyond since until while because if although "
    "though than whether per via around toward towards upon off onto except like unless despite "
    "below above out up down",
    "WDT": "which whatever",
    "WP": "who whom what whoever",
    "WRB": "when where why how",
    "EX": "there",
    "UH": "yes no oh hello hi hey wow please thanks ok okay",
    "VBZ": "is has does says goes makes isn doesn hasn",
    "VBP": "am are have do 're ’re 've ’ve 'm ’m",
    "VBD": "was were had did 'd ’d said went came got made took saw knew thought told gave found wrote "
    "left lost began kept felt became heard ran sat stood met paid brought bought",
    "VB": "be get go make take give keep let see",
    "VBN": "been done gone seen known taken given written",
    "VBG": "being having doing",
    "RB": "not n't n’t never always often very too so now then here just only also again still even ever "
    "already soon yesterday today tomorrow maybe perhaps rather quite really almost currently "
    "usually sometimes once away back together pretty",
    "NNS": "people children men women users programs files",
}
CLOSED: dict[str, str] = {}
"""Function words and the commonest irregular words → Penn Treebank tag; the first class named wins."""
for _tag, _words in _CLOSED.items():
    for _word in _words.split():
        CLOSED.setdefault(_word, _tag)

SIGN_WORDS: frozenset[str] = _set(
    "dot slash backslash dash underscore colon equals plus minus hash tilde squared cubed sharp"
)
"""Names of signs; an "a" beside one is a letter."""
NUMBER_WORDS: frozenset[str] = _set(
    "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million billion"
)
BE: frozenset[str] = _set("am is are was were be been being 're 'm ’re ’m isn aren wasn weren")
HAVE: frozenset[str] = _set("have has had having 've ’ve haven hasn hadn")
DO: frozenset[str] = _set("do does did don doesn didn")
SUBJECTS: frozenset[str] = _set("i you we they he she it who someone everyone nobody everybody")
THIRD_PERSON: frozenset[str] = _set("he she it who someone everyone nobody everybody")
BARE_AFTER: frozenset[str] = _set("let lets please help to 'll ’ll")
BARE_AFTER_OBJECT: frozenset[str] = _set("let make makes made help helps helped see hear watch")
PAST_TIMES: frozenset[str] = _set("yesterday ago last earlier previously once")
DEGREES: frozenset[str] = _set("very too so quite really pretty rather how as this that more most fairly")
LINKING: frozenset[str] = _set(
    "get gets got come comes came keep keeps kept stay stays stayed stand stands stood sit sits sat "
    "seem seems seemed look looks looked feel feels felt become becomes became draw draws drew go "
    "goes went remain remains getting coming staying keeping standing sitting"
)
CONTROLS: frozenset[str] = _set(
    "all box button command dialog icon item key menu option others shortcut tab window"
)
"""Words of a screen that follow a command's name: "the close button"."""

# What a homograph is where its neighbours do not tell; others take the lexicon's own default.
USUAL: dict[str, str] = {
    "bass": "JJ", "close": "VB", "content": "NN", "contents": "NNS", "excuses": "NNS", "invalid": "JJ",
    "overhead": "NN", "overload": "NN", "overlap": "NN", "upset": "JJ", "uptown": "JJ", "closer": "JJR",
}  # fmt: skip
COMMON_VERBS: frozenset[str] = _set(
    "accept add agree allow appear apply arrive ask back begin believe belong bring build buy call "
    "carry choose come compare connect consider contain continue create "
    "decide depend describe describes develop die differ disappear draw eat enable enjoy enter "
    "exist expect explain fail feel fill find fit follow forget form get give go grow happen "
    "hear hide hold include indicate involve join keep know last lead learn leave let lie like "
    "listen lose make mean meet miss occur open own prevent "
    "produce prove provide pull put receive remain remember remove replace require "
    "rise say seem sell send serve set show sing sit sleep speak spend "
    "succeed suggest take tell tend think treat try understand wait "
    "want write"
)
"""The commonest verbs that are no homographs, as they stand behind a plural subject."""
COMMANDS: frozenset[str] = _set(
    "add apply ask browse call cancel change check choose clear click connect copy create delete describe "
    "disable display download drag drop edit enable enter find follow go get give hide highlight ignore keep "
    "list load make manage mark merge move open paste pick play press print put remove rename repeat reply "
    "report restore save scroll search see select send set share show skip sort start stop sync try turn "
    "type undo update use view write"
)
"""Verbs with which a label or a request begins."""
ADJECTIVES: frozenset[str] = _set(
    "able bad best better big black blue bright broad brown busy cheap clean clear close cold common "
    "complete correct current cut daily dark dead deep different dry early easy empty entire exact extra "
    "fair false famous far fast few final fine first flat foreign former free fresh full further general "
    "good great green grey half happy hard heavy high hot huge human important inner joint key kind "
    "large last late latest least less light likely little live local long longer loose loud low lower "
    "main many mere modern more most much narrow near nearby neat new newest next nice north odd old "
    "older oldest only open other outer own past plain poor previous prime proper quick quiet rare raw "
    "ready real recent red rich right rough round sad safe same second secret several shared sharp short "
    "short-term sick silent simple single slow small smart smooth soft solid sorry special spare strange "
    "strict strong such sudden sure sweet tall thick thin third tiny top total true ugly unique unread "
    "upper usual various vast warm weak weird wet white whole wide wild wise wrong young"
)
"""The commonest adjectives without a telling ending, as they stand before nouns."""
NOT_ADJECTIVES: frozenset[str] = _set(
    "access agent album animal archive article assistant attic cable capital client clinic comic content "
    "cousin critic dentist detective diary dictionary drive event fabric festival giant goal graphic "
    "hospital journal library logic magic manual material mechanic metal metric motive music native "
    "objective panic parent participant patient picnic president principal proposal relative restaurant "
    "rival secretary servant signal statistic student summary table talent tenant terminal topic total "
    "traffic variable vegetable bed seed need feed speed weed deed"
)
"""Nouns that end like adjectives."""
ALSO_NAMES: frozenset[str] = frozenset({"Mobile", "Polish"})
"""Names that are spoken otherwise than the words that are written alike."""
LIVELY: frozenset[str] = _set(
    "play plays played playing perform performs performed sing sings sang stream streams streamed streaming "
    "broadcast broadcasts air aired airs recorded"
)
"""Verbs behind which "live" is no verb: "the band plays live"."""
RECORDING: frozenset[str] = _set(
    "record permit import export convert reject extract insert increase decrease"
)
"""Homographs that begin a label as commands: "Record macro"."""
LABELS: frozenset[str] = _set(
    "book breaking company count date deal dialog duty field fields format group high holder id keeper label "
    "labels length level limit list lock low name number office options player size slip store tax time "
    "title type types year of"
)
"""Words behind these that make names of them: "record label", "import duty"."""
HABITS: frozenset[str] = _set("always usually often never sometimes every daily regularly")
VERBS_S: frozenset[str] = _set("closes houses lives records uses")
"""Homographs in -s that after a noun and before a word are verbs rather than plurals."""
TINY: frozenset[str] = _set(
    "amount amounts change changes detail details difference differences fraction particle "
    "particles quantity quantities trace traces variation variations"
)
"""Nouns before which "minute" means tiny."""
LEADEN: frozenset[str] = _set(
    "acid bullet bullets crystal foil glass ion ions mine mines oxide paint pencil pencils pipe "
    "pipes pipework plumbing poisoning shielding shot weight weights"
)
"""Nouns before which "lead" is the metal."""
FISH: frozenset[str] = _set("fish fishing pond angler anglers fillet fillets")
"""Nouns before which "bass" is the fish."""
