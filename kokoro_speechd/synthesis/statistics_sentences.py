# SPDX-License-Identifier: GPL-3.0-or-later
"""What a voice's statistics are learned from: phonemes in its language, by the share of silence around them.

For each language, by the first letter of its voices: single words, a few words, sentences, long sentences. With
and without a full stop, since much of what a screen reader says has none.
"""

from __future__ import annotations

# fmt: off
SENTENCES: dict[str, tuple[tuple[str, ...], ...]] = {
    "a": (
        ("dˈɑkjəmənts.", "nˌævəɡˈAʃən", "ˌʌndəɹstˈʊd.", "pɹˈɛfəɹənsᵻz"),
        ("klˈOz ðə wˈɪndO.", "həlˈO wˈɜɹld", "sˈɜɹʧ ɪn fˈOldəɹz."),
        (
            "ɡlˈu ðə ʃˈit tə ðə dˈɑɹk blˈu bˈækɡɹˌWnd.",
            "ˌɪts ˈizi tə tˈɛl ðə dˈɛpθ ʌv ɐ wˈɛl.",
            "ˌɑɹ ju ʃˈʊɹ ðæt ju wˈɑnt tə klˈOz ðə wˈɪndO?",
            "dˈɑkjəmənts, pˈɪkʧəɹz ænd mjˈuzɪk.",
        ),
        (
            "wˌɛn ðə kəmˈɪTi mˈɛt əɡˈɛn ɪn ðə spɹˈɪŋ, mˈOst ʌv ɪts mˈɛmbəɹz hæd ˌɔlɹˈɛdi "
            "ɹˈɛd ðə ɹəpˈɔɹt, ænd nˈObˌɑdi wʌz səɹpɹˈIzd ðæt ðə vˈOt wʌz tˈAkən bəfˈɔɹ lˈʌnʧ.",
            "ðə nˈu ɹəlˈis ɪmpɹˈuvz ðə fˈIl mˈænɪʤəɹ, ˈædz ɐ sˈɛTɪŋ fɔɹ ðə "
            "spˈid ʌv ˌænəmˈAʃənz, ænd fˈɪksᵻz ɐ pɹˈɑbləm wɪð ðə nˈɛtwˌɜɹk dˈIəlˌɔɡ.",
        ),
    ),
    "b": (
        ("dˈɒkjʊmᵊnts.", "nˌavɪɡˈAʃᵊn", "ˌʌndəstˈʊd.", "pɹˈɛfəɹənsɪz"),
        ("klˈQz ðə wˈɪndQ.", "həlˈQ wˈɜːld", "sˈɜːʧ ɪn fˈQldəz."),
        (
            "ɡlˈuː ðə ʃˈiːt tə ðə dˈɑːk blˈuː bˈakɡɹWnd.",
            "ˌɪts ˈiːzi tə tˈɛl ðə dˈɛpθ ɒv ɐ wˈɛl.",
            "ˌɑː juː ʃˈʊə ðat juː wˈɒnt tə klˈQz ðə wˈɪndQ?",
            "dˈɒkjʊmᵊnts, pˈɪkʧəz and mjˈuːzɪk.",
        ),
        (
            "wˌɛn ðə kəmˈɪti mˈɛt əɡˈɛn ɪn ðə spɹˈɪŋ, mˈQst ɒv ɪts mˈɛmbəz had ɔːlɹˈɛdi "
            "ɹˈɛd ðə ɹɪpˈɔːt, and nˈQbədi wɒz səpɹˈIzd ðat ðə vˈQt wɒz tˈAkᵊn bɪfˈɔː lˈʌnʧ.",
            "ðə njˈuː ɹɪlˈiːs ɪmpɹˈuːvz ðə fˈIl mˈanɪʤə, ˈadz ɐ sˈɛtɪŋ fɔː ðə "
            "spˈiːd ɒv ˌanɪmˈAʃᵊnz, and fˈɪksɪz ɐ pɹˈɒbləm wɪð ðə nˈɛtwəːk dˈIəlɒɡ.",
        ),
    ),
    "e": (
        ("dˌokumˈɛntos.", "kˌonfiɣˌuɾaθjˈon", "bjˌembenˈiðos.", "pɾˌefeɾˈɛnθjas"),
        ("θerˈaɾ la βentˈana.", "ˈola a tˈoðos", "buskˈaɾ aɾʧˈiβos."),
        (
            "el pˈero dwˈeɾme ðelˈante ðe la pwˈeɾta.",
            "ˈoɪ ˈaθe βwˈen tjˈempo en la kˈosta.",
            "kjˈeɾe ustˈed θerˈaɾ la βentˈana?",
            "dˌokumˈɛntos, imˈaxenes i mˈusika.",
        ),
        (
            "kwˌando el kˌomitˈe se reʊnjˈo ðe nwˈeβo em pɾˌimaβˈeɾa, kˈasi tˈoðos aβˈian "
            "leˈiðo ʝˈa el infˈoɾme, i nˈaðje se sˌoɾpɾendjˈo ðe ke βotˈaɾan ˈantes ðe komˈeɾ.",
            "la nwˈeβa βeɾsjˈon mexˈoɾa el xestˈoɾ ðe aɾʧˈiβos, aɲˈaðe ˈun axˈuste "
            "pˌaɾa la βˌeloθiðˈad ðe las ˌanimaθjˈones i korˈixe ˈum pɾoβlˈema ðe la rˈed.",
        ),
    ),
    "f": (
        ("dokymɑ̃tasjˈɔ̃.", "pʁefeʁˈɑ̃s", "bjɛ̃vnˈy a tˈus.", "ɑ̃ʁʒistʁəmˈɑ̃"),
        ("fɛʁmˈe la fənˈɛtʁ.", "bɔ̃ʒˈuʁ a vu tˈus", "ʃɛʁʃˈe œ̃ fiʃjˈe."),
        (
            "lə ʃjˈɛ̃ dˈɔʁ dəvˈɑ̃ la pˈɔʁt də la mɛzˈɔ̃.",
            "il fˈɛ bˈo oʒuʁdyˈi syʁ la kˈoːt.",
            "vulˈevu vʁɛmˈɑ̃ fɛʁmˈe la fənˈɛtʁ ?",
            "dokymˈɑ̃, imˈaʒz e myzˈik.",
        ),
        (
            "kɑ̃ lə komitˈe sɛ ʁeynˈi də nuvˈo o pʁɛ̃tˈɑ̃, pʁˌɛskə tus avˈɛ "
            "deʒˈa lˈy lə ʁapˈɔʁ, e pɛʁsˈɔn nə fy syʁpʁˈi kə lɔ̃ vˈɔt avˌɑ̃ lə deʒønˈe.",
            "la nuvˈɛl vɛʁsjˈɔ̃ ameljˈɔʁ lə ʒɛstjɔnˈɛʁ də fiʃjˈe, aʒˈut œ̃ "
            "ʁeɡlˈaʒ puʁ la vitˈɛs dez animasjˈɔ̃z e koʁˈiʒ œ̃ pʁɔblˈɛm dy ʁezˈo.",
        ),
    ),
    "h": (
        ("dˌəstaːʋeːzˈiːkəɾˌəɳ.", "kˈaːrjəkɾˌəmõ", "ˌʌbʰɪʋˈaːdən.", "pɾˌaːtʰmˌɪktˈaːj"),
        ("kʰˈɪr.kˌi bˈʌnd kˈʌɾẽː.", "nəmˈʌsteː dˈʊnɪjˌaː ʋˈaːloː", "fˈaːɪl kʰˈoːɟẽː."),
        (
            "kˈʊtːaː ɡʰˈʌɾ keː dˌəɾʋˈaːzeː keː sˈaːmnˌeː sˈoː ɾˌəhaː hɛː.",
            "ˈaːɟ səmˈʊdɾə keː kɪnˈaːɾeː mˈɔːsəm ˈʌcʰcʰaː hɛː.",
            "kːjaː ˌaːp sˈʌc mẽː kʰˈɪr.kˌi bˈʌnd kˈʌɾnˌaː cˈaːhətˌeː hɛ̃?",
            "dˌəstaːʋˈeːz, cˈɪtɾə ɔːɾ səŋɡˈiːt.",
        ),
        (
            "ɟˈʌb sˈʌmɪtˌɪ ʋəsˈʌnt mẽː pʰˈɪɾ seː mˈɪli, tˈoː zjaːdˈaːtəɾ sədˈʌsjõ nˈeː ɾɪpˈoːɾʈ pˈʌhəlˌeː hˈi pˈʌr.h "
            "lˈi tʰi, ɔːɾ kˈɪsi koː ˈaːʃcərjˌə nˈʌhĩ hˈʊaː kˈɪ matdˈaːn dˈoːpəhˌəɾ keː kʰˈaːneː seː pˈʌhəlˌeː hoː ɡˈʌjaː.",
            "nˈʌjaː sˈʌnskəɾˌəɳ fˈaːɪl pɾəbˈʌndʰək koː bˈeːhətˌəɾ bənˈaːtaː hɛː, ˌeːnɪmˈeːʃən ki ɡˈʌtɪ "
            "keː lˈɪeː ˈeːk ʋɪkˈʌlp ɟˈoːr.tˌaː hɛː ɔːɾ nˌeːʈəʋˈʌɾk ki ˈeːk səmˈʌsjaː ʈʰˈiːk kˈʌɾtˌaː hɛː.",
        ),
    ),
    "i": (
        ("dokʊmˈentɪ.", "impostaʦiˈonɪ", "benvenˈutɪ.", "preferˈɛnʦe"),
        ("kjˈudɪ la finˈɛstra.", "ʧˈao a tˈutːɪ kwˈantɪ", "ʧˈerka ʊn dokʊmˈento."),
        (
            "il kˈane dˈɔrme davˈantɪ ˌalla pˈɔrta dɪ kˈaza.",
            "ˈɔʤːɪ sˌʊlla kˈɔsta fˈa bˈɛl tˈɛmpo.",
            "vʊˌɔle davvˈero kjˈudere la finˈɛstra?",
            "dokʊmˈentɪ, immˈaʤinɪ e mˈuzika.",
        ),
        (
            "kwˈando il komitˈato sɪ riʊnˈi dɪ nʊˈɔvo in primavˈɛra, kwˈazɪ tˈutːɪ avˈevano "
            "ʤˈa lˈɛtːo la relaʦiˈone, e neSˌʊno fʊ sorprˈezo ke sɪ votˈaSe prˈima dɪ prˈaŋʣo.",
            "la nʊˈɔva versjˈone miʎˈora il ʤestˈore dˌA fˈile, aʤːˈunʤe "
            "ʊnimpostaʦiˈone per la veloʧitˈa dˌelle animaʦiˈonɪ e korɾˈɛʤːe ʊn problˈɛma dˌella rˈete.",
        ),
    ),
    "p": (
        ("dˌokumˈAŋtʊs.", "kˌoŋfiɡˌuɾasˈɐ̃ʊ̃", "bˈAŋvˈiŋdʊs.", "prˌefeɾˈAŋsjæs"),
        ("feʃˈaɾ a ʒˌænˈɛlæ.", "olˈa a tˈodʊz vosˈes", "prˌokuɾˈaɾ ˌaɾəkˈivʊs."),
        (
            "ʊ kˌaʃˈoxʊ dˈɔɾəmy na frˈAŋʧy da pˈɔɾətæ da kˈazæ.",
            "ˈoʒy fas tˈAmpʊ bˈoŋ na kˈɔstæ.",
            "vosˌe kˈɛr mˈezmʊ feʃˈaɾ a ʒˌænˈɛlæ?",
            "dˌokumˈAŋtʊs, ˌimˈaʒAŋz i mˈuzikæ.",
        ),
        (
            "kwˈɐ̃ŋdw ʊ kˌomitˈe sy xˌeunˈiʊ ʤy nˈovʊ na prˌimavˈɛɾæ, kwˈazy tˈodʊz ʒˈa ʧˌiɲɐ̃ʊ̃ "
            "lˈidw ʊ xˌelatˈɔɾjʊ, i niŋɡˈAŋ sy sˌuɾəpreAŋdˈeʊ ky a vˌotasˈɐ̃ʊ̃ fˈosj ˈɐ̃ŋʧyz dʊ ˌWmˈosʊ.",
            "a nˈɔvæ veɾəsˈɐ̃ʊ̃ mˌeljˈɔɾæ ʊ ʒˌeɾAŋsˌiadˈor ʤj ˌaɾəkˈivʊs, ˌakresˈAŋtæ ũŋ "
            "ˌaʒˈusʧy pˌaɾæ a vˌelosidˈaʤy daz ˌænimasˈõjz i kˌoxˈiʒj ũŋ prˌoblˈemæ da xˈeʤy.",
        ),
    ),
    "j": (
        ("kompʲɨːtaː.", "pɯɾoɡɯɾamɯ meː", "oɕiɾase ɕi masɨ.", "seʔteː ɡameɴ"),
        ("mado o ɕimete kɯdasai.", "koɲɲiʨiβa mʲinasaɴ", "ɸaiɾɯ o saɡaɕimasɨ."),
        (
            "inɯ ɡa ie no mae de nete imasɨ.",
            "kʲoː βa ɯmʲi no teŋkʲi ɡa ii desɨ.",
            "hontoːɲi mado o ɕimemasɨ ka.",
            "ɕoɾɯi, ɕaɕiɴ, oŋɡakɯ.",
        ),
        (
            "haɾɯ ɲi iiŋkai ɡa moːiʨido aʦɨmaʔta tokʲi, hotondo no çito βa hoːkokɯɕo o moː "
            "jonde ita node, çiɾɯ ɡohaɴ no mae ɲi toːçoː ɡa oβaʔte mo, daɾe mo odoɾokʲi maseɴ deɕi ta.",
            "ataɾaɕii haɴ de βa, ɸaiɾɯ no kanɾʲi ɡa benɾʲi ɲi naɾʲi, ɯɡokʲi no "
            "hajasa o kʲimeɾɯ seʔteː ɡa kɯβaβaɾʲi, neʔtoβaːkɯ no mondai mo naoɾʲi maɕita.",
        ),
    ),
    "z": (
        ("wə↗nʨjɛ↘n kwa↓nli↓ʨʰi↘.", "xwa→ni↗ŋkwa→ŋli↗n", "ɕi↘tʰʊ↓ŋ ʂɤ↘ꭧɨ↘.", "ʂou↓ɕɥɛ↓n ɕja↘ŋmu↘"),
        ("kwa→npi↘ ꭧɤ↘kɤ ꭧʰwa→ŋkʰou↓.", "ni↓xau↓ ʂɨ↘ʨje↘ ta↘ʨja→", "sou→swo↓ swo↓jou↓ wə↗nʨjɛ↘n."),
        (
            "kou↓ ʦai↘ fa↗ŋʦɨ tɤ mə↗nkʰou↓ ʂwei↘ʨjau↘.",
            "ʨi→ntʰjɛ→n xai↓pjɛ→n tɤ tʰjɛ→nʨʰi↘ xə↓n xau↓.",
            "ni↗n ꭧə→ntɤ jau↘ kwa→npi↘ ꭧʰwa→ŋkʰou↓ ma?",
            "wə↗nta↘ŋ, tʰu↗pʰjɛ↘n xɤ↗ i→nɥe↘.",
        ),
        (
            "ꭧʰwə→ntʰjɛ→n wei↓ɥɛ↗nxwei↘ ʦai↘ʦʰɨ↘ kʰai→xwei↘ tɤ ʂɨ↗xou↘, ta↘two→ʂu↘ ꭧʰə↗ŋɥɛ↗n i↓ʨi→ŋ "
            "tu↗kwo↘ na↘fə↘n pau↘kau↘, swo↓i↓ u↓fa↘n i↓ʨʰjɛ↗n ʨjou↘ tʰou↗pʰjau↘, ʂwei↗ je↓ pu↘ ʨɥe↗tɤ ʨʰi↗kwai↘.",
            "ɕi→n pa↓npə↓n kai↓ʨi↘n lɤ wə↗nʨjɛ↘n kwa↓nli↓ʨʰi↘, ʦə→ŋʨja→ lɤ i↗kɤ↘ ʂɤ↘ꭧɨ↘ "
            "tʊ↘ŋxwa↘ su↘tu↘ tɤ ɕɥɛ↓nɕja↘ŋ, pi↘ŋʨʰje↓ ʨje↓ʨɥe↗ lɤ wa↓ŋlwo↘ tɤ i↗kɤ↘ wə↘ntʰi↗.",
        ),
    ),
}
# fmt: on
