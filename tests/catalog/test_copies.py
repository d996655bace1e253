"""Copies of products in Redis: whoever is late does not put an older one in the place of a newer one."""

from dataclasses import replace

import pytest
import time_machine
from django.test import Client

from catalog import cache, services
from catalog.cache import CachedProducts
from catalog.domain import Freshness
from catalog.repository import products
from catalog.reviews import Review
from shopcloud import pages
from shopcloud.lib import clock, moment, redis
from tests.catalog.factories import NOON, a_product

CACHED, STRONG = Freshness.CACHED, Freshness.STRONG


class Overtaken:
    """The repository behind the cache; something happens between its answer and what the cache makes of that."""

    def __init__(self, happens):
        self._happens = happens

    def __getattr__(self, name):
        def answer(*given, **named):
            found = getattr(products()._behind, name)(*given, **named)
            self._happens()
            return found

        return answer


@pytest.fixture
def lamp():
    lamp = products().create(a_product())
    products().forget(lamp.product_id)
    return lamp


def copy_of(product):
    cache.at_hand.clear()
    return products().get(product.product_id, freshness=CACHED)


def save(product, title, *, version=1):
    return lambda: products().put(replace(product, title=title), expected_version=version)


READS = {
    "one": lambda shop, lamp: shop.get(lamp.product_id, freshness=CACHED),
    "many": lambda shop, lamp: shop.get_many([lamp.product_id], freshness=CACHED)[lamp.product_id],
    "strong": lambda shop, lamp: shop.get(lamp.product_id, freshness=STRONG),
}


@pytest.mark.parametrize("read", READS)
def test_a_reader_that_a_save_overtakes_leaves_its_copy_alone(lamp, read):
    assert READS[read](CachedProducts(Overtaken(save(lamp, "New"))), lamp).title == "Halo lamp"
    assert (copy_of(lamp).title, copy_of(lamp).version) == ("New", 2)


def test_a_save_that_a_later_one_overtakes_leaves_its_copy_alone(lamp):
    overtaken = CachedProducts(Overtaken(save(lamp, "Newest", version=2)))
    assert overtaken.put(replace(lamp, title="New"), expected_version=1).title == "New"
    assert (copy_of(lamp).title, copy_of(lamp).version) == ("Newest", 3)


def test_a_reader_that_found_nothing_does_not_hide_what_was_made_meanwhile():
    made = a_product()
    late = CachedProducts(Overtaken(lambda: products().create(made)))
    assert late.get(made.product_id, freshness=CACHED) is None
    assert copy_of(made).title == made.title


def test_what_moves_without_a_version_is_written_over_a_fresh_copy(lamp):
    sku = lamp.variants[0].sku
    assert copy_of(lamp).variant(sku).in_stock
    products().set_availability(lamp.product_id, sku, False)
    assert not copy_of(lamp).variant(sku).in_stock


def test_a_copy_that_ran_out_or_that_nobody_understands_is_renewed_by_a_read(lamp):
    key = redis.key("product", lamp.product_id)
    copy_of(lamp)
    with time_machine.travel(clock.now().timestamp() + 120, tick=True):
        ran_out = redis.store().get(key)
        copy_of(lamp)
        assert redis.store().get(key) > ran_out
        redis.store().set(key, b'0 9999999999 {"version":9}')
        copy_of(lamp)
        assert redis.store().get(key).startswith(b"1 ")
        assert redis.store().ttl(key) > 3600


@pytest.mark.django_db
def test_a_reader_that_reviews_overtake_does_not_bring_the_rating_of_before(lamp):
    said = Review(
        review_id="r1", product_id=lamp.product_id, author="Mara K.", rating=4, body="Lovely.", created_at=NOON
    )
    late = CachedProducts(Overtaken(lambda: services.add_reviews(reviews=[said])))
    assert late.get(lamp.product_id, freshness=CACHED).rating.count == 0
    assert copy_of(lamp).rating.count == 1


@pytest.mark.django_db
def test_a_page_is_not_kept_of_what_a_process_alone_still_remembers(lamp, monkeypatch):
    """Another process saved, and the kept pages were dropped, while this one had the product at hand."""
    monkeypatch.setattr(moment, "SECONDS", 60)
    save(lamp, "New")()
    pages.forget_product_page(slug=lamp.slug, product_id=lamp.product_id)
    cache.at_hand.keep(lamp.product_id, lamp)
    assert products().get(lamp.product_id, freshness=CACHED).title == "Halo lamp"
    Client().get(lamp.path)
    pages._memory.clear()
    assert "<title>New" in Client().get(lamp.path).content.decode()
