"""The invented words of the demo: what merchants say about an app that prints packing slips."""

from __future__ import annotations

PRAISE_FIRST = (
    "Setting this up took us ten minutes, including the logo.",
    "We ship about two hundred parcels a day and this has never let us down.",
    "Exactly what a small shop needs.",
    "I tried four other apps before this one.",
    "Our warehouse team asked me to write this.",
    "Been using it since we opened our second location.",
    "Packing slips finally look like our brand.",
    "Switched over from a spreadsheet and never looked back.",
    "The batch print alone is worth the price.",
    "Does one thing and does it well.",
    "Two years in and still happy.",
    "Our returns went down because the slips are readable now.",
)
PRAISE_NEXT = (
    "Support answered within the hour and even fixed our template for us.",
    "The barcodes scan first time, every time.",
    "I like that it does not try to sell me ten other things.",
    "Marta from support stayed with us until the printer worked.",
    "Gift notes come out on their own page, which our customers love.",
    "The editor is simple enough that I did not need a developer.",
    "It remembers the printer for each location.",
    "Updates come quietly and nothing breaks.",
    "",
    "",
)
MIXED = (
    "Good app, but the editor is slow when a template has many images.",
    "Works well. I miss a way to sort slips by shelf.",
    "Nice overall, the pricing jumps a bit too early for us.",
    "It prints what it should. Setting up the second language took some trial and error.",
    "Solid, but the preview does not always match what comes out of the printer.",
    "Decent. Would be five stars with automatic printing on a schedule.",
)
COMPLAINTS = (
    "After the last update half of our slips came out blank. Lost a morning to it.",
    "Charged twice this month and still waiting for an answer about the refund.",
    "Too slow for more than fifty orders at once, it keeps timing out.",
    "The margins are wrong on our label printer and nobody could tell me why.",
    "I asked for help three times and got the same link to the same article.",
    "Uninstalled. Could not get the tax number onto the slip.",
)
AFTER_EDIT = "Update: they called us the next day and it prints again. Raised my rating."
OTHER_LANGUAGES = {
    "de": (
        "In zehn Minuten eingerichtet, und der Support war sehr freundlich.",
        "Druckt zuverlässig, auch bei vielen Bestellungen. Klare Empfehlung.",
        "Endlich Lieferscheine, die nach unserer Marke aussehen.",
    ),
    "fr": (
        "Installation rapide et un service client à l'écoute.",
        "Très pratique pour imprimer toutes les commandes du matin en une fois.",
    ),
    "es": (
        "Muy fácil de usar y el equipo de soporte responde enseguida.",
        "Justo lo que necesitábamos para el almacén. Funciona sin problemas.",
    ),
    "nl": ("Werkt prima, en je krijgt snel antwoord als je iets vraagt.",),
    "pt": ("Ótimo aplicativo, fácil de configurar e o suporte é excelente.",),
    "it": ("Semplice da usare e l'assistenza risponde in poche ore.",),
}
COUNTRIES = {
    "en": ("United States", "United Kingdom", "Canada", "Australia", "Ireland"),
    "de": ("Germany", "Austria"),
    "fr": ("France", "Belgium"),
    "es": ("Spain", "Mexico"),
    "nl": ("Netherlands",),
    "pt": ("Brazil", "Portugal"),
    "it": ("Italy",),
}
SHOP_FIRST = (
    *("Copper", "Willow", "Harbour", "Juniper", "Little", "North", "Paper", "Salt", "Maple"),
    *("Bright", "Velvet", "Stone", "Clover", "Wild", "Amber", "Quiet", "Second", "Field"),
)
SHOP_LAST = (
    *("Kettle", "& Daughters", "Supply Co.", "Candles", "Cycles", "Ceramics", "Tea House"),
    *("Outfitters", "Books", "Garden", "Roasters", "Leather", "Prints", "Toys", "Knitwear"),
)
REPLIES = (
    "Thank you for the kind words! It means a lot to the whole team.",
    "Thanks for telling us. We have written to you and will not let go until this prints.",
    "Thank you! Sorting by shelf is on our list for this quarter.",
)

TEMPLATES: dict[
    str, tuple[str, float, float]
] = {  # id: subject, share of "yes" with version 1, share with version 2
    "reset-printer": ("Nothing comes out of the printer", 0.71, 0.84),
    "blank-slips": ("Our slips are blank", 0.52, 0.78),
    "change-plan": ("How do I change my plan?", 0.90, 0.92),
    "refund-timing": ("When does my refund arrive?", 0.64, 0.69),
    "add-logo": ("Where do I put our logo?", 0.93, 0.95),
    "tax-number": ("Tax number on the slip", 0.58, 0.61),
    "second-language": ("Slips in two languages", 0.66, 0.80),
    "slow-batches": ("Printing 100 orders takes forever", 0.41, 0.47),
}
QUESTIONS = ("Barcode does not scan", "Can you look at our template?", "Invoice for last month")
TEAMS = {
    "Setup": ("Marta", "Jonas", "Ines"),
    "Billing": ("Priya", "Tom"),
    "Technical": ("Aiko", "Samuel", "Lena"),
}
HAPPY_COMMENTS = (
    "Quick and friendly, thank you!",
    "Worked at the first try.",
    "Clear steps with pictures, great.",
    "Lovely to get an answer on a Sunday.",
    "Solved in five minutes.",
)
UNHAPPY_COMMENTS = (
    "The steps did not match what I see on my screen.",
    "I had to explain the problem three times.",
    "Still blank. I need this before Monday.",
    "The answer was about another printer than ours.",
    "It took two days to get a reply.",
)

REMARKS: tuple[tuple[str, str, str, int | None, str], ...] = (
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
    ("social", "use", "customer", 1, "Blank slips again after the update. Terrible morning."),
    (
        "note",
        "start",
        "agent",
        None,
        "New merchants skip the printer test, then print blanks.",
    ),
    ("shop", "buy", "prospect", 4, "Nice demo. Will try it with our second store."),
    ("chat", "use", "customer", 5, "Thanks, the sorted list is exactly what we wanted!"),
    ("call", "renew", "customer", 5, "Renewed without a second thought. Great support."),
)
"""Channel, journey stage, author, rating and text of what was said elsewhere."""
