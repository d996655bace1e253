"""The inbox and its preferences over REST."""

from types import SimpleNamespace

import pytest
from rest_framework.test import APIClient

from accounts.notifications.models import Notification
from tests.accounts.notifications.test_inbox import told

pytestmark = pytest.mark.django_db

INBOX, CHOICES = "/api/v1/me/notifications/", "/api/v1/me/notification-preferences/"


@pytest.fixture
def phone(buyer) -> APIClient:
    client = APIClient()
    client.force_authenticate(buyer)
    return client


def test_pages_follow_their_cursor_in_the_markets_language(phone, buyer):
    ids = told(buyer, 25)
    first = phone.get(INBOX, {"market": "de"}).json()
    second = phone.get(first["next"]).json()
    assert [one["id"] for page in (first, second) for one in page["results"]] == sorted(ids, reverse=True)
    assert second["next"] is None
    one = second["results"][0]
    assert one["title"] == "Bestellung SC-TEST0001 ist bezahlt" and one["facts"] == {"order": "SC-TEST0001"}
    assert (one["kind"], one["read_at"]) == ("order_paid", None)


def test_an_address_leads_to_the_page_it_tells_of(phone, buyer, settings):
    told(buyer)
    (one,) = phone.get(INBOX).json()["results"]
    assert one["url"] == f"{settings.PUBLIC_URL}/orders/SC-TEST0001/"


def test_what_is_read_is_counted_and_left_out_where_wanted(phone, buyer):
    ids = told(buyer, 3)
    assert phone.get(f"{INBOX}unread/").json() == {"count": 3}
    read = phone.put(f"{INBOX}{ids[0]}/reading/").json()
    assert read["id"] == ids[0] and phone.put(f"{INBOX}{ids[0]}/reading/").json()["read_at"] == read["read_at"]
    unread = phone.get(INBOX, {"unread": "true"}).json()["results"]
    assert [one["id"] for one in unread] == [ids[2], ids[1]]
    assert phone.post(f"{INBOX}reading/", {"up_to": ids[1]}, format="json").json() == {"count": 1}
    assert phone.delete(f"{INBOX}{ids[2]}/").status_code == 204
    assert phone.delete(f"{INBOX}{ids[2]}/").status_code == 404


@pytest.mark.parametrize("query", ["cursor=x", "cursor=-1", "cursor=" + "9" * 30, "unread=maybe"])
def test_a_bad_question_is_told_so_by_a_problem_document(phone, query):
    answer = phone.get(f"{INBOX}?{query}")
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("body", [{}, {"up_to": "x"}, {"up_to": 0}, {"up_to": 10**30}])
def test_reading_up_to_nothing_is_refused(phone, body):
    assert phone.post(f"{INBOX}reading/", body, format="json").status_code == 400


def test_anothers_notification_does_not_exist(phone, other_buyer):
    (pk,) = told(other_buyer)
    assert phone.get(INBOX).json()["results"] == []
    assert phone.put(f"{INBOX}{pk}/reading/").status_code == 404
    assert phone.delete(f"{INBOX}{pk}/").status_code == 404
    assert Notification.objects.get().read_at is None


def test_preferences_are_told_and_changed(phone):
    told = {one["kind"]: SimpleNamespace(**one) for one in phone.get(CHOICES).json()["results"]}
    assert told["order_paid"].email and not told["order_paid"].email_is_optional
    assert told["price_drop"].in_app and not told["price_drop"].email
    wanted = {"in_app": False, "email": True}
    for _again in range(2):
        answer = phone.put(f"{CHOICES}price_drop/", wanted, format="json")
        assert answer.json() == {"kind": "price_drop", **wanted, "email_is_optional": True}
    refused = phone.put(f"{CHOICES}order_paid/", {"in_app": True, "email": False}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "mail_not_optional")
    assert phone.put(f"{CHOICES}nosuch/", wanted, format="json").status_code == 404
    assert phone.put(f"{CHOICES}price_drop/", {}, format="json").status_code == 400


@pytest.mark.parametrize("path", [INBOX, f"{INBOX}unread/", CHOICES])
def test_strangers_are_told_to_sign_in(path):
    assert APIClient().get(path).status_code == 401
