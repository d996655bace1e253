"""Who has a product on their wishlist hears once a day that it costs less, and that it can be bought again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import translation

from accounts.models import User
from accounts.notifications.models import Notification
from accounts.notifications.words import words
from catalog import queries
from catalog import services as catalog
from catalog.domain import Freshness, Status, Variant
from orders import stock
from orders.models import StockAlert, Wishlist
from orders.services import wishlist
from orders.wishes.watchers import watchers
from orders.wishes.wish import Holder
from shopcloud.lib import events, outbox
from shopcloud.markets import GERMANY, US
from shopcloud.subscriptions import HANDLERS
from shopcloud.wiring import watched
from tests.orders.conftest import empty_shelves as empty_shelves
from tests.orders.goods import NOW, on_sale

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once():
    from shopcloud.celery import app

    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def two_sizes(**changes):
    sizes = {"LAMP-S": 4999, "LAMP-L": 8999}
    variants = tuple(
        Variant(sku=sku, options={"size": sku[-1]}, prices={"USD": usd, "EUR": usd}) for sku, usd in sizes.items()
    )
    return on_sale(units=None, variants=variants, translations={"de": {"title": "Die Lampe"}}, **changes)


def priced(product, *, now=NOW, **prices: int):
    """The product saved with other prices in dollars: `priced(lamp, S=4499)`."""
    variants = tuple(
        replace(v, prices={**v.prices, "USD": prices[v.sku[-1]]}) if v.sku[-1] in prices else v
        for v in product.variants
    )
    saved = replace(product, variants=variants)
    return catalog.save_product(product=saved, expected_version=product.version, now=now)


def deliver() -> None:
    """All events, to those who tell of wishes."""
    own = {
        event: [handler for handler in handlers if handler.__module__ == watched.__name__]
        for event, handlers in HANDLERS.items()
    }
    while outbox.relay(subscriptions=own, now=NOW + timedelta(days=9000)):
        pass


def wish(person, product, sku: str = "", market=US) -> None:
    wishlist.add_wish(holder=Holder(person.pk), product_id=product.product_id, sku=sku, market=market, now=NOW)


def told() -> dict[str, list]:
    return {row.user.email: row.facts.get("prices") for row in Notification.objects.select_related("user")}


def test_a_rise_that_is_taken_back_is_no_drop(buyer):
    lamp = two_sizes()
    wish(buyer, lamp, "LAMP-S")
    dearer = priced(lamp, S=5999, now=NOW + timedelta(days=1))
    back = priced(dearer, S=4999, now=NOW + timedelta(days=29))
    deliver()
    assert told() == {}
    priced(back, S=4499, now=NOW + timedelta(days=30))
    deliver()
    assert told() == {buyer.email: {"USD": [4999, 4499]}}


def test_a_price_of_the_thirty_days_is_remembered_however_often_a_feed_saves(buyer):
    lamp = two_sizes()
    wish(buyer, lamp, "LAMP-S")
    lower = priced(lamp, S=4499, now=NOW)
    saved = priced(lower, S=5999, now=NOW + timedelta(hours=1))
    for save in range(56):
        saved = priced(saved, L=8000 + save, now=NOW + timedelta(hours=12 * save + 2))
    outbox.OutboxEvent.objects.all().delete()
    priced(saved, S=4999, now=NOW + timedelta(days=29))
    deliver()
    assert told() == {}


def test_a_price_of_more_than_thirty_days_ago_does_not_count(buyer):
    lamp = two_sizes()
    wish(buyer, lamp, "LAMP-S")
    dearer = priced(lamp, S=5999, now=NOW + timedelta(days=1))
    priced(dearer, S=4999, now=NOW + timedelta(days=32))
    deliver()
    assert told() == {buyer.email: {"USD": [5999, 4999]}}


def test_a_price_that_nobody_could_buy_at_does_not_count(buyer):
    lamp = two_sizes()
    wish(buyer, lamp, "LAMP-S")
    draft = catalog.save_product(product=replace(lamp, status=Status.DRAFT), expected_version=1, now=NOW)
    mistaken = priced(draft, S=1)
    priced(replace(mistaken, status=Status.ACTIVE), S=4499)
    deliver()
    assert told() == {}
    again = priced(held(lamp), S=4999)
    priced(again, S=4399)
    deliver()
    assert told() == {buyer.email: {"USD": [4499, 4399]}}


def held(product):
    (found,) = queries.products_by_id([product.product_id], freshness=Freshness.STRONG).values()
    return found


def test_a_lower_price_is_told_to_those_whose_choice_costs_less(buyer, other_buyer, make_person):
    lamp, third = two_sizes(), make_person("third@example.com")
    wish(buyer, lamp, "LAMP-S")
    wish(other_buyer, lamp, "LAMP-L")
    wish(third, lamp)
    priced(lamp, S=4499)
    deliver()
    drop = {"USD": [4999, 4499]}
    assert told() == {"buyer@example.com": drop, "third@example.com": drop}
    facts = Notification.objects.first().facts
    assert words("price_drop", facts, market=US).text == "$44.99 instead of $49.99."
    with translation.override("de"):
        abroad = words("price_drop", facts, market=GERMANY)
    assert (abroad.title, abroad.text) == ("Die Lampe kostet jetzt weniger", "44,99\xa0$ statt 49,99\xa0$.")


def test_a_price_that_fell_in_another_currency_is_no_news(buyer, other_buyer):
    lamp = two_sizes()
    wish(buyer, lamp, "LAMP-S", market=GERMANY)
    wish(other_buyer, lamp, market=GERMANY)
    priced(lamp, S=4499)
    deliver()
    assert told() == {}


def test_who_chose_none_hears_nothing_while_the_lowest_price_stays(buyer):
    lamp = two_sizes()
    wish(buyer, lamp)
    priced(lamp, L=7999)
    deliver()
    assert told() == {}


@pytest.mark.parametrize("usd", [4999, 5999])
def test_a_price_that_stays_or_rises_is_no_news(buyer, usd):
    lamp = two_sizes()
    wish(buyer, lamp)
    priced(lamp, S=usd)
    deliver()
    assert told() == {}


def test_a_product_that_is_not_on_sale_is_no_news(buyer):
    lamp = two_sizes()
    wish(buyer, lamp)
    catalog.archive_product(product_id=lamp.product_id, expected_version=lamp.version, now=NOW)
    deliver()
    assert told() == {}


def test_a_product_is_told_of_once_a_day_however_often_it_is_lowered(buyer):
    lamp = two_sizes()
    wish(buyer, lamp)
    lower = priced(priced(lamp, S=4499), S=3999)
    deliver()
    outbox.OutboxEvent.objects.update(relayed_at=None, delivered_to=[])
    deliver()
    assert Notification.objects.count() == 1
    priced(lower, S=2999, now=NOW + timedelta(days=1))
    deliver()
    assert Notification.objects.count() == 2


def test_a_price_lowered_with_many_others_is_told_too(buyer):
    lamp = two_sizes()
    wish(buyer, lamp)
    lower = replace(lamp, variants=tuple(replace(v, prices={"USD": 100}) for v in lamp.variants))
    catalog.save_products(products=[lower], now=NOW)
    deliver()
    assert told() == {"buyer@example.com": {"USD": [4999, 100]}}


def test_saving_many_asks_for_their_earlier_prices_once(django_assert_max_num_queries):
    many = [on_sale(f"LAMP{n}", units=None) for n in range(8)]
    lower = [replace(p, variants=tuple(replace(v, prices={"USD": 1}) for v in p.variants)) for p in many]
    with django_assert_max_num_queries(6):
        catalog.save_products(products=lower, now=NOW)


def test_back_in_stock_is_told_to_those_who_chose_it_or_wait_for_it(buyer, other_buyer, make_person):
    lamp, third = on_sale(units=0), make_person("third@example.com")
    wish(buyer, lamp, "LAMP-S")
    wish(other_buyer, lamp)
    where = {"email": third.email, "market": "us", "language": "en"}
    StockAlert.objects.create(sku="LAMP-S", product_id="lamps", user=third, created_at=NOW, **where)
    for _again in range(2):
        stock.receive(sku="LAMP-S", quantity=1, now=NOW)
        deliver()
        stock.set_on_hand(sku="LAMP-S", product_id="lamps", on_hand=0, now=NOW)
    kinds = Notification.objects.values_list("user__email", "kind")
    assert sorted(kinds) == [(f"{who}@example.com", "back_in_stock") for who in ("buyer", "other", "third")]


def test_who_chose_none_hears_nothing_while_another_variant_can_be_had(buyer):
    lamp = two_sizes()
    stock.set_on_hand(sku="LAMP-S", product_id=lamp.product_id, on_hand=0, now=NOW)
    wish(buyer, lamp)
    stock.receive(sku="LAMP-S", quantity=1, now=NOW)
    deliver()
    assert told() == {}


def test_a_return_is_told_to_nobody_in_whose_currency_it_is_not_sold(buyer, other_buyer, make_person):
    lamp, third = on_sale(units=0), make_person("third@example.com")
    wish(buyer, lamp, "LAMP-S", market=GERMANY)
    wish(other_buyer, lamp, market=GERMANY)
    wish(third, lamp)
    dollars = tuple(replace(variant, prices={"USD": 4999}) for variant in lamp.variants)
    catalog.save_product(product=replace(lamp, variants=dollars), expected_version=lamp.version, now=NOW)
    stock.receive(sku="LAMP-S", quantity=1, now=NOW)
    deliver()
    assert list(told()) == [third.email]


def test_a_variant_that_is_sold_elsewhere_alone_does_not_hide_a_return(buyer):
    lamp = two_sizes()
    small, large = lamp.variants
    wish(buyer, lamp, market=GERMANY)
    sold = replace(lamp, variants=(small, replace(large, prices={"USD": 8999})))
    catalog.save_product(product=sold, expected_version=lamp.version, now=NOW)
    stock.set_on_hand(sku="LAMP-S", product_id=lamp.product_id, on_hand=0, now=NOW)
    stock.receive(sku="LAMP-S", quantity=1, now=NOW)
    deliver()
    assert list(told()) == [buyer.email]


def test_many_watchers_cost_a_statement_a_chunk_and_are_found_by_the_index(django_assert_num_queries):
    lamp = two_sizes()
    people = [User(email=f"w{n}@example.com", password="!") for n in range(2500)]
    ids = [person.pk for person in User.objects.bulk_create(people)]
    item = {"sku": "", "at": 1, "price": 4999, "currency": "USD"}
    Wishlist.objects.bulk_create(Wishlist(user_id=pk, items={lamp.product_id: item}) for pk in ids)
    cheaper = priced(lamp, S=4499)
    row = outbox.OutboxEvent.objects.get(event_name="PriceLowered")
    event = events.load(row.event_name, row.payload)
    with django_assert_num_queries(1 + 3):
        assert watched.tell_of_price_drop(event, now=NOW) == 2500
    assert watched.tell_of_price_drop(event, now=NOW) == 0
    assert len(watchers(cheaper.product_id)[""]["USD"]) == 2500
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT user_id FROM orders_wishlist "
            "WHERE jsonb_path_query_array(items, '$.keyvalue().key') ? 'lamps'"
        )
        assert "wishlist_products" in "\n".join(row[0] for row in cursor.fetchall())
