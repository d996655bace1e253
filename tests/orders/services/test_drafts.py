"""Drafts: staff's own until they are sent, and sent once; and guests' orders that find their person."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as mailbox
from django.db import connections
from django.test import Client

from catalog.domain import Variant
from catalog.search.index import search_index
from orders import handlers, mail, queries, stock
from orders.drafts import UnknownSku, Wanted, WantedLine, line_of_sku
from orders.models import Order, OrderLine, Payment
from orders.services.change_draft import BadDraft, NotADraft, PriceNotYours, change_draft, wanted_of
from orders.services.claim_orders import claim_order, claim_orders
from orders.services.discard_draft import discard_draft
from orders.services.draft_order import draft_order
from orders.services.expire_orders import expire_unpaid_orders
from orders.services.look_up_order import _digest, order_meant
from orders.services.pay_order import start_payment
from orders.services.send_draft import DraftNotReady, DraftTotalChanged, send_draft
from orders.stock import OutOfStock
from shopcloud.lib.outbox import OutboxEvent
from shopcloud.markets import GERMANY, US
from tests.conftest import PASSWORD, code_in
from tests.orders.goods import ADDRESS, NOW, download, on_sale
from tests.orders.payments.sale import RETURN_URL, place

pytestmark = pytest.mark.django_db(transaction=True)
RIGHT = {**ADDRESS}


def line(sku: str = "LAMP-S", quantity: int = 2, price: int | None = None) -> WantedLine:
    return WantedLine(sku, sku.lower().replace("-", ""), quantity, price)


def wanted(*lines: WantedLine, **changes) -> Wanted:
    return Wanted(**{"email": "mara@example.com", "lines": lines or (line(),), "address": RIGHT, **changes})


def drafted(*lines: WantedLine, market=US, **changes) -> Order:
    order = draft_order(market=market, now=NOW)
    change_draft(order=order, wanted=wanted(*lines, **changes), market=market, now=NOW)
    order.refresh_from_db()
    return order


def send(order: Order, **more) -> Order:
    return send_draft(order=order, market=US, now=NOW, **more)


def left(sku: str = "LAMP-S") -> int:
    return stock.levels([sku])[sku].available


def test_a_draft_costs_what_the_catalog_says_and_holds_nothing():
    on_sale(usd=4999, units=5)
    order = drafted()
    assert (order.subtotal, order.status, left()) == (9998, "draft", 5)
    assert order.total == order.subtotal + order.shipping + order.tax
    assert not Payment.objects.exists() and not OutboxEvent.objects.filter(event_name="OrderPlaced").exists()


def test_its_buyer_knows_nothing_of_a_draft(buyer):
    on_sale()
    order = drafted()
    Order.objects.update(user=buyer)
    for hidden in (order, discard_draft(order=order, now=NOW)):
        assert queries.orders_of(buyer).orders == []
        with pytest.raises(queries.OrderNotFound):
            queries.order_for(number=hidden.number, token=hidden.access_token)
        assert order_meant(number=hidden.number, email_digest=_digest(hidden.email)) is None


def test_staff_change_lines_prices_and_discount_and_the_sums_follow():
    on_sale(usd=4999)
    download(usd=500)
    order = drafted(line(price=4000), line("PATTERN", 1), discount=1000, shipping_method="express")
    assert (order.subtotal, order.discount) == (8500, 1000)
    assert sum(x.discount for x in order.lines.all()) == 1000
    change_draft(order=order, wanted=wanted(line("PATTERN", 3)), market=US, now=NOW)
    order.refresh_from_db()
    assert [(x.sku, x.quantity) for x in order.lines.all()] == [("PATTERN", 3)]
    assert (order.subtotal, order.discount) == (1500, 0)


def test_a_price_of_ones_own_needs_the_permission():
    on_sale()
    order = drafted(line(price=1000))
    may_not = {"order": order, "market": US, "now": NOW, "may_override": False}
    change_draft(**may_not, wanted=wanted(line(quantity=5, price=1000)))
    for refused in (wanted(line(price=1)), wanted(line(price=1000), discount=5)):
        with pytest.raises(PriceNotYours):
            change_draft(**may_not, wanted=refused)


@pytest.mark.parametrize("lines", [(line(), line()), (line(quantity=0),), (line(quantity=1000),), (line(price=-1),)])
def test_what_cannot_be_is_refused(lines):
    on_sale()
    with pytest.raises(BadDraft):
        change_draft(order=draft_order(market=US, now=NOW), wanted=wanted(*lines), market=US, now=NOW)


def test_a_product_the_market_has_no_price_for_is_sold_at_ones_own():
    variant = Variant(sku="SOFA-1", options={}, prices={"EUR": 90000})
    on_sale("SOFA-1", variants=(variant,))
    order = draft_order(market=US, now=NOW)
    priced = change_draft(order=order, wanted=wanted(line("SOFA-1", 1)), market=US, now=NOW)
    assert priced.lines[0].trouble and priced.quote is None
    change_draft(order=order, wanted=wanted(line("SOFA-1", 1, 95000)), market=US, now=NOW)
    order.refresh_from_db()
    assert send(order).subtotal == 95000


def test_sending_promises_the_units_and_mails_a_link_to_pay():
    on_sale(usd=4999, units=5)
    order = send(drafted(message="As we said on the phone."))
    assert (order.status, left()) == ("awaiting_payment", 3)
    events = OutboxEvent.objects.filter(event_name__in=["OrderPlaced", "PaymentRequested"])
    assert events.count() == 2
    text = mail.compose(order=order, kind="payment_request").body
    assert f"/orders/{order.number}/?key={order.access_token}" in text and "As we said" in text
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=NOW)
    order.refresh_from_db()
    assert order.status == "paid"


def test_the_mail_goes_out_once(monkeypatch):
    from orders import tasks

    on_sale()
    monkeypatch.setattr(tasks.send_order_mail, "delay", tasks.send_order_mail)
    order = send(drafted())
    for _ in range(2):
        handlers.mail_payment_request(handlers.PaymentRequested(order_number=order.number))
    assert [m.subject for m in mailbox.outbox] == [f"Please pay your order {order.number}"]


def test_the_units_are_kept_as_long_as_was_promised():
    on_sale(units=5)
    order = send(drafted(hold_hours=72))
    assert expire_unpaid_orders(now=NOW + timedelta(hours=71)) == 0
    assert expire_unpaid_orders(now=NOW + timedelta(hours=73)) == 1
    order.refresh_from_db()
    assert (order.status, left()) == ("cancelled", 5)


def test_what_is_not_ready_is_not_sent():
    on_sale(units=5)
    for changes in ({"email": ""}, {"address": {**ADDRESS, "city": ""}}, {"address": {}}):
        with pytest.raises(DraftNotReady):
            send(drafted(**changes))
    with pytest.raises(DraftNotReady):
        send(draft_order(market=US, email="mara@example.com", now=NOW))
    assert left() == 5 and not Payment.objects.exists()


def test_a_price_that_moved_is_shown_before_it_is_sent():
    on_sale(usd=4999)
    order = drafted()
    with pytest.raises(DraftTotalChanged):
        send(order, seen_total=order.total - 1)
    assert send(order, seen_total=order.total).status == "awaiting_payment"


def test_more_than_there_is_is_not_sent():
    on_sale(units=1)
    order = drafted()
    with pytest.raises(OutOfStock):
        send(order)
    order.refresh_from_db()
    assert (order.status, left()) == ("draft", 1) and not Payment.objects.exists()


def test_a_draft_sent_by_many_at_once_is_sent_once():
    on_sale(units=50)
    order, start = drafted(), threading.Barrier(6, timeout=20)

    def one(_n):
        try:
            start.wait()
            return send(Order.objects.get(pk=order.pk))
        except NotADraft as lost:
            return lost
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(one, range(6)))
    assert sum(isinstance(answer, Order) for answer in answers) == 1
    assert (left(), Payment.objects.count()) == (48, 1)
    assert OutboxEvent.objects.filter(event_name="PaymentRequested").count() == 1


def test_what_was_sent_or_discarded_can_no_longer_be_changed():
    on_sale()
    sent, gone = send(drafted()), discard_draft(order=drafted(), now=NOW)
    for order in (sent, gone):
        with pytest.raises(NotADraft):
            change_draft(order=order, wanted=wanted(), market=US, now=NOW)
        with pytest.raises(NotADraft):
            send(order)
        with pytest.raises(NotADraft):
            discard_draft(order=order, now=NOW)


def test_what_staff_said_is_what_they_read_again():
    on_sale()
    said = wanted(line(price=100), discount=5, message="Hello", hold_hours=1, shipping_method="express")
    order = draft_order(market=US, now=NOW)
    change_draft(order=order, wanted=said, market=US, now=NOW)
    order.refresh_from_db()
    assert wanted_of(order) == replace(said, address=order.shipping_address)


def test_a_german_draft_holds_its_vat():
    on_sale(usd=11900)
    address = {**ADDRESS, "country": "DE", "postal_code": "10115", "city": "Berlin", "region": ""}
    order = drafted(line(quantity=1), market=GERMANY, address=address)
    assert order.tax_included and OrderLine.objects.get().tax == 1900


def test_a_sku_is_found_by_its_stock_and_an_unknown_one_is_not():
    product = on_sale()
    assert line_of_sku("LAMP-S") == WantedLine("LAMP-S", product.product_id, 1)
    with pytest.raises(UnknownSku):
        line_of_sku("NOTHING")


def test_a_sku_that_was_never_counted_is_found_however_many_products_have_its_words():
    sold = [on_sale(f"OAK-{n}", units=None, title="Oak lamp 5", updated_at=NOW + timedelta(n)) for n in range(7)]
    wanted = on_sale("OAK-LAMP-5", units=None, updated_at=NOW - timedelta(1))
    search_index().rebuild([*sold, wanted])
    assert line_of_sku("oak-lamp-5") == WantedLine("OAK-LAMP-5", wanted.product_id, 1)


def verified(person, email: str) -> None:
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)


def test_a_guests_orders_come_into_the_account_that_proves_the_address(buyer, other_buyer):
    mine = place(email="Buyer@Example.com")
    theirs = place(number="SC-TEST0002", physical=False, digital=True, email="buyer@example.com", user=other_buyer)
    stranger = place(number="SC-TEST0003", physical=False, digital=True, email="eve@example.com")
    assert claim_orders(user_id=buyer.pk) == 0
    EmailAddress.objects.create(user=buyer, email="eve@example.com", verified=False)
    verified(buyer, "buyer@example.com")
    assert claim_orders(user_id=buyer.pk) == 1
    assert [o.number for o in queries.orders_of(buyer).orders] == [mine.number]
    assert {o.pk: o.user_id for o in Order.objects.all()} == {
        mine.pk: buyer.pk,
        theirs.pk: other_buyer.pk,
        stranger.pk: None,
    }


def test_an_order_placed_signed_out_finds_its_person(buyer):
    order = place(email="buyer@example.com")
    assert not claim_order(order_number=order.number)
    verified(buyer, "buyer@example.com")
    assert claim_order(order_number=order.number) and not claim_order(order_number=order.number)


def test_confirming_an_address_tells_of_it(buyer, mailoutbox):
    browser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    browser.post("/account/login/", {"login": buyer.email, "password": PASSWORD})
    browser.post("/account/confirm-email/", {"code": code_in(mailoutbox[-1].body)})
    assert EmailAddress.objects.get(user=buyer, email="buyer@example.com").verified
    assert OutboxEvent.objects.get(event_name="EmailVerified").payload["user_id"] == buyer.pk
