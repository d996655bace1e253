"""What is bought together follows from paid orders of different people, and is renewed night by night."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from orders.models import BasketPair, BoughtTogether, Order, TogetherRun
from orders.privacy import erase_orders
from orders.services import count_together as counting
from orders.services.cancel_order import CancelReason, cancel_order
from orders.services.count_together import MIN_BUYERS, count_together
from orders.services.pay_order import start_payment
from orders.services.refund_items import refund_items
from tests.orders.goods import NOW, on_sale, order_of
from tests.orders.payments.sale import RETURN_URL

pytestmark = pytest.mark.django_db(transaction=True)
TONIGHT = NOW + timedelta(days=1)


@pytest.fixture
def goods():
    return {sku: on_sale(sku, units=500) for sku in ("LAMP", "BULB", "MUG", "VASE")}


def sold(goods, *skus, to, paid=True, placed=NOW) -> Order:
    """An order through checkout and, if paid, through the payment provider."""
    made = order_of(*((goods[sku], 1) for sku in skus), email=to)
    Order.objects.filter(pk=made.pk).update(placed_at=placed)
    if paid:
        start_payment(order=made, return_url=RETURN_URL, token="tok_ok", now=NOW)
        made.refresh_from_db()
    return made


def sold_often(goods, *skus, times=MIN_BUYERS, **changes) -> list[Order]:
    return [sold(goods, *skus, to=f"{'-'.join(skus).lower()}{n}@example.com", **changes) for n in range(times)]


def give_back(order: Order, *skus: str) -> None:
    refund_items(order=order, quantities=dict.fromkeys(skus, 1), reason="sent back", now=NOW)


def pairs() -> set[tuple[str, str]]:
    return set(BoughtTogether.objects.values_list("product_id", "other_id"))


def test_what_several_people_bought_together_goes_together_both_ways(goods):
    sold_often(goods, "LAMP", "BULB")
    sold_often(goods, "MUG", times=6)
    count_together(now=TONIGHT)
    assert pairs() == {("lamp", "bulb"), ("bulb", "lamp")}
    found = BoughtTogether.objects.get(product_id="lamp")
    # Three of nine buyers: 3 * 9 / (3 * 3).
    assert (found.buyers, found.lift, found.rank) == (3, 3.0, 1)


def test_one_person_shows_nothing_however_often_they_order(goods):
    for _ in range(5):
        sold(goods, "LAMP", "BULB", to="Odd@example.com")
        sold(goods, "LAMP", "BULB", to="odd@example.com", placed=NOW - timedelta(days=9))
    sold_often(goods, "MUG", times=6)
    count_together(now=TONIGHT)
    assert pairs() == set()


def test_somebody_who_was_forgotten_does_not_become_several_people(goods):
    for _ in range(MIN_BUYERS):
        sold(goods, "LAMP", "BULB", to="gone@example.com")
    sold_often(goods, "MUG", times=6)
    erase_orders(None, ["gone@example.com"])
    count_together(now=TONIGHT)
    assert pairs() == set()


def test_what_everybody_buys_goes_with_nothing_in_particular(goods):
    sold_often(goods, "MUG", "LAMP", times=4)
    sold_often(goods, "MUG", times=8)
    count_together(now=TONIGHT)
    assert pairs() == set()


def test_unpaid_cancelled_refunded_and_old_orders_do_not_count(goods):
    sold_often(goods, "MUG", times=9)
    sold_often(goods, "LAMP", "BULB", paid=False)
    for made in sold_often(goods, "LAMP", "VASE"):
        cancel_order(order=made, reason=CancelReason.BY_BUYER, now=NOW)
    for made in sold_often(goods, "BULB", "VASE"):
        give_back(made, "BULB", "VASE")
    sold_often(goods, "LAMP", "MUG", placed=NOW - timedelta(days=200))
    count_together(now=TONIGHT)
    assert pairs() == set()


def test_a_line_that_was_sent_back_does_not_count_but_the_others_do(goods):
    sold_often(goods, "MUG", times=9)
    for made in sold_often(goods, "LAMP", "BULB", "VASE"):
        give_back(made, "VASE")
    count_together(now=TONIGHT)
    assert pairs() == {("lamp", "bulb"), ("bulb", "lamp")}


def test_the_next_night_takes_back_what_no_longer_holds(goods):
    sold_often(goods, "MUG", times=9)
    made = sold_often(goods, "LAMP", "BULB")
    count_together(now=TONIGHT)
    assert len(pairs()) == 2
    give_back(made[0], "LAMP", "BULB")
    count_together(now=TONIGHT + timedelta(hours=2))
    assert len(pairs()) == 2
    count_together(now=TONIGHT + timedelta(days=1))
    assert pairs() == set()


def test_an_interrupted_run_goes_on_with_the_next_day_and_pages_see_the_old_result_meanwhile(goods, monkeypatch):
    sold_often(goods, "MUG", times=9, placed=NOW - timedelta(days=20))
    sold_often(goods, "LAMP", "BULB", placed=NOW - timedelta(days=150))
    count_together(now=NOW)
    sold_often(goods, "LAMP", "VASE")
    counted = []

    def dies_at_day_90(run, count_day=counting.count_day):
        counted.append(run.next_day)
        if len(counted) == 90:
            raise SystemExit
        return count_day(run)

    monkeypatch.setattr(counting, "count_day", dies_at_day_90)
    with pytest.raises(SystemExit):
        count_together(now=TONIGHT)
    assert pairs() == {("lamp", "bulb"), ("bulb", "lamp")}
    count_together(now=TONIGHT)
    assert pairs() == {("lamp", "bulb"), ("bulb", "lamp"), ("lamp", "vase"), ("vase", "lamp")}
    # Every day once, but the one it died at.
    assert len(counted) == 181
    assert sorted(set(counted)) == [NOW.date() - timedelta(days=back) for back in reversed(range(180))]


def test_two_workers_share_the_days_and_count_nothing_twice(goods):
    sold_often(goods, "MUG", times=9)
    sold_often(goods, "LAMP", "BULB")

    def work(_):
        try:
            count_together(now=TONIGHT)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert pairs() == {("lamp", "bulb"), ("bulb", "lamp")}
    assert BoughtTogether.objects.get(product_id="lamp").buyers == 3
    assert TogetherRun.objects.get().finished_at == TONIGHT


def test_nothing_of_any_buyer_is_kept_once_it_is_counted(goods):
    sold_often(goods, "LAMP", "BULB")
    count_together(now=TONIGHT)
    assert not BasketPair.objects.exists()
