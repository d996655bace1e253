"""A person's own pages: profile and addresses, theirs alone."""

import re

import pytest
from django.test import Client

from accounts import queries, services
from accounts.domain import PostalAddress

BERLIN = PostalAddress(name="Mara Keller", line1="Torstraße 1", city="Berlin", postal_code="10119", country="DE")
FIELDS = BERLIN.as_dict()
SAME = {"headers": {"sec-fetch-site": "same-origin"}}


@pytest.mark.parametrize("path", ["", "profile/", "addresses/", "addresses/new/", "addresses/1/"])
def test_strangers_are_asked_to_sign_in(guest, db, path):
    response = guest.get(f"/account/{path}")

    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/?next=")


@pytest.mark.parametrize("path", ["", "profile/", "addresses/", "addresses/new/", "email/", "password/change/", "2fa/"])
def test_own_pages_open_in_the_shop_s_design_and_are_not_kept(signed_in, path):
    response = signed_in.get(f"/account/{path}", follow=True)

    assert response.status_code == 200
    assert 'class="site-header"' in response.content.decode()
    assert "public" not in response.get("Cache-Control", "")


@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/"])
def test_the_doors_have_labels_for_every_field(guest, db, path):
    body = guest.get(f"/de/account/{path}").content.decode()

    fields = re.findall(r'<input type="(?:email|password|text|checkbox)"[^>]* id="([^"]+)"', body)
    assert fields
    assert set(fields) <= set(re.findall(r'<label[^>]* for="([^"]+)"', body))


def test_a_person_keeps_an_address(signed_in, buyer):
    response = signed_in.post("/account/addresses/new/", FIELDS, **SAME)

    assert response.status_code == 302
    assert [queries.as_postal(row) for row in queries.addresses_of(buyer)] == [BERLIN]
    assert "Torstraße 1" in signed_in.get("/account/addresses/").content.decode()


def test_a_wrong_address_comes_back_with_what_to_change(signed_in, buyer):
    response = signed_in.post("/account/addresses/new/", {**FIELDS, "postal_code": "1", "name": ""}, **SAME)

    body = response.content.decode()
    assert response.status_code == 422
    assert "This is not a postal code of the chosen country." in body
    assert 'aria-invalid="true"' in body
    assert 'value="Torstraße 1"' in body
    assert queries.addresses_of(buyer) == []


def test_an_address_changes_and_goes(signed_in, buyer):
    row = services.add_address(user=buyer, address=BERLIN)

    signed_in.post(f"/account/addresses/{row.pk}/", {**FIELDS, "line1": "Torstraße 2"}, **SAME)
    assert queries.addresses_of(buyer)[0].line1 == "Torstraße 2"

    signed_in.post(f"/account/addresses/{row.pk}/deletion/", **SAME)
    assert queries.addresses_of(buyer) == []


def test_another_person_s_address_is_not_found(signed_in, other_buyer):
    row = services.add_address(user=other_buyer, address=BERLIN)

    assert signed_in.get(f"/account/addresses/{row.pk}/").status_code == 404
    assert signed_in.post(f"/account/addresses/{row.pk}/", FIELDS, **SAME).status_code == 404
    assert signed_in.post(f"/account/addresses/{row.pk}/deletion/", **SAME).status_code == 404
    assert queries.addresses_of(other_buyer) == [row]


def test_another_site_cannot_delete_an_address(buyer):
    row = services.add_address(user=buyer, address=BERLIN)
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(buyer, backend="django.contrib.auth.backends.ModelBackend")

    foreign = {"sec-fetch-site": "cross-site", "origin": "https://elsewhere.example"}
    response = browser.post(f"/account/addresses/{row.pk}/deletion/", headers=foreign)

    assert response.status_code == 403
    assert queries.addresses_of(buyer) == [row]


def test_one_address_too_many_is_told_on_the_form(signed_in, buyer, monkeypatch):
    monkeypatch.setattr(services, "MAX_ADDRESSES", 0)

    response = signed_in.post("/account/addresses/new/", FIELDS, **SAME)

    assert response.status_code == 422
    assert "Delete one first" in response.content.decode()


def test_a_profile_changes(signed_in, buyer):
    signed_in.post("/account/profile/", {"first_name": " Mara ", "last_name": "Keller", "language": "de"}, **SAME)

    buyer.refresh_from_db()
    assert (buyer.first_name, buyer.last_name, buyer.language) == ("Mara", "Keller", "de")


def test_an_unknown_language_is_refused(signed_in, buyer):
    response = signed_in.post("/account/profile/", {"first_name": "Mara", "language": "xx"}, **SAME)

    assert response.status_code == 422
    buyer.refresh_from_db()
    assert buyer.first_name == ""
