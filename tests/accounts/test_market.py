"""Where a person chose to shop is remembered with their account, and they come back to it when they sign in."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.conftest import PASSWORD, confirm

pytestmark = pytest.mark.django_db
OURS = {"Sec-Fetch-Site": "same-origin"}


def chosen(person) -> str:
    person.refresh_from_db()
    return person.market


def test_the_market_chosen_at_the_foot_of_a_page_is_remembered(buyer, signed_in):
    page = signed_in.get("/").content.decode()
    assert [f'data-market="{code}"' in page for code in ("us", "uk", "de", "fr")] == [True] * 4
    assert signed_in.post("/account/market/", {"market": "de"}, headers=OURS).status_code == 204
    assert chosen(buyer) == "de"
    assert signed_in.post("/account/market/", {"market": "mars"}, headers=OURS).status_code == 400
    assert chosen(buyer) == "de"


def test_of_guests_nothing_is_kept_and_strangers_pages_choose_nothing(buyer, signed_in):
    assert Client().post("/account/market/", {"market": "de"}, headers=OURS).status_code == 204
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(buyer, backend="django.contrib.auth.backends.ModelBackend")
    foreign = strict.post("/account/market/", {"market": "fr"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert chosen(buyer) == ""


@pytest.mark.parametrize(("market", "landing"), [("", "/account/"), ("de", "/de/account/"), ("us", "/account/")])
def test_signing_in_leads_to_the_market_where_a_person_shops(buyer, market, landing):
    confirm(buyer)
    buyer.market = market
    buyer.save()
    answer = Client().post("/account/login/", {"login": buyer.email, "password": PASSWORD}, headers=OURS)
    assert (answer.status_code, answer["Location"]) == (302, landing)


def test_the_profile_shows_and_changes_it(buyer, signed_in):
    page = signed_in.get("/account/profile/").content.decode()
    assert "Where you shop" in page
    form = {"first_name": "Mara", "last_name": "Keller", "language": "de", "market": "fr"}
    assert signed_in.post("/account/profile/", form, headers=OURS).status_code == 302
    assert chosen(buyer) == "fr"
    assert 'value="fr" selected' in signed_in.get("/account/profile/").content.decode()
    assert signed_in.post("/account/profile/", {**form, "market": ""}, headers=OURS).status_code == 302
    assert chosen(buyer) == ""


def test_an_app_reads_and_changes_it_and_prices_stay_what_was_asked_for(buyer):
    app = APIClient()
    app.force_authenticate(buyer)
    assert app.get("/api/v1/me/").json()["market"] == ""
    assert app.patch("/api/v1/me/", {"market": "uk"}, format="json").json()["market"] == "uk"
    assert chosen(buyer) == "uk"
    assert app.patch("/api/v1/me/", {"first_name": "Mara"}, format="json").json()["market"] == "uk"
    refused = app.patch("/api/v1/me/", {"market": "mars"}, format="json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["market"])
    assert app.post("/api/v1/carts/").json()["market"] == "us"
