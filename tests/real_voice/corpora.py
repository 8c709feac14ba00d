# SPDX-License-Identifier: GPL-3.0-or-later
"""What is spoken and listened for. Nothing of it is rare, or has numbers in figures."""

from __future__ import annotations

# A hundred sentences whose first words begin with every English phoneme that a word can begin with.
ENGLISH = (
    # p b t d k g
    "Pass the salt to your brother.", "Paper burns faster than wood.", "Both windows were left open.",
    "Bread is cheap in this town.", "Take the second street on the left.", "Two boats came back last night.",
    "Dogs bark when the bell rings.", "Dinner will be ready at seven.", "Cats sleep for most of the day.",
    "Keep the door closed in winter.", "Gold is heavier than silver.", "Give me a cup of hot tea.",
    # f v θ ð
    "Firefox is ready to start.", "Few people know this old song.", "Very soon the rain will stop.",
    "Voices came from the next room.", "Think before you answer him.", "Three children played in the garden.",
    "Thursday is the best day for me.", "These shoes are too small for her.",
    "They bought a house by the river.",
    "The train was late again today.", "That picture hangs on the wall.",
    # s z ʃ ʒ h
    "Snow fell on the quiet village.", "Some letters were never opened.", "Zebras live in large groups.",
    "Zero is a number like any other.", "Sheep were grazing on the hill.", "Show me the way to the station.",
    "Genres of music change with time.", "Genre films draw a large crowd.", "Hello world, how are you today?",
    "He keeps his money in a box.", "Honey tastes good on warm bread.",
    # tʃ dʒ
    "Cheese and apples make a fine lunch.", "Chairs stood around the long table.",
    "Children learn new words quickly.",
    "Juice is better when it is cold.", "Jump over the narrow stream.", "June was the warmest month of all.",
    # m n l r j w
    "Most of the work is done.", "Music helps me to fall asleep.", "New books arrive every Monday.",
    "Nobody heard the phone ring.", "Leaves turn yellow in October.", "Look at the clouds over there.",
    "Rice is often served in round bowls.", "Read the letter once more, please.",
    "Yellow flowers grew along the road.",
    "Yesterday we walked to the lake.", "You should drink more water.", "Winter was long and very cold.",
    "Write your name on this line.", "Water boils in the black kettle.",
    # blends
    "Glue the sheet to the dark blue background.", "Black ink dried on the page.",
    "Small birds sang in the trees.",
    "Spring comes early this year.", "Strong winds broke the old fence.", "Trees give shade in summer.",
    "Clean plates are in the cupboard.", "Green grass covered the whole field.",
    "Queens and kings ruled this land.",
    "Twelve eggs fit into the basket.", "Flowers need sun and rain.", "Please close the gate behind you.",
    # vowels: iː ɪ ɛ æ ɑ ɔ ʌ ʊ uː ɜ eɪ aɪ ɔɪ oʊ aʊ ə ɪə ɛə
    "Eat your soup while it is hot.", "Evening came and the lamps were lit.", "In the morning we go fishing.",
    "It is easy to make a mistake.", "Every seat in the hall was taken.", "Empty bottles stood on the floor.",
    "Ask the teacher for some help.", "Apples fall not far from the tree.",
    "Orange juice is sold at the market.",
    "All of the guests went home.", "Often the simple way is the best.", "Art was her favorite subject.",
    "Under the bridge it was dark.", "Others came later by bus.", "Objects in the mirror seem far away.",
    "Oodles of noodles were in the pot.", "Oozing mud covered the road.", "Early birds catch the worm.",
    "Earth is the third planet from the sun.", "Eight horses pulled the heavy wagon.",
    "Able hands built this wall.",
    "Ice covered the whole lake.", "I will call you tomorrow morning.", "Oil floats on top of water.",
    "Oysters are found near the coast.", "Open the window a little.", "Only one key fits this lock.",
    "Our neighbor has a red car.", "Out in the yard a dog was barking.", "About half of the bread is left.",
    "Another day has come to an end.", "Ears are made for listening.", "Air moves slowly through the room.",
    "Until today nobody had asked.",
)  # fmt: skip

# The sounds that an English word can begin with, as the reader writes them; "ŋ" is not among them.
ENGLISH_BEGINNINGS = "pbtdkɡfvθðszʃʒhʧʤmnlɹjwiɪɛæɑɔʌuɜAIYOWə"

SENTENCES: dict[str, tuple[str, ...]] = {
    "en-US": ENGLISH,
    "en-GB": ENGLISH,
    "es": (
        "Mañana por la mañana iremos al mercado.", "El tren sale a las ocho de la noche.",
        "La casa de mi abuela tiene un jardín grande.", "Ayer llovió durante todo el día.",
        "Me gusta leer libros antes de dormir.", "¿Dónde está la estación de autobuses?",
        "Los niños juegan en la plaza.", "Quiero un café con leche, por favor.",
        "Hoy hace mucho calor en la ciudad.", "Mi hermano trabaja en una oficina.",
        "Abre la ventana, que hace calor.", "Gracias por toda tu ayuda.",
    ),
    "fr": (
        "Bonjour, comment allez-vous aujourd'hui ?", "Le train part à huit heures du soir.",
        "Ma grand-mère habite dans une petite maison.", "Il a plu pendant toute la journée.",
        "Je voudrais un café avec du lait, s'il vous plaît.", "Les enfants jouent dans le jardin.",
        "Demain nous irons au marché.", "Où est la gare la plus proche ?",
        "Mon frère travaille dans un bureau.", "Fermez la porte derrière vous.",
        "Cette chanson est très belle.", "Nous avons mangé du pain et du fromage.",
    ),
    "hi": (
        "आज मौसम बहुत अच्छा है।", "मेरा भाई दिल्ली में काम करता है।", "मुझे एक गिलास पानी चाहिए।",
        "बच्चे बाग में खेल रहे हैं।", "कल हम बाज़ार जाएंगे।", "यह किताब बहुत अच्छी है।",
        "रेलगाड़ी आठ बजे जाती है।", "आपका नाम क्या है?", "मेरी माँ खाना बना रही है।", "दरवाज़ा बंद कर दो।",
    ),
    "it": (
        "Domani mattina andremo al mercato.", "Il treno parte alle otto di sera.",
        "La casa di mia nonna ha un grande giardino.", "Ieri ha piovuto tutto il giorno.",
        "Vorrei un caffè con un po' di latte.", "I bambini giocano nella piazza.",
        "Dove si trova la stazione?", "Mio fratello lavora in un ufficio.",
        "Questa canzone è molto bella.", "Chiudi la porta, per favore.",
        "Oggi fa molto caldo in città.", "Grazie per il tuo aiuto.",
    ),
    "ja": (
        "今日はとてもいい天気です。", "明日の朝、市場に行きます。", "電車は八時に出ます。",
        "私の兄は東京で働いています。", "子供たちは公園で遊んでいます。", "水を一杯ください。",
        "この本はとても面白いです。", "駅はどこにありますか。", "昨日は一日中雨が降りました。",
        "窓を開けてください。",
    ),
    "pt-BR": (
        "Amanhã de manhã vamos ao mercado.", "O trem sai às oito horas da noite.",
        "A casa da minha avó tem um jardim grande.", "Ontem choveu o dia inteiro.",
        "Eu quero um café com leite, por favor.", "As crianças brincam na praça.",
        "Onde fica a estação de ônibus?", "Meu irmão trabalha em um escritório.",
        "Esta música é muito bonita.", "Feche a porta, por favor.",
        "Hoje faz muito calor na cidade.", "Obrigado pela sua ajuda.",
    ),
    "zh": (
        "今天天气很好。", "明天早上我们去市场。", "火车八点出发。", "我哥哥在北京工作。",
        "孩子们在公园里玩。",
        "请给我一杯水。", "这本书很有意思。",
        "火车站在哪里？", "昨天下了一整天的雨。", "请把窗户打开。",
    ),
}  # fmt: skip

# Voices that stand for their languages in short tests.
VOICE_OF = {
    "en-US": "af_heart", "en-GB": "bf_emma", "es": "ef_dora", "fr": "ff_siwis", "hi": "hf_alpha",
    "it": "if_sara", "ja": "jf_alpha", "pt-BR": "pf_dora", "zh": "zf_xiaoxiao",
}  # fmt: skip

# Letters and digits as whisper may write them, homophones among them.
LETTERS = (
    ("A", "Ay"), ("B", "Be", "Bee"), ("C", "See", "Sea"), ("D", "Dee"), ("E",), ("F",), ("G", "Gee"), ("H",),
    ("I", "Eye"), ("J", "Jay"), ("K", "Kay"), ("L", "El"), ("M", "Em"), ("N", "En"), ("O", "Oh"), ("P",),
    ("Q", "Queue"), ("R", "Are", "Ar"), ("S", "Ess"), ("T", "Tea"), ("U", "You"), ("V",),
    ("W", "Double"), ("X", "Ex"), ("Y", "Why"), ("Z", "Zed"),
)  # fmt: skip
DIGITS = (
    ("0", "Zero"), ("1", "One", "Won"), ("2", "Two", "To", "Too"), ("3", "Three"), ("4", "Four", "For"),
    ("5", "Five"), ("6", "Six"), ("7", "Seven"), ("8", "Eight", "Ate"), ("9", "Nine"),
)  # fmt: skip

# What a screen reader says all day.
INTERFACE_WORDS = (
    "button", "menu", "link", "heading", "checked", "not checked", "window", "dialog", "list", "table",
    "row", "column", "edit", "password", "combo box", "slider", "tab", "page", "file", "folder",
    "cancel", "save", "close", "open", "delete", "search", "settings", "help", "selected", "collapsed",
)  # fmt: skip

# Single characters, and words of an interface, as each language writes them.
CHARACTERS = {
    **dict.fromkeys(("en-US", "en-GB", "es", "fr", "it", "pt-BR"), "abcdefghijklmnopqrstuvwxyz"),
    "hi": "कखगचजटडतपमरस",
    "ja": "あいうかさたなはまらわん",
    "zh": "人大中国学一二三天水火书",
}
WORDS = {
    **dict.fromkeys(("en-US", "en-GB"), INTERFACE_WORDS),
    "es": ("archivo", "editar", "guardar", "abrir", "cerrar", "ajustes", "buscar", "ayuda", "carpeta"),
    "fr": ("fichier", "éditer", "enregistrer", "ouvrir", "fermer", "réglages", "chercher", "aide", "dossier"),
    "hi": ("फ़ाइल", "संपादन", "सहेजें", "खोलें", "बंद करें", "सेटिंग", "खोजें", "सहायता", "फ़ोल्डर"),
    "it": ("documento", "modifica", "salva", "apri", "chiudi", "impostazioni", "cerca", "aiuto", "cartella"),
    "ja": ("ファイル", "編集", "保存", "開く", "閉じる", "設定", "検索", "ヘルプ", "フォルダー"),
    "pt-BR": ("arquivo", "editar", "salvar", "abrir", "fechar", "ajustes", "procurar", "ajuda", "pasta"),
    "zh": ("文件", "编辑", "保存", "打开", "关闭", "设置", "搜索", "帮助", "文件夹"),
}


def joined(language: str) -> list[tuple[str, str]]:
    """Return pairs of clauses without signs, from all over the corpus, for any sign between them."""
    bare = [text.rstrip(".。।") for text in SENTENCES[language] if text[-1] in ".。।"]
    pairs = list(zip(bare[::2], (text[0].lower() + text[1:] for text in bare[1::2]), strict=False))
    return pairs[:: max(1, len(pairs) // 6)]


OTHER_WORDS = (
    "keyboard", "battery", "network", "volume", "desktop", "printer", "bookmark", "history", "download",
    "username", "shut down", "status bar", "read only", "new folder", "not available",
)  # fmt: skip

# Longer than one phrase of the model, so that their parts are joined.
SIX_TO_TEN_SECONDS = (
    "The old clock in the kitchen had stopped years ago, but nobody in the family wanted to throw it away.",
    "She opened the letter at the table, read it twice, and then put it back into the drawer without a word.",
    "When the rain was over, we walked along the beach and looked for shells until the sun went down.",
    "My brother works in a small shop near the station, where he repairs bicycles and sells used books.",
    "If you want to catch the early train, you should leave the house before six and take the short road.",
    "The teacher asked every child to bring a picture of an animal that lives in the forest or in the sea.",
    "After dinner they sat around the fire, told old stories, and listened to the wind in the tall trees.",
    "The farmer sold most of his potatoes at the market and gave the rest of them to his poor neighbors.",
    "Nobody knew why the lights went out, but after a few minutes everything in the building worked again.",
    "The doctor told him to drink more water, to sleep longer, and to walk for half an hour every morning.",
    "In the middle of the village stands a large white house that has belonged to the same family for ages.",
    "We waited for a long time in front of the theater, because the man with the tickets had lost his way.",
)
LONG = (
    (
        "When the ship came into the harbor, all of the people ran down to the water, and they waved their "
        "hands and shouted, because nobody had believed that it would ever come back, after months at sea."
    ),
    (
        "The library opens at nine in the morning and closes at six in the evening, but on Saturdays it is "
        "open only until noon, and on Sundays nobody is there, so you should bring your books back on Friday."
    ),
    (
        "She wanted to learn how bread is made, so she asked the baker, who told her to come early in the "
        "morning, when the oven is hot and the dough has rested for a whole night under a clean white cloth."
    ),
)

# A message whose middle is in another language: SSML, and what is heard before, in and behind it.
SWITCHES = (
    ("The French word for good day is", "fr", "bonjour mes amis", "and everybody knows it."),
    ("In Spain people say", "es", "buenos días", "to each other in the morning."),
    ("The Italians call it", "it", "buona notte", "when they go to sleep."),
    ("In Brazil you say", "pt-BR", "muito obrigado", "to thank somebody."),
)
