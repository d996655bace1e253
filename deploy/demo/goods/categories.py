"""The category tree: departments and their leaves, in the order the shop shows them."""

from __future__ import annotations

# path, English, German, French, description, picture
CATEGORIES = (
    ("lighting", "Lighting", "Leuchten", "Luminaires", "Lamps that make a room worth coming home to, from bedside to ceiling.", "halo"),
    ("lighting/table-lamps", "Table lamps", "Tischleuchten", "Lampes de table", "For desks, bedsides and the end of the sofa.", "gourd"),
    ("lighting/pendant-lamps", "Pendant lamps", "Pendelleuchten", "Suspensions", "Light over tables and in the middle of things.", "foundry"),
    ("lighting/floor-lamps", "Floor lamps", "Stehleuchten", "Lampadaires", "Tall lamps for corners and reading chairs.", "stork"),
    ("furniture", "Furniture", "Möbel", "Meubles", "Solid pieces, drawn plainly, made to be repaired.", "lull"),
    ("furniture/chairs-stools", "Chairs & stools", "Stühle & Hocker", "Chaises et tabourets", "Somewhere to sit, for dinner or for the whole afternoon.", "tern"),
    ("furniture/tables", "Tables & desks", "Tische", "Tables et bureaux", "From the dining table to the place for a cup.", "piazza"),
    ("furniture/shelving", "Shelving", "Regale", "Étagères", "Bookcases, wall shelves and ladders.", "archive-low"),
    ("tableware", "Tableware", "Tischkultur", "Arts de la table", "Stoneware and glass for every day, fired in small kilns.", "plover"),
    ("tableware/mugs-cups", "Mugs & cups", "Becher & Tassen", "Mugs et tasses", "For the first coffee and the last tea.", "harbour"),
    ("tableware/bowls-plates", "Bowls & plates", "Schalen & Teller", "Bols et assiettes", "Breakfast bowls, dinner sets, platters.", "nest"),
    ("tableware/serving", "Teapots & serving", "Kannen & Servieren", "Théières et service", "Pots, jugs, carafes and boards.", "brook"),
    ("decor", "Decor", "Wohnaccessoires", "Décoration", "Small things that change a room.", "amphora"),
    ("decor/vases", "Vases", "Vasen", "Vases", "For one stem, a branch or a whole market bunch.", "moon-jar"),
    ("decor/planters", "Planters", "Pflanzgefäße", "Cache-pots", "Pots and stands for what grows indoors.", "veranda"),
    ("decor/clocks", "Clocks", "Uhren", "Horloges", "Quiet clocks that are easy to read.", "station"),
    ("decor/accents", "Candles, mirrors & cushions", "Kerzen, Spiegel & Kissen", "Bougies, miroirs et coussins", "Finishing touches, in metal, glass and linen.", "trio"),
    ("studio", "Studio", "Arbeiten & Klang", "Bureau et son", "For desk, shelf and ear.", "longwave"),
    ("studio/audio", "Speakers & radio", "Lautsprecher & Radio", "Enceintes et radio", "Sound that looks right in a room.", "murmur"),
    ("studio/desk", "Desk", "Schreibtisch", "Bureau", "A calm place to work.", "quill"),
    ("studio/storage", "Boxes & trays", "Boxen & Tabletts", "Boîtes et plateaux", "A lid, a rim or a handle for everything.", "parcel"),
    ("digital", "Digital", "Digitales", "Numérique", "Books, plans, sounds and tools to download at once.", "light-a-room-well"),
    ("digital/e-books", "E-books", "E-Books", "Livres numériques", "Short, useful books about living well.", "houseplant-almanac"),
    ("digital/plans-patterns", "Plans & patterns", "Pläne & Schnittmuster", "Plans et patrons", "Make it yourself, from a drawing that works.", "milk-stool-plans"),
    ("digital/sounds", "Sounds", "Klänge", "Sons", "Samples and loops, free to use in what you make.", "slow-tones"),
    ("digital/creative-tools", "Creative tools", "Kreativwerkzeuge", "Outils créatifs", "Patterns, looks and courses.", "tidal-patterns"),
)
