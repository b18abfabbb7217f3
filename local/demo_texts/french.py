"""What French-speaking merchants say."""

from __future__ import annotations

from local.demo_texts.texts import Texts

FRENCH = Texts(
    tag="fr",
    countries=("France", "France", "France", "Belgium", "Luxembourg"),
    praise={
        "usability": (
            "Très facile à utiliser, tout était en place en dix minutes avec notre logo.",
            "La prise en main est immédiate, même pour nos saisonniers.",
            "L'interface est claire et on ne perd pas de temps à chercher.",
            "Pas besoin de développeur, l'éditeur est vraiment intuitif.",
        ),
        "printing": (
            "On imprime plus de deux cents commandes chaque matin et ça marche à tous les coups.",
            "Les codes-barres sont lus du premier coup, plus aucun colis ne part par erreur.",
            "La qualité d'impression est nickel et on reconnaît enfin notre marque.",
            "Les mots cadeaux sortent sur une page à part, nos clientes adorent.",
        ),
        "speed": (
            "Avec l'ancienne appli c'était lent, ici cent commandes sortent en une minute.",
            "Le chargement est rapide, même le lundi avec toutes les commandes du week-end.",
            "On gagne une bonne heure par jour depuis qu'on l'a installée.",
        ),
        "support": (
            "Le service client répond en moins d'une heure et toujours avec le sourire.",
            "Une équipe au top, l'assistance a même corrigé notre modèle à notre place.",
            "Marta du service client est restée avec nous jusqu'à ce que l'imprimante marche.",
            "Enfin un service client avec de vraies personnes qui comprennent la question.",
        ),
        "price": (
            "Le prix est plus que correct pour tout ce que ça fait.",
            "C'est moins cher que notre ancienne solution et bien meilleur.",
            "Un tarif honnête, même pour une petite boutique comme la mienne.",
        ),
        "update": (
            "Chaque mise à jour apporte un vrai plus sans rien casser.",
            "J'adore la nouvelle version, l'éditeur est beaucoup plus agréable.",
            "On a demandé une fonction et elle était dans la mise à jour suivante, chapeau.",
        ),
        "language": (
            "Tout est en français et la traduction est soignée, c'est rare.",
            "Nos clients allemands reçoivent la feuille dans leur langue, c'est parfait.",
        ),
        "payment": ("La facture et le bordereau sortent ensemble, c'est très pratique pour nous.",),
        "login": ("Chaque préparateur a son identifiant sur la tablette, c'est très bien pensé.",),
        "delivery": ("Les colis partent deux fois plus vite qu'avant, on respire enfin.",),
        "connection": (
            "Les commandes de nos deux boutiques se synchronisent en quelques secondes, génial.",
        ),
        "all": (
            "Trois ans qu'on l'utilise et on est toujours aussi contents.",
            "J'ai essayé quatre autres applis avant, celle-ci je la garde.",
            "Toute l'équipe de l'entrepôt l'adore et m'a demandé de vous laisser cet avis.",
        ),
    },
    praise_ends=(
        "Je recommande !",
        "Cinq étoiles sans hésiter.",
        "Merci à toute l'équipe !!",
        "Au top 👍",
        "Continuez comme ça !",
        "Ravie 😊",
        "Que du positif.",
    ),
    complaints={
        "crash": (
            "L'appli plante dès que j'imprime plus de cinquante commandes.",
            "Écran blanc au moment de l'aperçu, il faut tout recommencer à chaque fois.",
            "Elle se ferme toute seule au milieu d'une série, c'est insupportable.",
        ),
        "bug": (
            "Le code-barres ne fonctionne plus et notre lecteur refuse tous les bordereaux.",
            "Des erreurs à chaque fois que j'enregistre un modèle, j'en ai marre.",
            "Les marges sont fausses sur notre imprimante et personne ne sait pourquoi.",
        ),
        "speed": (
            "C'est d'une lenteur, on attend des minutes pour afficher les commandes.",
            "Beaucoup trop lent dès qu'on dépasse cinquante commandes.",
            "Ça rame tous les matins et personne ne fait rien.",
        ),
        "support": (
            "Aucune réponse du service client depuis neuf jours, c'est honteux.",
            "J'ai écrit trois fois au service client et j'ai reçu trois fois le même lien.",
            "L'assistance ne connaît même pas son propre produit.",
        ),
        "price": (
            "Le prix a augmenté deux fois cette année sans prévenir.",
            "Beaucoup trop cher pour une feuille de papier avec un logo.",
            "Le deuxième modèle est payant, on se moque de nous.",
        ),
        "payment": (
            "Ma carte bancaire a été débitée deux fois et toujours pas de remboursement.",
            "J'ai résilié mon abonnement en mars et on me prélève encore, c'est du vol.",
            "Je reçois encore une facture alors que tout est arrêté depuis un mois.",
        ),
        "login": (
            "On est déconnecté toutes les dix minutes, impossible de travailler.",
            "Le mail pour changer le mot de passe n'arrive jamais, un samedi entier de perdu.",
        ),
        "update": (
            "La dernière mise à jour a cassé notre modèle, toute une matinée de perdue.",
            "À chaque nouvelle version il y a quelque chose qui ne marche plus.",
        ),
        "delivery": (
            "Mauvaises adresses sur les bordereaux, trois colis sont partis chez n'importe qui.",
        ),
        "language": (
            "La traduction est catastrophique, je ne peux pas envoyer ça à mes clients.",
            "On paie pour une version en français et l'aide n'existe qu'en anglais.",
        ),
        "connection": (
            "Les commandes ne se synchronisent pas pendant des heures, on a préparé les mauvaises.",
        ),
        "data loss": (
            "J'ai perdu mes modèles du jour au lendemain, des heures de travail à la poubelle.",
        ),
        "usability": ("L'éditeur est compliqué et pas pratique du tout, j'ai abandonné.",),
        "missing feature": (
            "Il manque le numéro de TVA sur le bordereau, donc c'est inutilisable pour nous.",
        ),
    },
    complaint_ends=(
        "Désinstallée.",
        "À fuir.",
        "Très déçue.",
        "Plus jamais !!",
        "Quelle déception 😡",
        "Faites quelque chose.",
        "On va voir ailleurs.",
    ),
    mixed=(
        "Bonne appli, mais l'éditeur est lent quand il y a beaucoup d'images.",
        "Ça fonctionne bien, il manque un tri par rayon dans l'entrepôt.",
        "Bien dans l'ensemble, mais le prix monte un peu vite pour nous.",
        "Elle imprime ce qu'il faut. La traduction de la deuxième langue a demandé du bricolage.",
        "Correct, mais l'aperçu ne correspond pas toujours à ce qui sort de l'imprimante.",
        "Le service client est gentil, mais il a fallu une semaine pour avoir la solution.",
    ),
    happy=(
        "Rapide et aimable, merci beaucoup !",
        "Ça a marché du premier coup.",
        "Des étapes claires avec des images, c'était parfait.",
        "Bravo au service client qui répond même le dimanche.",
        "Réglé en cinq minutes, rien à redire.",
        "Rien à améliorer, vous avez été très patiente avec moi 🙂",
        "Merci pour le remboursement, c'était plus rapide que prévu.",
    ),
    unhappy=(
        "Les étapes ne correspondent pas à ce que je vois sur mon écran.",
        "J'ai dû expliquer le problème trois fois, c'est épuisant.",
        "Ça ne fonctionne toujours pas et il me le faut avant lundi.",
        "La réponse concernait une autre imprimante que la nôtre.",
        "Deux jours pour avoir une réponse du service client, c'est trop long.",
        "Lisez ma question avant d'envoyer une réponse toute faite !!",
        "J'attends toujours mon remboursement et personne ne me dit quand il arrive.",
    ),
    after_edit="Mise à jour : ils nous ont appelés le lendemain et tout imprime, je monte ma note.",
    replies=(
        "Merci pour ces mots gentils ! Toute l'équipe est ravie.",
        "Merci de nous l'avoir dit. Nous vous avons écrit et restons avec vous jusqu'au bout.",
        "Merci ! Le tri par rayon est prévu pour ce trimestre.",
    ),
    subjects={
        "reset-printer": "Rien ne sort de l'imprimante",
        "blank-slips": "Nos bordereaux sont vides",
        "change-plan": "Comment changer de formule ?",
        "refund-timing": "Quand arrive mon remboursement ?",
        "add-logo": "Où mettre notre logo ?",
        "tax-number": "Numéro de TVA sur le bordereau",
        "second-language": "Bordereaux en deux langues",
        "slow-batches": "Imprimer 100 commandes prend un temps fou",
    },
    questions=(
        "Le code-barres n'est pas lu",
        "Pouvez-vous regarder notre modèle ?",
        "Facture du mois dernier",
    ),
)
