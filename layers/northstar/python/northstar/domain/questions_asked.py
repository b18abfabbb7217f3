"""Questions that a clearer product would not leave open: "how do I …", in many languages.

As with topics, a short table that is right where it speaks is worth more than a long one. Phrases
that also state something are left out, such as Spanish "es posible".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from northstar.domain.topics import ANY, Theme, Topics

_SPACED: Mapping[str, str] = {
    "en": "how do i, how do we, how can i, how can we, how could i, how should i, "
    "how would i, where do i, where can i, is there a way, is it possible to, "
    "how to change, how to cancel, how to delete, how to remove, how to add, how to use, "
    "how to set, how to connect, how to install, how to update, how to export, how to import, "
    "i don't know how, i do not know how, can't figure out, cannot figure out",
    "de": "wie kann ich, wie mache ich, wie stelle ich, wie lösche ich, "
    "wie ändere ich, wie bekomme ich, wie komme ich, wie richte ich, wie verbinde ich, "
    "wie geht das, wo finde ich, wo kann ich, gibt es eine möglichkeit, ist es möglich, "
    "weiß nicht wie",
    "fr": "comment faire, comment puis je, comment je peux, comment peut on, comment est ce que, "
    "comment dois je, comment changer, comment modifier, comment supprimer, comment ajouter, "
    "comment annuler, comment activer, comment désactiver, comment installer, où puis je, "
    "où trouver, est il possible, y a t il un moyen",
    "es": "cómo puedo, cómo hago, cómo se hace, cómo se puede, cómo cambio, cómo cambiar, "
    "cómo elimino, cómo eliminar, cómo configuro, cómo configurar, cómo cancelar, dónde puedo, "
    "dónde encuentro, hay alguna forma, hay alguna manera",
    "pt": "como posso, como faço, como eu faço, como fazer, como consigo, como mudar, "
    "como alterar, como cancelar, como excluir, como configurar, onde posso, onde encontro, "
    "existe alguma forma",
    "it": "come posso, come faccio, come si fa, come fare, come si può, come devo, dove posso, "
    "dove trovo, c'è un modo",
    "nl": "hoe kan ik, hoe moet ik, hoe doe ik, hoe krijg ik, hoe verander ik, hoe stel ik, "
    "waar kan ik, waar vind ik, is het mogelijk",
    "pl": "jak mogę, jak zrobić, jak zmienić, jak usunąć, jak mam, gdzie mogę, gdzie znajdę, "
    "czy można, czy da się",
    "cs": "jak mohu, jak můžu, jak mám, jak udělat, jak změnit, jak zrušit, kde najdu, kde mohu",
    "sv": "hur gör jag, hur kan jag, hur ändrar jag, hur får jag, var hittar jag, går det att",
    "da, no": "hvordan kan jeg, hvordan gør jeg, hvordan gjør jeg, hvordan får jeg, "
    "hvor finder jeg, hvor finner jeg",
    "tr": "nasıl yapabilirim, nasıl yaparım, nasıl yapılır, nasıl değiştir*, nerede bulabilirim",
}
_OF_SCRIPTS: Mapping[str, str] = {
    "ja": "どうすれば, どうしたら, どうやって, 方法を教え, やり方, 使い方, できますか",
    "ko": "어떻게 하, 어떻게 해야, 방법을 알려, 방법이 있, 하는 방법",
    "zh": "如何, 怎样, 怎樣, 怎么才能, 怎么设置, 怎么用, 怎么使用, 怎么取消, 怎么删除, 怎么修改, "
    "怎麼用, 怎麼設定, 怎麼取消, 有没有办法, 有沒有辦法",
    "ar": "كيف يمكنني, كيف أستطيع, كيف اقدر, كيف أقدر, هل يمكنني",
    "he": "איך אני, איך אפשר, איך עושים, כיצד, איפה אפשר",
}


def asks_how(text: str, language: str) -> bool:
    """Return whether a text asks how something is done, or where it is.

    `language` is a BCP 47 tag. Phrases in letters with spaces between words are known in any
    language, also in "und".
    """
    return bool(_phrases().of(text, language))


@cache
def _phrases() -> Topics:
    words = {ANY: ", ".join(_SPACED.values()), **_OF_SCRIPTS}
    return Topics([Theme("how", {tag: tuple(told.split(", ")) for tag, told in words.items()})])
