"""The mails after the sale: one for each parcel, each answer to a return, each refund."""

import pytest

from orders import mail
from orders.models import Fulfilment, Order, Refund, ReturnRequest
from orders.services.answer_return import approve_return, decline_return
from orders.services.fulfil_order import fulfil_order, send_items
from orders.services.refund_items import refund_items
from orders.services.request_return import request_return
from tests.orders.payments.sale import NOW
from tests.orders.test_mail import paid

pytestmark = pytest.mark.django_db(transaction=True)
LAMP = {"LAMP-S": 1}


def parts(order: Order, kind: str, about: int) -> tuple[str, str]:
    message = mail.compose(order=order, kind=kind, about=about)
    return str(message.body), str(message.alternatives[0][0])


def returned() -> tuple[Order, ReturnRequest]:
    order = paid()
    fulfil_order(order=order, now=NOW)
    return order, request_return(order=order, quantities=LAMP, now=NOW)


def test_each_parcel_has_a_mail_with_its_own_items_and_link():
    order = paid()
    for number in ("1Z1", "1Z2"):
        parcel = send_items(order=order, quantities=LAMP, carrier="ups", tracking=number, now=NOW)
        for part in parts(order, "shipment", parcel.pk):
            assert f"https://www.ups.com/track?tracknum={number}" in part and "UPS. Tracking number" in part
            assert "In this parcel:" in part and "1 × Lamp" in part
    with pytest.raises(Fulfilment.DoesNotExist):
        mail.compose(order=paid(number="SC-OTHER001"), kind="shipment", about=parcel.pk)


def test_an_approved_return_is_told_its_number_and_where_to_send_it(settings):
    settings.RETURN_ADDRESS = "Returns, 5 <Dock> Road"
    order, request = returned()
    approve_return(request=request, now=NOW)
    text, html = parts(order, "return_approved", request.pk)
    assert "Returns, 5 <Dock> Road" in text and "Returns, 5 &lt;Dock&gt; Road" in html
    assert f"return number {request.pk}" in text and "1 × Lamp <Aurora> (S)" in text


def test_a_declined_return_is_told_why():
    order, request = returned()
    decline_return(request=request, answer="Worn <hard>", now=NOW)
    text, html = parts(order, "return_declined", request.pk)
    assert "Worn <hard>" in text and "Worn &lt;hard&gt;" in html


def test_a_refund_names_what_it_is_for():
    order = paid()
    refund = refund_items(order=order, quantities=LAMP, shipping=True, reason="scratched", now=NOW)
    for part in parts(order, "refund", refund.pk):
        assert "$17.89" in part and "$12.99" in part and "$4.90" in part and "scratched" not in part
        assert "gift card" not in part


def test_what_went_onto_a_gift_card_is_said():
    order = paid()
    refund = refund_items(order=order, quantities=LAMP, reason="x", now=NOW)
    Refund.objects.filter(pk=refund.pk).update(amount=0, gift_card=1299)
    for part in parts(order, "refund", refund.pk):
        assert "$12.99" in part and "back onto the gift card" in part and "Banks take" not in part
