"""A copy of everything about a person: planted in every tier, and found in the archive; and the same for guests."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts import copies, guest_data, privacy
from accounts.models import Consent, DataExport, ErasureRequest, MutedNotification, User
from accounts.notifications.words import Kind
from accounts.notifications.writing import tell
from accounts.services import set_consent
from accounts.tasks import erase_person, export_person
from analytics.services import record_purchase
from media import queries as media
from orders.events import Purchased
from orders.models import Invoice, InvoiceSeries, Order
from shopcloud.lib import clock
from shopcloud.wiring.privacy import register
from tests.conftest import PASSWORD
from tests.orders.conftest import empty_shelves as empty_shelves
from tests.orders.goods import ADDRESS, NOW
from tests.shopcloud.test_privacy import EMAIL, MARKS, NAME, STREET, bought
from tests.shopcloud.test_privacy import desk as desk
from tests.shopcloud.test_privacy import lamp as lamp
from tests.shopcloud.test_privacy import person as person

pytestmark = pytest.mark.django_db(transaction=True)
GUEST = "gus@lonewolf.example"
PLANTED = {
    "account", "email_addresses", "addresses", "consents", "providers", "second_steps", "changes_by_staff", "sessions",
    "failed_sign_ins", "orders", "order_lines", "order_notes", "invoices", "carts", "saved_carts",
    "wishlist", "stock_alerts", "viewed_products", "reviews", "notifications",
    "muted_notifications", "purchases", "data_exports", "answers_to_apps",
    "apps_with_access", "values_changed_by_staff",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Tasks are run where they are asked for."""
    for task in (export_person, erase_person):
        monkeypatch.setattr(task, "delay", task)


@pytest.fixture
def everywhere(request) -> User:
    """A person who is known in every tier."""
    person = request.getfixturevalue("person")
    sold = Order.objects.get(user=person)
    SocialAccount.objects.create(user=person, provider="google", uid="42", extra_data={"name": NAME})
    Authenticator.objects.create(user=person, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "hush-hush-hush"})
    purpose, source = Consent.Purpose.CART_REMINDERS, Consent.Source.PROFILE
    set_consent(user_id=person.pk, purpose=purpose, granted=True, source=source, now=NOW)
    facts = {"order": sold.number}
    tell(people=[person.pk], kind=Kind.ORDER_PAID, key="paid", facts=facts, now=NOW)
    MutedNotification.objects.create(user=person, kind=Kind.ORDER_PAID.value)
    series = InvoiceSeries.objects.create(name="INV-2026", last=1)
    Invoice.objects.create(
        order=sold, kind="invoice", series=series, sequence=1, total=1, tax=0, contents={"to": NAME}, issued_at=NOW
    )
    record_purchase(
        Purchased(order_number=sold.number, occurred_at=NOW.isoformat(), currency="USD", total=1, market="us")
    )
    return person


def browser_of(person: User) -> Client:
    browser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    browser.post("/account/login/", {"login": person.email, "password": PASSWORD})
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    return browser


def archive_at(url: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(requests.get(url, timeout=10).content))


def tables_in(archive: zipfile.ZipFile) -> dict[str, list]:
    return {name[:-5]: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def link_in(mail) -> str:
    return re.search(r"https?://[^/\s]+(/\S+)", mail.body)[1]


def test_everything_planted_in_every_tier_is_in_the_copy(everywhere, mailoutbox):
    browser = browser_of(everywhere)
    browser.post("/account/exports/")
    assert "is ready" in browser.get(link_in(mailoutbox[-1])).text
    export = DataExport.objects.get()
    archive = archive_at(browser.get(f"/account/exports/{export.pk}/")["Location"])
    tables = tables_in(archive)
    assert {name for name in PLANTED if not tables[name]} == set()
    page = archive.read("index.html").decode()
    assert all(mark in page for mark in MARKS)
    assert tables["purchases"][0]["order_number"] == tables["orders"][0]["number"]
    assert tables["addresses"][0]["line1"] == STREET


def test_keys_to_doors_are_not_in_the_copy(everywhere):
    chapters = privacy.known_of(privacy.subject_of(everywhere))
    said = str([chapter.tables for chapter in chapters])
    order = Order.objects.get(user=everywhere)
    everywhere.refresh_from_db()
    secrets = [everywhere.password, order.access_token, order.cart_id, "hush-hush-hush"]
    assert not [secret for secret in secrets if secret and secret in said]
    assert everywhere.email in said


def test_nobody_elses_data_is_in_the_copy(everywhere, make_person, lamp):
    other = make_person("other@wanderer.example")
    bought(lamp, email=other.email, address={**ADDRESS, "name": "Orla Other"}, user=other)
    assert "wanderer" not in str(privacy.known_of(privacy.subject_of(everywhere)))


def test_a_session_alone_neither_asks_for_a_copy_nor_opens_one(everywhere):
    copies.go_on(export_id=copies.ask(user=everywhere, now=NOW).pk, now=NOW)
    browser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    browser.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    for answer in (browser.post("/account/exports/"), browser.get(f"/account/exports/{DataExport.objects.get().pk}/")):
        assert "/account/reauthenticate/" in answer["Location"]


def test_another_person_cannot_fetch_it(everywhere, buyer):
    from tests.conftest import confirm

    copies.go_on(export_id=copies.ask(user=everywhere, now=NOW).pk, now=NOW)
    confirm(buyer)
    assert browser_of(buyer).get(f"/account/exports/{DataExport.objects.get().pk}/").status_code == 404


def test_a_copy_is_deleted_after_its_week_and_with_its_person(everywhere):
    copies.go_on(export_id=copies.ask(user=everywhere, now=NOW).pk, now=NOW)
    old = DataExport.objects.get()
    assert copies.sweep(now=NOW + timedelta(days=6)) == 0
    assert copies.sweep(now=NOW + timedelta(days=8)) == 1
    with pytest.raises(LookupError):
        media.open_object(old.file)
    copies.go_on(export_id=copies.ask(user=everywhere, now=NOW).pk, now=NOW)
    assert copies.erase(privacy.subject_of(everywhere)) == 2
    assert not DataExport.objects.exists()


def test_asked_twice_is_one_copy_and_a_lost_worker_is_followed_by_another(everywhere):
    wish = copies.ask(user=everywhere, now=NOW)
    assert copies.ask(user=everywhere, now=NOW).pk == wish.pk
    DataExport.objects.update(due_at=NOW + copies.LEASE)
    assert not copies.go_on(export_id=wish.pk, now=NOW)
    assert copies.due(now=NOW + copies.LEASE) == [wish.pk]
    assert copies.go_on(export_id=wish.pk, now=NOW + copies.LEASE)


@pytest.fixture
def wolf(request) -> Order:
    register()
    where = {**ADDRESS, "name": "Gus Lonewolf", "line1": "9 Howling Row"}
    return bought(request.getfixturevalue("lamp"), email=GUEST, address=where)


def asked(wish: str, mailoutbox, email: str = GUEST) -> tuple[Client, str]:
    browser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    assert browser.post("/account/guest-data/", {"email": email, "wish": wish}).status_code == 200
    return browser, link_in(mailoutbox[-1])


def test_a_guest_fetches_a_copy_by_two_links_that_work_once(wolf, mailoutbox):
    browser, link = asked("copy", mailoutbox)
    assert browser.get(link).status_code == browser.get(link).status_code == 200
    assert not DataExport.objects.exists()
    assert browser.post(link).status_code == 200
    assert browser.post(link).status_code == 410
    fetch = link_in(mailoutbox[-1])
    archive = archive_at(browser.post(fetch)["Location"])
    assert tables_in(archive)["orders"][0]["number"] == wolf.number
    assert browser.get(fetch).status_code == browser.post(fetch).status_code == 410


def test_a_guest_is_forgotten_by_the_link_in_the_mail(wolf, mailoutbox):
    browser, link = asked("erasure", mailoutbox)
    browser.post(link)
    wish = ErasureRequest.objects.get()
    assert wish.is_clean and wish.parts["orders"]["count"] == 1
    wolf.refresh_from_db()
    assert "Gus" not in str(wolf.shipping_address) and GUEST not in wolf.email


def test_the_page_answers_the_same_whatever_we_know(wolf, everywhere, mailoutbox):
    pages = []
    for email in (GUEST, EMAIL, "nobody@nowhere.example"):
        answer = Client(headers={"Sec-Fetch-Site": "same-origin"}).post(
            "/account/guest-data/", {"email": email, "wish": "copy"}
        )
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.text).replace(email, "")
        pages.append((answer.status_code, page))
        assert mailoutbox[-1].to == [email]
    assert pages[0] == pages[1] == pages[2]
    assert "You have an account" in mailoutbox[-2].body
    assert link_in(mailoutbox[-2]) == "/account/privacy/"


def test_a_mailbox_is_not_filled_by_whoever_knows_its_address(mailoutbox):
    for _ in range(guest_data.PER_ADDRESS["most"] + 2):
        asked("copy", mailoutbox)
    assert len(mailoutbox) == guest_data.PER_ADDRESS["most"]


def test_a_link_of_another_making_or_another_hour_opens_nothing(wolf, mailoutbox, monkeypatch):
    browser, link = asked("erasure", mailoutbox)
    assert browser.post(link[:-3] + "xx/").status_code == 410
    monkeypatch.setattr(guest_data, "LINK_SECONDS", -1)
    assert browser.post(link).status_code == 410
    assert not ErasureRequest.objects.exists()


def test_without_a_mail_server_the_wish_is_kept_and_told_later(everywhere, monkeypatch, settings, mailoutbox):
    from django.core.mail.backends.locmem import EmailBackend

    browser = browser_of(everywhere)
    send = EmailBackend.send_messages

    def refused(*_args):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", refused)
    monkeypatch.setattr(erase_person, "delay", lambda **_: None)
    assert browser.post("/account/erasure/").status_code == 302
    wish = ErasureRequest.objects.get()
    assert not wish.told
    monkeypatch.setattr(EmailBackend, "send_messages", send)
    assert privacy.go_on(request_id=wish.pk, now=clock.now() + timedelta(minutes=1))
    assert [mail.subject for mail in mailoutbox] == ["You asked us to forget you", "We have forgotten you"]
