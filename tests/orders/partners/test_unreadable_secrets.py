"""Claims: when the key of a webhook's secret is gone, staff see which it is and what to do, and nothing else breaks."""

from datetime import timedelta

import pytest
from django.test import Client

from orders.models import PartnerDelivery, PartnerEndpoint
from orders.partners import endpoints, sending, signing
from orders.partners.recording import record
from tests.orders.admin.conftest import staff as staff
from tests.orders.payments.sale import NOW, place

pytestmark = pytest.mark.django_db

LIST = "/admin/orders/partnerendpoint/"
TO_DO = "Put that key back into SEALING_KEYS. Or make a new secret here"


@pytest.fixture
def endpoint(settings, monkeypatch) -> PartnerEndpoint:
    monkeypatch.setattr("orders.tasks.deliver_to_partner.delay", lambda **_ids: None)
    settings.SEALING_KEYS = ["o" * 40]
    secret = signing.new_secret()
    url = "https://partner.example/hooks"
    return PartnerEndpoint.objects.create(name="Warehouse", url=url, kinds=["order.paid"], secret=secret)


@pytest.fixture
def lost(endpoint: PartnerEndpoint, settings) -> PartnerEndpoint:
    settings.SEALING_KEYS = ["n" * 40]
    return endpoint


def seen(browser: Client, address: str) -> str:
    page = browser.get(address)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_a_secret_that_can_be_read_is_said_to_be_so(staff, endpoint: PartnerEndpoint):
    browser = staff("orders")
    assert "readable" in seen(browser, LIST) and "unreadable" not in seen(browser, LIST)
    assert TO_DO not in seen(browser, f"{LIST}{endpoint.pk}/change/")


def test_the_list_and_the_page_say_which_is_unreadable_and_what_to_do(staff, lost: PartnerEndpoint):
    browser = staff("orders")
    assert "unreadable" in seen(browser, LIST)
    assert TO_DO in seen(browser, f"{LIST}{lost.pk}/change/")
    assert browser.get("/admin/orders/partnerdelivery/").status_code == 200


def test_the_rest_of_it_is_changed_and_the_key_opens_it_again(staff, lost: PartnerEndpoint, settings):
    wanted = {"name": "Depot", "url": lost.url, "kinds": ["order.paid"], "is_active": "on"}
    assert staff("orders").post(f"{LIST}{lost.pk}/change/", wanted).status_code == 302
    settings.SEALING_KEYS = ["n" * 40, "o" * 40]
    kept = PartnerEndpoint.objects.get()
    assert (kept.name, kept.secret) == ("Depot", lost.secret)


def test_a_new_secret_takes_the_place_of_one_that_nobody_reads(staff, lost: PartnerEndpoint):
    browser = staff("orders")
    browser.post(f"{LIST}{lost.pk}/rotate/", {"_form_submitted": "on"})
    kept = PartnerEndpoint.objects.get()
    assert endpoints.live_secrets(kept, now=NOW) == [kept.secret]
    assert kept.previous_until is None and kept.secret.startswith("whsec_")
    assert "unreadable" not in seen(browser, LIST)


def test_an_order_is_told_all_the_same_and_waits_with_the_reason(lost: PartnerEndpoint):
    place()
    record("SC-TEST0001", "order.paid", now=NOW)
    delivery = PartnerDelivery.objects.get()
    assert not sending.deliver(delivery_id=delivery.pk, now=NOW)
    delivery = PartnerDelivery.objects.get()
    assert "SEALING_KEYS" in delivery.last_error and delivery.state == "waiting"
    assert delivery.due_at < NOW + timedelta(minutes=1)


def test_while_only_the_secret_before_is_unreadable_the_new_one_signs(endpoint: PartnerEndpoint, settings):
    settings.SEALING_KEYS = ["n" * 40, "o" * 40]
    new = endpoints.rotate(endpoint=endpoint, now=NOW)
    PartnerEndpoint.objects.filter(pk=endpoint.pk).update(previous_until=NOW + timedelta(hours=1))
    assert len(endpoints.live_secrets(PartnerEndpoint.objects.get(), now=NOW)) == 2
    # The one before lies sealed with the first key of its time: take exactly that one away.
    settings.SEALING_KEYS = ["o" * 40]
    PartnerEndpoint.objects.filter(pk=endpoint.pk).update(secret=new)
    assert endpoints.live_secrets(PartnerEndpoint.objects.get(), now=NOW) == [new]
