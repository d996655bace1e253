"""A person's inbox: told once of each occurrence, read in their language, by nobody else."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.notifications import reading, writing
from accounts.notifications.models import Notification
from accounts.notifications.words import Kind, words
from shopcloud.lib import guards
from shopcloud.markets import FRANCE, GERMANY, UK, US
from shopcloud.wiring import retention
from tests.orders.goods import NOW
from tests.orders.test_race import AT_ONCE, rush

pytestmark = pytest.mark.django_db

ORDER = {"order": "SC-TEST0001"}
LAMP = {"titles": {"en": "Lamp", "de": "Lampe"}, "slug": "lamp", "product": "lamp1"}


def told(person, number: int = 1, *, kind: Kind = Kind.ORDER_PAID, facts=ORDER) -> list[int]:
    keys = [f"{kind}:{n}" for n in range(number)]
    made = [writing.tell(people=[person.pk], kind=kind, key=key, facts=facts, now=NOW) for key in keys]
    return [pk for rows in made for pk, _person in rows]


def test_an_occurrence_that_is_told_again_is_written_once(buyer, other_buyer):
    people = [buyer.pk, other_buyer.pk]
    what = {"people": people, "kind": Kind.ORDER_PAID, "key": "k", "facts": ORDER, "now": NOW}
    assert sorted(person for _pk, person in writing.tell(**what)) == sorted(people)
    assert writing.tell(**what) == []
    assert Notification.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_a_person_once(make_person):
    person = make_person("raced@example.com").pk

    def tell(index: int) -> int:
        at = NOW + timedelta(seconds=index)
        return len(writing.tell(people=[person], kind=Kind.ORDER_PAID, key="k", facts=ORDER, now=at))

    assert sum(rush(tell, list(range(AT_ONCE)))) == 1
    with guards.removed("notifications.once"):
        assert sum(rush(tell, list(range(AT_ONCE)))) > 1


def test_nobody_who_left_is_told(buyer):
    buyer.is_active = False
    buyer.save()
    assert told(buyer) == []


def test_a_page_says_it_in_the_language_it_is_read_in(signed_in, buyer):
    told(buyer)
    told(buyer, kind=Kind.PRICE_DROP, facts={**LAMP, "prices": {"EUR": [4999, 3999]}})
    english, german = (signed_in.get(f"{prefix}/account/inbox/").content.decode() for prefix in ("", "/de"))
    assert "Order SC-TEST0001 is paid" in english and "Bestellung SC-TEST0001 ist bezahlt" in german
    assert "Lamp costs less now" in english and "€39.99 instead of €49.99." in english
    assert "Lampe kostet jetzt weniger" in german and "39,99\xa0€ statt 49,99\xa0€." in german


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("market", [US, UK, GERMANY, FRANCE])
def test_every_kind_says_something_with_and_without_its_sums(kind, market):
    order = kind.value.startswith(("order", "return"))
    for more in ({}, {"amount": 500, "currency": "EUR", "prices": {market.currency: [2, 1]}}):
        said = words(kind, {**(ORDER if order else LAMP), **more}, market=market)
        assert said.title and said.text and "%" not in said.title + said.text
        assert said.path.endswith("/orders/SC-TEST0001/" if order else "/p/lamp-lamp1/")


def test_a_kind_of_a_newer_release_still_stands_in_the_inbox(signed_in, buyer):
    Notification.objects.create(user=buyer, kind="drone_landed", key="k", facts={"where": "roof"}, created_at=NOW)
    assert b"Drone landed" in signed_in.get("/account/inbox/").content


def test_an_empty_inbox_says_so(signed_in):
    assert b"Nothing here yet" in signed_in.get("/account/inbox/").content


def test_pages_of_the_inbox_hold_each_notification_once(signed_in, buyer, django_assert_num_queries):
    ids = told(buyer, 45)
    seen, cursor = [], ""
    while cursor is not None:
        with django_assert_num_queries(1):
            page = reading.page_of(buyer.pk, market=US, cursor=cursor)
        seen += [one.row.pk for one in page.shown]
        cursor = page.next
    assert seen == sorted(ids, reverse=True)
    first = signed_in.get("/account/inbox/").content.decode()
    assert f'rel="next" href="?cursor={ids[25]}"' in first
    assert signed_in.get("/account/inbox/", {"cursor": "x"}).status_code == 302


def test_reading_one_is_noted_and_leads_to_what_it_tells_of(signed_in, buyer):
    first, second = told(buyer, 2)
    assert reading.unread_count(buyer.pk) == 2
    answer = signed_in.post(f"/de/account/inbox/{first}/visit/")
    assert (answer.status_code, answer["Location"]) == (302, "/de/orders/SC-TEST0001/")
    answer = signed_in.post(f"/account/inbox/{second}/reading/", {"cursor": "77"})
    assert answer["Location"] == "/account/inbox/?cursor=77"
    assert reading.unread_count(buyer.pk) == 0


def test_marking_all_read_leaves_what_came_meanwhile(signed_in, buyer):
    told(buyer, 3)
    page = signed_in.get("/account/inbox/").content.decode()
    later = told(buyer, kind=Kind.ORDER_SHIPPED)
    up_to = page.split('name="up_to" value="')[1].split('"')[0]
    signed_in.post("/account/inbox/reading/", {"up_to": up_to})
    assert [one.pk for one in Notification.objects.filter(read_at=None)] == later
    assert signed_in.post("/account/inbox/reading/", {"up_to": "-1"}).status_code == 400


def test_one_that_is_deleted_is_gone(signed_in, buyer):
    (pk,) = told(buyer)
    assert signed_in.post(f"/account/inbox/{pk}/deletion/").status_code == 302
    assert signed_in.post(f"/account/inbox/{pk}/deletion/").status_code == 404


@pytest.mark.parametrize("what", ["reading", "visit", "deletion"])
def test_nobody_touches_anothers(signed_in, other_buyer, what):
    (pk,) = told(other_buyer)
    assert signed_in.post(f"/account/inbox/{pk}/{what}/").status_code == 404
    assert Notification.objects.get().read_at is None
    assert b"SC-TEST0001" not in signed_in.get("/account/inbox/").content


def test_the_header_counts_for_the_person_and_asks_nothing_for_anybody_else(
    signed_in, buyer, django_assert_num_queries
):
    told(buyer, 3)
    shown = signed_in.get("/cart/badge/").content.decode()
    assert 'aria-label="Inbox, 3 new notifications"' in shown and 'id="unread-count">3<' in shown
    with django_assert_num_queries(0):
        assert "Inbox" not in Client().get("/cart/badge/").content.decode()


def test_a_count_beyond_ninety_nine_is_not_counted_to_its_end(signed_in, buyer):
    told(buyer, 105)
    assert reading.unread_count(buyer.pk) == 100
    assert 'id="unread-count">99+<' in signed_in.get("/cart/badge/").content.decode()


def test_old_notifications_go_at_night(buyer):
    told(buyer, 2)
    assert retention.sweep(now=NOW + writing.KEPT - timedelta(days=1))["notifications"] == 0
    assert retention.sweep(now=NOW + writing.KEPT + timedelta(days=1))["notifications"] == 2


def test_a_persons_inbox_is_theirs_to_take_along_and_to_have_forgotten(buyer, other_buyer):
    told(buyer, 2)
    told(other_buyer)
    assert [(row["kind"], row["facts"]) for row in reading.export_of(buyer.pk)] == [("order_paid", ORDER)] * 2
    assert writing.erase_of(buyer.pk) == 2
    assert [row.user_id for row in Notification.objects.all()] == [other_buyer.pk]
