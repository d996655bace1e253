"""A verified buyer reviews what they bought from the order's page: signed in or with the order's link."""

import socket

import pytest
from django.test import Client

from catalog import queries, services
from catalog.dynamo import client
from catalog.repository import products
from catalog.reviews import MAX_BODY, ReviewStatus
from orders.models import Order, OrderLine
from orders.services import review_product
from orders.services.cancel_items import cancel_items
from orders.services.fulfil_order import fulfil_order
from orders.services.pay_order import start_payment
from shopcloud.lib import clock
from tests.catalog.factories import a_product
from tests.catalog.test_outages import calls_to
from tests.orders.payments.sale import RETURN_URL, place

pytestmark = pytest.mark.django_db(transaction=True)
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
WORDS = {"rating": 4, "title": "Soft <b>light</b>", "body": "Lovely <script>light</script>.", "author": "Mara"}


@pytest.fixture(autouse=True)
def lamp(buyer):
    """The product that orders of the tests hold; nothing that is said of it is shown in the next one."""
    yield products().create(a_product(product_id="lamp1", slug="lamp", title="Lamp"))
    for who in (buyer.reviewer, "mara@example.com"):
        services.withdraw_review(product_id="lamp1", buyer=str(who))


@pytest.fixture
def order(buyer) -> Order:
    """Two lamps of `buyer`, paid."""
    made = place(user=buyer, placed_at=clock.now())
    start_payment(order=made, return_url=RETURN_URL, token="tok_ok", now=clock.now())
    made.refresh_from_db()
    return made


@pytest.fixture
def sent(order) -> Order:
    fulfil_order(order=order, now=clock.now())
    order.refresh_from_db()
    return order


def page(browser, order: Order) -> str:
    return " ".join(browser.get(f"/orders/{order.number}/", follow=True).content.decode().split())


def form_of(order: Order, product_id: str = "lamp1") -> str:
    return f"/orders/{order.number}/reviews/{product_id}/"


def send(browser, order: Order, **changes):
    return browser.post(form_of(order), {**WORDS, **changes}, headers=SAME_SITE)


def said_by(buyer):
    return queries.spoken_review("lamp1", buyer=str(buyer))


def answer(buyer, *, publish=True, reason=""):
    said = said_by(buyer)
    return services.answer_review(
        product_id="lamp1", review_id=said.review.review_id, version=said.version, publish=publish, reason=reason
    )


def test_a_buyer_says_what_they_think_and_sees_that_it_waits(signed_in, sent, buyer):
    assert form_of(sent) in page(signed_in, sent)
    html = signed_in.get(form_of(sent)).content.decode()
    assert html.count('type="radio"') == 5 and 'value="Mara"' in html
    reply = send(signed_in, sent)
    assert (reply.status_code, reply["Location"]) == (302, f"/orders/{sent.number}/")
    html = page(signed_in, sent)
    assert "We read your review and publish it then." in html and "Your review is waiting to be read." in html
    said = said_by(buyer.reviewer)
    assert (said.status, said.review.rating, said.review.verified) == (ReviewStatus.PENDING, 4, True)
    assert queries.reviews_of("lamp1").reviews == ()


def test_what_looks_like_html_is_shown_as_it_was_typed(signed_in, sent, buyer, lamp):
    send(signed_in, sent)
    answer(buyer.reviewer)
    shown = signed_in.get(f"{lamp.path}reviews/").content.decode()
    for html in (signed_in.get(form_of(sent)).content.decode(), shown):
        assert "Lovely &lt;script&gt;light&lt;/script&gt;." in html and "<script>light" not in html


def test_a_published_review_is_changed_and_read_anew(signed_in, sent, buyer):
    send(signed_in, sent)
    answer(buyer.reviewer)
    assert "Your review is published." in page(signed_in, sent)
    assert "If you change it, we read it again first." in signed_in.get(form_of(sent)).content.decode()
    send(signed_in, sent, rating=2)
    said = said_by(buyer.reviewer)
    assert (said.status, said.review.rating, queries.reviews_of("lamp1").reviews) == (ReviewStatus.PENDING, 2, ())


def test_a_refused_review_tells_why(signed_in, sent, buyer):
    send(signed_in, sent)
    answer(buyer.reviewer, publish=False, reason="It names <a person>.")
    assert "We could not publish your review." in page(signed_in, sent)
    assert "It names &lt;a person&gt;." in signed_in.get(form_of(sent)).content.decode()


def test_a_review_is_withdrawn_and_can_be_written_again(signed_in, sent, buyer):
    send(signed_in, sent)
    withdrawal = f"{form_of(sent)}withdrawal/"
    assert signed_in.get(withdrawal).status_code == 405
    assert signed_in.post(withdrawal, headers=SAME_SITE).status_code == 302
    assert said_by(buyer.reviewer).status is ReviewStatus.WITHDRAWN
    html = page(signed_in, sent)
    assert "Your review was withdrawn." in html and "Write a review" in html
    assert send(signed_in, sent).status_code == 302
    assert said_by(buyer.reviewer).status is ReviewStatus.PENDING


def test_a_guest_with_the_orders_link_reviews_and_nobody_else(guest, other_buyer):
    made = place(placed_at=clock.now())
    start_payment(order=made, return_url=RETURN_URL, token="tok_ok", now=clock.now())
    fulfil_order(order=made, now=clock.now())
    other = Client(raise_request_exception=False)
    other.force_login(other_buyer, backend="django.contrib.auth.backends.ModelBackend")
    for stranger in (guest, other):
        assert stranger.get(form_of(made)).status_code == 404
        assert send(stranger, made).status_code == 404
        assert stranger.post(f"{form_of(made)}withdrawal/", headers=SAME_SITE).status_code == 404
    guest.get(f"/orders/{made.number}/?key={made.access_token}")
    assert send(guest, made).status_code == 302
    assert said_by("mara@example.com").status is ReviewStatus.PENDING


def test_one_person_has_one_review_of_a_product_over_all_their_orders(signed_in, sent, buyer):
    send(signed_in, sent)
    again = place(number="SC-TEST0002", user=buyer, email="other@example.com", placed_at=clock.now())
    start_payment(order=again, return_url=RETURN_URL, token="tok_ok", now=clock.now())
    fulfil_order(order=again, now=clock.now())
    assert "Lovely &lt;script&gt;" in signed_in.get(form_of(again)).content.decode()
    send(signed_in, again, rating=1)
    assert said_by(buyer.reviewer).review.rating == 1 and said_by("other@example.com") is None


@pytest.mark.parametrize("counters", [{"refunded": 2}, {"return_asked": 2, "returned": 2}])
def test_what_was_paid_back_or_returned_whole_is_not_reviewed(signed_in, sent, counters):
    OrderLine.objects.filter(order=sent).update(**counters)
    assert form_of(sent) not in page(signed_in, sent)
    assert send(signed_in, sent).status_code == 404


def test_what_was_said_of_returned_goods_is_still_shown_to_its_buyer_and_withdrawn(signed_in, sent, buyer):
    send(signed_in, sent)
    answer(buyer.reviewer)
    OrderLine.objects.filter(order=sent).update(return_asked=2, returned=2)
    html = page(signed_in, sent)
    assert form_of(sent) in html and "Your review is published." in html and "Change your review" not in html
    html = signed_in.get(form_of(sent)).content.decode()
    assert "Lovely &lt;script&gt;" in html and f'action="{form_of(sent)}withdrawal/"' in html
    assert 'name="body"' not in html
    assert send(signed_in, sent, rating=1).status_code == 404
    assert signed_in.post(f"{form_of(sent)}withdrawal/", headers=SAME_SITE).status_code == 302
    assert said_by(buyer.reviewer).status is ReviewStatus.WITHDRAWN
    assert form_of(sent) not in page(signed_in, sent)
    assert signed_in.get(form_of(sent)).status_code == 404


def test_what_is_kept_of_a_line_that_was_cancelled_in_part_is_reviewed(signed_in, order):
    (line,) = order.lines.all()
    cancel_items(order=order, quantities={line.sku: 1}, now=clock.now())
    fulfil_order(order=order, now=clock.now())
    line.refresh_from_db()
    assert (line.quantity, line.cancelled, line.refunded, line.fulfilled) == (2, 1, 1, 1)
    assert form_of(order) in page(signed_in, order)
    assert send(signed_in, order).status_code == 302


def test_what_was_not_sent_and_what_the_order_never_held_is_not_reviewed(signed_in, order):
    assert form_of(order) not in page(signed_in, order)
    assert send(signed_in, order).status_code == 404
    assert signed_in.get(form_of(order, "nosuch")).status_code == 404
    assert signed_in.post(f"{form_of(order, 'nosuch')}withdrawal/", headers=SAME_SITE).status_code == 404


BAD = [{"rating": 0}, {"rating": 6}, {"rating": ""}, {"body": " "}, {"author": ""}, {"author": "x" * 81}]
BAD += [{"title": "x" * 121}, {"body": "x" * (MAX_BODY + 1)}, {"body": "a\x00b"}]


@pytest.mark.parametrize("wrong", BAD)
def test_what_cannot_be_said_is_told_on_the_form(signed_in, sent, buyer, wrong):
    reply = send(signed_in, sent, **wrong)
    assert reply.status_code == 422 and "field-error" in reply.content.decode()
    said = said_by(buyer.reviewer)
    assert said is None or said.status is ReviewStatus.WITHDRAWN


def test_an_orders_reviews_are_not_changed_without_end(signed_in, sent, monkeypatch):
    monkeypatch.setattr(review_product, "PER_ORDER", {"most": 2, "seconds": 3600})
    assert [send(signed_in, sent).status_code for _try in range(3)] == [302, 302, 429]
    assert send(signed_in, sent)["Retry-After"] == "3600"


def test_the_order_is_shown_while_the_catalog_is_away(signed_in, sent, monkeypatch):
    send(signed_in, sent)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        calls = calls_to(nobody.getsockname()[1])
        monkeypatch.setattr(client, "writer", lambda: calls)
        html = page(signed_in, sent)
    assert "Write a review" in html and "waiting to be read" not in html
