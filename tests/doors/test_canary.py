"""A card number and an address typed into every field of the shop are found in no log, click, lake file or mail."""

import io
import json
import logging
import re

import pyarrow.parquet as parquet
import pytest
from django.core import mail
from django.test import Client

from analytics import services as analytics
from analytics import store
from analytics.capture import stream_key
from orders.models import Order
from shopcloud.lib import clock, redis
from tests.doors.routes import Door, door_of, routes
from tests.doors.test_every_door import LAST

CARD, SPACED = "4000056655665556", "4000 0566 5566 5556"
EMAIL = "canary.bird@marked.example"
PAGES = [pattern for pattern in routes() if door_of(pattern) is not Door.STAFF and pattern not in LAST]

# Thousands of requests, on machines that may be busy.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]


@pytest.fixture
def written():
    """All that is logged, as the shop writes it."""
    root, heard = logging.getLogger(), io.StringIO()
    ours = next(handler for handler in root.handlers if "ProcessorFormatter" in type(handler.formatter).__name__)
    handler = logging.StreamHandler(heard)
    handler.setFormatter(ours.formatter)
    root.addHandler(handler)
    yield heard
    root.removeHandler(handler)


def test_what_is_typed_anywhere_stays_where_it_belongs(belongings, written):
    guest, owner = (Client(raise_request_exception=False, headers={"Sec-Fetch-Site": "same-origin"}) for _ in range(2))
    owner.force_login(belongings.owner, backend="django.contrib.auth.backends.ModelBackend")
    names = names_of_the_api()
    for browser, typed in ((guest, EMAIL), (guest, CARD), (owner, f"{SPACED} {EMAIL} {CARD}")):
        browser.cookies["consent"], browser.cookies["visit"] = "analytics", "0123456789abcdef"
        for pattern in PAGES:
            type_into(browser, belongings.address_of(pattern), names, typed)
    logging.getLogger("shop").warning("A line that is there whatever happens.")
    assert "A line that is there" in written.getvalue()
    found(written.getvalue(), "the log")
    clicks = redis.store().xrange(stream_key())
    assert len(clicks) > 10
    found(repr(clicks), "the clicks")
    analytics.ship_clicks(now=clock.now())
    files = store.files("clickstream/")
    assert files
    for file in files:
        found(str(parquet.read_table(io.BytesIO(store.read(file.key, 0, file.size))).to_pylist()), file.key)
    for sent in mail.outbox:
        # Who is written to reads their own address.
        found(f"{sent.subject} {sent.body} {getattr(sent, 'alternatives', '')}".replace(EMAIL, ""), sent.subject)
    assert not Order.objects.filter(email=CARD).exists()


def type_into(browser: Client, address: str, names: set[str], typed: str) -> None:
    """The same text in every field: in the address, in the form that stands there, in JSON and in headers."""
    headers = {"User-Agent": f"Mozilla {typed}", "Referer": f"https://elsewhere.example/?q={typed}"}
    page = browser.get(address, {"q": typed, "email": typed, "name": typed}, headers=headers)
    text = "" if page.streaming else page.content.decode(errors="replace")
    fields = {*re.findall(r'name="([\w-]+)"', text), "email", "q", "code", "token"}
    browser.post(address, dict.fromkeys(fields, typed), headers=headers)
    for method in (browser.post, browser.put, browser.patch) if address.startswith(("/api/", "/_allauth/")) else ():
        method(address, json.dumps(dict.fromkeys(names, typed)), content_type="application/json", headers=headers)


def names_of_the_api() -> set[str]:
    """Every name that a body of the API may hold."""
    from drf_spectacular.generators import SchemaGenerator

    described = SchemaGenerator().get_schema(request=None, public=True)["components"]["schemas"]
    return {name for schema in described.values() for name in schema.get("properties", {})}


def found(text: str, where: str) -> None:
    for mark in (CARD, SPACED, EMAIL):
        assert mark not in text, f"{mark} is in {where}: {text[max(0, text.index(mark) - 300) :][:600]}"
