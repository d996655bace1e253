"""What cannot be meant is refused before any store sees it."""

import pytest
from django.test import Client

PAGES = ["/orders/{}/", "/downloads/{}/", "/sandbox-pay/{}/", "/payments/return/{}/aa/", "/c/{}/", "/api/v1/orders/{}/"]
NOT_JSON = [
    b"{",
    b"\xff\xfe{}",
    b'{"email": ' + b"1" * 5000 + b"}",
    b"[" * 100_000,
    b'{"email": "ada@example.com", "password": "\\ud800 half a pair"}',
]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("number", ["%00", "SC-%00AAAAAAA"])
def test_an_address_with_a_nul_is_not_found(page, number):
    assert Client().get(page.format(number)).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["auth/signup", "auth/login", "auth/password/request", "tokens/refresh"])
@pytest.mark.parametrize("body", NOT_JSON)
def test_an_app_that_signs_in_with_broken_json_is_told_so(step, body):
    refused = Client().post(f"/_allauth/app/v1/{step}", body, content_type="application/json")
    assert refused.status_code == 400
    assert refused.json()["status"] == 400


@pytest.mark.django_db
def test_an_app_that_signs_in_with_good_json_gets_through_to_the_question():
    body = {"email": "nobody@example.com", "password": "päss wörd 😀"}
    answer = Client().post("/_allauth/app/v1/auth/login", body, content_type="application/json")
    assert answer.json()["errors"][0]["code"] == "email_password_mismatch"
