"""From cart to order: priced afresh, all or nothing, once per state of a cart."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.domain import InvalidAddress
from catalog.repository import products
from orders import queries
from orders.carts.cart import CartNotFound
from orders.carts.store import CartChanged
from orders.models import Order, OrderLine, Payment, StockLevel, StockMovement
from orders.pricing.offers import PriceMissing, ProductGone
from orders.pricing.shipping import CannotShip, UnknownShippingMethod
from orders.services import carts
from orders.services.place_order import CartEmpty, TotalChanged
from orders.stock import OutOfStock
from shopcloud.lib.money import Money
from shopcloud.lib.outbox import ORIGIN, OutboxEvent
from shopcloud.markets import GERMANY, US
from tests.orders.goods import ADDRESS, NOW, cart_of, download, on_sale, order, order_of

pytestmark = pytest.mark.django_db(transaction=True)
BERLIN = {
    "name": "Mara Lind",
    "line1": "Lange Straße 5",
    "city": "Berlin",
    "postal_code": "10115",
    "country": "DE",
}


def nothing_happened() -> bool:
    rows = Order.objects.count() + OrderLine.objects.count() + Payment.objects.count()
    reserved = StockMovement.objects.filter(reason="reserved").count()
    events = OutboxEvent.objects.filter(event_name="OrderPlaced").count()
    return rows + reserved + events == 0


def test_an_order_holds_copies_of_what_was_bought_and_exact_sums():
    placed = order_of((on_sale("LAMP-S", usd=4999), 2), (on_sale("MUG", usd=1295), 1))
    lamp, mug = placed.lines.order_by("pk")
    assert (lamp.title, lamp.quantity, lamp.unit_price, lamp.total, lamp.tax) == ("The LAMP-S", 2, 4999, 9998, 725)
    assert (mug.total, mug.tax) == (1295, 94)
    # Above 50 dollars standard delivery is free.
    assert (placed.subtotal, placed.shipping, placed.tax, placed.total) == (11293, 0, 819, 12112)
    assert (placed.status, placed.shipping_address["city"]) == ("awaiting_payment", "San Francisco")


def test_in_germany_the_price_holds_the_tax():
    placed = order_of((on_sale(usd=1000), 1), market=GERMANY, address=BERLIN)
    assert (placed.currency, placed.total, placed.tax_included) == ("EUR", 1490, True)
    assert (placed.tax, placed.shipping_tax) == (160 + 78, 78)


def test_a_first_payment_is_written_down_with_the_order():
    placed = order_of((on_sale(), 1))
    payment = Payment.objects.get(order=placed)
    assert (payment.attempt, payment.status, payment.amount) == (1, "created", placed.total)


def test_the_units_are_reserved_and_the_shop_is_told():
    placed = order_of((on_sale(units=5), 2))
    assert StockLevel.objects.get(sku="LAMP-S").available == 3
    told = OutboxEvent.objects.get(event_name="OrderPlaced")
    assert told.payload == {"order_number": placed.number, ORIGIN: {"region": "us-east-1"}}


def test_an_order_of_three_lines_takes_at_most_fifteen_statements_with_the_stock_last():
    cart_id = cart_of((on_sale("A"), 1), (on_sale("B"), 1), (on_sale("C"), 1))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        order(cart_id)
    statements = [query["sql"] for query in captured.captured_queries]
    assert len(statements) <= 15, statements
    assert "UPDATE orders_stocklevel" in statements[-2]
    assert statements[-1] == "COMMIT"


def test_the_cart_is_empty_afterwards_and_can_be_filled_again():
    lamp = on_sale()
    cart_id = cart_of((lamp, 1))
    first = order(cart_id)
    assert queries.cart(cart_id).lines == ()
    carts.add_line(cart_id=cart_id, product_id=lamp.product_id, sku="LAMP-S", quantity=1, now=NOW, market=US)
    assert order(cart_id).number != first.number


def test_the_same_form_sent_twice_gives_the_same_order():
    cart_id = cart_of((on_sale(units=5), 1))
    seen = queries.cart(cart_id).version
    first = order(cart_id, cart_version=seen)
    assert order(cart_id, cart_version=seen) == first
    assert StockLevel.objects.get(sku="LAMP-S").available == 4


def test_a_cart_that_could_not_be_emptied_still_gives_one_order(monkeypatch):
    cart_id = cart_of((on_sale(units=5), 1))
    monkeypatch.setattr("orders.services.place_order._empty", lambda cart, now: None)
    assert order(cart_id) == order(cart_id)
    assert StockLevel.objects.get(sku="LAMP-S").available == 4


def test_a_cart_changed_in_another_tab_is_shown_again_first():
    lamp = on_sale()
    cart_id = cart_of((lamp, 1))
    seen = queries.cart(cart_id).version
    carts.set_line(cart_id=cart_id, product_id=lamp.product_id, sku="LAMP-S", quantity=3, now=NOW)
    with pytest.raises(CartChanged):
        order(cart_id, cart_version=seen)
    assert nothing_happened()


def test_a_price_that_rose_since_the_buyer_looked_is_not_charged_unseen():
    lamp = on_sale(usd=1000)
    cart_id = cart_of((lamp, 1))
    with pytest.raises(TotalChanged, match="look it over") as changed:
        order(cart_id, seen_total=1234)
    assert changed.value.total == Money(1000 + 595 + 73, "USD")
    assert nothing_happened()
    assert order(cart_id, seen_total=1668).total == 1668


def test_what_sold_out_meanwhile_is_named_and_nothing_is_kept():
    cart_id = cart_of((on_sale("LAMP-S", units=5), 1), (on_sale("MUG", units=1), 2))
    with pytest.raises(OutOfStock, match="Only 1 of The MUG left"):
        order(cart_id)
    assert nothing_happened()
    assert StockLevel.objects.get(sku="LAMP-S").available == 5
    assert queries.cart(cart_id).count == 3


def test_a_product_archived_while_in_the_cart_is_named():
    lamp = on_sale()
    cart_id = cart_of((lamp, 1))
    products().archive(lamp.product_id, expected_version=lamp.version, now=NOW)
    with pytest.raises(ProductGone, match="The LAMP-S is no longer for sale"):
        order(cart_id)
    assert nothing_happened()


def test_a_product_without_a_price_in_the_markets_currency_is_named():
    from catalog.domain import Variant

    cart_id = cart_of((on_sale(variants=(Variant(sku="LAMP-S", options={}, prices={"USD": 100}),)), 1))
    with pytest.raises(PriceMissing, match="not sold in EUR"):
        order(cart_id, market=GERMANY, address=BERLIN)


def test_an_empty_an_unknown_and_an_expired_cart_each_get_a_clear_answer():
    with pytest.raises(CartEmpty, match="empty"):
        order(carts.new_cart(market=US, now=NOW).cart_id)
    with pytest.raises(CartNotFound):
        order("never-made")


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"postal_code": "9410"}, "postal_code"), ({"region": ""}, "region"), ({"name": ""}, "name")],
)
def test_an_address_the_post_would_not_take_is_refused_by_field(changes, field):
    with pytest.raises(InvalidAddress) as invalid:
        order_of((on_sale(), 1), address={**ADDRESS, **changes})
    assert field in invalid.value.errors
    assert nothing_happened()


def test_an_order_is_not_sent_where_the_market_does_not_deliver():
    with pytest.raises(CannotShip, match="DE"):
        order_of((on_sale(), 1), address=BERLIN)
    with pytest.raises(UnknownShippingMethod):
        order_of((on_sale("MUG"), 1), shipping_method="drone")


def test_downloads_need_neither_address_nor_stock_and_ship_for_nothing():
    placed = order_of((download(), 2), address={}, shipping_method=None)
    assert (placed.shipping, placed.shipping_address, placed.shipping_method) == (0, {}, "download")
    assert placed.lines.get().download == "files/pattern.pdf"
    assert not StockMovement.objects.exists()


def test_a_signed_in_buyer_owns_the_order(buyer):
    assert order_of((on_sale(), 1), user=buyer).user == buyer
