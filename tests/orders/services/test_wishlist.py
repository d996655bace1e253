"""A wishlist holds a product once and 200 at most, whoever adds at the same time; a guest's comes along at sign-in."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from orders.models import Wishlist
from orders.services import wishlist
from orders.services.carts import UnknownItem
from orders.wishes import guest, person
from orders.wishes.shown import page_of
from orders.wishes.wish import MAX_WISHES, Holder, Wish, WishlistFull
from shopcloud.lib import guards
from shopcloud.lib.money import Money
from shopcloud.markets import MARKETS, US
from tests.orders.goods import NOW, on_sale

pytestmark = pytest.mark.django_db(transaction=True)


def a_wish(product_id: str, minutes: int = 0) -> Wish:
    return Wish(product_id, "", Money(4999, "USD"), NOW + timedelta(minutes=minutes))


def filled(holder: Holder, count: int) -> None:
    for number in range(count):
        wishlist._put(holder, a_wish(f"p{number:03}", number))


@pytest.fixture(params=["guest", "person"])
def holder(request, buyer):
    return Holder(guest_id="a-guest") if request.param == "guest" else Holder(buyer.pk)


def test_a_product_stands_on_a_list_once_with_the_price_it_had_first(holder):
    on_sale("LAMP-S")
    wishlist.add_wish(holder=holder, product_id="lamps", market=US, now=NOW)
    wishlist.add_wish(holder=holder, product_id="lamps", market=MARKETS[-1], now=NOW + timedelta(days=1))
    (kept,) = wishlist.wishes_of(holder)
    assert (kept.price, kept.added_at) == (Money(4999, "USD"), NOW)


def test_what_the_shop_does_not_have_cannot_be_wished_for(holder):
    on_sale("LAMP-S")
    for product_id, sku in (("nothing", ""), ("lamps", "OTHER"), ("Bad Id", "")):
        with pytest.raises(UnknownItem):
            wishlist.add_wish(holder=holder, product_id=product_id, sku=sku, market=US, now=NOW)
    assert wishlist.wishes_of(holder) == []


def test_a_full_list_refuses_what_is_new_and_keeps_what_it_has(holder):
    filled(holder, MAX_WISHES)
    wishlist._put(holder, a_wish("p000", 999))
    with pytest.raises(WishlistFull, match="200"):
        wishlist._put(holder, a_wish("another"))
    assert len(wishlist.product_ids_of(holder)) == MAX_WISHES


def test_a_removed_wish_comes_back_as_it_was_and_only_from_our_receipt(holder):
    filled(holder, 3)
    removed = wishlist.remove_wish(holder=holder, product_id="p001")
    assert removed is not None
    assert wishlist.remove_wish(holder=holder, product_id="p001") is None
    wishlist.put_back(holder=holder, receipt=wishlist.receipt_of(removed))
    assert [wish.product_id for wish in wishlist.wishes_of(holder)] == ["p002", "p001", "p000"]
    assert removed in wishlist.wishes_of(holder)
    with pytest.raises(UnknownItem):
        wishlist.put_back(holder=holder, receipt="WyJ4Il0:forged")


def test_pages_hold_every_wish_once_also_when_one_is_removed_meanwhile(holder):
    filled(holder, 30)
    first = page_of(wishlist.wishes_of(holder), market=US, limit=12)
    wishlist.remove_wish(holder=holder, product_id=first.wishes[-1].product_id)
    second = page_of(wishlist.wishes_of(holder), market=US, cursor=first.next or "", limit=12)
    third = page_of(wishlist.wishes_of(holder), market=US, cursor=second.next or "", limit=12)
    seen = [shown.product_id for page in (first, second, third) for shown in page.wishes]
    assert seen == [f"p{number:03}" for number in reversed(range(30))]
    assert third.next is None


def test_a_guests_list_comes_along_once_and_what_does_not_fit_is_told(buyer):
    filled(Holder(buyer.pk), 198)
    for number, product_id in enumerate(("p000", "new1", "new2", "new3")):
        guest.add("a-guest", a_wish(product_id, 1000 + number))
    taken = wishlist.take_over(guest_id="a-guest", user_id=buyer.pk)
    assert taken.dropped == 1
    assert "1 product did not fit" in taken.note
    # The newest are the ones a person remembers.
    assert {"new2", "new3"} <= set(person.product_ids(buyer.pk))
    assert len(person.product_ids(buyer.pk)) == MAX_WISHES
    assert wishlist.take_over(guest_id="a-guest", user_id=buyer.pk).note == ""


def test_two_tabs_that_sign_in_at_once_bring_the_list_once(buyer):
    for product_id in ("new1", "new2"):
        guest.add("a-guest", a_wish(product_id))
    at_once(*[lambda: wishlist.take_over(guest_id="a-guest", user_id=buyer.pk)] * 6)
    assert sorted(person.product_ids(buyer.pk)) == ["new1", "new2"]
    assert Wishlist.objects.count() == 1


def rush(holder: Holder) -> tuple[int, int]:
    """Twelve try to add to a list with three places left: how many got in, and how many products it then holds."""
    filled(holder, MAX_WISHES - 3)
    results = at_once(*[lambda n=number: tried(holder, f"rush{n}") for number in range(12)])
    return sum(results), len(wishlist.product_ids_of(holder))


def test_many_who_add_at_once_never_overfill_a_list(holder):
    assert rush(holder) == (3, MAX_WISHES)


def test_control_without_the_condition_in_the_statement_a_list_overflows(holder):
    with guards.removed("wishes.room"):
        assert rush(holder) == (12, MAX_WISHES + 9)


def tried(holder: Holder, product_id: str) -> bool:
    try:
        wishlist._put(holder, a_wish(product_id))
    except WishlistFull:
        return False
    return True


def at_once(*jobs):
    start = threading.Barrier(len(jobs), timeout=20)

    def run(job):
        start.wait()
        try:
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_what_is_kept_of_a_person_can_be_handed_over_and_forgotten(buyer):
    filled(Holder(buyer.pk), 2)
    token = person.share(buyer.pk)
    assert [row["product_id"] for row in wishlist.export_of(buyer.pk)] == ["p001", "p000"]
    assert wishlist.export_of(buyer.pk)[0]["price"] == 4999
    wishlist.erase_of(buyer.pk)
    assert wishlist.export_of(buyer.pk) == []
    assert person.shared(token) is None


def test_a_link_stays_until_it_is_taken_back_and_the_next_is_another(buyer):
    filled(Holder(buyer.pk), 1)
    token = person.share(buyer.pk)
    assert person.share(buyer.pk) == token
    assert [wish.product_id for wish in person.shared(token) or []] == ["p000"]
    person.stop_sharing(buyer.pk)
    assert person.shared(token) is None
    assert person.share(buyer.pk) != token
