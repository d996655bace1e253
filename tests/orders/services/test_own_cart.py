"""A person has one cart: what they put in as a guest comes along, once, and no further than the shelf reaches."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import OperationalError, connections
from django.utils.translation import override

from orders import queries
from orders.carts import mirror, store
from orders.carts.cart import Caller, CartGiftCard, CartNotFound
from orders.models import SavedCart
from orders.services import carts
from orders.services.own_cart import own_cart, take_over
from shopcloud.lib import guards, redis
from shopcloud.markets import GERMANY, US
from tests.conftest import forget_keys
from tests.orders.goods import NOW, cart_of, on_sale, order

pytestmark = pytest.mark.django_db(transaction=True)


def own_with(user, *wanted, now=NOW):
    cart = own_cart(user_id=user.pk, market=US, now=now)
    for product, quantity in wanted:
        cart = carts.add_line(
            cart_id=cart.cart_id,
            product_id=product.product_id,
            sku=product.variants[0].sku,
            quantity=quantity,
            now=now,
            market=US,
            caller=Caller(user.pk),
        ).cart
    return cart


def join(user, source_id, now=NOW, market=US):
    return take_over(source_id=source_id, user_id=user.pk, market=market, now=now)


def held(cart) -> dict[str, int]:
    return {line.sku: line.quantity for line in cart.lines}


def test_quantities_add_up_to_what_is_in_stock_and_one_message_tells_it(buyer):
    lamp, mug = on_sale("LAMP-S", units=7), on_sale("MUG")
    own_with(buyer, (lamp, 4))
    joined = join(buyer, cart_of((lamp, 5), (mug, 1)))
    assert held(joined.cart) == {"LAMP-S": 7, "MUG": 1}
    assert "The LAMP-S: 7 instead of 9" in joined.note
    assert "2 items" in joined.note


def test_the_message_calls_products_as_the_market_does(buyer):
    lamp = on_sale("LAMP-S", units=7, translations={"de": {"title": "Halo-Leuchte"}})
    own_with(buyer, (lamp, 4))
    with override("de"):
        assert "Halo-Leuchte: 7" in join(buyer, cart_of((lamp, 5)), market=GERMANY).note


def test_what_comes_into_an_empty_cart_needs_no_message(buyer):
    guests = cart_of((on_sale(), 2))
    assert join(buyer, guests).note == ""
    with pytest.raises(CartNotFound):
        queries.cart(guests)


def test_a_line_holds_no_more_than_a_line_may(buyer):
    lamp = on_sale(units=500)
    own_with(buyer, (lamp, 60))
    assert held(join(buyer, cart_of((lamp, 60))).cart) == {"LAMP-S": 99}


def test_what_is_sold_out_stays_to_be_seen(buyer):
    lamp = on_sale(units=0)
    joined = join(buyer, cart_of((lamp, 3)))
    (line,) = queries.price(joined.cart, market=US, now=NOW).lines
    assert (line.quantity, line.trouble) == (1, "sold_out")


def test_merging_twice_adds_once(buyer):
    lamp = on_sale(units=50)
    own_with(buyer, (lamp, 1))
    guests = cart_of((lamp, 2))
    joined = [join(buyer, guests), join(buyer, guests)]
    assert held(joined[-1].cart) == {"LAMP-S": 3}
    assert joined[-1].note == ""


def test_a_merge_that_died_half_way_is_finished_by_the_next(buyer, monkeypatch):
    from orders.carts import moving

    lamp = on_sale(units=50)
    guests = cart_of((lamp, 2))
    with monkeypatch.context() as patch:
        patch.setattr(moving, "merge", lambda **_: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError):
            join(buyer, guests)
    with pytest.raises(CartNotFound):
        carts.add_line(cart_id=guests, product_id=lamp.product_id, sku="LAMP-S", quantity=1, now=NOW, market=US)
    assert held(join(buyer, guests).cart) == {"LAMP-S": 2}


def test_another_persons_cart_is_neither_merged_nor_shown(buyer, other_buyer):
    lamp = on_sale()
    theirs = own_with(other_buyer, (lamp, 2))
    assert join(buyer, theirs.cart_id).cart.lines == ()
    for caller in (Caller(buyer.pk), Caller(buyer.pk, by_cookie=True), Caller()):
        with pytest.raises(CartNotFound):
            queries.cart(theirs.cart_id, caller=caller)
        with pytest.raises(CartNotFound):
            carts.remove_line(cart_id=theirs.cart_id, sku="LAMP-S", now=NOW, caller=caller)
        with pytest.raises(CartNotFound):
            carts.clear(cart_id=theirs.cart_id, now=NOW, caller=caller)
    assert queries.cart(theirs.cart_id, caller=Caller(other_buyer.pk)).count == 2


def test_codes_and_what_is_saved_come_along(buyer):
    lamp, mug = on_sale("LAMP-S"), on_sale("MUG")
    guests = cart_of((lamp, 1), (mug, 1))
    redis.store().hset(store.key(guests), "c:SPRING", "1 ")
    store.put_gift_card(cart_id=guests, card=CartGiftCard("ab" * 32, "7K3F"), now=NOW)
    carts.save_for_later(cart_id=guests, sku="MUG", now=NOW)
    joined = join(buyer, guests).cart
    assert (joined.codes, joined.gift_cards) == (("SPRING",), (CartGiftCard("ab" * 32, "7K3F"),))
    assert [line.sku for line in joined.saved] == ["MUG"]
    row = SavedCart.objects.get(user=buyer)
    assert (row.codes, [line["sku"] for line in row.saved]) == (["SPRING"], ["MUG"])
    forget_keys()
    again = own_cart(user_id=buyer.pk, market=US, now=NOW)
    assert (again.lines, again.saved, again.codes, again.gift_cards) == (
        joined.lines,
        joined.saved,
        joined.codes,
        joined.gift_cards,
    )


def test_when_redis_lost_everything_the_persons_cart_is_there(buyer):
    lamp, mug = on_sale("LAMP-S"), on_sale("MUG")
    before = own_with(buyer, (mug, 2), (lamp, 1))
    forget_keys()
    after = own_cart(user_id=buyer.pk, market=US, now=NOW + timedelta(seconds=5))
    assert (after.cart_id, after.lines) == (before.cart_id, before.lines)
    assert after.version > before.version


def test_an_ordered_cart_does_not_come_back(buyer):
    cart = own_with(buyer, (on_sale(), 2))
    order(cart.cart_id, user=buyer)
    forget_keys()
    assert own_cart(user_id=buyer.pk, market=US, now=NOW + timedelta(seconds=5)).lines == ()


def test_the_cart_works_while_the_mirror_cannot_be_written_and_catches_up(buyer, monkeypatch):
    lamp = on_sale()
    cart = own_with(buyer)

    class Away:
        def filter(self, **_):
            raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(mirror.SavedCart, "objects", Away())
        carts.add_line(
            cart_id=cart.cart_id,
            product_id=lamp.product_id,
            sku="LAMP-S",
            quantity=2,
            now=NOW,
            market=US,
            caller=Caller(buyer.pk),
        )
    assert SavedCart.objects.get(user=buyer).lines == []
    own_cart(user_id=buyer.pk, market=US, now=NOW)
    assert SavedCart.objects.get(user=buyer).count == 2


def at_once(*jobs):
    start = threading.Barrier(len(jobs), timeout=20)

    def one(job):
        try:
            start.wait()
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(one, jobs))


@pytest.mark.parametrize("seed", range(3))
def test_ten_tabs_signing_in_at_once_bring_the_lines_once(buyer, seed):
    lamp = on_sale(units=90)
    guests = cart_of((lamp, 3))
    at_once(*[lambda: join(buyer, guests)] * 10)
    assert SavedCart.objects.count() == 1
    assert SavedCart.objects.get().count == 3
    assert own_cart(user_id=buyer.pk, market=US, now=NOW).count == 3


def test_control_without_the_receipt_the_lines_come_more_than_once(buyer, monkeypatch):
    from orders.carts import moving

    lamp = on_sale(units=90)
    guests = cart_of((lamp, 3))
    # Every tab has read the guest's cart before the first one drops it.
    together = threading.Barrier(4, timeout=20)
    hand_over = moving.hand_over
    monkeypatch.setattr(moving, "hand_over", lambda **told: (hand_over(**told), together.wait())[0])
    with guards.removed("carts.merge"):
        at_once(*[lambda: join(buyer, guests)] * 4)
    assert own_cart(user_id=buyer.pk, market=US, now=NOW).count == 12


def test_the_same_rush_with_the_receipt_counts_once(buyer, monkeypatch):
    from orders.carts import moving

    guests = cart_of((on_sale(units=90), 3))
    together = threading.Barrier(4, timeout=20)
    hand_over = moving.hand_over
    monkeypatch.setattr(moving, "hand_over", lambda **told: (hand_over(**told), together.wait())[0])
    at_once(*[lambda: join(buyer, guests)] * 4)
    assert own_cart(user_id=buyer.pk, market=US, now=NOW).count == 3


def _late_copy(buyer) -> int:
    """Two changes whose copies reach PostgreSQL in the wrong order; the units the mirror then holds."""
    lamp = on_sale(units=90)
    older = own_with(buyer, (lamp, 1))
    newer = own_with(buyer, (lamp, 4), now=NOW + timedelta(seconds=1))
    mirror.keep(newer, now=NOW)
    mirror.keep(older, now=NOW)
    return SavedCart.objects.get(user=buyer).count


def test_a_late_copy_never_overwrites_a_newer_one(buyer):
    assert _late_copy(buyer) == 5


def test_control_without_the_version_a_late_copy_wins(buyer):
    with guards.removed("carts.mirror"):
        assert _late_copy(buyer) == 1


@pytest.mark.parametrize("seed", range(3))
def test_twenty_changes_at_once_leave_the_mirror_at_the_last(buyer, seed):
    lamp = on_sale(units=90)
    cart = own_with(buyer)

    def add():
        carts.add_line(
            cart_id=cart.cart_id,
            product_id=lamp.product_id,
            sku="LAMP-S",
            quantity=1,
            now=NOW,
            market=US,
            caller=Caller(buyer.pk),
        )

    at_once(*[add] * 20)
    row = SavedCart.objects.get(user=buyer)
    assert (row.count, row.version) == (20, store.read(cart.cart_id).version)
