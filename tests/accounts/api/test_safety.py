"""Signing out everywhere ends every token and every browser; asking to be forgotten takes the password."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts import privacy
from tests.accounts.api.test_tokens import opens, refresh, sign_in
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
SESSIONS, OTHERS, ERASURE = "/api/v1/me/sessions/", "/api/v1/me/sessions/others/", "/api/v1/me/erasure/"


def app_of(token: str) -> APIClient:
    app = APIClient(raise_request_exception=False)
    app.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return app


def test_signing_out_everywhere_ends_apps_and_browsers(buyer, other_buyer, signed_in):
    phone, tablet, anothers = (sign_in(person.email) for person in (buyer, buyer, other_buyer))
    assert signed_in.get("/account/").status_code == 200
    assert app_of(phone["access_token"]).delete(SESSIONS).status_code == 204
    assert not opens(phone["access_token"])
    assert not opens(tablet["access_token"])
    assert refresh(tablet["refresh_token"]) is None
    assert signed_in.get("/account/").status_code == 302
    assert opens(anothers["access_token"])
    assert opens(sign_in(buyer.email)["access_token"])


def test_the_old_address_of_the_button_leads_to_the_devices(signed_in, guest):
    for ask in (signed_in.get, signed_in.post):
        answer = ask("/de/account/sign-outs/", headers={"Sec-Fetch-Site": "same-origin"})
        assert (answer.status_code, answer["Location"]) == (302, "/de/account/sessions/")
    assert guest.get("/account/sign-outs/")["Location"].startswith("/account/login/")
    assert 'href="/account/sessions/"' in signed_in.get("/account/").text


def test_the_page_signs_out_everywhere_else(buyer, signed_in):
    phone, other_browser = sign_in(buyer.email), Client()
    other_browser.force_login(buyer, backend="django.contrib.auth.backends.ModelBackend")
    page = signed_in.post("/account/sessions/", headers={"Sec-Fetch-Site": "same-origin"}, follow=True)
    assert "You are signed out in every other browser and app." in page.content.decode()
    assert not opens(phone["access_token"])
    assert other_browser.get("/account/").status_code == 302
    assert signed_in.get("/account/").status_code == 200


def test_only_who_knows_the_password_asks_to_be_forgotten(buyer):
    app = app_of(sign_in(buyer.email)["access_token"])
    assert app.get(ERASURE).status_code == 404
    refused = app.post(ERASURE, {"password": "a guess"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_password")
    assert privacy.open_request(buyer.email) is None
    asked = app.post(ERASURE, {"password": PASSWORD}, format="json")
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert privacy.open_request(buyer.email) is not None


def test_staff_are_not_forgotten_this_way(make_person):
    app = app_of(sign_in(make_person("staff@example.com", staff=True).email)["access_token"])
    assert app.post(ERASURE, {"password": PASSWORD}, format="json").json()["code"] == "staff_account"


def test_an_app_signs_out_everywhere_else_and_goes_on(buyer, other_buyer, signed_in):
    phone, tablet, anothers = (sign_in(person.email) for person in (buyer, buyer, other_buyer))
    assert app_of(phone["access_token"]).delete(OTHERS).status_code == 204
    assert opens(phone["access_token"])
    fresh = refresh(phone["refresh_token"])
    assert fresh is not None
    assert opens(fresh["access_token"])
    assert not opens(tablet["access_token"])
    assert refresh(tablet["refresh_token"]) is None
    assert signed_in.get("/account/").status_code == 302
    assert opens(anothers["access_token"])


def test_signing_out_elsewhere_is_for_the_signed_in(db):
    assert APIClient().delete(OTHERS).status_code == 401
