"""What German-speaking merchants say."""

from __future__ import annotations

from local.demo_texts.texts import Texts

GERMAN = Texts(
    tag="de",
    countries=("Germany", "Germany", "Germany", "Austria", "Switzerland"),
    praise={
        "usability": (
            "In zehn Minuten war alles eingerichtet, die Bedienung versteht man sofort.",
            "Sehr übersichtlich, auch unsere Aushilfen kommen ohne Schulung damit klar.",
            "Endlich mal eine App, die nicht unnötig kompliziert ist.",
            "Der Editor ist intuitiv, ich habe dafür keinen Entwickler gebraucht.",
        ),
        "printing": (
            "Druckt zuverlässig, auch wenn wir am Montag 200 Pakete packen.",
            "Die Barcodes erkennt der Scanner sofort, seitdem geht kein Paket mehr falsch raus.",
            "Die Druckqualität ist top und man erkennt endlich unsere Marke.",
            "Grußkarten kommen auf einer eigenen Seite raus, das lieben unsere Kunden.",
        ),
        "speed": (
            "Hundert Bestellungen sind in einer Minute gedruckt, die Ladezeiten sind super.",
            "Läuft richtig flott, da ruckelt nichts, nicht mal auf dem alten Rechner im Lager.",
            "Spart uns jeden Tag eine gute Stunde.",
        ),
        "support": (
            "Der Support hat innerhalb einer Stunde geantwortet und die Vorlage gleich angepasst.",
            "Super netter Kundenservice, man merkt einfach, dass da echte Menschen sitzen.",
            "Marta vom Support ist drangeblieben, bis der Drucker lief, danke dafür!",
            "So einen schnellen Support habe ich noch bei keiner App erlebt.",
        ),
        "price": (
            "Der Preis ist absolut fair für das, was man bekommt.",
            "Günstiger als der alte Anbieter und auch noch besser, da stimmt einfach der Preis.",
            "Auch für kleine Läden wie unseren nicht zu teuer, das Geld ist gut angelegt.",
        ),
        "update": (
            "Mit jedem Update wird sie noch ein Stück besser.",
            "Die neue Version gefällt mir richtig gut, vor allem die Vorschau.",
            "Unser Wunsch wurde gleich im nächsten Update umgesetzt, das ist klasse.",
        ),
        "language": (
            "Kunden in Frankreich bekommen alles auf Französisch, die Übersetzung passt perfekt.",
            "Alles komplett auf Deutsch und gut verständlich, das ist selten.",
        ),
        "payment": (
            "Rechnung und Lieferschein kommen zusammen raus, genau das haben wir gesucht.",
        ),
        "login": (
            "Die Anmeldung am Tablet im Lager ist einfach, jeder hat seinen eigenen Zugang.",
        ),
        "delivery": ("Der Versand geht bei uns jetzt doppelt so schnell wie früher.",),
        "connection": (
            "Die Bestellungen aus beiden Läden synchronisieren sich in Sekunden, einfach super.",
        ),
        "notifications": (
            "Die Benachrichtigung, wenn etwas nicht gedruckt wurde, hat uns schon oft gerettet.",
        ),
        "all": (
            "Wir nutzen die App seit drei Jahren und sind immer noch sehr zufrieden.",
            "Ich habe vorher vier andere Apps probiert, diese bleibt.",
            "Unsere Leute im Lager wollten, dass ich das hier schreibe: einfach klasse.",
        ),
    },
    praise_ends=(
        "Klare Empfehlung!",
        "Fünf Sterne von uns.",
        "Weiter so!",
        "Top 👍",
        "Danke ans Team!!",
        "Bin begeistert 😊",
        "Gibt nichts zu meckern.",
    ),
    complaints={
        "crash": (
            "Stürzt ständig ab, sobald ich mehr als fünfzig Bestellungen drucke.",
            "Die App hängt sich in der Vorschau auf und ich darf von vorne anfangen.",
            "Mitten im Stapel ist alles eingefroren, das darf vor Weihnachten nicht passieren.",
        ),
        "bug": (
            "Es kommt nur noch eine Fehlermeldung, wenn ich die Vorlage speichern will.",
            "Der Barcode funktioniert nicht, unser Scanner erkennt keinen einzigen Zettel.",
            "Die Ränder stimmen auf unserem Etikettendrucker nicht und keiner weiß warum.",
        ),
        "speed": (
            "Extrem langsam, bei hundert Bestellungen kann man Kaffee trinken gehen.",
            "Die Ladezeiten sind eine Zumutung, ich warte jeden Morgen.",
            "Sie wird von Monat zu Monat langsamer und keinen interessiert es.",
        ),
        "support": (
            "Seit neun Tagen keine Antwort vom Support, das ist echt schwach.",
            "Ich habe dreimal beim Support nachgefragt und dreimal denselben Link bekommen.",
            "Die Hotline kennt das eigene Produkt nicht und wird dann auch noch unfreundlich.",
        ),
        "price": (
            "Der Preis wurde zweimal in einem Jahr erhöht, ohne ein Wort dazu.",
            "Viel zu teuer für ein Blatt Papier mit einem Logo.",
            "Schon die zweite Vorlage ist kostenpflichtig, das ist doch Abzocke.",
        ),
        "payment": (
            "Diesen Monat wurde zweimal abgebucht und auf das Geld warte ich immer noch.",
            "Trotz Kündigung wird weiter von der Kreditkarte abgebucht, eine Frechheit.",
            "Längst gekündigt und trotzdem kommt jeden Monat eine Rechnung.",
        ),
        "login": (
            "Man wird alle zehn Minuten ausgeloggt, am Packtisch ist das ein Albtraum.",
            "Die Mail für das neue Passwort kommt nie an, wir standen den ganzen Samstag da.",
        ),
        "update": (
            "Das letzte Update hat unsere Vorlage zerschossen, ein ganzer Vormittag war weg.",
            "Nach jeder neuen Version ist irgendwas kaputt, ich bin doch nicht euer Tester.",
        ),
        "delivery": (
            "Falsche Adressen auf den Zetteln, drei Pakete gingen an die falschen Leute.",
            "Die Nummer für die Sendungsverfolgung fehlt, die Kunden rufen deshalb ständig an.",
        ),
        "language": (
            "Die deutsche Übersetzung ist peinlich, so etwas kann ich keinem Kunden schicken.",
        ),
        "connection": (
            "Die Bestellungen synchronisieren erst nach Stunden, wir haben die falschen gepackt.",
        ),
        "data loss": ("Über Nacht waren unsere Vorlagen weg, Datenverlust ohne jede Warnung.",),
        "usability": (
            "Der Editor ist total umständlich, nach zwei Stunden habe ich aufgegeben.",
            "Unübersichtlich und kompliziert, das können andere besser.",
        ),
        "missing feature": (
            "Es fehlt eine Zeile für die Steuernummer, damit ist das für uns unbrauchbar.",
        ),
    },
    complaint_ends=(
        "Deinstalliert.",
        "Finger weg!",
        "Sehr enttäuscht.",
        "Nie wieder.",
        "Bitte dringend beheben!!",
        "Schade ums Geld 😡",
        "Wir suchen uns was anderes.",
    ),
    mixed=(
        "Gute App, aber der Editor ist langsam, wenn viele Bilder in der Vorlage sind.",
        "Funktioniert gut, es fehlt die Möglichkeit, nach Regal zu sortieren.",
        "Im Großen und Ganzen in Ordnung, preislich aber an der Grenze.",
        "Druckt, was sie soll. Die Übersetzung für die zweite Sprache war etwas Gefummel.",
        "Solide, nur die Vorschau stimmt nicht immer mit dem Ausdruck überein.",
        "Der Support ist nett, bis zur Lösung hat es aber eine Woche gedauert.",
        "Ganz okay für den Preis, automatisches Drucken wäre noch schön.",
    ),
    happy=(
        "Schnell und freundlich, vielen Dank!",
        "Hat beim ersten Versuch geklappt.",
        "Klare Anleitung mit Bildern, das war super.",
        "Toll, dass der Support auch am Sonntag antwortet.",
        "In fünf Minuten gelöst, besser geht es nicht.",
        "Nichts zu verbessern, Sie waren sehr geduldig mit mir 🙂",
        "Die neue Vorlage ist genau so, wie ich sie wollte.",
        "Danke für die schnelle Erstattung!",
    ),
    unhappy=(
        "Die Schritte passen nicht zu dem, was ich auf dem Bildschirm sehe.",
        "Ich musste das Problem dreimal erklären, das nervt.",
        "Es funktioniert nicht und ich brauche das vor Montag.",
        "Die Antwort war für einen ganz anderen Drucker als unseren.",
        "Zwei Tage auf eine Antwort vom Support gewartet.",
        "Bitte erst die Frage lesen und dann einen Textbaustein schicken!!",
        "Ich warte noch immer auf die Erstattung und keiner sagt mir, wann sie kommt.",
        "Das Ticket wurde geschlossen, die Fehlermeldung ist immer noch da.",
    ),
    after_edit="Nachtrag: Am nächsten Tag kam ein Anruf, jetzt druckt es wieder. Ein Stern mehr.",
    replies=(
        "Vielen Dank für die netten Worte! Das freut das ganze Team.",
        "Danke für den Hinweis. Wir haben Ihnen geschrieben und bleiben dran, bis es druckt.",
        "Danke! Das Sortieren nach Regal steht für dieses Quartal auf unserer Liste.",
    ),
    subjects={
        "reset-printer": "Aus dem Drucker kommt nichts",
        "blank-slips": "Auf den Lieferscheinen steht nichts",
        "change-plan": "Wie wechsle ich den Tarif?",
        "refund-timing": "Wann kommt meine Erstattung?",
        "add-logo": "Wo füge ich unser Logo ein?",
        "tax-number": "Steuernummer auf dem Lieferschein",
        "second-language": "Lieferscheine in zwei Sprachen",
        "slow-batches": "100 Bestellungen drucken dauert ewig",
    },
    questions=(
        "Barcode lässt sich nicht scannen",
        "Können Sie sich unsere Vorlage ansehen?",
        "Rechnung für den letzten Monat",
    ),
    blank_slips=(
        "Seit Update 3.2 kommen nur noch leere Lieferscheine. Bitte heute noch beheben!",
        "Leere Lieferscheine nach dem Update 3.2, so können wir nicht verschicken.",
        "Am Montag auf 3.2 aktualisiert und jetzt drucken wir leere Lieferscheine.",
        "Euer Update 3.2 hat alles kaputt gemacht: leere Lieferscheine den ganzen Vormittag.",
        "Nichts als leere Lieferscheine seit dem Update, das ist eine Katastrophe.",
        "Immer noch leere Lieferscheine mit Version 3.2, der Reset hat nichts gebracht.",
        "Gebt uns bitte die alte Version zurück, mit 3.2 gibt es nur leere Lieferscheine.",
        "Zwei Stunden verloren, weil nach dem Update auf 3.2 leere Lieferscheine kamen.",
        "Schon wieder leere Lieferscheine. Vor dem Update 3.2 war alles gut.",
        "Furchtbares Update, leere Lieferscheine bei jeder Bestellung mit Grußkarte 😡",
        "Hat noch jemand leere Lieferscheine seit Update 3.2? Wir kommen hier nicht weiter.",
        "Leere Lieferscheine seit Dienstag und der Support sagt nur, dass es am Update liegt.",
        "Seit dem Update drucken wir leere Lieferscheine und keiner sagt uns, wann das endet.",
        "Dreihundert leere Lieferscheine im Müll, danke für Update 3.2.",
        "Der Link vom Support hilft nicht, es kommen weiter leere Lieferscheine raus.",
        "Erst das Update, dann leere Lieferscheine, dann zwei Stunden Warteschleife.",
        "Nur noch das Logo wird gedruckt, sonst leere Lieferscheine seit 3.2.",
        "Wie kann man ein Update rausgeben, das leere Lieferscheine druckt? Testet das keiner?",
        "Wegen dem Update nur leere Lieferscheine, wir schreiben die Adressen jetzt von Hand.",
        "Leere Lieferscheine auf beiden Druckern, vor 3.2 lief das ohne Probleme.",
        "Bis zum Update eine tolle App, jetzt leere Lieferscheine und wütende Kunden.",
        "In jedem Stapel sind leere Lieferscheine dabei, wir prüfen jetzt jede Seite einzeln.",
        "Leere Lieferscheine mitten im Weihnachtsgeschäft, das darf nach einem Update nicht sein.",
        "Zwei Sterne weniger, bis die leeren Seiten weg sind. Leere Lieferscheine will keiner.",
        "Leere Lieferscheine, seit Tagen, und ihr schickt noch eine Umfrage hinterher!",
        "Nach dem Update auf 3.2 kommen leere Lieferscheine, bitte macht das rückgängig.",
        "Kunden rufen an, weil im Paket leere Lieferscheine liegen. Alles seit dem Update.",
        "So ein Mist, aus jedem Drucker kommen leere Lieferscheine seit Version 3.2.",
    ),
)
