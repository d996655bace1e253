"""What happens to orders stands in their owners' inboxes, once, and in nobody else's."""

import pytest

from accounts.notifications.models import Notification
from catalog.events import ReviewAnswered
from orders import events
from shopcloud.lib import clock, outbox
from shopcloud.subscriptions import HANDLERS
from shopcloud.wiring import notifications
from tests.orders.conftest import empty_shelves as empty_shelves
from tests.orders.goods import on_sale
from tests.orders.payments.sale import place

pytestmark = pytest.mark.django_db

NUMBER = "SC-TEST0001"
TOLD = {
    "order_paid": events.OrderPaid(order_number=NUMBER, payment_id=1),
    "order_shipped": events.OrderShipped(order_number=NUMBER, fulfilment_id=2),
    "order_cancelled": events.OrderCancelled(order_number=NUMBER, reason="buyer"),
    "order_refunded": events.PaymentRefunded(order_number=NUMBER, refund_id=3, amount=500, currency="USD"),
    "return_approved": events.ReturnApproved(order_number=NUMBER, return_id=4),
    "return_declined": events.ReturnDeclined(order_number=NUMBER, return_id=4),
}


def hear(event) -> None:
    """Only what tells people: the other handlers have tests of their own."""
    own = [handler for handler in HANDLERS[type(event)] if handler.__module__ == notifications.__name__]
    assert len(own) == 1
    outbox.record(event)
    outbox.relay(subscriptions={type(event): own}, now=clock.now())


@pytest.mark.parametrize("kind", TOLD)
def test_the_owner_is_told_once_however_often_the_event_is_delivered(kind, buyer, other_buyer):
    place(user=buyer)
    for _again in range(3):
        hear(TOLD[kind])
    (row,) = Notification.objects.all()
    assert (row.user_id, row.kind, row.facts["order"]) == (buyer.pk, kind, NUMBER)


def test_two_parcels_of_an_order_are_two_occurrences(buyer):
    place(user=buyer)
    for parcel in (1, 2, 2):
        hear(events.OrderShipped(order_number=NUMBER, fulfilment_id=parcel))
    assert Notification.objects.count() == 2


@pytest.mark.parametrize("kind", TOLD)
def test_a_guests_order_tells_nobody(kind, buyer):
    place()
    hear(TOLD[kind])
    assert not Notification.objects.exists()


def test_a_refund_onto_a_gift_card_alone_names_no_sum(buyer):
    place(user=buyer)
    hear(events.PaymentRefunded(order_number=NUMBER, refund_id=3, amount=0, currency="USD"))
    assert Notification.objects.get().facts == {"order": NUMBER}


@pytest.mark.parametrize("outcome", ["published", "rejected", "replied"])
def test_the_author_of_a_review_is_told_what_became_of_it_once(outcome, buyer):
    place(user=buyer)
    on_sale("LAMP-1", units=None, translations={"de": {"title": "Die Lampe"}})
    told = {"product_id": "lamp1", "review_id": "r1", "outcome": outcome, "purchase": NUMBER}
    for version in (2, 2, 3):
        hear(ReviewAnswered(version=version, **told))
    rows = Notification.objects.all()
    assert [(row.user_id, row.kind) for row in rows] == [(buyer.pk, f"review_{outcome}")] * 2
    assert rows[0].facts["titles"] == {"en": "The LAMP-1", "de": "Die Lampe"}


@pytest.mark.parametrize("changes", [{"purchase": "SC-NOSUCH00"}, {"outcome": "burnt"}, {"product_id": "gone"}])
def test_a_review_of_nobody_or_of_nothing_tells_nobody(changes, buyer):
    place(user=buyer)
    told = {"product_id": "lamp1", "review_id": "r1", "version": 2, "outcome": "published", "purchase": NUMBER}
    hear(ReviewAnswered(**{**told, **changes}))
    assert not Notification.objects.exists()
