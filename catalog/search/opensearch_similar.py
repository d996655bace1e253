"""Products like another one: of its shelf, the more words they share with it, the better."""

from collections.abc import Iterator

from catalog.domain import Product, ProductCard, Status, ancestors
from catalog.search import opensearch_query as build
from catalog.search.opensearch_client import Body, Cluster
from catalog.search.opensearch_query import WEIGHTS, Query
from catalog.search.opensearch_words import cards
from catalog.search.words import words

_SAME_BRAND = 0.5


def similar(cluster: Cluster, product: Product, limit: int) -> list[ProductCard]:
    """From its own category, and from those above while there are fewer than `limit`. Never the product itself."""
    wishes = [*_shared_words(product), *_same_brand(product)]
    shelves = [_shelf(product, path, wishes, limit) for path in reversed(ancestors(product.category))]
    found: dict[str, ProductCard] = {}
    for answer in cluster.search(*shelves) if shelves and limit > 0 else []:
        for card in cards(answer):
            found.setdefault(card.product_id, card)
    return list(found.values())[:limit]


def _shelf(product: Product, path: str, wishes: list[Query], limit: int) -> Body:
    conditions = [build.is_("category", path), build.with_status((Status.ACTIVE,))]
    wanted = build.ranked(conditions, wishes)
    wanted["bool"]["must_not"] = [build.is_("product_id", product.product_id)]
    order = ["_score", {"rank": "asc"}, {"product_id": "asc"}]
    return {"query": wanted, "size": limit, "sort": order, "track_total_hits": False, "_source": ["card"]}


def _shared_words(product: Product) -> Iterator[Query]:
    said = {"title": product.title, "attributes": " ".join(product.attributes.values())}
    for field, text in said.items():
        for word in words(text):
            yield {"match": {field: {"query": word, "boost": WEIGHTS[field]}}}


def _same_brand(product: Product) -> list[Query]:
    return [build.constant(build.is_("brand", product.brand), _SAME_BRAND)] if product.brand else []
