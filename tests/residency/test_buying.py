"""Whoever signs up and buys leaves everything in the database of their home, and nothing in the other."""

import pytest

from accounts.models import User
from orders import stock
from orders.models import Order, Payment, StockLevel, WebhookEvent
from orders.models.sandbox import SandboxCharge
from orders.payments import sandbox_events, sandbox_provider, webhooks
from orders.payments.gateway import WebhookNotice
from shopcloud.lib import clock, redis, replica, residency
from tests.orders.goods import NOW, on_sale
from tests.residency.conftest import EU
from tests.residency.people import browser, buy, resident, rows, signed_in, signed_up, written

pytestmark = pytest.mark.django_db(databases=["default", EU])
MARKETS = {"us": "", "eu": "/de"}
OF_A_SALE = {
    "accounts_user",
    "account_emailaddress",
    "orders_order",
    "orders_orderline",
    "orders_payment",
    "orders_stockreservation",
    "orders_stockmovement",
    "platform_outboxevent",
}


@pytest.fixture(autouse=True)
def lamps_on_both_shelves():
    """The same lamp lies in an American and in a European warehouse."""
    lamp = on_sale(units=5)
    with residency.within("eu"):
        stock.set_on_hand(sku="LAMP-S", product_id=lamp.product_id, on_hand=7, now=NOW)


@pytest.mark.parametrize(("home", "other"), [("eu", "us"), ("us", "eu")])
def test_a_person_buys_and_every_row_lies_in_their_home(home, other):
    before = {region: rows(region) for region in MARKETS}
    client = signed_up("mara@example.com", MARKETS[home])
    answer = buy(client, MARKETS[home])
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert "/sandbox-pay/" in answer.url
    assert written(before[other], rows(other)) == {}
    assert set(written(before[home], rows(home))) >= OF_A_SALE
    with residency.within(home):
        person, order, payment = User.objects.get(), Order.objects.get(), Payment.objects.get()
        assert (person.home_region, order.user_id, payment.order_id) == (home, person.pk, order.pk)
        assert {residency.of_number(row.pk) for row in (person, order, payment)} == {home}


def test_stock_and_sums_move_in_the_home_alone():
    resident("eva@example.com", "eu")
    assert buy(signed_in("eva@example.com", "/de"), "/de", quantity=2).status_code == 302
    with residency.within("eu"):
        assert StockLevel.objects.get(sku="LAMP-S").available == 5
        assert Order.objects.get().currency == "EUR"
    assert StockLevel.objects.get(sku="LAMP-S").available == 5
    assert Order.objects.count() == 0


def test_a_european_on_the_american_site_buys_at_home_and_reads_own_orders_alone():
    resident("eva@example.com", "eu")
    resident("ann@example.com", "us")
    ann, eva = signed_in("ann@example.com"), signed_in("eva@example.com")
    assert buy(ann).status_code == 302
    assert buy(eva).status_code == 302
    theirs = Order.objects.get()
    with residency.within("eu"):
        hers = Order.objects.get()
    mine = eva.get("/account/orders/").text
    assert hers.number in mine
    assert theirs.number not in mine
    assert eva.get(f"/orders/{hers.number}/").status_code == 200
    assert eva.get(f"/orders/{theirs.number}/").status_code == 404
    assert ann.get(f"/orders/{hers.number}/").status_code == 404


def test_a_stranger_buys_in_the_region_the_process_runs_in():
    before = rows("eu")
    assert buy(browser()).status_code == 302
    assert Order.objects.get().user is None
    assert rows("eu") == before


def test_a_provider_that_calls_the_wrong_region_reaches_the_payment():
    resident("eva@example.com", "eu")
    buy(signed_in("eva@example.com"))
    with residency.within("eu"):
        charge = sandbox_provider.pay(charge_id=SandboxCharge.objects.get().pk, token="tok_ok")
    body, headers = sandbox_events.signed_event(charge, now=clock.now())
    # The provider signs nobody in, and has come to America.
    answer = browser().post("/payments/webhooks/sandbox/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 200
    with residency.within("eu"):
        assert Order.objects.get().status == Order.Status.PAID
        assert WebhookEvent.objects.count() == 1
    assert WebhookEvent.objects.count() == 0


def test_a_dispute_that_names_no_number_of_ours_is_found_by_the_providers_reference():
    resident("eva@example.com", "eu")
    buy(signed_in("eva@example.com"))
    with residency.within("eu"):
        Payment.objects.update(gateway="stripe", provider_reference="pi_1")
    asked = {
        reference: WebhookNotice("evt", "charge.dispute.created", reference=reference)
        for reference in ("pi_1", "x", "")
    }
    homes = {reference: webhooks._home_of("stripe", notice) for reference, notice in asked.items()}
    assert homes == {"pi_1": "eu", "x": "us", "": "us"}


def test_history_of_the_other_region_comes_from_its_primary(monkeypatch):
    """A replica is one of our own region's database: asked for somebody of another, it would know nothing of them."""
    eva = resident("eva@example.com", "eu")
    monkeypatch.setattr(replica, "is_configured", lambda: True)
    with residency.within("eu"):
        assert replica.alias(person=eva.pk) == EU
        assert replica.read(lambda using: User.objects.using(using).get().pk, person=eva.pk) == eva.pk
        replica.remember_write(eva.pk)
    assert not redis.store().exists(redis.key("written", str(eva.pk)))
