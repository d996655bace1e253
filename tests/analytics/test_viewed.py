"""What somebody looked at last is kept with consent alone, costs the page nothing, and forgotten when they say so."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from rest_framework.test import APIClient

from analytics import viewed
from analytics.viewer import NAME
from catalog.domain import Freshness
from catalog.repository import products
from shopcloud.lib import redis
from tests.analytics.clicks import waiting
from tests.catalog.factories import NOON, a_product
from tests.catalog.test_round_trips import trips  # noqa: F401
from tests.conftest import PASSWORD, confirm

pytestmark = pytest.mark.django_db(transaction=True)
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def lamps():
    """viewed1 to viewed3 are on sale."""
    wanted = ["viewed1", "viewed2", "viewed3"]
    there = products().get_many(wanted, freshness=Freshness.STRONG)
    for product_id in wanted:
        if product_id not in there:
            words = {"de": {"title": f"Leuchte {product_id}"}}
            products().create(a_product(product_id=product_id, title=f"Lamp {product_id}", translations=words))


def look(client, product_id, **headers):
    told = {"event_id": str(uuid.uuid4()), "type": "page_view", "path": f"/p/halo-lamp-{product_id}/", "market": "us"}
    return client.post("/beacon/", json.dumps(told), content_type="application/json", headers={**OURS, **headers})


def shelf(client, path="/recently-viewed/") -> list[str]:
    """The products shown, in order."""
    page = client.get(path).content.decode()
    return [part.partition('"')[0] for part in page.split('data-heart="')[1:]]


def kept() -> list[bytes]:
    return list(redis.store().scan_iter(match=f"{redis.key('viewed')}*"))


def test_the_last_looked_at_comes_first_once_and_not_on_its_own_page(agreed):
    for product_id in ("viewed1", "viewed2", "viewed3", "viewed1"):
        assert look(agreed, product_id).status_code == 204
    assert shelf(agreed) == ["viewed1", "viewed3", "viewed2"]
    assert shelf(agreed, "/recently-viewed/?but=viewed1") == ["viewed3", "viewed2"]
    assert "Zuletzt angesehen" in agreed.get("/de/recently-viewed/").content.decode()


def test_twelve_are_remembered_for_thirty_days_after_the_last(agreed):
    for number in range(20):
        look(agreed, f"other{number}")
    (key,) = kept()
    assert redis.store().zcard(key) == 12
    assert redis.store().zscore(key, "other7") is None
    assert 29 * 86400 < redis.store().ttl(key) <= 30 * 86400


def test_a_view_costs_one_round_trip_with_its_click(agreed, trips):  # noqa: F811
    look(agreed, "viewed1")
    with trips() as seen:
        look(agreed, "viewed2")
    assert (len(seen.redis), seen.sql, seen.dynamo) == (1, [], [])
    assert len(waiting()) == 2
    shelf(agreed)
    with trips() as seen:
        assert shelf(agreed) == ["viewed2", "viewed1"]
    assert (len(seen.redis), seen.sql) == (2, [])


def test_a_signed_in_persons_view_costs_no_more_than_a_guests(signed_in, buyer, trips):  # noqa: F811
    signed_in.cookies["consent"] = "analytics"
    shelf(signed_in)
    with trips() as seen:
        look(signed_in, "viewed1")
    assert (len(seen.redis), seen.sql) == (1, [])
    assert viewed.export_of(buyer.pk) == ["viewed1"]


def test_in_another_session_the_persons_cookie_fills_and_empties_no_shelf(signed_in, other_buyer, buyer):
    signed_in.cookies["consent"] = "analytics"
    shelf(signed_in)
    look(signed_in, "viewed1")
    of_person = signed_in.cookies[NAME].value
    signed_in.force_login(other_buyer, backend="django.contrib.auth.backends.ModelBackend")
    for leave in (lambda: look(signed_in, "viewed2"), lambda: signed_in.post("/recently-viewed/", {"clear": "1"})):
        signed_in.cookies[NAME] = of_person
        leave()
    assert viewed.export_of(buyer.pk) == ["viewed1"]


def test_a_store_that_is_away_fails_neither_the_beacon_nor_the_page(agreed, monkeypatch):
    look(agreed, "viewed1")

    def gone(*_, **__):
        raise redis.Unavailable[0]("gone")

    monkeypatch.setattr(redis, "store", gone)
    assert look(agreed, "viewed2").status_code == 204
    answer = agreed.get("/recently-viewed/")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("headers", [{"Sec-GPC": "1"}, {"DNT": "1"}])
def test_without_consent_nothing_is_kept(guest, agreed, headers):
    look(guest, "viewed1")
    look(agreed, "viewed1", **headers)
    assert kept() == []
    assert NAME not in guest.cookies
    assert guest.get("/recently-viewed/").content == b""


@pytest.mark.parametrize("ask", ["beacon", "fragment"])
def test_consent_that_is_withdrawn_forgets_what_was_kept(agreed, ask):
    look(agreed, "viewed1")
    assert len(kept()) == 1
    agreed.cookies["consent"] = "none"
    answer = look(agreed, "viewed2") if ask == "beacon" else agreed.get("/recently-viewed/")
    assert kept() == []
    assert answer.cookies[NAME].value == ""
    assert answer.content == b""


def test_the_button_clears_the_shelf(agreed):
    look(agreed, "viewed1")
    answer = agreed.post("/recently-viewed/", {"clear": "1"}, headers={**OURS, "HX-Request": "true"})
    assert (answer.status_code, answer.content, kept()) == (200, b"", [])
    look(agreed, "viewed2")
    assert agreed.post("/recently-viewed/", {"clear": "1"}, headers=OURS).status_code == 302
    assert shelf(agreed) == []


def test_a_forged_cookie_opens_nobodys_shelf(agreed, guest, buyer):
    redis.store().zadd(redis.key("viewed", viewed.of_person(buyer.pk)), {"viewed1": 1})
    guest.cookies["consent"] = "analytics"
    guest.cookies[NAME] = viewed.of_person(buyer.pk)
    assert shelf(guest) == []


def test_whoever_uses_the_browser_after_a_session_ended_neither_sees_nor_fills_the_persons_shelf(signed_in, buyer):
    signed_in.cookies["consent"] = "analytics"
    look(signed_in, "viewed1")
    shelf(signed_in)
    look(signed_in, "viewed2")
    assert signed_in.cookies[NAME]["max-age"] == 30 * 60
    assert shelf(signed_in) == ["viewed2", "viewed1"]
    of_person = signed_in.cookies[NAME].value
    del signed_in.cookies["sessionid"]
    assert shelf(signed_in) == []
    assert signed_in.cookies[NAME].value == ""
    signed_in.cookies[NAME] = of_person
    look(signed_in, "viewed3")
    assert shelf(signed_in) == ["viewed3"]
    assert viewed.export_of(buyer.pk) == ["viewed2", "viewed1"]


@pytest.mark.parametrize("ask", ["button", "withdrawn"])
def test_whoever_uses_the_browser_after_a_session_ended_does_not_empty_the_persons_shelf(signed_in, buyer, ask):
    signed_in.cookies["consent"] = "analytics"
    shelf(signed_in)
    look(signed_in, "viewed1")
    del signed_in.cookies["sessionid"]
    if ask == "button":
        signed_in.post("/recently-viewed/", {"clear": "1"}, headers=OURS)
    else:
        signed_in.cookies["consent"] = "none"
        signed_in.get("/recently-viewed/")
    assert signed_in.cookies[NAME].value == ""
    assert viewed.export_of(buyer.pk) == ["viewed1"]


def test_a_database_that_is_away_fails_no_beacon(signed_in, buyer, monkeypatch):
    signed_in.cookies["consent"] = "analytics"
    shelf(signed_in)
    monkeypatch.setattr("analytics.viewer.own_viewer", _away)
    assert look(signed_in, "viewed1").status_code == 204
    assert len(waiting()) == 1
    assert viewed.export_of(buyer.pk) == ["viewed1"]


def _away(_request):
    raise OperationalError("gone")


def test_signing_in_brings_the_shelf_along_and_signing_out_leaves_none(buyer):
    phone, laptop = Client(headers=OURS), Client(headers=OURS)
    for client in (phone, laptop):
        client.cookies["consent"] = "analytics"
    look(phone, "viewed1")
    confirm(buyer)
    phone.post("/account/login/", {"login": buyer.email, "password": PASSWORD})
    look(laptop, "viewed2")
    laptop.post("/account/login/", {"login": buyer.email, "password": PASSWORD})
    look(laptop, "viewed3")
    assert shelf(phone) == shelf(laptop) == ["viewed3", "viewed2", "viewed1"]
    assert len(kept()) == 1
    phone.post("/account/logout/")
    assert shelf(phone) == []


def test_somebody_who_agrees_after_signing_in_keeps_one_shelf(signed_in, buyer):
    signed_in.cookies["consent"] = "analytics"
    look(signed_in, "viewed1")
    assert shelf(signed_in) == ["viewed1"]
    look(signed_in, "viewed2")
    assert viewed.export_of(buyer.pk) == ["viewed2", "viewed1"]


def test_the_later_of_two_looks_counts_when_shelves_come_together():
    for viewer, product_id, hours in (("u1", "a", 3), ("u1", "b", 2), ("gx", "a", 1), ("gx", "b", 4)):
        viewed.note(viewer, product_id, redis.store(), at=NOON + timedelta(hours=hours))
    viewed.take_in("u1", source="gx")
    assert viewed.product_ids("u1") == ["b", "a"]
    assert viewed.product_ids("gx") == []


def test_a_phone_reads_and_forgets_its_own_persons_shelf(buyer, other_buyer):
    redis.store().zadd(redis.key("viewed", viewed.of_person(buyer.pk)), {"viewed1": 1, "viewed2": 2, "gone": 3})
    phone = APIClient()
    address = "/api/v1/me/recently-viewed/"
    assert phone.get(address).status_code == 401
    phone.force_authenticate(buyer)
    shown = phone.get(address).json()["results"]
    assert [product["product_id"] for product in shown] == ["viewed2", "viewed1"]
    assert (shown[0]["title"], shown[0]["price"]["currency"]) == ("Lamp viewed2", "USD")
    told = phone.get(address, {"market": "de"}).json()["results"][0]
    assert (told["title"], told["price"]["currency"]) == ("Leuchte viewed2", "EUR")
    others = APIClient()
    others.force_authenticate(other_buyer)
    assert others.get(address).json()["results"] == []
    assert phone.delete(address).status_code == 204
    assert phone.get(address).json()["results"] == []


def test_what_is_kept_of_a_person_can_be_handed_over_and_forgotten(buyer):
    redis.store().zadd(redis.key("viewed", viewed.of_person(buyer.pk)), {"viewed1": 1})
    assert viewed.export_of(buyer.pk) == ["viewed1"]
    viewed.erase_of(buyer.pk)
    assert viewed.export_of(buyer.pk) == []


def test_an_app_tells_what_its_person_looks_at(buyer, other_buyer):
    app, anothers = APIClient(), APIClient()
    app.force_authenticate(buyer)
    anothers.force_authenticate(other_buyer)
    for product_id in ("viewed1", "viewed2", "viewed1"):
        assert app.put(f"/api/v1/me/recently-viewed/{product_id}/").status_code == 204
    told = app.get("/api/v1/me/recently-viewed/").json()["results"]
    assert [card["product_id"] for card in told] == ["viewed1", "viewed2"]
    assert anothers.get("/api/v1/me/recently-viewed/").json()["results"] == []
    assert app.put("/api/v1/me/recently-viewed/nosuch/").json()["code"] == "product_not_found"
    assert APIClient().put("/api/v1/me/recently-viewed/viewed1/").status_code == 401
