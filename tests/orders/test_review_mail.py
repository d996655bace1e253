"""Who wrote a review is told once when it is published, refused or answered, in the language of their order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail as outbox

from catalog import queries, services
from catalog.events import ReviewAnswered
from catalog.repository import CatalogUnavailable, products
from orders import handlers, mailings
from orders.models import Mailing, Order
from orders.services.fulfil_order import fulfil_order
from orders.services.pay_order import start_payment
from orders.services.resend_mail import mails_of
from orders.services.review_product import review_product, withdraw_product_review
from shopcloud.lib import clock, events
from shopcloud.lib.outbox import OutboxEvent, relay
from shopcloud.subscriptions import HANDLERS
from tests.catalog.factories import a_product
from tests.orders.payments.sale import RETURN_URL, place

pytestmark = pytest.mark.django_db
BUYER = "told-of-reviews@example.com"


@pytest.fixture(autouse=True)
def lamp():
    titles = {"de": {"title": "Leuchte"}, "fr": {"title": "Lampe <b>"}}
    made = products().create(a_product(product_id="lamp1", slug="lamp", title="Lamp", translations=titles))
    services.forget_reviewer(BUYER)
    yield made
    services.forget_reviewer(BUYER)


def reviewed(language: str = "en", body: str = "Lovely light.") -> Order:
    order = place(placed_at=clock.now(), language=language, email=BUYER)
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=clock.now())
    order.refresh_from_db()
    fulfil_order(order=order, now=clock.now())
    order.refresh_from_db()
    say(order, body)
    OutboxEvent.objects.all().delete()
    return order


def say(order: Order, body: str) -> None:
    words = {"author": "Mara", "rating": 4, "title": "", "body": body}
    review_product(order=order, product_id="lamp1", now=clock.now(), **words)


def said():
    return queries.spoken_review("lamp1", buyer=BUYER)


def answer(**how):
    one = said()
    return services.answer_review(product_id="lamp1", review_id=one.review.review_id, version=one.version, **how)


def reply(text: str):
    one = said()
    of_review = {"product_id": "lamp1", "review_id": one.review.review_id, "version": one.version}
    return services.reply_to_review(**of_review, reply=text)


def relayed() -> list[ReviewAnswered]:
    """What was recorded of reviews since the last look."""
    rows = OutboxEvent.objects.filter(event_name__contains="ReviewAnswered", relayed_at=None).order_by("pk")
    found = [events.load(row.event_name, row.payload) for row in rows]
    rows.update(relayed_at=clock.now())
    return found


def mailed(times: int = 1) -> list[tuple[str, str, str, list[str]]]:
    """Each recorded event delivered so often; subject, text, HTML and receivers of what was sent."""
    outbox.outbox.clear()
    for event in relayed():
        for _time in range(times):
            handlers.mail_review(event)
    for mailing in Mailing.objects.filter(kind__startswith="review_", sent_at=None):
        mailings.send(mailing_id=mailing.pk, now=clock.now())
    reviews = [m for m in outbox.outbox if m.extra_headers["Message-ID"]]
    return [(m.subject, m.body, m.alternatives[0][0], m.to) for m in reviews]


def test_a_published_review_is_told_with_the_shops_answer_and_a_way_to_it():
    reviewed()
    answer(publish=True, reply="Thank <you>, Mara.")
    [(subject, text, html, to)] = mailed()
    assert (subject, to) == ("Your review of Lamp is published", [BUYER])
    assert "Thank <you>, Mara." in text and "Thank &lt;you&gt;, Mara." in html
    for part in (text, html):
        assert "http://localhost:8000/p/lamp-lamp1/#reviews" in part and "Our answer:" in part


def test_a_refused_review_is_told_with_the_reason_and_a_link_by_which_it_is_changed(client):
    order = reviewed()
    answer(publish=False, reason="It names a person.\nLeave that out.")
    [(subject, text, html, _to)] = mailed()
    link = f"http://localhost:8000/orders/{order.number}/?key={order.access_token}"
    assert subject == "About your review of Lamp"
    for part in (text, html):
        assert "It names a person.\nLeave that out." in part and link in part
    assert f"/orders/{order.number}/reviews/lamp1/" in client.get(link, follow=True).content.decode()


def test_the_first_answer_to_a_published_review_is_told_and_a_corrected_one_is_not():
    reviewed()
    answer(publish=True)
    mailed()
    reply("Thank you.")
    [(subject, text, _html, _to)] = mailed()
    assert (subject, "Thank you." in text) == ("We have answered your review of Lamp", True)
    reply("Thank you, Mara.")
    assert mailed() == []


@pytest.mark.parametrize(
    ("language", "subject", "heading"),
    [
        ("de", "Ihre Bewertung von Leuchte ist veröffentlicht", "Andere können Ihre Bewertung von Leuchte jetzt lesen"),
        ("fr", "Votre avis sur Lampe <b> est publié", "les autres peuvent désormais lire votre avis sur Lampe <b>"),
    ],
)
def test_it_is_told_in_the_language_of_the_order(language, subject, heading):
    reviewed(language)
    answer(publish=True)
    [(said_subject, text, html, _to)] = mailed()
    assert (said_subject, heading in text, f"/{language}/p/lamp-lamp1/" in text) == (subject, True, True)
    assert "<b>" not in html


def test_an_event_that_comes_twice_is_mailed_once():
    reviewed()
    answer(publish=True)
    assert len(mailed(times=3)) == 1
    assert mailed() == []
    assert Mailing.objects.filter(kind="review_published").count() == 1


def test_a_changed_review_that_is_published_again_is_told_again():
    order = reviewed()
    answer(publish=False, reason="Rude.")
    mailed()
    say(order, "Nice.")
    answer(publish=True)
    assert [subject for subject, *_ in mailed()] == ["Your review of Lamp is published"]


@pytest.mark.parametrize("how", ["withdrawn", "changed", "erased"])
def test_what_no_longer_holds_is_not_mailed(how):
    order = reviewed()
    answer(publish=False, reason="Rude.")
    if how == "withdrawn":
        withdraw_product_review(order=order, product_id="lamp1")
    elif how == "changed":
        say(order, "Nice.")
    else:
        services.forget_reviewer(BUYER)
    assert mailed() == []
    assert not Mailing.objects.filter(kind__startswith="review_").exists()


def test_a_catalog_that_is_away_is_waited_for(monkeypatch):
    reviewed()
    answer(publish=True)
    find = queries.said_review

    def away(*_):
        raise CatalogUnavailable("away")

    monkeypatch.setattr(queries, "said_review", away)
    assert mailed() == []
    waiting = Mailing.objects.get(kind="review_published")
    assert (waiting.attempts, waiting.due_at > clock.now()) == (0, True)
    monkeypatch.setattr(queries, "said_review", find)
    assert mailings.send(mailing_id=waiting.pk, now=clock.now() + timedelta(minutes=2))


def test_a_review_of_an_earlier_release_says_not_where_it_was_bought_and_is_not_mailed():
    order = reviewed()
    one = said()
    services.say_review(product_id="lamp1", buyer=BUYER, author="M", rating=5, title="", body="x", now=clock.now())
    assert (one.purchase, said().purchase) == (order.number, "")
    answer(publish=True)
    assert relayed() == []


def test_the_desk_does_not_offer_to_send_it_again_and_a_product_off_sale_is_told_without_a_link(lamp):
    order = reviewed()
    answer(publish=True)
    stored = products().get("lamp1", freshness=queries.Freshness.STRONG)
    services.save_product(product=replace(stored, status="archived"), expected_version=stored.version, now=clock.now())
    [(subject, text, _html, _to)] = mailed()
    assert "published" in subject and "#reviews" not in text
    assert [m.kind for m in mails_of(order) if m.kind.startswith("review_")] == []


def test_the_relay_hands_it_to_the_mails():
    order = reviewed()
    answer(publish=True)
    relay(subscriptions=HANDLERS, now=clock.now())
    assert Mailing.objects.filter(order=order, kind="review_published").count() == 1
    assert not OutboxEvent.objects.filter(event_name__contains="ReviewAnswered", relayed_at=None).exists()
