"""A buyer who pays on the provider's page and closes the browser: the webhook alone has to finish the sale."""

import requests

from tests.journeys.running_shop import RunningShop, eventually

PLACE = """
from orders.payments.returning import return_path
from orders.services.pay_order import start_payment
from shopcloud.lib import clock, ids
from tests.orders.payments.sale import place
order = place(
    number=ids.order_number(), physical=False, digital=True, language="de",
    email="closed-browser@example.com", placed_at=clock.now(),
)
order.payments.update(created_at=clock.now(), updated_at=clock.now())
payment = start_payment(order=order, return_url="{url}" + return_path(order.number), now=clock.now())
print("PLACED", order.number, payment.redirect_url)
"""
CANCEL = """
from orders.models import Order
from orders.services.cancel_order import CancelReason, cancel_order
from shopcloud.lib import clock
cancel_order(order=Order.objects.get(number="{number}"), reason=CancelReason.BY_STAFF, now=clock.now())
"""


def place(shop: RunningShop) -> tuple[str, str]:
    printed = shop.manage("shell", "-c", PLACE.format(url=shop.url))
    _, number, url = next(line for line in printed.splitlines() if line.startswith("PLACED")).split()
    return number, url


def choose(page: str, **choice: str) -> None:
    done = requests.post(page, choice, headers={"Sec-Fetch-Site": "same-origin"}, allow_redirects=False, timeout=10)
    assert done.status_code == 302, done.text


def status_of(shop: RunningShop, number: str) -> tuple[str, str]:
    return shop.sql(
        "SELECT o.status, p.status FROM orders_order o JOIN orders_payment p ON p.order_id = o.id"
        " WHERE o.number = %s ORDER BY p.attempt DESC LIMIT 1",
        number,
    )[0]


def mails_about(shop: RunningShop, number: str) -> list[str]:
    return [mail for mail in shop.mails() if number in mail]


def test_a_closed_browser_still_becomes_a_paid_order_and_a_mail_and_a_cancellation_a_refund(shop):
    number, page = place(shop)
    assert page.startswith(shop.url)
    choose(page, action="pay", card="challenge")
    choose(page, action="approve")
    eventually(lambda: status_of(shop, number) == ("paid", "captured"))
    eventually(lambda: mails_about(shop, number))
    assert "Danke für Ihre Bestellung" in mails_about(shop, number)[0]

    shop.manage("shell", "-c", CANCEL.format(number=number))
    eventually(lambda: status_of(shop, number) == ("cancelled", "refunded"))
    eventually(lambda: len(mails_about(shop, number)) == 3)
    ledger = shop.sql(
        "SELECT sum(amount), sum(refunded) FROM orders_sandboxcharge WHERE return_url LIKE %s", f"%{number}%"
    )
    assert ledger[0][0] == ledger[0][1] > 0
