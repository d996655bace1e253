"""Alerts over REST: asked for without telling who waits, listed for their owner, ended by their key."""

import pytest

from orders.models import StockAlert
from orders.services.ask_for_alert import key_of
from tests.orders.goods import NOW, on_sale

pytestmark = pytest.mark.django_db
URL = "/api/v1/stock-alerts/"


@pytest.fixture
def lamp():
    return on_sale(units=0)


def ask(client, lamp, **changes):
    asked = {"product_id": lamp.product_id, "sku": "LAMP-S", "email": "mara@example.com", **changes}
    return client.post(URL, asked, content_type="application/json")


def test_asking_twice_is_answered_as_asking_once(client, lamp):
    first, second = ask(client, lamp), ask(client, lamp)
    assert (first.status_code, first.json()) == (202, second.json())
    assert StockAlert.objects.count() == 1


def test_what_is_not_sold_and_no_address_are_refused(client, lamp):
    assert ask(client, lamp, sku="NOSUCH").json()["code"] == "unknown_item"
    assert ask(client, lamp, email="mara").status_code == 400


def test_a_person_sees_and_ends_only_their_own(signed_in, client, lamp):
    ask(signed_in, lamp)
    assert client.get(URL).json()["results"] == []
    (mine,) = signed_in.get(URL).json()["results"]
    assert mine["sku"] == "LAMP-S" and mine["key"] == key_of(StockAlert.objects.get())
    assert client.delete(f"{URL}{mine['key']}x/").json()["code"] == "unknown_alert"
    for _again in range(2):
        assert client.delete(f"{URL}{mine['key']}/").status_code == 204
    assert not StockAlert.objects.exists()


def test_a_long_list_comes_in_pages(signed_in, buyer, monkeypatch):
    monkeypatch.setattr("orders.api.stock_alerts.PAGE_SIZE", 2)
    asked = {"user": buyer, "email": buyer.email, "product_id": "p", "market": "us", "created_at": NOW}
    rows = [StockAlert(sku=f"S{n}", **asked) for n in range(5)]
    StockAlert.objects.bulk_create(rows)
    seen, address = [], URL
    while address:
        told = signed_in.get(address).json()
        seen += [alert["sku"] for alert in told["results"]]
        address = told["next"]
    assert seen == ["S4", "S3", "S2", "S1", "S0"]
    assert signed_in.get(f"{URL}?cursor=nonsense").json()["code"] == "bad_cursor"
