"""The category tree: departments and their leaves, in the order the shop shows them."""

from __future__ import annotations

# path, (English, German, French) names, the same of descriptions, picture
CATEGORIES = (
    (
        "lighting",
        ("Lighting", "Leuchten", "Luminaires"),
        (
            "Lamps that make a room worth coming home to, from bedside to ceiling.",
            "Leuchten, für die es sich lohnt, nach Hause zu kommen: vom Nachttisch bis zur Decke.",
            "Des lampes qui donnent envie de rentrer chez soi, du chevet au plafond.",
        ),
        "halo",
    ),
    (
        "lighting/table-lamps",
        ("Table lamps", "Tischleuchten", "Lampes de table"),
        (
            "For desks, bedsides and the end of the sofa.",
            "Für Schreibtisch, Nachttisch und das Ende des Sofas.",
            "Pour le bureau, le chevet et le bout du canapé.",
        ),
        "gourd",
    ),
    (
        "lighting/pendant-lamps",
        ("Pendant lamps", "Pendelleuchten", "Suspensions"),
        (
            "Light over tables and in the middle of things.",
            "Licht über Tischen und mitten im Geschehen.",
            "De la lumière au-dessus des tables et au milieu de la vie.",
        ),
        "foundry",
    ),
    (
        "lighting/floor-lamps",
        ("Floor lamps", "Stehleuchten", "Lampadaires"),
        (
            "Tall lamps for corners and reading chairs.",
            "Hohe Leuchten für Ecken und Lesesessel.",
            "De grandes lampes pour les coins et les fauteuils de lecture.",
        ),
        "stork",
    ),
    (
        "furniture",
        ("Furniture", "Möbel", "Meubles"),
        (
            "Solid pieces, drawn plainly, made to be repaired.",
            "Solide Stücke, schlicht gezeichnet, zum Reparieren gemacht.",
            "Des pièces solides, dessinées simplement, faites pour être réparées.",
        ),
        "lull",
    ),
    (
        "furniture/chairs-stools",
        ("Chairs & stools", "Stühle & Hocker", "Chaises et tabourets"),
        (
            "Somewhere to sit, for dinner or for the whole afternoon.",
            "Zum Sitzen, für ein Abendessen oder den ganzen Nachmittag.",
            "De quoi s'asseoir, pour un dîner ou tout un après-midi.",
        ),
        "tern",
    ),
    (
        "furniture/tables",
        ("Tables & desks", "Tische", "Tables et bureaux"),
        (
            "From the dining table to the place for a cup.",
            "Vom Esstisch bis zum Platz für eine Tasse.",
            "De la table à manger à la place pour une tasse.",
        ),
        "piazza",
    ),
    (
        "furniture/shelving",
        ("Shelving", "Regale", "Étagères"),
        (
            "Bookcases, wall shelves and ladders.",
            "Bücherregale, Wandborde und Leiterregale.",
            "Des bibliothèques, des étagères murales et des étagères-échelles.",
        ),
        "archive-low",
    ),
    (
        "tableware",
        ("Tableware", "Tischkultur", "Arts de la table"),
        (
            "Stoneware and glass for every day, fired in small kilns.",
            "Steinzeug und Glas für jeden Tag, in kleinen Öfen gebrannt.",
            "Du grès et du verre pour tous les jours, cuits dans de petits fours.",
        ),
        "plover",
    ),
    (
        "tableware/mugs-cups",
        ("Mugs & cups", "Becher & Tassen", "Mugs et tasses"),
        (
            "For the first coffee and the last tea.",
            "Für den ersten Kaffee und den letzten Tee.",
            "Pour le premier café et le dernier thé.",
        ),
        "harbour",
    ),
    (
        "tableware/bowls-plates",
        ("Bowls & plates", "Schalen & Teller", "Bols et assiettes"),
        (
            "Breakfast bowls, dinner sets, platters.",
            "Frühstücksschalen, Speiseservice, Platten.",
            "Bols du matin, services de table, grands plats.",
        ),
        "nest",
    ),
    (
        "tableware/serving",
        ("Teapots & serving", "Kannen & Servieren", "Théières et service"),
        (
            "Pots, jugs, carafes and boards.",
            "Kannen, Krüge, Karaffen und Bretter.",
            "Théières, pichets, carafes et planches.",
        ),
        "brook",
    ),
    (
        "decor",
        ("Decor", "Wohnaccessoires", "Décoration"),
        (
            "Small things that change a room.",
            "Kleine Dinge, die einen Raum verändern.",
            "De petites choses qui changent une pièce.",
        ),
        "amphora",
    ),
    (
        "decor/vases",
        ("Vases", "Vasen", "Vases"),
        (
            "For one stem, a branch or a whole market bunch.",
            "Für einen Stiel, einen Zweig oder den ganzen Strauß vom Markt.",
            "Pour une tige, une branche ou tout un bouquet du marché.",
        ),
        "moon-jar",
    ),
    (
        "decor/planters",
        ("Planters", "Pflanzgefäße", "Cache-pots"),
        (
            "Pots and stands for what grows indoors.",
            "Töpfe und Ständer für alles, was drinnen wächst.",
            "Des pots et des supports pour ce qui pousse à l'intérieur.",
        ),
        "veranda",
    ),
    (
        "decor/clocks",
        ("Clocks", "Uhren", "Horloges"),
        (
            "Quiet clocks that are easy to read.",
            "Leise Uhren, die sich gut ablesen lassen.",
            "Des horloges silencieuses et faciles à lire.",
        ),
        "station",
    ),
    (
        "decor/accents",
        ("Candles, mirrors & cushions", "Kerzen, Spiegel & Kissen", "Bougies, miroirs et coussins"),
        (
            "Finishing touches, in metal, glass and linen.",
            "Der letzte Schliff, in Metall, Glas und Leinen.",
            "La touche finale, en métal, en verre et en lin.",
        ),
        "trio",
    ),
    (
        "studio",
        ("Studio", "Arbeiten & Klang", "Bureau et son"),
        (
            "For desk, shelf and ear.",
            "Für Schreibtisch, Regal und Ohr.",
            "Pour le bureau, l'étagère et l'oreille.",
        ),
        "longwave",
    ),
    (
        "studio/audio",
        ("Speakers & radio", "Lautsprecher & Radio", "Enceintes et radio"),
        (
            "Sound that looks right in a room.",
            "Klang, der in einem Raum auch gut aussieht.",
            "Un son qui a aussi belle allure dans une pièce.",
        ),
        "murmur",
    ),
    (
        "studio/desk",
        ("Desk", "Schreibtisch", "Bureau"),
        (
            "A calm place to work.",
            "Ein ruhiger Platz zum Arbeiten.",
            "Un endroit calme pour travailler.",
        ),
        "quill",
    ),
    (
        "studio/storage",
        ("Boxes & trays", "Boxen & Tabletts", "Boîtes et plateaux"),
        (
            "A lid, a rim or a handle for everything.",
            "Ein Deckel, ein Rand oder ein Griff für alles.",
            "Un couvercle, un rebord ou une poignée pour chaque chose.",
        ),
        "parcel",
    ),
    (
        "digital",
        ("Digital", "Digitales", "Numérique"),
        (
            "Books, plans, sounds and tools to download at once.",
            "Bücher, Pläne, Klänge und Werkzeuge, sofort zum Herunterladen.",
            "Des livres, des plans, des sons et des outils à télécharger aussitôt.",
        ),
        "light-a-room-well",
    ),
    (
        "digital/e-books",
        ("E-books", "E-Books", "Livres numériques"),
        (
            "Short, useful books about living well.",
            "Kurze, nützliche Bücher über gutes Wohnen.",
            "Des livres courts et utiles pour bien habiter.",
        ),
        "houseplant-almanac",
    ),
    (
        "digital/plans-patterns",
        ("Plans & patterns", "Pläne & Schnittmuster", "Plans et patrons"),
        (
            "Make it yourself, from a drawing that works.",
            "Selbst gemacht, nach einer Zeichnung, die funktioniert.",
            "À faire soi-même, d'après un dessin qui tient debout.",
        ),
        "milk-stool-plans",
    ),
    (
        "digital/sounds",
        ("Sounds", "Klänge", "Sons"),
        (
            "Samples and loops, free to use in what you make.",
            "Samples und Loops, frei verwendbar in allem, was man macht.",
            "Des échantillons et des boucles, libres d'emploi dans tout ce que l'on crée.",
        ),
        "slow-tones",
    ),
    (
        "digital/creative-tools",
        ("Creative tools", "Kreativwerkzeuge", "Outils créatifs"),
        (
            "Patterns, looks and courses.",
            "Muster, Looks und Kurse.",
            "Des motifs, des rendus et des cours.",
        ),
        "tidal-patterns",
    ),
)
