"""People choose what stands in their inbox and what is mailed; mails about orders are no choice."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import Consent
from accounts.notifications import mails, preferences, reading, writing
from accounts.notifications.models import MOST_MAIL_ATTEMPTS, Notification
from accounts.notifications.words import Kind
from orders.models import StockAlert
from shopcloud.markets import US
from shopcloud.wiring import watched, wish_mails
from tests.orders.conftest import empty_shelves as empty_shelves
from tests.orders.goods import NOW, on_sale
from tests.wiring.test_watched import wish

pytestmark = pytest.mark.django_db

PAGE = "/account/inbox/preferences/"
LAMP = {"titles": {"en": "Lamp\nBcc: x@y.z", "de": "Lampe"}, "slug": "lamp", "product": "lamp1"}
DROP = {"kind": Kind.PRICE_DROP, "key": "k", "facts": {**LAMP, "prices": {"USD": [4999, 3999]}}, "now": NOW}


def choose(person, kind=Kind.PRICE_DROP, *, in_app=True, email=True) -> None:
    source = Consent.Source.PROFILE
    preferences.change(user=person, kind=kind, in_app=in_app, email=email, source=source, now=NOW)


def confirmed(person):
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def send(now=NOW) -> int:
    return sum(wish_mails.send(handed) for handed in wish_mails.due(now=now))


def test_without_a_word_everything_stands_in_the_inbox_and_nothing_optional_is_mailed(buyer):
    for one in preferences.preferences_of(buyer):
        assert one.in_app and one.email is not one.email_is_optional


def test_the_page_keeps_what_is_chosen(signed_in, buyer):
    answer = signed_in.post(PAGE, {"inbox": ["order_paid", "price_drop"], "email": ["price_drop"]}, follow=True)
    assert b"Your choice is saved." in answer.content
    kept = {one.kind: (one.in_app, one.email) for one in preferences.preferences_of(buyer)}
    assert kept[Kind.ORDER_PAID] == kept[Kind.PRICE_DROP] == (True, True)
    assert kept[Kind.ORDER_SHIPPED] == (False, True) and kept[Kind.BACK_IN_STOCK] == (False, False)
    page = signed_in.get(PAGE).content.decode()
    assert re.search(r'id="email-price_drop"[^>]* checked', page) and "email-order_paid" not in page
    assert not re.search(r'id="inbox-order_shipped"[^>]* checked', page)


def test_mails_about_orders_cannot_be_switched_off(buyer):
    with pytest.raises(preferences.MailNotOptional):
        choose(buyer, Kind.ORDER_PAID, email=False)


def test_what_is_silenced_is_neither_shown_nor_counted_nor_pushed(buyer, other_buyer):
    choose(buyer, in_app=False, email=False)
    assert writing.tell(people=[buyer.pk, other_buyer.pk], **DROP)[0][1] == other_buyer.pk
    assert not Notification.objects.filter(user=buyer).exists()
    choose(buyer, in_app=False, email=True)
    writing.tell(people=[buyer.pk], **DROP)
    (row,) = Notification.objects.filter(user=buyer)
    assert reading.unread_count(buyer.pk) == 0 and reading.page_of(buyer.pk, market=US).shown == []
    with pytest.raises(writing.NotificationNotFound):
        writing.mark_read(user_id=buyer.pk, notification_id=row.pk, now=NOW)


def test_who_asked_for_mails_gets_one_in_their_language_with_a_way_out(buyer, other_buyer):
    confirmed(buyer)
    buyer.language = "de"
    buyer.save()
    choose(buyer)
    for _again in range(2):
        writing.tell(people=[buyer.pk, other_buyer.pk], **DROP)
        send()
    (sent,) = mail.outbox
    assert sent.to == [buyer.email] and sent.subject == "Lampe kostet jetzt weniger"
    assert "/de/p/lamp-lamp1/" in sent.body and "/de/p/lamp-lamp1/" in sent.alternatives[0][0]
    (link,) = re.findall(r"http\S+?(/de/account/unsubscribe/\S+/)", sent.body)
    assert sent.extra_headers["List-Unsubscribe"].endswith(f"{link}>")
    assert "Mails über niedrigere Preise" in Client().get(link).content.decode()
    answer = Client().post(link, headers={"Sec-Fetch-Site": "cross-site"}).content.decode()
    assert "Wir schicken Ihnen diese Mails nicht mehr." in answer
    writing.tell(people=[buyer.pk], **{**DROP, "key": "later"})
    assert send() == 0 and len(mail.outbox) == 1


def test_a_title_cannot_add_a_header(buyer):
    confirmed(buyer)
    choose(buyer)
    writing.tell(people=[buyer.pk], **DROP)
    assert send() == 1 and mail.outbox[0].subject == "Lamp Bcc: x@y.z costs less now"


def test_an_address_that_nobody_confirmed_gets_no_mail(buyer):
    choose(buyer)
    writing.tell(people=[buyer.pk], **DROP)
    assert send() == 0 and not mail.outbox
    assert Notification.objects.get().mail_due_at is None


def test_a_mail_is_handed_over_once_and_sent_once_however_often_its_task_runs(buyer):
    confirmed(buyer)
    choose(buyer)
    writing.tell(people=[buyer.pk], **DROP)
    (handed,) = wish_mails.due(now=NOW)
    assert wish_mails.due(now=NOW + timedelta(minutes=9)) == []
    assert mails.claim(*handed[0]) and not mails.claim(*handed[0])
    assert wish_mails.send(handed) == 0
    assert send(NOW + timedelta(minutes=11)) == 1


def test_a_mail_server_that_is_away_is_tried_again_a_bounded_number_of_times(buyer, monkeypatch):
    confirmed(buyer)
    choose(buyer)
    writing.tell(people=[buyer.pk], **DROP)

    def refuse(*_args, **_named):
        raise ConnectionRefusedError

    with monkeypatch.context() as away:
        away.setattr("django.core.mail.message.EmailMessage.send", refuse)
        for attempt in range(MOST_MAIL_ATTEMPTS - 1):
            assert send(NOW + timedelta(minutes=11 * attempt)) == 0
    assert send(NOW + timedelta(hours=2)) == 1
    Notification.objects.update(mail_due_at=NOW, mail_attempts=MOST_MAIL_ATTEMPTS)
    assert wish_mails.due(now=NOW) == []


def test_who_waits_for_a_mail_of_their_own_gets_no_second_one(buyer):
    confirmed(buyer)
    choose(buyer, Kind.BACK_IN_STOCK)
    lamp = on_sale(units=1)
    wish(buyer, lamp)
    where = {"email": buyer.email, "market": "us", "language": "en"}
    StockAlert.objects.create(sku="LAMP-S", product_id="lamps", user=buyer, created_at=NOW, **where)
    assert watched.tell_of_return_to_stock(product_id="lamps", sku="LAMP-S", at="", now=NOW) == 1
    assert send() == 0 and reading.unread_count(buyer.pk) == 1
