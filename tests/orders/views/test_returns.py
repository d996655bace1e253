"""A buyer sends items back from the order's page: signed in or with the order's link, without JavaScript."""

import pytest

from orders.models import Order, ReturnRequest
from orders.services.answer_return import approve_return, decline_return
from orders.services.fulfil_order import fulfil_order, send_items
from orders.services.pay_order import start_payment
from orders.services.receive_return import Arrived, receive_return
from orders.services.refund_return import refund_return
from shopcloud.lib import clock
from tests.orders.payments.sale import RETURN_URL, place

pytestmark = pytest.mark.django_db(transaction=True)
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def order(buyer) -> Order:
    """Two lamps of `buyer`, paid."""
    made = place(user=buyer, placed_at=clock.now())
    start_payment(order=made, return_url=RETURN_URL, token="tok_ok", now=clock.now())
    made.refresh_from_db()
    return made


@pytest.fixture
def sent(order) -> Order:
    fulfil_order(order=order, now=clock.now(), carrier="ups", tracking="1Z <b>9")
    order.refresh_from_db()
    return order


def page(client, order: Order) -> str:
    return " ".join(client.get(f"/orders/{order.number}/", follow=True).content.decode().split())


def ask(client, order: Order, quantity: object = 1, reason: str = "damaged", **more):
    line = order.lines.get()
    fields = {f"quantity_{line.pk}": quantity, f"reason_{line.pk}": reason, **more}
    return client.post(f"/orders/{order.number}/returns/", fields, headers=SAME_SITE)


def test_parcels_are_shown_with_their_contents_and_a_link_to_follow(signed_in, order):
    assert "Parcels" not in page(signed_in, order)
    send_items(order=order, quantities={"LAMP-S": 1}, carrier="ups", tracking="1Z <b>9", now=clock.now())
    html = page(signed_in, order)
    assert "1 × Lamp &lt;Aurora&gt;" in html and "1Z &lt;b&gt;9" in html
    assert 'href="https://www.ups.com/track?tracknum=1Z%3Cb%3E9" rel="noopener noreferrer"' in html
    assert "Cancel this order" not in html


def test_a_buyer_asks_for_a_return_and_the_page_tells_how_it_goes_on(signed_in, sent):
    assert "Return items" in page(signed_in, sent)
    form = signed_in.get(f"/orders/{sent.number}/returns/").content.decode()
    assert "Can be returned until" in form and "It is damaged or faulty" in form
    answer = ask(signed_in, sent, comment="The shade is broken")
    assert (answer.status_code, answer["Location"]) == (302, f"/orders/{sent.number}/")
    request = ReturnRequest.objects.get()
    assert (request.reason, request.lines.get().reason) == ("The shade is broken", "damaged")
    html = page(signed_in, sent)
    assert "We have your request and will answer by email." in html
    assert "Requested" in html and "withdraw this return" in html
    approve_return(request=request, now=clock.now())
    assert "Please send your items to the address in our email." in page(signed_in, sent)
    receive_return(request=request, arrived={"LAMP-S": Arrived(1)}, now=clock.now())
    assert "Your refund follows" in page(signed_in, sent)
    refund_return(request=request, now=clock.now())
    html = page(signed_in, sent)
    assert "Refunds" in html and "$12.99" in html and "1 returned" in html and "withdraw this return" not in html


def test_a_guest_with_the_orders_link_asks_and_withdraws(guest, sent):
    page_of_form = f"/orders/{sent.number}/returns/"
    assert guest.get(page_of_form).status_code == 404
    assert ask(guest, sent).status_code == 404
    guest.get(f"/orders/{sent.number}/?key={sent.access_token}")
    assert ask(guest, sent, 2).status_code == 302
    request = ReturnRequest.objects.get()
    withdrawal = f"/orders/{sent.number}/returns/{request.pk}/withdrawal/"
    assert guest.post(withdrawal, headers=SAME_SITE).status_code == 302
    assert "Withdrawn" in page(guest, sent)
    assert guest.post(withdrawal, headers=SAME_SITE).status_code == 302
    assert "can no longer be withdrawn" in page(guest, sent)


def test_a_declined_return_shows_why(signed_in, sent):
    ask(signed_in, sent)
    decline_return(request=ReturnRequest.objects.get(), answer="Worn <hard>", now=clock.now())
    assert "Worn &lt;hard&gt;" in page(signed_in, sent)


BAD = [(0, "damaged", "Choose at least one item"), (3, "damaged", "Select a valid choice"), ("x", "", "Select a valid")]
BAD += [(-1, "damaged", "Select a valid choice"), (1, "", "Please choose a reason"), (1, "theft", "Select a valid")]


@pytest.mark.parametrize(("quantity", "reason", "words"), BAD)
def test_what_cannot_be_asked_is_said_on_the_form(signed_in, sent, quantity, reason, words):
    answer = ask(signed_in, sent, quantity, reason)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not ReturnRequest.objects.exists()


def test_a_return_of_another_order_cannot_be_withdrawn(signed_in, sent, other_buyer):
    other = place(number="SC-OTHER001", user=other_buyer)
    start_payment(order=other, return_url=RETURN_URL, token="tok_ok", now=clock.now())
    fulfil_order(order=other, now=clock.now())
    request = ReturnRequest.objects.create(order=other, created_at=clock.now())
    answer = signed_in.post(f"/orders/{sent.number}/returns/{request.pk}/withdrawal/", headers=SAME_SITE)
    assert answer.status_code == 404
    assert signed_in.post(f"/orders/{sent.number}/returns/{2**80}/withdrawal/", headers=SAME_SITE).status_code == 404


def test_what_was_not_sent_offers_nothing_to_return(signed_in, order):
    assert "Return items" not in page(signed_in, order)
    form = signed_in.get(f"/orders/{order.number}/returns/")
    assert form.status_code == 200 and "nothing in this order" in form.content.decode()
    assert signed_in.post(f"/orders/{order.number}/returns/", headers=SAME_SITE).status_code == 422
