"""The page and the REST call by which a guest finds an order."""

import pytest

from orders.models import Order
from orders.services.look_up_order import PER_NUMBER
from shopcloud.lib import redis
from shopcloud.lib.outbox import OutboxEvent
from tests.orders.payments.sale import place

pytestmark = pytest.mark.django_db
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
API = "/api/v1/orders/lookup/"


def ask(client, number: str, email: str = "mara@example.com", path: str = "/orders/lookup/"):
    kind = {"content_type": "application/json"} if path == API else {}
    return client.post(path, {"number": number, "email": email}, headers=SAME_SITE, **kind)


def test_the_answer_is_the_same_whether_there_is_such_an_order(guest):
    order = place()
    answers = [ask(guest, number) for number in (order.number, "SC-NOTHING1")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert not any(answer.cookies for answer in answers)
    assert guest.get(f"/orders/{order.number}/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/orders/lookup/", "/en-gb/orders/lookup/", "/de/orders/lookup/", "/fr/orders/lookup/"]
)
def test_every_market_has_the_page(guest, path):
    assert guest.get(path).status_code == 200
    assert path in guest.get(path.replace("orders/lookup", "cart")).content.decode()


def test_a_browser_that_may_open_the_order_goes_there_at_once(guest):
    order = place()
    guest.get(f"/orders/{order.number}/?key={order.access_token}")
    assert ask(guest, order.number.lower(), "typo@example.com")["Location"] == f"/orders/{order.number}/"


def test_its_owner_goes_there_at_once_and_another_person_does_not(signed_in, buyer, other_buyer, guest):
    order = place()
    Order.objects.update(user=buyer)
    assert ask(signed_in, order.number).status_code == 302
    guest.force_login(other_buyer, backend="django.contrib.auth.backends.ModelBackend")
    assert ask(guest, order.number).status_code == 200


def test_what_cannot_be_an_email_is_asked_for_again(guest):
    answer = ask(guest, "SC-TEST0001", "nobody")
    assert answer.status_code == 422 and "nobody" in answer.content.decode()
    assert not OutboxEvent.objects.exists()


def test_too_many_tries_are_told_when_to_come_back(guest, client):
    for _ in range(PER_NUMBER["most"]):
        assert ask(guest, "SC-TEST0001").status_code == 200
    for refused in (ask(guest, "SC-TEST0001"), ask(client, "SC-TEST0001", path=API)):
        assert refused.status_code == 429 and refused["Retry-After"] == "3600"


def test_an_app_asks_over_rest_and_learns_as_little(client):
    order = place()
    answers = [ask(client, number, path=API) for number in (order.number, "SC-NOTHING1")]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert ask(client, order.number, "nobody", path=API).json()["errors"]["email"]


def test_while_nobody_can_count_nobody_is_let_in(guest, monkeypatch):
    def away():
        raise redis.Unavailable[0]("away")

    monkeypatch.setattr(redis, "store", away)
    assert ask(guest, "SC-TEST0001", path=API).status_code == 503
