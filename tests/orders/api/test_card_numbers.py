"""No card number stays on the server: not in a row, not in a log line."""

import pytest

from orders.api.card_numbers import looks_like_card
from orders.models import Order, Payment
from shopcloud.lib.idempotency import IdempotencyKey

pytestmark = pytest.mark.django_db
PAN = "4242424242424242"
URL = "/api/v1/orders/"


@pytest.mark.parametrize(
    "text", [PAN, "4242 4242 4242 4242", "4242-4242-4242-4242", "card 378282246310005!", "5555555555554444"]
)
def test_a_card_number_is_known_by_its_check_digit(text):
    assert looks_like_card(text)


@pytest.mark.parametrize(
    "text",
    ["tok_ok", "pm_1NvPu2LkdIwHu7ixb0c1234567", "4242424242424241", "+49 30 12345678", "0000000000000000", "٤" * 16],
)
def test_tokens_phones_and_other_numbers_are_not(text):
    assert not looks_like_card(text)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"payment": {"token": PAN}}, "payment.token"),
        ({"payment": {"card": {"number": int(PAN)}}}, "payment.card.number"),
        ({"payment": {PAN: "x"}}, "payment"),
        ({"card_number": "4242 4242 4242 4242"}, "card_number"),
        ({"shipping_address": {"line2": f"card {PAN}"}}, "shipping_address.line2"),
        ([{"pan": PAN}], "0.pan"),
    ],
)
def test_an_order_with_a_card_number_is_refused_and_nothing_is_kept(guest, caplog, body, field):
    caplog.set_level(0)
    answer = guest.post(URL, body, content_type="application/json", headers={"Idempotency-Key": "k-1"})
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (400, "card_number", field)
    assert PAN not in answer.content.decode() and PAN not in caplog.text
    assert not Order.objects.exists() and not IdempotencyKey.objects.exists()


def test_paying_again_with_a_card_number_is_refused(guest, caplog):
    from tests.orders.payments.sale import place

    caplog.set_level(0)
    order = place()
    answer = guest.post(
        f"{URL}{order.number}/payments/",
        {"token": PAN},
        content_type="application/json",
        headers={"X-Order-Key": order.access_token},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "card_number")
    assert PAN not in caplog.text and not Payment.objects.exclude(status="created").exists()
