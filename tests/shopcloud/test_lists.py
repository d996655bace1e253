"""Every list of the API is paged, or says how long it can be; and what writes to it keeps to that."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as PartnerApp
from allauth.idp.oidc.models import Token
from django.core.exceptions import ValidationError
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from accounts import partners
from catalog import categories, category_edits
from catalog.category_moves import CategoryRefused
from catalog.dynamo.categories import delete_category
from catalog.dynamo.client import writer
from orders import queries
from orders.models import Invoice, InvoiceSeries, Refund, ReturnRequest, ShippingMethod
from orders.services import request_return as returning
from orders.services.fulfil_order import fulfil_order
from orders.services.request_return import CannotReturn, request_return, withdraw_return
from tests.catalog.factories import a_category
from tests.orders.goods import NOW
from tests.orders.payments.sale import place

pytestmark = pytest.mark.django_db
PAGED = {"cursor", "page"}
RACED = ("one-more", "and-another")


@pytest.fixture(scope="module")
def lists() -> dict[str, tuple[set[str], dict]]:
    """By operation: its parameters, and the shape of its results."""
    schema = SchemaGenerator().get_schema(request=None, public=True)

    def found(part: dict) -> dict:
        return schema["components"]["schemas"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part

    told = {}
    for operations in schema["paths"].values():
        operation = operations.get("get", {"responses": {}})
        content = operation["responses"].get("200", {}).get("content", {}).get("application/json")
        if not content:
            continue
        shapes = [found(shape) for shape in content["schema"].get("anyOf", [content["schema"]])]
        results = shapes[0].get("properties", {}).get("results")
        if results:
            names = {parameter.get("name", "") for parameter in operation.get("parameters", ())}
            told[operation["operationId"]] = (names, results)
    return told


def test_every_list_is_paged_or_bounded(lists):
    assert len(lists) > 20
    for name, (parameters, results) in lists.items():
        assert bool(PAGED & parameters) != ("maxItems" in results), name
    bounded = {name for name, (_parameters, results) in lists.items() if "maxItems" in results}
    assert {"addresses", "categories", "returns", "downloads", "suggest", "shipping_methods"} <= bounded


def test_an_order_has_so_many_returns_and_no_more(monkeypatch):
    monkeypatch.setattr(returning, "MAX_RETURNS", 2)
    order = place(status="paid", payment_status="paid", placed_at=NOW)
    fulfil_order(order=order, now=NOW)
    for _time in range(2):
        withdraw_return(request=request_return(order=order, quantities={"LAMP-S": 1}, now=NOW), now=NOW)
    with pytest.raises(CannotReturn, match="no more"):
        request_return(order=order, quantities={"LAMP-S": 1}, now=NOW)
    assert ReturnRequest.objects.filter(order=order).count() == 2


def test_a_tree_has_so_many_categories_and_no_more(monkeypatch):
    monkeypatch.setattr(category_edits, "MAX_CATEGORIES", len(categories.fresh().categories))
    with pytest.raises(CategoryRefused, match="as many as it can"):
        category_edits.create(a_category("one-too-many", "One too many"))


@pytest.fixture
def both_saw_room(monkeypatch) -> Iterator[Callable[[], list[Any]]]:
    """Two make a category where one more fits, and neither writes before both have looked; what each was told."""
    monkeypatch.setattr(category_edits, "MAX_CATEGORIES", len(categories.fresh().categories) + 1)
    looked = threading.Barrier(2, timeout=20)
    monkeypatch.setattr(category_edits, "check_still", lambda _path: looked.wait())
    monkeypatch.setattr(category_edits.outbox, "record", lambda *_events: None)

    def make(path: str) -> CategoryRefused | None:
        try:
            return category_edits.create(a_category(path, path))
        except CategoryRefused as refused:
            return refused

    def run() -> list[Any]:
        with ThreadPoolExecutor(2) as staff:
            return list(staff.map(make, RACED))

    yield run
    for path in RACED:
        delete_category(writer(), path)
    categories.fresh()


def test_two_who_make_the_last_category_at_once_do_not_make_one_too_many(both_saw_room):
    told = both_saw_room()
    assert len(categories.fresh().categories) <= category_edits.MAX_CATEGORIES
    assert any("as many as it can" in str(refused) for refused in told)
    left = {path for path in RACED if path in categories.current().by_path}
    assert len(left) == told.count(None)


def test_without_the_second_look_they_would(both_saw_room, monkeypatch):
    monkeypatch.setattr(category_edits, "_take_back_where_too_many", lambda _path: None)
    assert both_saw_room() == [None, None]
    assert len(categories.fresh().categories) == category_edits.MAX_CATEGORIES + 1


def test_a_zone_has_so_many_methods_and_no_more(monkeypatch):
    method = ShippingMethod.objects.first()
    assert method is not None
    monkeypatch.setattr(ShippingMethod, "MOST", method.zone.methods.count())
    method.full_clean()
    with pytest.raises(ValidationError, match="methods at most"):
        ShippingMethod(zone=method.zone, code="another", name="Another").full_clean()


def test_documents_come_a_page_at_a_time():
    order = place(status="paid", payment_status="paid", placed_at=NOW)
    series, _made = InvoiceSeries.objects.get_or_create(name="CN-2026")
    facts = {"series": series, "kind": "credit_note", "total": 100, "tax": 0, "contents": {}, "issued_at": NOW}
    payment = order.payments.get()
    refunds = [Refund.objects.create(payment=payment, amount=100, created_at=NOW) for _time in range(3)]
    made = [
        Invoice.objects.create(order=order, sequence=number, refund=refund, **facts)
        for number, refund in enumerate(refunds, 1)
    ]
    first, more = queries.document_page(order, limit=2)
    assert (first, more) == (made[:2], str(made[1].pk))
    assert queries.document_page(order, cursor=more, limit=2) == (made[2:], None)
    for broken in ("", "x", "-1", "9" * 30, "²"):
        with pytest.raises(queries.BadCursor):
            queries.document_page(order, cursor=broken)


def test_partner_apps_come_a_page_at_a_time(buyer):
    for name in ("a", "b", "c"):
        app = PartnerApp.objects.create(id=name, name=name.upper(), type="public")
        for kind in ("at", "rt"):
            Token.objects.create(user=buyer, client=app, type=kind, hash=f"{name}{kind}", scopes="profile")
    first, more = partners.page_of_apps(buyer, limit=2)
    assert ([app.client_id for app in first], more) == (["a", "b"], "b")
    rest, end = partners.page_of_apps(buyer, after="b", limit=2)
    assert ([app.client_id for app in rest], end) == (["c"], None)
    app = APIClient()
    app.force_authenticate(buyer)
    assert app.get("/api/v1/me/partner-apps/?cursor=%00").status_code == 400
