"""Somebody who left a cart is reminded once, only if they asked for it, and can end it with one click."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connections
from django.test import Client

from accounts.models import Consent
from accounts.services import set_consent
from orders import stock
from orders.models import SavedCart
from orders.services.own_cart import own_cart, take_over
from orders.services.remind_of_cart import due, remind_of_cart
from shopcloud.lib import guards
from shopcloud.markets import GERMANY, US
from shopcloud.wiring import tasks
from tests.orders.goods import NOW, cart_of, on_sale, order

pytestmark = pytest.mark.django_db(transaction=True)
NEXT_DAY = NOW + timedelta(hours=25)


def allow(person, granted=True, source=Consent.Source.PROFILE, now=NOW):
    set_consent(user_id=person.pk, purpose=Consent.Purpose.CART_REMINDERS, granted=granted, source=source, now=now)


@pytest.fixture
def left(buyer):
    """A person who consented, and left two lamps."""
    EmailAddress.objects.create(user=buyer, email=buyer.email, verified=True, primary=True)
    allow(buyer)
    take_over(source_id=cart_of((on_sale(), 2)), user_id=buyer.pk, market=US, now=NOW)
    return SavedCart.objects.get(user=buyer)


def remind(cart, market=US, now=NEXT_DAY):
    return remind_of_cart(saved_cart_id=cart.pk, version=cart.version, market=market, now=now)


def test_the_reminder_names_the_lines_and_leads_back(left, mailoutbox):
    assert list(due(now=NEXT_DAY)) == [(left.pk, left.version)]
    assert remind(left)
    (mail,) = mailoutbox
    html = mail.alternatives[0][0]
    for text in (mail.body, html):
        assert "2 × The LAMP-S" in text
        assert "$99.98" in text
        assert f"{settings.PUBLIC_URL}/cart/" in text
        assert f"{settings.PUBLIC_URL}/account/unsubscribe/" in text
    assert left.cart_id not in mail.body + html
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_it_speaks_the_persons_language_at_its_markets_prices(left, buyer, mailoutbox, monkeypatch):
    buyer.language = "de"
    buyer.save()
    monkeypatch.setattr(tasks.clock, "now", lambda: NEXT_DAY)
    tasks.send_cart_reminder(saved_cart_id=left.pk, version=left.version)
    (mail,) = mailoutbox
    assert "99,98\xa0€" in mail.body
    assert f"{settings.PUBLIC_URL}/de/cart/" in mail.body


def test_one_version_is_told_once_and_a_changed_cart_again(left, buyer, mailoutbox):
    assert remind(left)
    assert not remind(left)
    assert list(due(now=NEXT_DAY)) == []
    take_over(source_id=cart_of((on_sale("MUG"), 1)), user_id=buyer.pk, market=US, now=NEXT_DAY)
    assert list(due(now=NEXT_DAY)) == []
    changed = SavedCart.objects.get(user=buyer)
    assert list(due(now=NEXT_DAY + timedelta(hours=25))) == [(changed.pk, changed.version)]
    assert not remind(left)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("why", ["never asked", "taken back", "not confirmed", "inactive"])
def test_nobody_is_reminded_who_does_not_want_to_be(left, buyer, mailoutbox, why):
    if why == "never asked":
        Consent.objects.all().delete()
    elif why == "taken back":
        allow(buyer, granted=False, now=NOW + timedelta(hours=1))
    elif why == "not confirmed":
        EmailAddress.objects.update(verified=False)
    elif why == "inactive":
        buyer.is_active = False
        buyer.save()
    assert list(due(now=NEXT_DAY)) == []
    assert not remind(left)
    assert mailoutbox == []


def test_a_cart_is_left_alone_for_a_day_and_forgotten_after_a_week(left):
    assert list(due(now=NOW + timedelta(hours=23))) == []
    assert list(due(now=NOW + timedelta(days=9))) == []


def test_who_ordered_since_is_not_reminded(left, buyer):
    order(cart_of((on_sale("MUG"), 1)), email=buyer.email, now=NOW + timedelta(hours=2))
    assert not remind(left)


def test_what_is_sold_out_is_no_reason(left):
    stock.set_on_hand(sku="LAMP-S", product_id="lamps", on_hand=0, now=NOW)
    assert not remind(left)


def test_an_empty_cart_is_no_reason(buyer):
    EmailAddress.objects.create(user=buyer, email=buyer.email, verified=True, primary=True)
    allow(buyer)
    own_cart(user_id=buyer.pk, market=US, now=NOW)
    assert list(due(now=NEXT_DAY)) == []


def test_every_cart_is_found_however_small_the_batches(make_person):
    people = [make_person(f"p{n}@example.com") for n in range(7)]
    for person in people:
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        allow(person)
        own_cart(user_id=person.pk, market=US, now=NOW)
    SavedCart.objects.update(lines=[{"sku": "X", "product_id": "x", "quantity": 1, "price": None, "currency": None}])
    assert len(set(due(now=NEXT_DAY, batch=3))) == 7


def test_a_mail_server_that_is_away_leaves_the_reminder_for_the_next_try(left, mailoutbox, monkeypatch):
    from orders.services import remind_of_cart as module

    class Away:
        def send(self):
            raise OSError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(module, "compose", lambda **_: Away())
        with pytest.raises(OSError):
            remind(left)
    assert remind(left)
    assert len(mailoutbox) == 1


def ten_workers(cart) -> int:
    start = threading.Barrier(10, timeout=20)

    def one(_n):
        try:
            start.wait()
            return remind(cart)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        return sum(pool.map(one, range(10)))


@pytest.mark.parametrize("seed", range(3))
def test_ten_workers_send_one_mail(left, mailoutbox, seed):
    assert ten_workers(left) == 1
    assert len(mailoutbox) == 1


def test_control_without_the_claim_every_worker_mails(left, mailoutbox):
    with guards.removed("carts.remind"):
        ten_workers(left)
    assert len(mailoutbox) > 1


@pytest.mark.parametrize("market", [US, GERMANY])
def test_one_click_in_the_mail_program_ends_it(left, buyer, mailoutbox, market):
    remind(left, market=market)
    link = re.fullmatch(r"<(.*)>", mailoutbox[0].extra_headers["List-Unsubscribe"])[1]
    path = link.removeprefix(settings.PUBLIC_URL)
    program = Client(enforce_csrf_checks=True)
    assert program.get(path).status_code == 200
    assert Consent.objects.filter(granted=False).count() == 0
    answer = program.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    newest = Consent.objects.latest("pk")
    assert (newest.user, newest.granted, newest.source) == (buyer, False, "unsubscribe")
    assert program.post(path).status_code == 200
    assert Consent.objects.count() == 2


@pytest.mark.parametrize("token", ["x", "WzEsImNhcnQiXQ:1abc:forged", "%00"])
def test_a_made_up_link_ends_nothing(guest, token):
    assert guest.post(f"/account/unsubscribe/{token}/").status_code in (400, 404)
    assert not Consent.objects.exists()
