"""What one buyer owns, in every place a page or the API may show it; and everybody else who knocks."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core import serializers
from django.db import connection
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from accounts import copies
from accounts import services as accounts
from accounts.domain import postal_address
from accounts.models import Address, Consent, Notification, User
from accounts.notifications.words import Kind
from accounts.notifications.writing import tell
from catalog.domain import Product
from catalog.repository import ProductExists, products
from catalog.services import say_review
from orders import queries
from orders.carts.cart import Caller, Cart
from orders.models import Invoice, Order, OrderLine, OrderNote, Payment, Refund, ReturnRequest
from orders.services import carts
from orders.services.fulfil_order import fulfil_order
from orders.services.issue_invoice import issue_invoice
from orders.services.own_cart import own_cart
from orders.services.pay_order import start_payment
from orders.services.request_return import request_return
from shopcloud.lib import clock
from shopcloud.lib import ids as ids_of
from shopcloud.markets import US
from tests.catalog.factories import a_product
from tests.orders.goods import on_sale
from tests.orders.payments.sale import RETURN_URL, place

MARKS = ("olwen@example.com", "Olwen Quill", "Kelpie Lane 77")
ROLES = ("catalog", "orders", "finance", "support", "analyst", "administrator")
STRANGERS = ("anonymous", "another buyer", "staff without a role", *ROLES)
ADDRESS = {
    "name": MARKS[1], "line1": MARKS[2], "line2": "", "city": "Portland", "postal_code": "97201", "region": "OR",
    "country": "US",
}  # fmt: skip


@dataclass
class Belongings:
    """`ids` are what the owner's addresses hold, by the parameter's name in the pattern."""

    owner: User
    ids: dict[str, str]

    def rows(self) -> str:
        """Every row of the owner, as text: the same before and after whatever strangers tried."""
        orders = Order.objects.filter(user=self.owner)
        mine = [orders, User.objects.filter(pk=self.owner.pk)]
        mine += [model.objects.filter(user=self.owner) for model in (Address, Consent, Notification)]
        mine += [model.objects.filter(order__in=orders) for model in (OrderLine, OrderNote, Payment, Invoice)]
        mine += [Refund.objects.filter(payment__order__in=orders), ReturnRequest.objects.filter(order__in=orders)]
        cart = queries.cart(self.ids["cart_id"], caller=Caller(self.owner.pk))
        return "\n".join([*(serializers.serialize("json", rows.order_by("pk")) for rows in mine), repr(cart)])

    def address_of(self, pattern: str) -> str:
        """The pattern filled in with what is the owner's."""
        filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: self.ids[found[1]], pattern)
        filled = re.sub(r"\^\.\*\$", "anything", filled).replace("^", "").replace("$", "")
        return "/" + filled.lstrip("/")


@pytest.fixture(autouse=True)
def patience(monkeypatch) -> None:
    """Whoever knocks at every door makes more requests a minute than any client has."""
    monkeypatch.setattr(
        SimpleRateThrottle, "THROTTLE_RATES", dict.fromkeys(("client", "orders", "codes"), "9999999/min")
    )


@pytest.fixture
def belongings(make_person) -> Belongings:
    owner = make_person(MARKS[0])
    kept = accounts.add_address(user=owner, address=postal_address(ADDRESS), is_default=True)
    order = place(user=owner, email=owner.email, shipping_address=ADDRESS, placed_at=clock.now())
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=clock.now())
    order.refresh_from_db()
    fulfil_order(order=order, now=clock.now())
    invoice = issue_invoice(order_number=order.number, now=clock.now())
    wanted = request_return(order=order, quantities={"LAMP-S": 1}, reason="x", now=clock.now())
    product = on_sale(f"V{ids_of.product_id().upper()}")
    cart = _filled_cart(owner, product)
    with suppress(ProductExists):
        products().create(a_product(product_id=order.lines.get().product_id))
    words = {"author": "Mara", "rating": 4, "title": "", "body": "Soft light.", "now": clock.now()}
    said = say_review(product_id=order.lines.get().product_id, buyer=str(owner.reviewer), **words)
    # A sweep that is sent away at the door asks the database nothing for longer than a transaction may rest.
    connection.cursor().execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    ids = {
        "number": order.number,
        **dict.fromkeys(("return_id", "download_id"), str(wanted.pk)),
        "document_number": str(invoice),
        "address_id": str(kept.pk),
        **account_things(owner, order),
        "cart_id": cart.cart_id,
        "sku": product.variants[0].sku,
        "code": "WELCOME",
        "product_id": order.lines.get().product_id,
        "slug": product.slug,
        "review_id": said.review.review_id,
        "path": "lighting",
        "purpose": "cart_reminders",
        "kind": "order_paid",
        "gateway_name": "sandbox",
        "rest": "verify",
        "name": "20260101000000-1",
        # Secrets are not the owner's here but made up: a wrong one must open nothing.
        **dict.fromkeys(("key", "token", "secret", "signature", "charge_id", "uidb36", "client_id"), "made-up"),
    }
    return Belongings(owner, ids)


def _filled_cart(owner: User, product: Product) -> Cart:
    cart = own_cart(user_id=owner.pk, market=US, now=clock.now())
    wish = {"product_id": product.product_id, "sku": product.variants[0].sku, "quantity": 1, "market": US}
    carts.add_line(cart_id=cart.cart_id, now=clock.now(), caller=Caller(owner.pk), **wish)
    return cart


def account_things(owner: User, order: Order) -> dict[str, str]:
    """A passkey, a notification, and a copy of one's data that was asked for."""
    passkey = Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": "Laptop"})
    return {
        "pk": str(passkey.pk),
        "export_id": str(copies.ask(user=owner, now=clock.now()).pk),
        "notification_id": str(_told(owner, order)),
    }


def _told(owner: User, order: Order) -> int:
    facts = {"order": order.number}
    return tell(people=[owner.pk], kind=Kind.ORDER_PAID, key="paid", facts=facts, now=clock.now())[0][0]


@pytest.fixture
def stranger(make_person):
    """`stranger("support")`: the browser of somebody who is not the owner."""

    def open_browser(who: str) -> Client:
        browser = Client(raise_request_exception=False, headers={"Sec-Fetch-Site": "same-origin"})
        if who != "anonymous":
            person = make_person("stranger@example.com", staff=who != "another buyer")
            if who in ROLES:
                person.groups.add(Group.objects.get(name=who))
            browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return open_browser


def knock(browser: Client, method: str, address: str):
    body = json.dumps({}) if address.startswith(("/api/", "/_allauth/")) and method not in {"GET", "HEAD"} else ""
    return browser.generic(method, address, body, content_type="application/json" if body else "text/plain")
