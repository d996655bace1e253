"""Mails that failed for good are seen by staff and sent again by a button."""

import pytest

from orders import mailings
from orders.models import Mailing
from shopcloud.lib import clock
from tests.orders.payments.sale import place

pytestmark = pytest.mark.django_db
LIST = "/admin/orders/mailing/"


@pytest.fixture
def failed() -> Mailing:
    mailing = mailings.queue(order_number=place().number, kind="confirmation", now=clock.now())
    Mailing.objects.update(attempts=5, last_error="ValueError: no such mailbox")
    return mailing


def test_support_finds_a_failed_mail_with_its_error_and_sends_it_again(staff, failed):
    client = staff("support")
    page = client.get(f"{LIST}?state=failed").content.decode()
    assert "no such mailbox" in page and "SC-TEST0001" in page
    client.post(LIST, {"action": "send_again", "_selected_action": [failed.pk]})
    failed.refresh_from_db()
    assert (failed.attempts, failed.is_dead) == (0, False)


def test_finance_sees_the_mails_but_may_not_send_them(staff, failed):
    client = staff("finance")
    assert client.get(LIST).status_code == 200
    client.post(LIST, {"action": "send_again", "_selected_action": [failed.pk]})
    failed.refresh_from_db()
    assert failed.is_dead


def test_a_warehouse_of_goods_has_no_business_with_mails(staff, failed):
    assert staff("catalog").get(LIST).status_code == 403
