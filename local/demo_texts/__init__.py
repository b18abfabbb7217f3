"""The invented words of the demo: what merchants say about an app that prints packing slips."""

from __future__ import annotations

from collections.abc import Mapping

from local.demo_texts.english import ENGLISH
from local.demo_texts.french import FRENCH
from local.demo_texts.german import GERMAN
from local.demo_texts.japanese import JAPANESE
from local.demo_texts.portuguese import PORTUGUESE
from local.demo_texts.spanish import SPANISH
from local.demo_texts.texts import Texts

LANGUAGES: Mapping[str, Texts] = {
    "en": ENGLISH,
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
    "pt": PORTUGUESE,
    "ja": JAPANESE,
}
"""By what the language detection calls them."""

UNDETERMINED = (
    "ok",
    "10/10",
    "5",
    "OK.",
    "100 %",
    "Toimii hyvin!",
    "Oikein hyvä sovellus, toimii kuten pitää ja tuki vastaa nopeasti.",
    "Działa świetnie!",
    "Bardzo dobra aplikacja, wszystko działa jak należy.",
)
"""Reviews that nobody can judge: no words, too few, or a language that no model has learnt."""

ELSEWHERE = ("Finland", "Poland")
SHOP_FIRST = (
    *("Copper", "Willow", "Harbour", "Juniper", "Little", "North", "Paper", "Salt", "Maple"),
    *("Bright", "Velvet", "Stone", "Clover", "Wild", "Amber", "Quiet", "Second", "Field"),
)
SHOP_LAST = (
    *("Kettle", "& Daughters", "Supply Co.", "Candles", "Cycles", "Ceramics", "Tea House"),
    *("Outfitters", "Books", "Garden", "Roasters", "Leather", "Prints", "Toys", "Knitwear"),
)

TEMPLATES: Mapping[str, tuple[float, float]] = {
    "reset-printer": (0.71, 0.84),
    "blank-slips": (0.52, 0.78),
    "change-plan": (0.90, 0.92),
    "refund-timing": (0.64, 0.69),
    "add-logo": (0.93, 0.95),
    "tax-number": (0.58, 0.61),
    "second-language": (0.66, 0.80),
    "slow-batches": (0.41, 0.47),
}
"""By id the share of "yes" with version 1 and with version 2."""

TEAMS = {
    "Setup": ("Marta", "Jonas", "Ines"),
    "Billing": ("Priya", "Tom"),
    "Technical": ("Aiko", "Samuel", "Lena"),
}

Remark = tuple[str, str, str, int | None, str]
"""Channel, journey stage, author, rating and text."""

REMARKS: tuple[Remark, ...] = (
    ("social", "discover", "prospect", None, "Has anyone used this for gift notes? Looks great."),
    ("social", "use", "customer", 5, "Love how fast the batch print is. Saves us an hour a day."),
    (
        "call",
        "buy",
        "prospect",
        None,
        "Asked for a yearly price. The price page confused them.",
    ),
    ("shop", "start", "customer", 4, "The set-up at our counter was quick and friendly."),
    (
        "note",
        "support",
        "agent",
        None,
        "Third merchant this week who misses the logo setting.",
    ),
    ("chat", "renew", "customer", 2, "Annoyed that the card was charged before the reminder came."),
    ("call", "use", "customer", 5, "Very happy with the new barcodes, they scan perfectly."),
    ("social", "use", "customer", 1, "Our logo was gone again after the update. Terrible morning."),
    (
        "note",
        "start",
        "agent",
        None,
        "New merchants skip the printer test, then call us.",
    ),
    ("shop", "buy", "prospect", 4, "Nice demo. Will try it with our second store."),
    ("chat", "use", "customer", 5, "Thanks, the sorted list is exactly what we wanted!"),
    ("call", "renew", "customer", 5, "Renewed without a second thought. Great support."),
)
"""What was said elsewhere than in a survey or a store."""
