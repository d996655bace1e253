"""Back in stock: an address is left at a sold-out product, and told once when it can be bought again."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections

from catalog import services as catalog
from catalog.domain import Status
from orders import handlers, stock
from orders.events import AvailabilityChanged, LowStock
from orders.models import StockAlert
from orders.services import ask_for_alert as asking
from orders.services import send_alerts
from shopcloud.lib import clock, guards, outbox
from shopcloud.subscriptions import HANDLERS
from tests.orders.goods import NOW, download, on_sale
from tests.orders.test_race import rush

FRAGMENT = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def at_once(settings):
    """Tasks run where they are sent from."""
    settings.CELERY_TASK_ALWAYS_EAGER = True
    from shopcloud.celery import app

    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def lamp(db):
    return on_sale(units=0)


def leave(browser, lamp, email="Mara@Example.com", prefix="", **changes):
    asked = {"product_id": lamp.product_id, "sku": "LAMP-S", "email": email, **changes}
    return browser.post(f"{prefix}/stock-alerts/", asked, headers=FRAGMENT)


def restock(lamp, units=5):
    stock.receive(sku="LAMP-S", quantity=units, now=clock.now())
    while outbox.relay(subscriptions=HANDLERS, now=clock.now()):
        pass


@pytest.mark.django_db(transaction=True)
def test_from_the_sold_out_page_to_the_mail_and_out_again(guest, lamp):
    answer = leave(guest, lamp, prefix="/de")
    assert answer.status_code == 200 and b"mara@example.com" in answer.content.lower()
    assert not mail.outbox
    restock(lamp)
    (sent,) = mail.outbox
    assert sent.to == ["mara@example.com"] and "LAMP-S" in sent.subject
    assert f"/de{lamp.path}?sku=LAMP-S" in sent.body
    (link,) = re.findall(r"http\S+(/de/stock-alerts/\S+/)", sent.body)
    assert sent.extra_headers["List-Unsubscribe"].endswith(f"{link}>")
    restock(lamp)
    stock.set_on_hand(sku="LAMP-S", product_id=lamp.product_id, on_hand=0, now=NOW)
    restock(lamp)
    assert len(mail.outbox) == 1
    assert guest.get(link).status_code == 200 and StockAlert.objects.count() == 1
    assert guest.post(link, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
    assert not StockAlert.objects.exists()
    assert guest.post(link).status_code == 200


@pytest.mark.django_db
def test_nobody_learns_whether_an_address_waits_already(guest, lamp):
    first, second = leave(guest, lamp), leave(guest, lamp, email="mara@example.com")
    assert first.content.replace(b"Mara@Example.com", b"mara@example.com") == second.content
    assert StockAlert.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"email": "mara"}, {"email": ""}, {"email": "a@b.c\nBcc: x@y.z"}])
def test_an_address_that_cannot_be_is_told_in_its_place(guest, lamp, wrong):
    answer = leave(guest, lamp, **wrong)
    assert answer.status_code == 422 and answer["X-Fragment"] == "1" and b'role="alert"' in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"sku": "NOSUCH"}, {"product_id": "nosuch"}, {"product_id": "../x"}, {"sku": "\x00"}]
)
def test_nobody_waits_for_what_is_not_sold(guest, lamp, wrong):
    assert leave(guest, lamp, **wrong).status_code in {404, 422}
    assert not StockAlert.objects.exists()


@pytest.mark.django_db
def test_a_download_never_runs_out(guest):
    assert leave(guest, download(), sku="PATTERN").status_code == 404


@pytest.mark.django_db
def test_one_who_asks_too_often_is_told_when_to_come_back(guest, lamp, monkeypatch):
    monkeypatch.setitem(asking.PER_ADDRESS, "most", 1)
    leave(guest, lamp)
    answer = leave(guest, lamp)
    assert answer.status_code == 429 and answer["Retry-After"] == "3600"


@pytest.mark.django_db
def test_without_scripts_the_form_and_its_answer_are_pages(guest, lamp):
    page = guest.get("/stock-alerts/", {"product_id": lamp.product_id, "sku": "LAMP-S"})
    assert b"<h1>" in page.content and b'value="LAMP-S"' in page.content
    asked = {"product_id": lamp.product_id, "sku": "LAMP-S", "email": "mara@example.com"}
    answer = guest.post("/stock-alerts/", asked, headers={"Sec-Fetch-Site": "same-origin"})
    assert b"<h1>" in answer.content and b"mara@example.com" in answer.content


@pytest.mark.django_db
def test_a_key_that_is_not_ours_ends_nothing(guest, lamp):
    leave(guest, lamp)
    pk = StockAlert.objects.get().pk
    for key in (str(pk), f"{pk}:x", "x", "9" * 400):
        assert guest.post(f"/stock-alerts/{key}/").status_code == 404
    assert StockAlert.objects.count() == 1


@pytest.mark.django_db
def test_the_page_of_what_is_sold_out_asks_for_the_address(guest, lamp):
    shown = guest.get(lamp.path).content.decode()
    assert re.search(r"data-notify hidden", shown)
    from catalog.services import mark_availability

    mark_availability(product_id=lamp.product_id, sku="LAMP-S", in_stock=False)
    from shopcloud.pages import forget_product_page

    forget_product_page(slug=lamp.slug, product_id=lamp.product_id)
    assert re.search(r"data-notify>", guest.get(lamp.path).content.decode())


@pytest.mark.django_db
def test_nobody_is_told_of_what_sold_out_again_meanwhile(guest, lamp):
    leave(guest, lamp)
    handlers.mail_those_who_wait(AvailabilityChanged(product_id=lamp.product_id, sku="LAMP-S", in_stock=True))
    assert not mail.outbox and send_alerts.due(now=NOW) == []


@pytest.mark.django_db
def test_a_lost_task_is_made_up_for(guest, lamp):
    leave(guest, lamp)
    stock.receive(sku="LAMP-S", quantity=1, now=NOW)
    assert send_alerts.due(now=clock.now()) == ["LAMP-S"]
    assert send_alerts.send_alerts(sku="LAMP-S", now=clock.now()) == 1
    assert send_alerts.due(now=clock.now()) == []


@pytest.mark.django_db
def test_a_mail_server_that_is_away_is_tried_again(guest, lamp, monkeypatch):
    leave(guest, lamp)
    stock.receive(sku="LAMP-S", quantity=1, now=NOW)
    now = clock.now()
    with monkeypatch.context() as away:
        away.setattr("django.core.mail.message.EmailMessage.send", _refuse)
        assert send_alerts.send_alerts(sku="LAMP-S", now=now) == 0
    assert send_alerts.send_alerts(sku="LAMP-S", now=now + timedelta(minutes=9)) == 0
    assert send_alerts.send_alerts(sku="LAMP-S", now=now + timedelta(minutes=11)) == 1


def _refuse(*_args, **_named):
    raise ConnectionRefusedError


@pytest.mark.django_db
def test_who_waits_for_a_draft_is_told_once_it_is_on_sale_again(guest, lamp):
    leave(guest, lamp)
    draft = catalog.save_product(product=replace(lamp, status=Status.DRAFT), expected_version=lamp.version, now=NOW)
    stock.receive(sku="LAMP-S", quantity=1, now=NOW)
    now = clock.now()
    for minute in range(100):
        send_alerts.send_alerts(sku="LAMP-S", now=now + timedelta(minutes=minute))
    assert not mail.outbox
    catalog.save_product(product=replace(draft, status=Status.ACTIVE), expected_version=draft.version, now=NOW)
    assert send_alerts.send_alerts(sku="LAMP-S", now=now + timedelta(minutes=110)) == 1


@pytest.mark.django_db
def test_those_who_wait_for_a_draft_keep_nobody_else_waiting(guest, lamp):
    leave(guest, lamp)
    catalog.save_product(product=replace(lamp, status=Status.DRAFT), expected_version=lamp.version, now=NOW)
    stock.receive(sku="LAMP-S", quantity=1, now=NOW)
    now = clock.now()
    assert send_alerts.due(now=now) == ["LAMP-S"]
    assert send_alerts.send_alerts(sku="LAMP-S", now=now) == 0
    assert send_alerts.due(now=now) == []


@pytest.mark.django_db
def test_nobody_waits_any_longer_for_what_was_archived(guest, lamp):
    leave(guest, lamp)
    catalog.archive_product(product_id=lamp.product_id, expected_version=lamp.version, now=NOW)
    stock.receive(sku="LAMP-S", quantity=1, now=NOW)
    assert send_alerts.send_alerts(sku="LAMP-S", now=clock.now()) == 0
    assert not StockAlert.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_a_sku_hears_of_the_product_that_took_it(guest, lamp):
    heir = on_sale("LAMP-X", title="The heir")
    leave(guest, lamp)
    (given,) = lamp.variants
    renamed = replace(lamp, variants=(replace(given, sku="LAMP-Y"),))
    catalog.save_product(product=renamed, expected_version=lamp.version, now=NOW)
    stock.receive(sku="LAMP-S", quantity=1, now=NOW)
    assert send_alerts.send_alerts(sku="LAMP-S", now=clock.now()) == 0
    taking = replace(heir, variants=(*heir.variants, replace(given, in_stock=False)))
    catalog.save_product(product=taking, expected_version=heir.version, now=NOW)
    while outbox.relay(subscriptions=HANDLERS, now=clock.now()):
        pass
    assert send_alerts.send_alerts(sku="LAMP-S", now=clock.now() + timedelta(minutes=11)) == 1
    assert "The heir" in mail.outbox[0].subject


@pytest.mark.django_db
def test_addresses_are_not_kept_for_longer_than_they_are_needed(guest, lamp):
    leave(guest, lamp, email="told@example.com")
    StockAlert.objects.update(notified_at=NOW)
    leave(guest, lamp, email="waits@example.com")
    assert send_alerts.forget_old(now=NOW + timedelta(days=31)) == 1
    assert send_alerts.forget_old(now=clock.now() + timedelta(days=366)) == 1


def _crowd(lamp) -> list:
    StockAlert.objects.bulk_create(
        StockAlert(
            sku="LAMP-S",
            product_id=lamp.product_id,
            email=f"p{n}@example.com",
            market="us",
            language="en",
            created_at=NOW,
        )
        for n in range(30)
    )
    stock.receive(sku="LAMP-S", quantity=1, now=NOW)
    return rush(lambda _n: send_alerts.send_alerts(sku="LAMP-S", now=NOW), list(range(10)))


@pytest.mark.django_db(transaction=True)
def test_ten_workers_tell_each_address_once(lamp):
    assert sum(_crowd(lamp)) == 30
    assert sorted(m.to[0] for m in mail.outbox) == sorted(f"p{n}@example.com" for n in range(30))
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_control_without_the_claim_addresses_are_told_twice(lamp, meet_before):
    meet_before(send_alerts, "_claim")
    with guards.removed("alerts.claim"):
        assert sum(_crowd(lamp)) > 30


@pytest.mark.django_db
def test_staff_are_mailed_when_a_sku_runs_low(settings):
    event = LowStock(product_id="lamp1", sku="LAMP-S", available=2, low_at=3)
    settings.STOCK_ALERT_EMAILS = []
    handlers.mail_low_stock(event)
    assert not mail.outbox
    settings.STOCK_ALERT_EMAILS = ["stock@shop.example"]
    handlers.mail_low_stock(event)
    (sent,) = mail.outbox
    assert sent.to == ["stock@shop.example"] and "2 units left" in sent.body and "/admin/" in sent.body


@pytest.mark.django_db(transaction=True)
def test_the_mail_calls_the_product_by_its_title_in_the_language_asked_in(guest):
    lamp = on_sale(units=0, translations={"de": {"title": "Halo-Leuchte"}})
    leave(guest, lamp, prefix="/de")
    restock(lamp)
    (sent,) = mail.outbox
    assert "Halo-Leuchte" in sent.subject and "Halo-Leuchte" in sent.body
