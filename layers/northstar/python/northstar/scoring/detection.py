"""Tells languages in Latin letters apart by their commonest words and their own letters.

Light on purpose: no dependency and no data but the lists below. It would rather say nothing than
guess, so short texts and texts between two languages get no answer.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from operator import itemgetter

MIN_LETTERS = 20
# A language needs this much evidence in all, this much for each word, and so many times as much as
# the next one. One word that only this language has is an evidence of 1.
_MIN_EVIDENCE = 1.5
_MIN_SHARE = 0.12
_MIN_LEAD = 1.8
_MAX_WORDS = 60
_MAX_WORD_LENGTH = 40

_COMMON_WORDS = {
    "ca": """el la els les i de que en un una és no es per amb del al molt però més com si ja tot
        aquesta aquest està fa quan des puc té són hi ho perquè bé gràcies aplicació funciona res
        sempre ara també només cap""",
    "cs": """a se na je v to že s z do o ale jak si tak po za už jsem by jen pro od jako když mi
        není jsou ne ve ze který nebo být velmi proto kde mě má při také aplikace aplikaci nejde
        nefunguje dobrá dobrý děkuji super hodně vše všechno""",
    "da": """og i jeg det at en den til er som på de med han af for ikke der var mig sig men et har
        om vi min havde ham hun nu over da fra du ud sin dem os op man hans hvor eller hvad skal
        selv her alle vil blev kunne ind når være kan virker meget også noget god godt bare""",
    "de": """der die das und ist nicht ich ein eine einen einem einer zu mit auf für von den dem des
        im auch sich es sie wir er wie aber man noch nur war hat haben sind bei nach aus wenn kann
        so mehr sehr mich mir mein meine dass als oder zum zur vom am immer wird werden wurde schon
        keine kein alles jetzt hier doch gut über was wieder bin ihr euch uns gibt leider seit
        etwas diese dieser ja nein dann bitte habe warum heute ohne viel mal""",
    "en": """the and is to of it i you this that for in with my not on was but are have be so they
        can just all at your me as when if from very would what up or out has more get no there
        will use we good great their them which been one about how only after now than its an even
        because don doesn didn ve ll re isn won app please time like do does don't were had her
        his she he our who why every love too some any really works work should could""",
    "es": """el la los las de que y en un una es no se por con para lo del al me mi muy pero más
        como si su ya todo esta este está le yo te tu sin o hay cuando porque hoy qué son ha he
        también nada bien fue ser estoy era eso esto así tiene tengo mejor buena bueno nos desde
        hasta solo sólo donde siempre dos ni ese esa ahora años todos a mucho gracias puede hace""",
    "fi": """ja on ei se että en hän oli mutta niin kun kuin minä sinä tämä olen mitä joka ovat myös
        jos nyt vain tai ole kaikki hyvä todella sovellus toimii eikä mukaan sitten vielä hyvin
        erittäin voi ollut mitään""",
    "fr": """le la les de des et est un une je ne pas que qui en à pour ce dans il sur avec plus au
        du j qu mais on tout très bien se sa son ça mon ma mes me y a été ai suis sont
        par vous nous elle ils si cette ces faire fait même aussi depuis quand comme trop ou où sans
        merci application impossible plusieurs fois rien peut être avoir y encore toujours bonne bon
        leur peu vraiment pourquoi avant après jamais""",
    "hu": """a az és nem hogy is egy van de ez meg már csak ha én mint még volt el vagy nagyon jó
        kell ki lehet most nincs mert amit alkalmazás sem minden hát itt ami azt ezt le fel""",
    "id": """yang dan di ini itu dengan untuk tidak dari dalam akan pada juga saya ke karena bisa
        ada sudah aplikasi tapi lebih kami sangat kalau jadi bagus banget nya aja udah lagi mau
        apa tolong terima kasih""",
    "it": """il la lo le gli i di e che non è un una per in con si ma ho mi del della dei delle dal
        al alla nel nella sono come anche più molto se da questo questa tutto tutti ci ti mio mia
        a o ha hai abbiamo perché quando poi solo sempre ancora senza cosa bene fare fatto già
        essere era stato dopo così buona ottimo ottima grazie app ogni ed ne su sul sulla chi io tu
        quello oggi niente stata va governo""",
    "nb": """og i jeg det at en den til er som på de med han av for ikke der var meg seg men et har
        om vi min hadde ham hun nå over da fra du ut sin dem oss opp man hans hvor eller hva skal
        selv her alle vil ble kunne inn når være kan fungerer veldig også noe god bra bare""",
    "nl": """de het een en van ik is dat niet te die in op voor met zijn er maar om aan ook als dan
        bij nog naar heb was je mijn wel wat geen dit deze zo kan meer door over uit hebben heeft
        al tot goed zeer moet worden wordt zij hij we jullie hun hoe waar mij nu werkt alles
        altijd gewoon klant klanten veel andere daar omdat niets weer ben bank geld duidelijk alleen
        snel nooit iets via zonder kunnen""",
    "pl": """i w nie na się z do to że jest jak o a co ale po tak za od mi dla już tylko ma przez są
        by był jestem bardzo czy aplikacja aplikacji nie da lub który która można brak działa
        dobra polecam super może jeszcze więcej wszystko mnie go przy bez też""",
    "pt": """o a os as de que e do da em um uma para com não é se na no por mais dos das ao foi
        muito eu meu minha como mas já bem está ainda produto ele ela isso este essa esse esta tem
        só até nada são quando também pelo pela sem ser estou tudo bom boa ótimo comprei chegou
        recebi veio entrega entregue prazo antes gostei recomendo fiz pois nem aplicativo agora
        às nos lhe você obrigado obrigada uns vou pra""",
    "ro": """și în de la a nu este cu pe să că se un o din mai ce pentru am sunt ai dar care au
        foarte bine aplicația aplicație ca fi fost după până când lui mi nici doar cum fără""",
    "sv": """och i jag det att en den till är som på de med han av för inte där var mig sig men ett
        har om vi min hade honom hon nu över då från du ut sin dem oss upp man hans hur eller vad
        ska här alla vill blev kunde in när vara kan fungerar mycket också något bra bara väldigt
        jättebra appen""",
    "tr": """ve bir bu da de için çok ne ile o ama var gibi daha en ben mi değil olarak kadar sonra
        iyi yok ki her şey ya güzel uygulama hiç lütfen ise bana beni olan neden şekilde kötü
        olmuyor artık biraz diye değil""",
}
# Letters and endings that few other languages write.
_OWN_SPELLINGS = {
    "ca": r"l·l|[cs]ió$|ny|tz|ï",
    "cs": r"[ěřů]|[ščž].*[áíéý]|[áíéý].*[ščž]",
    "da": r"[æø]|hv",
    "de": r"ß|ä|ö|ü|sch|ung(?:en)?$|keit$|lich",
    "en": r"ing$|th|ould$|ight|ck",
    "es": r"ñ|ción$|[áéíóú]s?$|ll[aeo]",
    "fi": r"ää|yö|nen$|ssa$|ssä$",
    "fr": r"[êèœûùç]|eau|[éè]e?s?$|tion$|eux$|oi[rst]",
    "hu": r"[őű]|gy|sz",
    "id": r"^(?:men|ber|ter|pen)|kan$|nya$",
    "it": r"[òìù]$|zion[ei]$|gli|cch|tt[aeio]$|gh[ei]|zz",
    "nb": r"[æø]|hv",
    "nl": r"ij|aa|uu|oo[^o]|ee[^o]|sch",
    "pl": r"[łąęśźż]|cz|rz|[^s]sz",
    "pt": r"[ãõ]|ç|nh|lh|ção$|ções$|ei$|ou$",
    "ro": r"[șțşţ]|ă",
    "sv": r"å|ä|ö|ck",
    "tr": r"[ışğ]|[üö]",
}
_SPELLING_EVIDENCE = 0.5
LANGUAGES = frozenset(_COMMON_WORDS)

# Names of people and subjects, as in @someone and #something, say little about the rest.
_WORD = re.compile(r"(?<![@#\w])[^\W\d_]+")


def _evidence() -> dict[str, dict[str, float]]:
    """Return word → what it says for each language; a word that n languages share says 1/n."""
    users: defaultdict[str, list[str]] = defaultdict(list)
    for code, words in _COMMON_WORDS.items():
        for word in dict.fromkeys(words.split()):
            users[word].append(code)
    return {word: dict.fromkeys(codes, 1 / len(codes)) for word, codes in users.items()}


_EVIDENCE = _evidence()
_SPELLINGS = {code: re.compile(pattern) for code, pattern in _OWN_SPELLINGS.items()}


def detect(text: str, among: Collection[str]) -> str | None:
    """Return the language of a text in Latin letters, one of `among`, or None when unsure.

    Texts of fewer than 20 letters get None, and so does a text that looks most like a language
    that is not in `among`. Only the first 60
    different words are weighed.
    """
    words = _WORD.findall(text.lower())
    if sum(map(len, words)) < MIN_LETTERS:
        return None
    different = list(dict.fromkeys(words))[:_MAX_WORDS]
    weighed = sorted(_weigh(different).items(), key=itemgetter(1), reverse=True)
    (best, most), (_, next_most) = (*weighed, ("", 0.0), ("", 0.0))[:2]
    sure = most >= max(_MIN_EVIDENCE, _MIN_SHARE * len(different), _MIN_LEAD * next_most)
    return best if sure and best in among else None


def _weigh(words: Iterable[str]) -> dict[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for word in words:
        for code, evidence in _word_evidence(word).items():
            total[code] += evidence
    return total


@functools.lru_cache(20_000)
def _word_evidence(word: str) -> dict[str, float]:
    evidence = defaultdict(float, _EVIDENCE.get(word, {}))
    if 3 < len(word) < _MAX_WORD_LENGTH:
        fitting = [code for code, spelling in _SPELLINGS.items() if spelling.search(word)]
        for code in fitting:
            evidence[code] += _SPELLING_EVIDENCE / len(fitting)
    return evidence
