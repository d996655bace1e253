"""What the values of the demo's goods are called in German and in French, by the English they say."""

Words = dict[str, tuple[str, str]]

MAIN_MATERIALS: Words = {
    "Wood": ("Holz", "Bois"),
    "Metal": ("Metall", "Métal"),
    "Ceramic": ("Keramik", "Céramique"),
    "Glass": ("Glas", "Verre"),
    "Textile": ("Textil", "Textile"),
    "Paper": ("Papier", "Papier"),
    "Cane": ("Rohrgeflecht", "Cannage"),
    "Plastic": ("Kunststoff", "Plastique"),
}
ORIGINS: Words = {
    "Made in Austria": ("Hergestellt in Österreich", "Fabriqué en Autriche"),
    "Made in Belgium": ("Hergestellt in Belgien", "Fabriqué en Belgique"),
    "Made in Denmark": ("Hergestellt in Dänemark", "Fabriqué au Danemark"),
    "Made in Finland": ("Hergestellt in Finnland", "Fabriqué en Finlande"),
    "Made in Germany": ("Hergestellt in Deutschland", "Fabriqué en Allemagne"),
    "Made in Lithuania": ("Hergestellt in Litauen", "Fabriqué en Lituanie"),
    "Made in Poland": ("Hergestellt in Polen", "Fabriqué en Pologne"),
    "Made in Portugal": ("Hergestellt in Portugal", "Fabriqué au Portugal"),
    "Made in Spain": ("Hergestellt in Spanien", "Fabriqué en Espagne"),
    "Made in Wales": ("Hergestellt in Wales", "Fabriqué au pays de Galles"),
}
FINISHES: Words = {
    "Amber glass": ("Bernsteinfarbenes Glas", "Verre ambré"),
    "Ash": ("Esche", "Frêne"),
    "Basalt": ("Basalt", "Basalte"),
    "Bisque": ("Biskuit", "Biscuit"),
    "Black oak": ("Schwarze Eiche", "Chêne noir"),
    "Black oak and steel": ("Schwarze Eiche und Stahl", "Chêne noir et acier"),
    "Blackened steel": ("Geschwärzter Stahl", "Acier noirci"),
    "Blue": ("Blau", "Bleu"),
    "Brass": ("Messing", "Laiton"),
    "Cane": ("Rohrgeflecht", "Cannage"),
    "Celadon": ("Seladon", "Céladon"),
    "Charcoal": ("Anthrazit", "Anthracite"),
    "Charcoal and walnut": ("Anthrazit und Nussbaum", "Anthracite et noyer"),
    "Clay pink": ("Tonrosa", "Rose argile"),
    "Clear": ("Klar", "Transparent"),
    "Clear glass": ("Klarglas", "Verre transparent"),
    "Copper": ("Kupfer", "Cuivre"),
    "Dusk": ("Abendrot", "Crépuscule"),
    "Ink": ("Tintenblau", "Bleu encre"),
    "Linen": ("Leinen", "Lin"),
    "Meadow": ("Wiesengrün", "Vert prairie"),
    "Midnight": ("Nachtblau", "Bleu nuit"),
    "Natural": ("Natur", "Naturel"),
    "Natural and rust": ("Natur und Rost", "Naturel et rouille"),
    "Oak": ("Eiche", "Chêne"),
    "Oak and black": ("Eiche und Schwarz", "Chêne et noir"),
    "Oak and brass": ("Eiche und Messing", "Chêne et laiton"),
    "Ochre": ("Ocker", "Ocre"),
    "Oxblood": ("Ochsenblut", "Sang de bœuf"),
    "Paper": ("Papier", "Papier"),
    "Rust": ("Rost", "Rouille"),
    "Sage": ("Salbei", "Vert sauge"),
    "Sand": ("Sand", "Sable"),
    "Smoked": ("Rauchgrau", "Fumé"),
    "Smoked glass": ("Rauchglas", "Verre fumé"),
    "Steel": ("Stahl", "Acier"),
    "Stoneware": ("Steinzeug", "Grès"),
    "Terracotta": ("Terrakotta", "Terre cuite"),
    "Walnut": ("Nussbaum", "Noyer"),
    "Walnut and black": ("Nussbaum und Schwarz", "Noyer et noir"),
    "Walnut and brass": ("Nussbaum und Messing", "Noyer et laiton"),
    "White": ("Weiß", "Blanc"),
    "White and ink": ("Weiß und Tintenblau", "Blanc et bleu encre"),
    "White and oak": ("Weiß und Eiche", "Blanc et chêne"),
    "White and oxblood": ("Weiß und Ochsenblut", "Blanc et sang de bœuf"),
}
# Measures such as "Ø 40 cm" are read alike everywhere.
SIZES: Words = {
    "Single": ("Einzeln", "À l’unité"),
    "Set of 2": ("2er-Set", "Lot de 2"),
    "Set of 4": ("4er-Set", "Lot de 4"),
    "Medium": ("Mittel", "Moyen"),
    "Large": ("Groß", "Grand"),
}
CARE: Words = {
    "Brush, or dab with a damp cloth": (
        "Ausbürsten oder feucht abtupfen",
        "Brosser ou tamponner avec un chiffon humide",
    ),
    "Dishwasher safe, except wood and metal parts": (
        "Spülmaschinenfest, außer Teilen aus Holz und Metall",
        "Passe au lave-vaisselle, sauf les parties en bois et en métal",
    ),
    "Dust with a dry cloth": ("Mit einem trockenen Tuch abstauben", "Dépoussiérer avec un chiffon sec"),
    "Wipe with a damp cloth; oil wood twice a year": (
        "Feucht abwischen; Holz zweimal im Jahr ölen",
        "Essuyer avec un chiffon humide ; huiler le bois deux fois par an",
    ),
    "Wipe with a soft, dry cloth": (
        "Mit einem weichen, trockenen Tuch abwischen",
        "Essuyer avec un chiffon doux et sec",
    ),
}
DELIVERIES: Words = {
    "Download link by email, once paid": (
        "Link zum Herunterladen per E-Mail, sobald bezahlt ist",
        "Lien de téléchargement par e-mail, après le paiement",
    ),
}
FORMATS: Words = {
    "EPUB, 11 homes with plans": ("EPUB, 11 Wohnungen mit Grundrissen", "EPUB, 11 logements avec plans"),
    "EPUB, 48 minutes of reading": ("EPUB, 48 Minuten Lesezeit", "EPUB, 48 minutes de lecture"),
    "EPUB, with a table to print": ("EPUB, mit einer Tabelle zum Ausdrucken", "EPUB, avec un tableau à imprimer"),
    "PDF workbook, six lessons": ("PDF-Arbeitsheft, sechs Lektionen", "Cahier d’exercices PDF, six leçons"),
    "PDF, 12 monthly pages": ("PDF, 12 Monatsblätter", "PDF, 12 pages mensuelles"),
    "PDF, cutting list and drawings": ("PDF, Zuschnittliste und Zeichnungen", "PDF, liste de débit et dessins"),
    "PDF, print size A5": ("PDF, Druckformat A5", "PDF, format d’impression A5"),
    "PDF, sizes S to XL": ("PDF, Größen S bis XL", "PDF, tailles S à XL"),
    "ZIP with eight WAV samples": ("ZIP mit acht WAV-Samples", "ZIP avec huit échantillons WAV"),
    "ZIP with eight WAV sounds": ("ZIP mit acht WAV-Klängen", "ZIP avec huit sons WAV"),
    "ZIP with nine SVG blocks": ("ZIP mit neun SVG-Blöcken", "ZIP avec neuf blocs SVG"),
    "ZIP with six WAV loops": ("ZIP mit sechs WAV-Loops", "ZIP avec six boucles WAV"),
    "ZIP with three CUBE files": ("ZIP mit drei CUBE-Dateien", "ZIP avec trois fichiers CUBE"),
    "ZIP with three SVG drawings": ("ZIP mit drei SVG-Zeichnungen", "ZIP avec trois dessins SVG"),
    "ZIP with twelve SVG tiles": ("ZIP mit zwölf SVG-Kacheln", "ZIP avec douze carreaux SVG"),
}
FILE_SIZES: Words = {f"{size} kB": (f"{size} kB", f"{size} ko") for size in (1, 2, 3, 6, 9, 29, 52, 57, 58)}
