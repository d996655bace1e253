"""The types of the demo's goods: what is told of things one can touch, and of files."""

from catalog.product_types import Attribute, Kind, Type

OBJECT, FILE = "object", "file"


def _said(name: str, en: str, de: str, fr: str, **rest: str | bool) -> Attribute:
    return Attribute(name, labels=(("en", en), ("de", de), ("fr", fr)), **{"kind": Kind.TEXT, **rest})  # type: ignore[arg-type]


TYPES = (
    Type(
        OBJECT,
        "Object",
        (
            _said("material", "Material", "Material", "Matière", required=True),
            _said("main_material", "Main material", "Hauptmaterial", "Matière principale", filterable=True),
            # What variants are offered in: an option of that name counts as the attribute does.
            _said("finish", "Finish", "Ausführung", "Finition", filterable=True),
            _said("width_cm", "Width", "Breite", "Largeur", kind=Kind.NUMBER, unit="cm"),
            _said("height_cm", "Height", "Höhe", "Hauteur", kind=Kind.NUMBER, unit="cm"),
            _said("depth_cm", "Depth", "Tiefe", "Profondeur", kind=Kind.NUMBER, unit="cm"),
            _said("care", "Care", "Pflege", "Entretien"),
            _said("origin", "Origin", "Herkunft", "Origine", filterable=True),
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
