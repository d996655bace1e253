"""The types of the demo's goods: what is told of things one can touch, and of files."""

from catalog.product_types import Attribute, Kind, Type
from shopcloud.wiring.demo import words
from shopcloud.wiring.demo.materials import MATERIALS
from shopcloud.wiring.demo.words import Words

OBJECT, FILE = "object", "file"


def _said(name: str, en: str, de: str, fr: str, said: Words | None = None, **rest: str | bool) -> Attribute:
    """`said` are words for what goods say in English, German and French."""
    labels, spoken = (("en", en), ("de", de), ("fr", fr)), _by_language(said or {})
    return Attribute(name, labels=labels, words=spoken, **{"kind": Kind.TEXT, **rest})  # type: ignore[arg-type]


def _chosen(name: str, en: str, de: str, fr: str, choices: Words) -> Attribute:
    """A choice that shoppers may narrow by; `choices` are English, with their German and French words."""
    labels, spoken = (("en", en), ("de", de), ("fr", fr)), _by_language(choices)
    return Attribute(name, Kind.CHOICE, choices=tuple(choices), labels=labels, filterable=True, words=spoken)


def _by_language(said: Words) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    if not said:
        return ()
    german = tuple((value, de) for value, (de, _fr) in said.items())
    return ("de", german), ("fr", tuple((value, fr) for value, (_de, fr) in said.items()))


TYPES = (
    Type(
        OBJECT,
        "Object",
        (
            _said("material", "Material", "Material", "Matière", MATERIALS, required=True),
            _chosen("main_material", "Main material", "Hauptmaterial", "Matière principale", words.MAIN_MATERIALS),
            # What variants are offered in: an option of that name is called, and counts, as the attribute does.
            _said("finish", "Finish", "Ausführung", "Finition", words.FINISHES, filterable=True),
            _said("size", "Size", "Größe", "Taille", words.SIZES),
            _said("width_cm", "Width", "Breite", "Largeur", kind=Kind.NUMBER, unit="cm"),
            _said("height_cm", "Height", "Höhe", "Hauteur", kind=Kind.NUMBER, unit="cm"),
            _said("depth_cm", "Depth", "Tiefe", "Profondeur", kind=Kind.NUMBER, unit="cm"),
            _said("care", "Care", "Pflege", "Entretien", words.CARE),
            _chosen("origin", "Origin", "Herkunft", "Origine", words.ORIGINS),
        ),
    ),
    Type(
        FILE,
        "File",
        (
            _said("format", "Format", "Format", "Format", words.FORMATS, required=True),
            _said("file_size", "File size", "Dateigröße", "Taille du fichier", words.FILE_SIZES),
            _said("delivery", "Delivery", "Lieferung", "Livraison", words.DELIVERIES),
        ),
    ),
)
