"""Filling an empty shop. Every step may be repeated.

The categories come last, so that a shop that was filled by half still counts as empty.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from pathlib import Path

from catalog import services as catalog
from catalog.curating import open_collections
from catalog.product_types import open_types
from catalog.queries import departments
from catalog.search.indexing import index_everything
from catalog.sitemaps.shards import write_shards
from orders.services.open_offers import open_offers
from orders.services.open_stock import open_stock
from shopcloud.wiring.demo import goods
from shopcloud.wiring.demo.collections import collections_of
from shopcloud.wiring.demo.files import DemoFiles
from shopcloud.wiring.demo.goods import Goods
from shopcloud.wiring.demo.offers import OFFERS
from shopcloud.wiring.demo.people import seed_people
from shopcloud.wiring.demo.types import TYPES

Say = Callable[[str], None]


def shop_is_empty() -> bool:
    return not departments()


def seed(folder: Path, *, now: datetime, say: Say) -> int:
    """Store the goods described in `folder` and the demo's people; returns how many things changed.

    Raises BadDemoFile, InvalidProduct, CatalogUnavailable, MediaUnavailable.
    """
    described = goods.read_goods(folder)
    if not described.products:
        say(f"No goods are described in {folder}: only the people are made.")
    changed = _seed_goods(described, folder, now, say) if described.products else 0
    with _step(say, "people") as step:
        people = seed_people()
        step(f"{people} new")
    with _step(say, "offers") as step:
        offers = open_offers(offers=OFFERS) if described.products else 0
        step(f"{offers} new")
    return changed + people + offers


def _seed_goods(described: Goods, folder: Path, now: datetime, say: Say) -> int:
    files = DemoFiles(folder / "assets")
    with _step(say, "pictures") as step:
        step(f"{files.store_images(described.image_paths)} kept")
    with _step(say, "product types") as step:
        types = open_types(TYPES)
        step(f"{types} new")
    with _step(say, "products") as step:
        made = [goods.product_of(p, rank, files, now) for rank, p in enumerate(described.products)]
        counts = catalog.save_products(products=made, now=now)
        step(f"{counts.created} new, {counts.updated} changed, {counts.unchanged} as they were")
    with _step(say, "stock") as step:
        # What was sold since the first seeding stays sold: only SKUs without a level get one.
        on_hand = chain.from_iterable(goods.stock_of(p) for p in described.products)
        levels = open_stock(counts=on_hand, now=now)
        step(f"{levels} new levels")
    with _step(say, "reviews") as step:
        reviews = catalog.add_reviews(reviews=chain.from_iterable(goods.reviews_of(p, now) for p in described.products))
        step(f"{reviews} new")
    with _step(say, "collections") as step:
        collections = open_collections(collections=collections_of(described, files))
        step(f"{collections} new")
    with _step(say, "categories") as step:
        made_categories = [goods.category_of(c, place, files) for place, c in enumerate(described.categories)]
        categories = catalog.save_categories(categories=made_categories)
        step(f"{categories} new or changed")
    changed = types + counts.changed + levels + reviews + categories
    if changed:
        with _step(say, "search index") as step:
            step(f"{index_everything()} products")
        with _step(say, "sitemaps") as step:
            step(f"{write_shards(now=now)} of products")
    return changed + collections


@contextmanager
def _step(say: Say, title: str) -> Iterator[Say]:
    started = time.perf_counter()
    said: list[str] = []
    yield said.append
    say(f"  {title:<13} {', '.join(said):<50} {time.perf_counter() - started:5.1f} s")
