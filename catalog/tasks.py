"""What the catalog does after the fact. Every task takes ids and may run twice; `**_` lets newer releases send more."""

from typing import Any

from celery import shared_task

from catalog.domain import Freshness
from catalog.queries import products_by_id
from catalog.search.index import search_index


@shared_task
def index_products(product_ids: list[str], **_: Any) -> None:
    """Bring the search index up to date with what DynamoDB holds now of these products."""
    found = products_by_id(product_ids, freshness=Freshness.STRONG)
    index = search_index()
    index.update(found.values())
    gone = [product_id for product_id in product_ids if product_id not in found]
    if gone:
        index.delete(gone)
