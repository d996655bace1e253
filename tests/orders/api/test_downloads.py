"""A phone fetches what was bought as a file: once, and only its own."""

import pytest

from orders.models import DownloadGrant
from tests.orders.api.conftest import API
from tests.orders.goods import NOW, download, on_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bought(buyers_phone) -> str:
    """The address of the downloads of an order of one pattern."""
    cart = buyers_phone.cart_with((download("PATTERN"), 1))
    placed = buyers_phone.order(cart, shipping_address=None, shipping_method=None, country="US", region="CA")
    return f"{API}/orders/{placed.json()['number']}/downloads/"


def test_a_file_is_fetched_once(buyers_phone, bought):
    (file,) = buyers_phone.get(bought).json()["results"]
    assert (file["sku"], file["redeemed_at"]) == ("PATTERN", None)
    fetched = buyers_phone.post(f"{bought}{file['id']}/redemption/")
    assert fetched.status_code == 201
    assert fetched.json()["url"].startswith("http")
    again = buyers_phone.post(f"{bought}{file['id']}/redemption/")
    assert (again.status_code, again.json()["code"]) == (410, "download_gone")
    assert buyers_phone.get(bought).json()["results"][0]["redeemed_at"]


def test_a_stranger_fetches_nothing(buyers_phone, other_buyers_phone, phone, bought):
    (file,) = buyers_phone.get(bought).json()["results"]
    for stranger in (other_buyers_phone, phone):
        assert stranger.get(bought).status_code == 404
        assert stranger.post(f"{bought}{file['id']}/redemption/").status_code == 404
    assert DownloadGrant.objects.get().redeemed_at is None


def test_another_orders_file_is_not_this_ones(buyers_phone, bought):
    (file,) = buyers_phone.get(bought).json()["results"]
    other = buyers_phone.order(buyers_phone.cart_with((on_sale("MUG"), 1))).json()["number"]
    refused = buyers_phone.post(f"{API}/orders/{other}/downloads/{file['id']}/redemption/")
    assert refused.json()["code"] == "unknown_download"


def test_a_file_can_be_fetched_no_more_once_its_time_is_over(buyers_phone, bought):
    DownloadGrant.objects.update(expires_at=NOW)
    (file,) = buyers_phone.get(bought).json()["results"]
    assert buyers_phone.post(f"{bought}{file['id']}/redemption/").status_code == 410
