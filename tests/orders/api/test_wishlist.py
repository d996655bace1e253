"""The wishlist over REST."""

import pytest

from tests.orders.api.conftest import API
from tests.orders.goods import on_sale

pytestmark = pytest.mark.django_db(transaction=True)
LIST = f"{API}/me/wishlist/"


def test_a_person_saves_reads_and_removes(buyers_phone):
    on_sale()
    saved = buyers_phone.put(f"{LIST}lamps/", {"sku": "LAMP-S"}, format="json")
    assert saved.status_code == 200
    assert saved.json()["price"] == {"amount": 4999, "currency": "USD"}
    again = buyers_phone.put(f"{LIST}lamps/?market=de", {}, format="json")
    assert again.json()["added_at"] == saved.json()["added_at"]
    (wish,) = buyers_phone.get(LIST).json()["results"]
    assert (wish["product_id"], wish["sku"], wish["trouble"]) == ("lamps", "LAMP-S", None)
    assert [buyers_phone.delete(f"{LIST}lamps/").status_code for _ in range(2)] == [204, 204]
    assert buyers_phone.get(LIST).json()["results"] == []


def test_pages_follow_each_other_by_cursor(buyers_phone):
    for number in range(26):
        on_sale(f"MUG-{number:02}")
        buyers_phone.put(f"{LIST}mug{number:02}/", {}, format="json")
    first = buyers_phone.get(LIST).json()
    second = buyers_phone.get(first["next"]).json()
    seen = [wish["product_id"] for wish in first["results"] + second["results"]]
    assert len(seen) == len(set(seen)) == 26
    assert second["next"] is None
    assert buyers_phone.get(f"{LIST}?cursor=nonsense").status_code == 400


def test_what_the_shop_does_not_have_is_404_and_a_guest_is_401(buyers_phone, phone):
    assert buyers_phone.put(f"{LIST}nothing/", {}, format="json").json()["code"] == "unknown_item"
    assert phone.get(LIST).status_code == 401
    assert phone.put(f"{LIST}lamps/", {}, format="json").status_code == 401


def test_the_link_is_made_kept_and_taken_back(buyers_phone, guest):
    on_sale()
    buyers_phone.put(f"{LIST}lamps/", {}, format="json")
    link = f"{API}/me/wishlist-link/"
    assert buyers_phone.get(link).status_code == 404
    url = buyers_phone.put(link).json()["url"]
    assert buyers_phone.get(link).json()["url"] == url
    assert guest.get(url.partition("testserver")[2]).status_code == 200
    assert buyers_phone.delete(link).status_code == 204
    assert guest.get(url.partition("testserver")[2]).status_code == 404


def test_whoever_has_the_link_reads_the_list_over_rest_too(buyers_phone, phone):
    on_sale()
    buyers_phone.put(f"{LIST}lamps/", {}, format="json")
    token = buyers_phone.put(f"{API}/me/wishlist-link/").json()["url"].rstrip("/").rpartition("/")[2]
    shared = f"{API}/wishlists/{token}/"
    assert phone.get(shared).json()["results"] == buyers_phone.get(LIST).json()["results"] != []
    buyers_phone.delete(f"{API}/me/wishlist-link/")
    assert phone.get(shared).json()["code"] == "not_shared"
