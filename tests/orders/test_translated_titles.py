"""What is bought carries the title in the words of the market it is bought in."""

import pytest

from orders.models import OrderLine
from shopcloud.markets import GERMANY, US
from tests.orders.goods import ADDRESS, on_sale, order_of

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {"de": {"title": "Halo-Leuchte"}}


@pytest.fixture
def lamp():
    return on_sale(translations=WORDS)


def test_a_cart_shows_the_title_of_each_market(guest, lamp):
    guest.post("/cart/lines/", {"product_id": lamp.product_id, "sku": "LAMP-S", "quantity": "1"})
    for prefix, title in (("", "The LAMP-S"), ("/de", "Halo-Leuchte"), ("/fr", "The LAMP-S")):
        assert title in guest.get(f"{prefix}/cart/").content.decode()


def test_an_order_keeps_the_title_it_was_bought_under(lamp):
    german = {
        **ADDRESS,
        "line1": "Hauptstr. 1",
        "city": "Berlin",
        "postal_code": "10115",
        "region": "",
        "country": "DE",
    }
    order_of((lamp, 1), market=US)
    order_of((lamp, 1), market=GERMANY, address=german)
    assert sorted(OrderLine.objects.values_list("title", flat=True)) == ["Halo-Leuchte", "The LAMP-S"]
