"""The demo's collections: one of things chosen for an evening, one of whatever is new."""

from collections.abc import Iterator, Sequence

from catalog.domain import Image
from catalog.models import Collection
from shopcloud.wiring.demo.files import DemoFiles
from shopcloud.wiring.demo.goods import Described, Goods, demo_id

EVENING = (
    "halo-table-lamp",
    "lull-easy-chair",
    "brook-teapot",
    "harbour-mug",
    "orbit-speaker",
    "trio-candlesticks",
    "marsh-cushion",
    "pip-side-table",
)
# The pictures that stand for them: the first of these products.
_PICTURES = {"a-quiet-evening": "lull-easy-chair", "new-and-ready": "moonrise-pendant"}


def collections_of(goods: Goods, files: DemoFiles) -> Iterator[tuple[Collection, Sequence[str]]]:
    """Each with the ids of its products, of those that the goods have."""
    known = {product["slug"]: product for product in goods.products}
    chosen = [demo_id(slug) for slug in EVENING if slug in known]
    for row in (_evening(), _newest()):
        picture = _picture(known.get(_PICTURES[row.slug]), files)
        if picture:
            row.picture, row.picture_width, row.picture_height = picture.key, picture.width, picture.height
        yield row, chosen if row.kind == Collection.Kind.MANUAL else ()


def _evening() -> Collection:
    return Collection(
        slug="a-quiet-evening",
        title="A quiet evening",
        title_de="Ein ruhiger Abend",
        title_fr="Une soirée tranquille",
        intro="Low light, something warm to drink and a chair that lets you stay. Eight things for the hours "
        "after work.",
        intro_de="Gedämpftes Licht, etwas Warmes zu trinken und ein Sessel zum Bleiben. Acht Dinge für die Stunden "
        "nach der Arbeit.",
        intro_fr="Une lumière douce, une boisson chaude et un fauteuil où rester. Huit objets pour les heures d’après "
        "le travail.",
        show_on_home=True,
        position=1,
    )


def _newest() -> Collection:
    return Collection(
        slug="new-and-ready",
        title="New and ready to send",
        title_de="Neu und lieferbar",
        title_fr="Nouveau et disponible",
        intro="The latest things in the shop, all of them in stock.",
        intro_de="Das Neueste im Laden, alles auf Lager.",
        intro_fr="Les dernières nouveautés de la boutique, toutes en stock.",
        kind=Collection.Kind.RULE,
        sort=Collection.Sort.NEWEST,
        in_stock=True,
        show_on_home=True,
        position=2,
    )


def _picture(product: Described | None, files: DemoFiles) -> Image | None:
    images = product["images"] if product else ()
    return files.image(images[0]["file"], "") if images else None
