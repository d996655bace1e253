"""Administrators find what staff changed: by person, thing, way, time and words, page after page, and as a table."""

import csv
import io
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders.models import PartnerEndpoint, StockLocation
from orders.partners import endpoints
from shopcloud.lib import audit, clock
from shopcloud.lib.audit import AuditEntry
from shopcloud.wiring import audit_search

pytestmark = pytest.mark.django_db

PAGE = "/admin/platform/auditentry/"


@pytest.fixture
def desk(make_person):
    def sign_in(role: str) -> Client:
        person = make_person(f"{role}@example.com", staff=True)
        person.groups.add(Group.objects.get(name=role))
        browser = Client()
        browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return sign_in


@pytest.fixture
def reader(desk) -> Client:
    return desk("administrator")


@pytest.fixture
def place() -> StockLocation:
    return StockLocation.objects.create(code="north", name="North", country="US")


@pytest.fixture
def renamed(place):
    def rename(name: str, *, by: int = 1, action: str = "orders_stocklocation_change") -> AuditEntry:
        with audit.by(actor=by, action=action):
            StockLocation.objects.filter(pk=place.pk).update(name=name)
        return AuditEntry.objects.latest("pk")

    return rename


def shown(browser: Client, **asked: object) -> list[AuditEntry]:
    answer = browser.get(f"{PAGE}?{urlencode(asked)}")
    assert answer.status_code == 200
    return [one["read"].entry for one in answer.context["told"]]


def test_a_change_is_shown_with_what_stood_there_before_and_after(reader, renamed, other_buyer):
    renamed("South <b>", by=other_buyer.pk)
    text = reader.get(PAGE).text
    assert "<del>North</del>" in text
    assert "<ins>South &lt;b&gt;</ins>" in text
    assert other_buyer.email in text
    assert "Stock location South" in text


def test_it_is_found_by_person_thing_way_time_and_words(reader, renamed, place, other_buyer, buyer):
    old = renamed("South pier", by=other_buyer.pk)
    AuditEntry.objects.filter(pk=old.pk).update(at=clock.now() - timedelta(days=10))
    type(other_buyer).objects.filter(pk=other_buyer.pk).update(is_staff=True)
    new = renamed("East gate", by=buyer.pk, action="orders_order_fulfil")
    day = (clock.now() - timedelta(days=3)).date()
    found = {
        "person": shown(reader, person="OTHER@"),
        "number": shown(reader, person=buyer.pk),
        "thing": shown(reader, model="orders.stocklocation", object_id=place.pk),
        "way": shown(reader, kind="deleted"),
        "since": shown(reader, since=day),
        "until": shown(reader, until=day),
        "words": shown(reader, text="pie"),
        "both words": shown(reader, text="south gate"),
        "action": shown(reader, text="fulfil"),
        "odd": shown(reader, text="' & !:* <->"),
    }
    assert found == {
        "person": [old], "number": [new], "thing": [new, old], "way": [], "since": [new], "until": [old],
        "words": [new, old], "both words": [new], "action": [new], "odd": [new, old],
    }  # fmt: skip


def test_pages_follow_each_other_without_a_gap_or_a_count(reader, renamed, monkeypatch):
    monkeypatch.setattr(audit_search.page, "__kwdefaults__", {"after": "", "size": 2})
    entries = [renamed(f"Place {n}") for n in range(5)]
    AuditEntry.objects.update(at=clock.now())
    seen, asked = [], ""
    with CaptureQueriesContext(connection) as asked_of:
        while True:
            answer = reader.get(f"{PAGE}?after={asked}")
            seen += [one["read"].entry.pk for one in answer.context["told"]]
            asked = answer.context["next"].replace("+", "%2B")
            if not asked:
                break
    assert seen == [entry.pk for entry in reversed(entries)]
    assert not any("COUNT(" in q["sql"] or "OFFSET" in q["sql"] for q in asked_of)


@pytest.mark.parametrize(
    "cursor", ["x", "2026-01-01_1", "_", "2026-99-99T00:00:00+00:00_1", "2026-01-01T00:00:00+00:00_x"]
)
def test_a_made_up_cursor_shows_the_newest(reader, renamed, cursor):
    entry = renamed("South")
    assert shown(reader, after=cursor) == [entry]


def test_dates_that_are_none_are_refused_beside_the_field(reader):
    answer = reader.get(f"{PAGE}?since=yesterday")
    assert answer.status_code == 422
    assert "Enter a valid date." in answer.text
    assert reader.get(f"{PAGE}file/?since=yesterday").status_code == 422


def test_many_changes_cost_no_more_statements_than_one(reader, renamed):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            reader.get(PAGE)
        return len(asked)

    renamed("A")
    one = cost()
    for n in range(20):
        renamed(f"B{n}", by=n)
    assert cost() == one


def test_the_indexes_answer_each_way_of_looking(renamed):
    renamed("South")
    ways = [
        ({"person": "7"}, "audit_by_person"),
        ({"model": "orders.order", "object_id": "1"}, "audit_by_object"),
        ({"since": "2026-01-01"}, "audit_by_time"),
        ({}, "audit_by_time"),
        ({"text": "south"}, "audit_by_word"),
        ({"request": "x"}, "audit_by_request"),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for asked, index in ways:
        form = audit_search.AuditForm(asked)
        assert form.is_valid()
        # Few match a word: they are sorted afterwards.
        found = form.found() if "text" in asked else form.found().order_by("-at", "-id")[:51]
        assert index in found.explain(), asked


def test_the_table_has_a_row_for_each_field_and_runs_no_formula(reader, renamed):
    renamed("=1+1")
    answer = reader.get(f"{PAGE}file/?model=orders.stocklocation")
    rows = list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff"))))
    assert rows[1][7:10] == ["name", "North", "'=1+1"]
    assert answer["Content-Disposition"] == 'attachment; filename="changes.csv"'


def test_a_role_is_told_by_its_name(reader, admin_person, other_buyer):
    with audit.by(actor=admin_person.pk, action="accounts_user_change"):
        other_buyer.groups.add(Group.objects.get(name="finance"))
    text = reader.get(f"{PAGE}?model=accounts.user&object_id={other_buyer.pk}").text
    assert "<ins>finance</ins>" in text


def test_a_things_own_page_leads_to_its_changes(reader, renamed, place):
    renamed("South")
    link = f"{PAGE}of/orders.stocklocation/{place.pk}/"
    assert link in reader.get(f"/admin/orders/stocklocation/{place.pk}/change/").text
    assert len(reader.get(link, follow=True).context["told"]) == 1


@pytest.mark.parametrize("role", ["catalog", "orders", "finance", "support", "analyst"])
def test_other_roles_neither_read_nor_are_offered_it(desk, place, role):
    browser = desk(role)
    for address in (PAGE, f"{PAGE}file/", f"{PAGE}of/orders.stocklocation/{place.pk}/"):
        assert browser.get(address).status_code == 403
    page = browser.get(f"/admin/orders/stocklocation/{place.pk}/change/")
    assert "auditentry" not in page.text


def test_nobody_changes_what_is_written_down(admin_person, renamed):
    entry = renamed("South")
    browser = Client()
    browser.force_login(admin_person, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get(f"{PAGE}{entry.pk}/change/").status_code == 200
    assert browser.post(f"{PAGE}{entry.pk}/change/", {"name": "x"}).status_code == 403
    assert browser.post(f"{PAGE}{entry.pk}/delete/", {"post": "yes"}).status_code == 403


def test_where_nothing_is_written_the_page_says_so(reader):
    assert "Nobody has changed anything yet." in reader.get(PAGE).text
    assert "No change matches." in reader.get(f"{PAGE}?text=nothing").text


def test_a_secret_is_told_to_be_another_and_empty_fields_are_left_out(reader):
    with audit.by(actor=1, action="x"):
        endpoint = PartnerEndpoint.objects.create(name="ERP", url="https://erp.example/", secret="whsec_b25l")
        endpoints.rotate(endpoint=endpoint, now=clock.now())
    rotated, made = [one["read"].lines for one in reader.get(PAGE).context["told"]]
    assert [(line.name, line.before, line.after) for line in rotated if line.name == "secret"] == [
        ("secret", "(hidden)", "(hidden)")
    ]
    assert {"secret", "name"} <= {line.name for line in made}
    assert not {"previous secret", "disabled because"} & {line.name for line in made}
    (until,) = [line.after for line in rotated if line.name == "previous until"]
    assert until.endswith(" UTC")
