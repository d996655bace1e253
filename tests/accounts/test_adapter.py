"""What allauth writes to people, and how often somebody may try to be them."""

import re

import pytest
from django.conf import settings

from tests.conftest import code_in

FORGED = {"Host": "localhost:666", "Sec-Fetch-Site": "same-origin"}
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/account/password/reset/", "/de/account/password/reset/"])
@pytest.mark.parametrize("email", ["buyer", "stranger@example.com"])
def test_a_mail_leads_to_the_shop_whatever_host_it_was_asked_from(guest, buyer, mailoutbox, path, email):
    wanted = buyer.email if email == "buyer" else email
    assert guest.post(path, {"email": wanted}, headers=FORGED).status_code == 302
    (mail,) = mailoutbox
    links = re.findall(r"https?://\S+", mail.body)
    assert links and all(link.startswith(settings.PUBLIC_URL + path.partition("account")[0]) for link in links)
    assert ":666" not in mail.subject + mail.body
    assert "ShopCloud" in mail.body


def test_a_new_account_is_confirmed_with_the_code_from_the_mail(guest, mailoutbox):
    form = {"email": "ada@example.com", "password1": "a long enough phrase"}
    assert guest.post("/account/signup/", form, headers=FORGED)["Location"] == "/account/confirm-email/"
    assert guest.get("/account/").status_code == 302
    ours = {"Sec-Fetch-Site": "same-origin"}
    assert guest.post("/account/confirm-email/", {"code": "ZZZZZZ"}, headers=ours).status_code == 200
    guest.post("/account/confirm-email/", {"code": code_in(mailoutbox[0].body)}, headers=ours)
    assert guest.get("/account/").status_code == 200


def test_another_host_brings_no_new_tries_to_sign_in(guest, buyer):
    for port in range(5):
        headers = {**FORGED, "Host": f"localhost:{port + 1}"}
        guest.post("/account/login/", {"login": buyer.email, "password": "a guess"}, headers=headers)
    headers = {**FORGED, "Host": "localhost:99"}
    answer = guest.post("/account/login/", {"login": buyer.email, "password": "a guess"}, headers=headers)
    assert "Too many failed login attempts" in answer.content.decode()
