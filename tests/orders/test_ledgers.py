"""A wound in the books is found and named, whichever row it is in; sound books have none."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from orders import ledgers, tasks
from orders.models import Order
from orders.services.cancel_order import CancelReason, cancel_order
from orders.services.pay_order import start_payment
from orders.services.refund_order import refund_order
from shopcloud.lib import clock
from tests.orders.goods import on_sale, order_of

pytestmark = pytest.mark.django_db(transaction=True)

WOUNDS = {
    "in each place, on hand is what came less what was sold": "UPDATE orders_stocklevel SET on_hand = on_hand + 1",
    "in each place, reserved is what was promised and neither released nor sold": (
        "UPDATE orders_stocklevel SET reserved = reserved + 1"
    ),
    "reserved is what orders hold": "DELETE FROM orders_stockreservation WHERE state = 'held'",
    "an order moves as many units as it has": "DELETE FROM orders_stockmovement WHERE reason = 'sold'",
    "an order's total is the sum of its parts": ("UPDATE orders_order SET subtotal = subtotal + 1, total = total + 1"),
    "a paid order has been paid what was due, once": "UPDATE orders_payment SET amount = amount + 1",
    "no more is given back than was captured": "UPDATE orders_payment SET refunded = 0",
    "what the provider charged is what the shop captured": "UPDATE orders_payment SET provider_reference = 'lost'",
    "what the provider gave back is what the shop refunded": "UPDATE orders_sandboxcharge SET refunded = 0",
}


@pytest.fixture
def busy_shop():
    """One order paid and partly refunded, one waiting, one cancelled."""
    lamp = on_sale(units=10)
    paid, waiting, cancelled = (order_of((lamp, n)) for n in (2, 1, 3))
    start_payment(order=paid, return_url="http://localhost:8000/", token="tok_ok", now=clock.now())
    refund_order(order=Order.objects.get(pk=paid.pk), reason="scratched", amount=500, now=clock.now())
    cancel_order(order=cancelled, reason=CancelReason.BY_BUYER, now=clock.now())
    return waiting


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_books_of_a_busy_shop_balance(busy_shop, capsys):
    assert ledgers.breaches() == []
    totals = ledgers.totals()
    assert (totals.came_in, totals.on_hand, totals.reserved, totals.sold) == (10, 8, 1, 2)
    assert (totals.captured, totals.refunded) == (totals.charged, totals.given_back)
    tasks.check_books(a_newer_release="sends more")
    call_command("check_books")
    assert "The books balance." in capsys.readouterr().out


@pytest.mark.parametrize(("check", "wound"), WOUNDS.items())
def test_a_wound_is_found(busy_shop, check, wound):
    sql(wound)
    assert check in {breach.check for breach in ledgers.breaches()}


def test_the_night_names_what_does_not_balance(busy_shop, caplog):
    sql("UPDATE orders_stocklevel SET on_hand = on_hand + 1")
    with caplog.at_level("ERROR"):
        tasks.check_books()
    assert "books.unbalanced" in caplog.text
    assert "LAMP-S in place" in caplog.text
    with pytest.raises(CommandError, match="do not balance"):
        call_command("check_books")
