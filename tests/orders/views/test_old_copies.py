"""A buyer who was shown an old copy of a product is refused once, sees what is true, and gets on."""

from dataclasses import replace

import pytest

from catalog.domain import Status
from catalog.repository import products
from orders.models import Order
from tests.orders.api.conftest import API, Phone
from tests.orders.goods import on_sale
from tests.orders.views.test_checkout import fill_cart, filled, hidden, text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lamp():
    return on_sale(units=5)


def behind_the_copy(product, **changes):
    """A save of which the copies heard nothing."""
    products()._behind.put(replace(product, **changes), expected_version=1)


def at(usd: int, product):
    return {"variants": (replace(product.variants[0], prices={"USD": usd} if usd else {"EUR": 1000}),)}


def test_a_price_that_rose_is_shown_and_can_be_confirmed(guest, lamp):
    fill_cart(guest)
    form = filled(guest)
    behind_the_copy(lamp, **at(5999, lamp))
    refused = guest.post("/checkout/", form)
    assert refused.status_code == 422
    assert "Please look it over" in text(refused)
    assert "$59.99" in text(refused)
    again = {name: hidden(refused.content.decode(), name) for name in ("cart_version", "seen_total")}
    assert guest.post("/checkout/", {**form, **again}).status_code == 302
    assert Order.objects.get().subtotal == 5999


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        (lambda lamp: {"status": Status.ARCHIVED}, "No longer for sale. Please remove it."),
        (lambda lamp: at(0, lamp), "Not sold in USD. Please remove it."),
    ],
)
def test_what_cannot_be_bought_any_more_is_pointed_out_in_the_cart(guest, lamp, changes, trouble):
    fill_cart(guest)
    form = filled(guest)
    behind_the_copy(lamp, **changes(lamp))
    assert trouble in text(guest.post("/checkout/", form, follow=True))


def test_a_phone_that_was_refused_reads_in_the_cart_why(lamp):
    phone = Phone()
    cart = phone.cart_with((lamp, 1))
    behind_the_copy(lamp, status=Status.ARCHIVED)
    assert phone.order(cart).status_code == 409
    (line,) = phone.get(f"{API}/carts/{cart}/").json()["lines"]
    assert line["trouble"] == "gone"
