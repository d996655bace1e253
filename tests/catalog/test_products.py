"""The catalog's services: what staff and imports do to products."""

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog import queries, services
from catalog.domain import Freshness, InvalidProduct, Status, Variant
from catalog.dynamo.products import DynamoProducts
from catalog.queries import ProductNotFound
from catalog.repository import CatalogUnavailable, ProductExists, VersionConflict, products
from catalog.services import SaveCounts
from shopcloud.lib.outbox import OutboxEvent
from tests.catalog.factories import NOON, a_product

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def told():
    return [event.payload["product_id"] for event in OutboxEvent.objects.filter(event_name="ProductChanged")]


def test_a_new_product_is_stored_dated_and_told():
    product = services.create_product(product=a_product(), now=LATER)
    assert (product.created_at, product.updated_at, product.version) == (LATER, LATER, 1)
    assert queries.product(product.product_id) == product
    assert told() == [product.product_id]


def test_a_product_created_twice_is_told_once():
    product = services.create_product(product=a_product(), now=NOON)
    with pytest.raises(ProductExists):
        services.create_product(product=product, now=NOON)
    assert told() == [product.product_id]


def test_a_saved_product_keeps_when_it_was_made():
    product = services.create_product(product=a_product(), now=NOON)
    saved = services.save_product(product=replace(product, title="New"), expected_version=1, now=LATER)
    assert (saved.title, saved.created_at, saved.updated_at, saved.version) == ("New", NOON, LATER, 2)
    with pytest.raises(VersionConflict):
        services.save_product(product=product, expected_version=1, now=LATER)
    assert len(told()) == 2


def test_a_draft_is_published_and_archived():
    draft = services.create_product(product=a_product(status=Status.DRAFT), now=NOON)
    active = services.publish_product(product_id=draft.product_id, expected_version=1, now=LATER)
    assert active.is_active
    gone = services.archive_product(product_id=draft.product_id, expected_version=2, now=LATER)
    assert (gone.status, gone.version) == (Status.ARCHIVED, 3)
    with pytest.raises(VersionConflict):
        services.publish_product(product_id="nosuchproduct", expected_version=1, now=LATER)


def test_a_product_without_a_price_is_not_put_on_sale():
    priceless = (Variant(sku="A", options={}, prices={}),)
    draft = services.create_product(product=a_product(status=Status.DRAFT, variants=priceless), now=NOON)
    with pytest.raises(InvalidProduct, match="needs a price"):
        services.publish_product(product_id=draft.product_id, expected_version=1, now=NOON)


def test_a_product_too_large_for_the_store_is_refused_politely():
    with pytest.raises(InvalidProduct, match="400 KB"):
        services.create_product(product=a_product(attributes={"story": "x" * 420_000}), now=NOON)


def test_a_rank_that_would_break_the_order_is_refused():
    with pytest.raises(InvalidProduct, match="rank"):
        a_product(rank=-1)


def test_an_unknown_product_is_not_found():
    with pytest.raises(ProductNotFound):
        queries.product("nosuchproduct")


def test_saving_many_writes_only_what_differs():
    first = [a_product() for _ in range(30)]
    assert services.save_products(products=first, now=NOON) == SaveCounts(created=30)
    assert services.save_products(products=first, now=LATER) == SaveCounts(unchanged=30)
    edited = [replace(first[0], title="Edited"), *first[1:], a_product()]
    counts = services.save_products(products=edited, now=LATER)
    assert counts == SaveCounts(created=1, updated=1, unchanged=29)
    assert counts.changed == 2
    assert len(told()) == 32
    assert queries.product(first[0].product_id).created_at == NOON


def test_what_sales_and_reviews_changed_is_no_difference():
    product = a_product()
    services.save_products(products=[product], now=NOON)
    services.mark_availability(product_id=product.product_id, sku=product.variants[0].sku, in_stock=False)
    products().set_rating(product.product_id, total=5, count=1)
    assert services.save_products(products=[product], now=LATER) == SaveCounts(unchanged=1)
    stored = queries.product(product.product_id, freshness=Freshness.STRONG)
    assert (stored.variants[0].in_stock, stored.rating.count) == (False, 1)


def test_what_was_written_before_a_failure_is_told_and_a_second_try_goes_on(monkeypatch):
    many = [a_product() for _ in range(20)]
    create = DynamoProducts.create

    def create_or_fail(self, product):
        if product.product_id == many[7].product_id:
            raise CatalogUnavailable
        return create(self, product)

    with monkeypatch.context() as failing:
        failing.setattr(DynamoProducts, "create", create_or_fail)
        with pytest.raises(CatalogUnavailable):
            services.save_products(products=many, now=NOON)
    assert len(told()) == 19
    assert services.save_products(products=many, now=NOON) == SaveCounts(created=1, unchanged=19)


def test_more_products_than_one_chunk_are_saved():
    many = [a_product() for _ in range(450)]
    assert services.save_products(products=iter(many), now=NOON) == SaveCounts(created=450)
    found = queries.products_by_id([p.product_id for p in many], freshness=Freshness.STRONG)
    assert len(found) == 450


def test_selling_out_is_told_and_news_of_the_unknown_is_ignored():
    product = services.create_product(product=a_product(), now=NOON)
    services.mark_availability(product_id=product.product_id, sku=product.variants[0].sku, in_stock=False)
    services.mark_availability(product_id="nosuchproduct", sku="X", in_stock=False)
    assert told() == [product.product_id] * 2
    assert not queries.product(product.product_id).variants[0].in_stock
