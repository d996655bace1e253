"""A person is forgotten in every tier, and nobody else is."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client as PartnerApp
from allauth.idp.oidc.models import Token
from axes.models import AccessAttempt
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.db.models import Sum
from django.test import Client

from accounts import copies, privacy
from accounts.domain import PostalAddress
from accounts.models import ErasureRequest, User
from accounts.notifications.words import Kind
from accounts.notifications.writing import tell
from accounts.services import add_address
from analytics import viewed
from catalog import services as catalog
from orders.carts import store
from orders.models import Invoice, InvoiceSeries, Order, OrderNote, SavedCart, StockAlert, Wishlist
from orders.services import own_cart
from shopcloud.lib import audit, redis
from shopcloud.lib.idempotency import IdempotencyKey
from shopcloud.markets import US
from shopcloud.wiring import marks
from tests.conftest import PASSWORD
from tests.orders.conftest import empty_shelves as empty_shelves
from tests.orders.goods import ADDRESS, NOW, cart_of, on_sale, order

pytestmark = pytest.mark.django_db(transaction=True)

NAME, STREET = "Zenobia Quillfeather", "77 Marzipan Wharf"
EMAIL = "zenobia@quillfeather.example"
WHERE = {**ADDRESS, "name": NAME, "line1": STREET}
MARKS = (NAME, STREET, EMAIL)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def lamp():
    return on_sale(units=20)


def bought(lamp, *, email: str, address: dict, user=None) -> Order:
    sold = order(cart_of((lamp, 2)), email=email, address=address, user=user)
    Order.objects.filter(pk=sold.pk).update(status="fulfilled", fulfilment_status="fulfilled", paid_at=NOW)
    return sold


def planted(person: User, lamp, name: str = NAME, street: str = STREET) -> Order:
    """Everything the shop keeps of somebody who used all of it."""
    first, last = name.split()
    User.objects.filter(pk=person.pk).update(first_name=first, last_name=last)
    where = {**ADDRESS, "name": name, "line1": street}
    add_address(user=person, address=PostalAddress(**where))
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    sold = bought(lamp, email=person.email, address=where, user=person)
    OrderNote.objects.create(order=sold, text=f"{name} rang the bell", at=NOW)
    Wishlist.objects.create(user=person, items={"p1": {"sku": "", "at": 1, "price": None, "currency": None}})
    tell(people=[person.pk], kind=Kind.ORDER_PAID, key="paid", facts={"order": sold.number}, now=NOW)
    StockAlert.objects.create(
        sku="LAMP-S", product_id="lamps", email=person.email, user=person, market="us", language="en", created_at=NOW
    )
    AccessAttempt.objects.create(username=person.email, failures_since_start=1)
    allow(person)
    IdempotencyKey.objects.create(
        scope=f"x{person.pk}", key="k", request_hash="h", response=f'{{"email": "{person.email}"}}', created_at=NOW
    )
    LogEntry.objects.create(
        user=User.objects.get(email="desk@example.com"),
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(person.pk),
        object_repr=person.email,
        action_flag=CHANGE,
    )
    with audit.by(actor=User.objects.get(email="desk@example.com").pk, action="accounts_user_change"):
        User.objects.filter(pk=person.pk).update(last_name=f"{last}-Then")
        User.objects.filter(pk=person.pk).update(last_name=last)
        Order.objects.filter(pk=sold.pk).update(shipping_address={**where, "line2": "Back door"})
    said = {"author": name, "rating": 4, "title": "Good", "body": "It gives light.", "now": NOW}
    catalog.say_review(product_id=lamp.product_id, buyer=person.email, **said)
    redis.store().zadd(redis.key("viewed", viewed.of_person(person.pk)), {lamp.product_id: 1})
    own_cart.own_cart(user_id=person.pk, market=US, now=NOW)
    copies.ask(user=User.objects.get(pk=person.pk), now=NOW)
    Client().post("/account/login/", {"login": person.email, "password": PASSWORD})
    return sold


def allow(person: User) -> None:
    """A budgeting app may see the person's address: what it holds, and a code on its way to it."""
    app, _made = PartnerApp.objects.get_or_create(id="budget", defaults={"name": "Budget"})
    for kind in ("at", "rt", "ac"):
        told = {"email": person.email, "name": f"{person.first_name} {person.last_name}"}
        Token.objects.create(type=kind, hash=f"{kind}{person.pk}", client=app, user=person, data=told, scopes="email")


@pytest.fixture
def desk(make_person):
    return make_person("desk@example.com", staff=True)


@pytest.fixture
def person(make_person, desk, lamp):
    made = make_person(EMAIL)
    planted(made, lamp)
    made.refresh_from_db()
    yield made
    for buyer in (made.email, str(made.reviewer)):
        catalog.forget_reviewer(buyer)


def sums() -> dict:
    return Order.objects.aggregate(*(Sum(name) for name in ("subtotal", "tax", "shipping", "total")))


def forget(person: User) -> ErasureRequest:
    wish = privacy.ask_to_be_forgotten(user=person, now=NOW)
    assert privacy.go_on(request_id=wish.pk, now=LATER)
    wish.refresh_from_db()
    return wish


def test_a_person_is_found_in_every_tier_before_and_in_none_afterwards(person):
    before = privacy.scan(MARKS)
    assert all(before.values()), before
    was = sums()
    wish = forget(person)
    assert privacy.scan(MARKS) == dict.fromkeys(before, 0)
    assert wish.found == dict.fromkeys(before, 0)
    assert wish.is_clean
    assert wish.subject == {}
    assert sums() == was
    assert not User.objects.filter(email=EMAIL).exists()


def test_the_certificate_counts_what_was_erased(person):
    counts = {name: done["count"] for name, done in forget(person).parts.items()}
    assert all(counts.values()), counts
    assert set(counts) == {part.name for part in privacy.registry.parts}


def test_nobody_else_is_touched(person, make_person, lamp):
    other = make_person("ottoline@marchbanks.example")
    planted(other, lamp, "Ottoline Marchbanks", "9 Treacle Lane")
    others = ("Ottoline Marchbanks", "9 Treacle Lane", "ottoline@marchbanks.example")
    before = privacy.scan(others)
    assert all(before.values()), before
    forget(person)
    assert privacy.scan(others) == before


def test_killed_in_the_middle_it_ends_whole(person, monkeypatch):
    wish = privacy.ask_to_be_forgotten(user=person, now=NOW)
    parts = list(privacy.registry.parts)

    def killed(subject):
        parts[6].erase(subject)
        raise SystemExit

    broken = [*parts[:6], privacy.Part(parts[6].name, killed), *parts[7:]]
    monkeypatch.setattr(privacy.registry, "parts", broken)
    with pytest.raises(SystemExit):
        privacy.go_on(request_id=wish.pk, now=LATER)
    assert privacy.scan(MARKS)["postgres"]
    monkeypatch.setattr(privacy.registry, "parts", parts)
    assert not privacy.due(now=LATER)
    assert privacy.due(now=LATER + privacy.LEASE) == [wish.pk]
    assert privacy.go_on(request_id=wish.pk, now=LATER + privacy.LEASE)
    assert not any(privacy.scan(MARKS).values())


def test_it_waits_for_an_open_order_and_leaves_the_account_alone(person, lamp):
    sold = order(cart_of((lamp, 1)), email=EMAIL, address=WHERE, user=person)
    wish = privacy.ask_to_be_forgotten(user=person, now=NOW)
    assert not privacy.go_on(request_id=wish.pk, now=LATER)
    assert User.objects.get(pk=person.pk).is_active
    assert all(privacy.scan(MARKS).values())
    Order.objects.filter(pk=sold.pk).update(status="cancelled")
    assert privacy.go_on(request_id=wish.pk, now=LATER + privacy.PAUSE)
    assert not any(privacy.scan(MARKS).values())


def test_asked_twice_is_asked_once_and_both_mails_go_out(person):
    wish = privacy.ask_to_be_forgotten(user=person, now=NOW)
    assert privacy.ask_to_be_forgotten(user=person, now=NOW).pk == wish.pk
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    assert privacy.go_on(request_id=wish.pk, now=LATER)
    assert [message.subject for message in mail.outbox] == ["You asked us to forget you", "We have forgotten you"]
    assert not privacy.go_on(request_id=wish.pk, now=LATER + privacy.LEASE)


def test_an_invoice_stays_as_it_was_issued_and_is_listed(person):
    sold = Order.objects.get(user=person)
    series = InvoiceSeries.objects.create(name="INV-2026", last=1)
    said = {"buyer": {"lines": [NAME, STREET], "email": EMAIL}}
    Invoice.objects.create(
        order=sold, kind="invoice", series=series, sequence=1, total=1, tax=0, contents=said, issued_at=NOW
    )
    assert forget(person).kept == {"invoices": 1}
    assert Invoice.objects.get().contents == said
    assert "accounts_erasurerequest" in marks.KEPT_TABLES


def test_the_person_is_signed_out_everywhere(person):
    browser = Client()
    browser.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert browser.get("/account/").status_code == 200
    forget(person)
    assert browser.get("/account/").status_code == 302


def test_the_cart_goes_from_both_stores(person):
    cart_id = SavedCart.objects.get(user=person).cart_id
    assert redis.store().exists(store.key(cart_id))
    forget(person)
    assert not SavedCart.objects.exists()
    assert not redis.store().exists(store.key(cart_id))


def test_what_staff_changed_of_the_person_stays_without_the_values(person, desk):
    written = audit.AuditEntry.objects.filter(actor_id=desk.pk)
    assert any("Quillfeather" in str(entry.after) for entry in written)
    assert any(STREET in str(entry.after) for entry in written)
    count = written.count()
    forget(person)
    assert written.count() == count
    assert {str(value) for entry in written.all() for value in entry.after.values()} == {"(erased)"}


def test_no_app_holds_anything_of_the_person(person, make_person):
    other = make_person("ottoline@marchbanks.example")
    allow(other)
    assert Token.objects.filter(data__email=EMAIL).count() == 3
    wish = forget(person)
    assert wish.parts["partner_apps"]["count"] == 3
    assert list(Token.objects.values_list("user_id", flat=True)) == [other.pk] * 3


def test_staff_are_not_erased_by_themselves(desk):
    with pytest.raises(privacy.StaffAccount):
        privacy.ask_to_be_forgotten(user=desk, now=NOW)


def test_staff_read_the_certificate_and_not_whose_it_is(person, make_person):
    wish = privacy.ask_to_be_forgotten(user=person, now=NOW)
    browser = Client()
    browser.force_login(
        make_person("admin@example.com", admin=True), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = f"/admin/accounts/erasurerequest/{wish.pk}/change/"
    assert "not yet" in browser.get(page).text
    assert not any(mark in browser.get(page).text for mark in MARKS)
    assert privacy.go_on(request_id=wish.pk, now=LATER)
    shown = browser.get(page).text
    assert "nothing found" in shown
    assert "wishlist: 1" in shown
    assert browser.get("/admin/accounts/erasurerequest/").status_code == 200
