"""The types of the demo's goods: what is told of things one can touch, and of files."""

from catalog.product_types import Attribute, Kind, Type

OBJECT, FILE = "object", "file"


def _said(name: str, en: str, de: str, fr: str, **rest: str | bool) -> Attribute:
    return Attribute(name, labels=(("en", en), ("de", de), ("fr", fr)), **{"kind": Kind.TEXT, **rest})  # type: ignore[arg-type]


def _chosen(name: str, en: str, de: str, fr: str, choices: dict[str, tuple[str, str]]) -> Attribute:
    """A choice that shoppers may narrow by; `choices` are English, with their German and French words."""
    words = ((lang, tuple((c, said[n]) for c, said in choices.items())) for n, lang in enumerate(("de", "fr")))
    labels = (("en", en), ("de", de), ("fr", fr))
    return Attribute(name, Kind.CHOICE, choices=tuple(choices), labels=labels, filterable=True, words=tuple(words))


_MATERIALS = {
    "Wood": ("Holz", "Bois"),
    "Metal": ("Metall", "Métal"),
    "Ceramic": ("Keramik", "Céramique"),
    "Glass": ("Glas", "Verre"),
    "Textile": ("Textil", "Textile"),
    "Paper": ("Papier", "Papier"),
    "Cane": ("Rohrgeflecht", "Cannage"),
    "Plastic": ("Kunststoff", "Plastique"),
}
_ORIGINS = {
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
TYPES = (
    Type(
        OBJECT,
        "Object",
        (
            _said("material", "Material", "Material", "Matière", required=True),
            _chosen("main_material", "Main material", "Hauptmaterial", "Matière principale", _MATERIALS),
            # What variants are offered in: an option of that name counts as the attribute does.
            _said("finish", "Finish", "Ausführung", "Finition", filterable=True),
            _said("width_cm", "Width", "Breite", "Largeur", kind=Kind.NUMBER, unit="cm"),
            _said("height_cm", "Height", "Höhe", "Hauteur", kind=Kind.NUMBER, unit="cm"),
            _said("depth_cm", "Depth", "Tiefe", "Profondeur", kind=Kind.NUMBER, unit="cm"),
            _said("care", "Care", "Pflege", "Entretien"),
            _chosen("origin", "Origin", "Herkunft", "Origine", _ORIGINS),
        ),
    ),
    Type(
        FILE,
        "File",
        (
            _said("format", "Format", "Format", "Format", required=True),
            _said("file_size", "File size", "Dateigröße", "Taille du fichier"),
            _said("delivery", "Delivery", "Lieferung", "Livraison"),
        ),
    ),
)
