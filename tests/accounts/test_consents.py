"""Consent is asked for, never assumed, and each word of it is kept."""

import pytest
from rest_framework.test import APIClient

from accounts.models import Consent
from shopcloud.lib import clock

pytestmark = pytest.mark.django_db
PROFILE = {"first_name": "Mara", "last_name": "Lind", "language": "en"}
URL = "/api/v1/me/consents/"


def test_the_box_is_not_ticked_until_the_person_ticks_it(signed_in, buyer):
    page = signed_in.get("/account/profile/").content.decode()
    assert 'name="cart_reminders"' in page
    assert "checked" not in page.partition('name="cart_reminders"')[2][:120]
    signed_in.post("/account/profile/", PROFILE)
    assert not Consent.objects.exists()
    signed_in.post("/account/profile/", {**PROFILE, "cart_reminders": "on"})
    assert "checked" in signed_in.get("/account/profile/").content.decode().partition('name="cart_reminders"')[2][:120]
    signed_in.post("/account/profile/", PROFILE)
    history = Consent.objects.filter(user=buyer).order_by("pk").values_list("granted", "source")
    assert list(history) == [(True, "profile"), (False, "profile")]


def test_a_person_reads_every_word_they_said_the_newest_first(signed_in, other_buyer):
    Consent.objects.create(user=other_buyer, purpose="price_drop", granted=True, source="api", at=clock.now())
    assert "Nothing yet" in signed_in.get("/account/privacy/").text
    signed_in.post("/account/profile/", {**PROFILE, "cart_reminders": "on"})
    signed_in.post("/account/profile/", PROFILE)
    page = signed_in.get("/account/privacy/").text
    assert page.index("taken back") < page.index("allowed<br>") and page.count("profile page") == 2


def test_over_rest_each_purpose_is_granted_and_taken_back(buyer):
    phone = APIClient()
    phone.force_authenticate(buyer)
    purposes = ("cart_reminders", "back_in_stock", "price_drop")
    nothing = [{"purpose": purpose, "granted": False, "at": None} for purpose in purposes]
    assert phone.get(URL).json()["results"] == nothing
    for granted in (True, True, False):
        answer = phone.put(f"{URL}cart_reminders/", {"granted": granted}, format="json")
        assert (answer.status_code, answer.json()["granted"]) == (200, granted)
    assert Consent.objects.count() == 2


@pytest.mark.parametrize(
    ("purpose", "body", "status"), [("nosuch", {"granted": True}, 404), ("cart_reminders", {}, 400)]
)
def test_a_bad_request_is_told_so(buyer, purpose, body, status):
    phone = APIClient()
    phone.force_authenticate(buyer)
    assert phone.put(f"{URL}{purpose}/", body, format="json").status_code == status


def test_consents_are_nobody_elses_business(db):
    assert APIClient().get(URL).status_code == 401
    assert APIClient().put(f"{URL}cart_reminders/", {"granted": True}, format="json").status_code == 401
