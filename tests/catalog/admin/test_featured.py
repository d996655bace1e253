"""Staff choose what the home page begins with: one after the other, or all of them on one page."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection

from catalog import curated, curating
from catalog.models import FeaturedProduct
from shopcloud.lib import clock
from shopcloud.lib.outbox import OutboxEvent
from tests.catalog.admin.test_collections import FEATURED, errors_of
from tests.catalog.admin.test_collections import as_role as as_role
from tests.catalog.admin.test_collections import goods as goods
from tests.catalog.admin.test_collections import keeper as keeper


def test_featured_products_are_chosen_put_in_order_and_let_go(keeper, goods):
    ant, bee, _cow = goods
    dates = {f"{name}_{part}": "" for name in ("active_from", "active_until") for part in (0, 1)}
    for place, named in enumerate((ant.product_id, bee.variants[0].sku), start=1):
        answer = keeper.post(f"{FEATURED}add/", {"product": named, "position": place, **dates})
        assert answer.status_code == 302
    first, second = FeaturedProduct.objects.order_by("position")
    again = keeper.post(f"{FEATURED}add/", {"product": ant.product_id, "position": 1, **dates})
    assert list(errors_of(again)) == ["product"]
    unknown = keeper.post(f"{FEATURED}add/", {"product": "NOTHING", "position": 1, **dates})
    assert list(errors_of(unknown)) == ["product"]
    page = keeper.get(FEATURED).content.decode()
    assert page.index("Ant") < page.index("Bee")
    rows = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "Save"}
    rows |= {"form-0-id": first.pk, "form-0-position": 9, "form-1-id": second.pk, "form-1-position": 3}
    assert keeper.post(FEATURED, rows).status_code == 302
    shown = curated.featured(now=clock.now(), limit=8).cards
    assert [card.title for card in shown] == ["Bee", "Ant"]
    assert keeper.get(f"{FEATURED}{first.pk}/change/").status_code == 200
    ended = {"active_until_0": "2020-01-01", "active_until_1": "10:00"}
    assert keeper.post(f"{FEATURED}{first.pk}/change/", {"position": 1, **dates, **ended}).status_code == 302
    assert [card.title for card in curated.featured(now=clock.now(), limit=8).cards] == ["Bee"]
    keeper.post(f"{FEATURED}{second.pk}/delete/", {"post": "yes"})
    assert FeaturedProduct.objects.count() == 1


def test_one_more_than_the_home_page_begins_with_is_refused_and_what_is_over_does_not_count(keeper, goods, monkeypatch):
    monkeypatch.setattr("catalog.admin.collection_forms.MAX_FEATURED", 1)
    ant, bee, _cow = goods
    first = FeaturedProduct(product_id=ant.product_id)
    curating.save_featured(featured=first)
    fields = {f"{name}_{part}": "" for name in ("active_from", "active_until") for part in (0, 1)}
    fields |= {"product": bee.product_id, "position": 2}
    refused = errors_of(keeper.post(f"{FEATURED}add/", fields))
    assert refused == {"product": ["The home page begins with 1 products at most. Take one away first."]}
    first.active_until = clock.now() - timedelta(days=1)
    curating.save_featured(featured=first)
    assert keeper.post(f"{FEATURED}add/", fields).status_code == 302


ARRANGE = f"{FEATURED}arrange/"


def arranged(products=(), **more) -> dict[str, object]:
    """What the browser sends of the products in the order they stand."""
    places = {f"{product.product_id}-position": place for place, product in enumerate(products, start=1)}
    return {"product": [product.product_id for product in products], "added": "", **places, **more}


def on_the_home_page() -> list[str]:
    return [card.title for card in curated.featured(now=clock.now(), limit=9).cards]


def test_featured_products_are_found_by_title_added_dragged_and_taken_away_on_one_page(keeper, goods):
    ant, bee, cow = goods
    assert b"arrange/" in keeper.get(FEATURED).content
    assert f'data-add="{bee.product_id}"' in keeper.get(f"{FEATURED}found/?find=bee").content.decode()
    assert keeper.post(ARRANGE, arranged([bee, ant])).status_code == 302
    assert on_the_home_page() == ["Bee", "Ant"]
    dated = FeaturedProduct.objects.get(product_id=ant.product_id)
    dated.active_until = clock.now() + timedelta(days=3)
    dated.save()
    page = keeper.get(ARRANGE).content.decode()
    assert page.index("Bee</a>") < page.index("Ant</a>")
    order = arranged([ant, bee], added=cow.variants[0].sku.lower())
    assert keeper.post(ARRANGE, order).status_code == 302
    assert on_the_home_page() == ["Ant", "Bee", "Cow"]
    assert FeaturedProduct.objects.get(product_id=ant.product_id).active_until == dated.active_until
    keeper.post(ARRANGE, arranged([ant, bee, cow], **{f"{bee.product_id}-remove": "1"}))
    assert on_the_home_page() == ["Ant", "Cow"]
    assert LogEntry.objects.filter(content_type__model="featuredproduct").count() == 3 + 2 + 2


def test_what_is_over_takes_nobodys_place_where_the_others_are_put_in_order(keeper, goods, monkeypatch):
    monkeypatch.setattr("catalog.admin.collection_forms.MAX_FEATURED", 2)
    ant, bee, cow = goods
    keeper.post(ARRANGE, arranged([ant, bee]))
    gone = FeaturedProduct(product_id=cow.product_id, position=0, active_until=clock.now() - timedelta(days=1))
    curating.save_featured(featured=gone)
    shown = [card.product_id for card in keeper.get(ARRANGE).context["products"]]
    assert shown == [ant.product_id, bee.product_id]
    assert keeper.post(ARRANGE, arranged([bee, ant])).status_code == 302
    assert on_the_home_page() == ["Bee", "Ant"]
    assert FeaturedProduct.objects.filter(pk=gone.pk).exists()
    refused = keeper.post(ARRANGE, arranged([bee, cow]))
    assert (refused.status_code, "is over" in refused.content.decode()) == (422, True)
    assert keeper.post(ARRANGE, arranged([bee, cow, ant], **{f"{cow.product_id}-remove": "1"})).status_code == 302
    assert not FeaturedProduct.objects.filter(pk=gone.pk).exists()


def test_arranging_keeps_what_somebody_else_added_meanwhile(keeper, goods):
    ant, bee, cow = goods
    keeper.post(ARRANGE, arranged([ant, bee]))
    curating.save_featured(featured=FeaturedProduct(product_id=cow.product_id, position=0))
    keeper.post(ARRANGE, arranged([bee, ant]))
    assert on_the_home_page() == ["Bee", "Ant", "Cow"]


def test_arranging_in_the_same_order_tells_nobody(keeper, goods):
    keeper.post(ARRANGE, arranged(goods))
    told = OutboxEvent.objects.filter(event_name="FeaturedChanged").count()
    keeper.post(ARRANGE, arranged(goods))
    assert OutboxEvent.objects.filter(event_name="FeaturedChanged").count() == told == 1


def test_what_cannot_be_featured_is_told_and_keeps_the_order_that_was_sent(keeper, goods, monkeypatch):
    ant, bee, _cow = goods
    refused = keeper.post(ARRANGE, arranged([bee, ant], added="NO-SUCH-SKU"))
    assert refused.status_code == 422
    assert [card.product_id for card in refused.context["products"]] == [bee.product_id, ant.product_id]
    assert "No product has the id or SKU" in refused.content.decode()
    monkeypatch.setattr("catalog.admin.collection_forms.MAX_FEATURED", 1)
    assert "begins with 1 products at most" in keeper.post(ARRANGE, arranged([bee, ant])).content.decode()
    assert not FeaturedProduct.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_arrange_at_once_leave_each_product_once(goods):
    """However they meet: each order is whole, and a product that both add stands there once."""
    ids = [product.product_id for product in goods]
    start = threading.Barrier(6)

    def arrange(number: int) -> None:
        start.wait(10)
        try:
            curating.arrange_featured(product_ids=ids if number % 2 else ids[::-1])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(arrange, range(6)))
    rows = list(FeaturedProduct.objects.order_by("position").values_list("product_id", "position"))
    assert [place for _id, place in rows] == [1, 2, 3]
    assert [product_id for product_id, _place in rows] in (ids, ids[::-1])


@pytest.mark.parametrize("role", ["support", "analyst"])
def test_who_may_only_look_arranges_nothing(as_role, goods, role):
    browser = as_role(role)
    assert b"arrange/" not in browser.get(FEATURED).content
    assert browser.get(ARRANGE).status_code == 403
    assert browser.post(ARRANGE, arranged(goods)).status_code == 403
    assert browser.get(f"{FEATURED}found/?find=bee").status_code == 403
