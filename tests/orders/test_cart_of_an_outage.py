"""A cart and a wishlist in an outage of DynamoDB: what is known is shown, what nobody remembers is not called gone."""

import socket

import pytest
import time_machine
from allauth.account.models import EmailAddress

from accounts.models import Consent
from accounts.services import set_consent
from catalog import cache
from catalog import queries as catalog
from catalog.cache import CachedProducts
from catalog.dynamo.products import DynamoProducts
from orders.models import SavedCart
from orders.pricing.priced_cart import LinesUnknown
from orders.services.own_cart import take_over
from orders.services.remind_of_cart import remind_of_cart
from shopcloud.lib import clock
from shopcloud.markets import US
from tests.catalog.test_outages import calls_to
from tests.orders.api.conftest import API, Phone
from tests.orders.goods import NOW, cart_of, on_sale

pytestmark = pytest.mark.django_db(transaction=True)
UNKNOWN = "Cannot be shown at the moment"


@pytest.fixture
def lamp():
    return on_sale("LAMP-S", usd=4999)


@pytest.fixture
def mug():
    """One that nobody has looked at for a day when DynamoDB goes away."""
    return on_sale("MUG-S", usd=1850)


@pytest.fixture
def break_begins(lamp, mug, monkeypatch):
    """Call it: two minutes later DynamoDB is away, until the test ends."""
    with socket.socket() as probe, time_machine.travel(clock.now().timestamp(), tick=True) as traveller:
        probe.bind(("127.0.0.1", 0))
        shop = CachedProducts(DynamoProducts(calls_to(probe.getsockname()[1])))

        def begin():
            shop.forget(mug.product_id)
            cache.at_hand.clear()
            monkeypatch.setattr(catalog, "products", lambda: shop)
            traveller.shift(120)

        yield begin


def add(browser, product):
    form = {"product_id": product.product_id, "sku": product.variants[0].sku, "quantity": 1}
    return browser.post("/cart/lines/", form)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_cart_is_shown_with_what_is_known_and_not_bought(guest, lamp, mug, break_begins):
    add(guest, lamp)
    add(guest, mug)
    break_begins()
    page = guest.get("/cart/")
    assert page.status_code == 200
    assert ("$49.99" in text(page), UNKNOWN in text(page), "No longer for sale" in text(page)) == (True, True, False)
    assert 'href="/checkout/"' not in text(page)
    assert guest.get("/checkout/")["Location"] == "/cart/"


def test_what_is_known_is_put_into_it(guest, lamp, mug, break_begins):
    add(guest, mug)
    break_begins()
    assert add(guest, lamp).status_code == 302
    assert [line.trouble for line in guest.get("/cart/").context["cart"].lines] == ["unknown", None]


def test_apps_are_told_which_line_is_not_known_and_quoted_nothing(lamp, mug, break_begins):
    phone = Phone()
    cart = phone.cart_with((lamp, 1), (mug, 1))
    break_begins()
    shown = phone.get(f"{API}/carts/{cart}/")
    assert (shown.status_code, [line["trouble"] for line in shown.json()["lines"]]) == (200, [None, "unknown"])
    for answer in (
        phone.post(f"{API}/carts/{cart}/quote/", {"country": "US"}, format="json"),
        phone.get(f"{API}/carts/{cart}/shipping-methods/"),
    ):
        assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)


def test_nobody_is_reminded_of_half_a_cart(buyer, lamp, mug, break_begins, mailoutbox):
    EmailAddress.objects.create(user=buyer, email=buyer.email, verified=True, primary=True)
    set_consent(
        user_id=buyer.pk,
        purpose=Consent.Purpose.CART_REMINDERS,
        granted=True,
        source=Consent.Source.PROFILE,
        now=NOW,
    )
    take_over(source_id=cart_of((lamp, 1), (mug, 1)), user_id=buyer.pk, market=US, now=NOW)
    left = SavedCart.objects.get(user=buyer)
    break_begins()
    with pytest.raises(LinesUnknown):
        remind_of_cart(saved_cart_id=left.pk, version=left.version, market=US, now=clock.now())
    assert mailoutbox == []


def test_a_wishlist_is_shown_with_what_is_known_and_can_be_shortened(guest, lamp, mug, break_begins):
    for product in (lamp, mug):
        guest.post(f"/wishlist/items/{product.product_id}/")
    break_begins()
    page = guest.get("/wishlist/")
    assert page.status_code == 200
    assert [wish.trouble for wish in page.context["page"].wishes] == ["unknown", None]
    assert ("$49.99" in text(page), UNKNOWN in text(page), "No longer for sale" in text(page)) == (True, True, False)
    guest.post(f"/wishlist/items/{mug.product_id}/", {"remove": "1"})
    assert UNKNOWN not in text(guest.get("/wishlist/"))
