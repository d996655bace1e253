"""What JSON can spell and no answer can repeat is refused as a whole."""

import pytest

from tests.orders.api.conftest import API
from tests.orders.payments.sale import place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff and more", "\\uDBFF"])
def test_half_a_surrogate_pair_is_a_bad_request(phone, half):
    order = place()
    body = f'{{"lines": [{{"sku": "LAMP-S", "quantity": 1, "reason": "{half}"}}]}}'
    address, key = f"{API}/orders/{order.number}/returns/", {"HTTP_X_ORDER_KEY": order.access_token}
    assert phone.post(address, body, content_type="application/json", **key).status_code == 400


def test_a_whole_pair_is_text_like_any_other(phone):
    order = place()
    body = '{"lines": [{"sku": "LAMP-S", "quantity": 1}], "reason": "\\ud83d\\ude00"}'
    address, key = f"{API}/orders/{order.number}/returns/", {"HTTP_X_ORDER_KEY": order.access_token}
    assert phone.post(address, body, content_type="application/json", **key).status_code == 409
