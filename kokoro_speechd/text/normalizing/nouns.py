# SPDX-License-Identifier: GPL-3.0-or-later
"""The gender of what is counted, by its ending and by tables of the commonest exceptions.

Facts of the languages: which endings are feminine, and the words that a desktop, a letter or the news count.
The tables are as large as this file, so they are no fields of `Language`; `number_words` alone asks for them.
"""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words that begin no counted noun: prepositions, conjunctions, verbs.
_NO_NOUNS = {
    "es": _set(
        "de del y o u e a al en con por para que es son era fue se no si sí más menos hasta entre sobre "
        "desde el la los las un una como cuando donde pero ni ya está están hay ha han sin le lo su sus "
        "tu mi esta este ese esa también solo sólo después antes tras según"
    ),
    "fr": _set(
        "de du des et ou à au aux en dans avec par pour que qui est sont était se ne pas plus moins sur "
        "sous le la les un une comme quand mais ni ce cette ces il elle on nous vous ils elles sans chez "
        "vers entre y a ont"
    ),
    "it": _set(
        "di del della dei delle e ed o a al alla alle in nel nella con per da dal che è sono era si non "
        "più meno su sul il lo la i gli le un una come quando ma né ha hanno fino tra fra sopra sotto "
        "questo questa contro"
    ),
    "pt-BR": _set(
        "de do da dos das e ou a ao à às em no na nos nas com por para que é são era foi se não mais "
        "menos até entre sobre desde o os as um uma como quando mas nem já está estão há sem lhe seu sua "
        "este esta também só depois antes"
    ),
}
# Adjectives of one form for both genders, which stand before nouns: "21 grandes empresas".
_BEFORE_NOUNS = {
    "es": _set("grandes gran mejores peores posibles distintas diferentes principales siguientes simples"),
    "fr": _set("autre autres jeune jeunes simple simples grande petite nouvelle dernière première"),
    "it": _set("grandi grande altri altre nuovi nuove ultimi ultime"),
    "pt-BR": _set("grandes melhores piores possíveis diferentes principais seguintes simples"),
}
_FEMININE = {
    "es": _set(
        "vez noche tarde parte imagen red clave base serie llave calle gente mujer frase sal señal fase nube "
        "sangre carne leche torre flor luz cruz voz piel cárcel sede web url app mano foto moto clase muerte "
        "suerte mente nieve nave hoja fuente suite corriente página radio mente costumbre cumbre"
    ),
    "pt-BR": _set(
        "vez mulher noite parte tarde rede mão luz voz cor flor chave classe fase frase série base lente "
        "nuvem ordem foto moto senha noz cruz paz mãe irmã maçã manhã ponte fonte gente sede torre web url "
        "árvore"
    ),
    "it": _set(
        "volta notte parte classe frase chiave rete voce luce fase base serie mano foto moto gente neve "
        "carne legge nave canzone app email mail url madre morte mente fonte torre valle ape auto radio "
        "specie crisi analisi tesi ipotesi croce pace pelle sede scadenza opzione lezione"
    ),
    "fr": _set(
        "image page plage cage nage heure minute seconde journée semaine année fois personne ligne "
        "colonne lettre chose femme fille tâche photo vidéo fenêtre touche pièce pomme voiture maison "
        "ville vie voix route table chaise chambre salle place partie question réponse langue phrase "
        "note tonne once roupie dizaine douzaine centaine erreur couleur valeur fleur peur odeur largeur "
        "hauteur longueur profondeur vapeur chaleur douleur faveur saveur lueur rumeur sueur mère sœur "
        "mer nuit main fin part mort dent clé clef forêt croix noix souris brebis tête fête bête dette "
        "liste piste règle école étoile feuille famille bouteille oreille île langue virgule boule "
        "classe adresse copie série entrée sortie commande demande icône cellule barre marque carte "
        "porte pause phase base boîte case mise tranche branche version livraison saison raison leçon "
        "façon chanson facture voiture page web application appli app url étape équipe entreprise banque "
        "musique boutique marche piqûre mesure lecture signature majuscule minuscule flèche bulle "
        "machine usine cuisine piscine origine vitamine tartine lampe rampe jupe soupe troupe étude "
        "habitude onde seconde amende légende bande corde sorte carotte tasse masse caisse vitesse "
        "jeunesse pensée idée fusée armée durée soirée poignée cuillère connexion réunion union action "
        "option région religion"
    ),
}
_MASCULINE = {
    "es": _set(
        "día mapa problema sistema programa idioma tema clima planeta poema esquema diagrama telegrama "
        "kilograma síntoma drama fantasma diploma aroma lema panorama crucigrama sofá cura guardia agua"
    ),
    "pt-BR": _set(
        "dia mapa problema sistema programa idioma tema clima planeta poema esquema diagrama telegrama drama "
        "fantasma diploma aroma lema panorama sofá cinema grama quilograma"
    ),
    "it": _set(
        "problema sistema programma tema clima pianeta poema schema diagramma dramma fantasma diploma aroma "
        "panorama cinema papa collega"
    ),
    "fr": _set(
        "espace message étage âge village visage langage bagage million milliard groupe programme problème "
        "système site titre"
    ),
}
_ENDINGS = {
    "es": re.compile(r"(?:a|ción|sión|gión|xión|tión|dad|tad|tud|umbre|itis|ez)\Z"),
    "pt-BR": re.compile(r"(?:a|ã|ção|são|gião|xão|dade|tude|gem|ice)\Z"),
    "it": re.compile(r"(?:a|zione|sione|gione|nione|tà|tù|ine|ice|udine|igine)\Z"),
    "fr": re.compile(
        r"(?:tion|sion|xion|té|ette|ance|ence|esse|ure|tude|ine|elle|ille|otte|ière|euse|trice|ise|ade|que)\Z"
    ),
}


def is_no_noun(word: str, language: str) -> bool:
    """Tell whether a word behind a number is surely not what it counts."""
    return word.lower() in _NO_NOUNS[language]


def stands_before_nouns(word: str, language: str) -> bool:
    """Tell whether a word is an adjective that hides the gender of the noun behind it."""
    return word.lower() in _BEFORE_NOUNS[language]


def is_feminine(noun: str, language: str) -> bool:
    """Tell the gender of a noun in either number, as far as its form tells it."""
    word = noun.lower()
    return any(_is(form, language) for form in _singulars(word, language)) if len(word) > 1 else False


def _is(word: str, language: str) -> bool:
    if word in _MASCULINE[language]:
        return False
    return word in _FEMININE[language] or bool(_ENDINGS[language].search(word))


def _singulars(word: str, language: str) -> tuple[str, ...]:
    """Return the singular that a plural may come from; the word itself where it is none."""
    if language == "es":
        if word.endswith(("ciones", "siones", "giones")):
            return (word[:-4] + "ón",)
        if word.endswith("ces"):
            return (word[:-3] + "z",)
        if word.endswith(("ágenes", "órdenes")):
            return ("imagen",)
        if word.endswith("es") and len(word) > 3:
            return (word[:-2], word[:-1])
    if language == "pt-BR":
        if word.endswith("ões"):
            return (word[:-3] + "ão",)
        if word.endswith("ns"):
            return (word[:-2] + "m",)
        if word.endswith(("zes", "res")):
            return (word[:-2],)
        if word == "mãos":
            return ("mão",)
    if language == "fr" and word.endswith("x"):
        return (word,)
    if language == "it":
        return (word,)
    return (
        (word[:-1],) if word.endswith("s") and len(word) > 3 and word not in ("fois", "souris") else (word,)
    )
