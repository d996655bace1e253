"""What staff change is written down with it, however it is written; what others change is not."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.migrations.state import ProjectState

from orders.models import PartnerEndpoint, StockLocation
from shopcloud.lib import audit
from shopcloud.lib.audit import AuditEntry
from shopcloud.lib.audit_triggers import Audit, WriteAudit

pytestmark = pytest.mark.django_db
watching = import_module("accounts.migrations.0034_audit")


@pytest.fixture
def place() -> StockLocation:
    return StockLocation.objects.create(code="north", name="North")


def written() -> list[tuple]:
    return list(AuditEntry.objects.order_by("pk").values_list("kind", "model", "object_id", "before", "after"))


def test_an_update_that_no_form_made_is_written_down(place):
    with audit.by(actor=7, action="moved"):
        StockLocation.objects.filter(pk=place.pk).update(name="South")
    assert written() == [("changed", "orders.stocklocation", str(place.pk), {"name": "North"}, {"name": "South"})]
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.action, entry.name) == (7, "moved", "South")


def test_a_deleted_row_is_told_whole(place):
    with audit.by(actor=7, action="x"):
        place.delete()
    ((kind, _model, _key, before, after),) = written()
    assert kind == "deleted"
    assert before["code"] == "north"
    assert after == {}


def test_outside_of_staffs_work_nothing_is_written(place):
    StockLocation.objects.filter(pk=place.pk).update(name="South")
    with audit.by(actor=7, action="x"):
        pass
    StockLocation.objects.filter(pk=place.pk).update(name="East")
    assert written() == []


def test_what_changes_nothing_is_no_change(place):
    with audit.by(actor=7, action="x"):
        place.save()
    assert written() == []


def test_what_is_taken_back_was_never_done(place):
    with audit.by(actor=7, action="x"), pytest.raises(ZeroDivisionError), transaction.atomic():
        StockLocation.objects.filter(pk=place.pk).update(name="South")
        assert len(written()) == 1
        raise ZeroDivisionError
    assert written() == []


def test_a_role_that_is_given_is_a_change_of_the_person(buyer):
    role = Group.objects.get(name="finance")
    with audit.by(actor=7, action="x"):
        buyer.groups.add(role)
        buyer.groups.remove(role)
    given, taken = written()
    assert given[:3] == ("changed", "accounts.user", str(buyer.pk))
    assert given[4]["group_id"] == role.pk
    assert taken[3]["group_id"] == role.pk


def test_of_secrets_it_is_told_that_they_changed_alone(buyer):
    endpoint = PartnerEndpoint.objects.create(name="ERP", url="https://erp.example/", secret="whsec_one")
    with audit.by(actor=7, action="x"):
        PartnerEndpoint.objects.filter(pk=endpoint.pk).update(secret="whsec_two", previous_secret="whsec_one")
        buyer.set_password("another horse battery")
        buyer.save()
    rows = written()
    assert rows[0][3:] == ({"secret": "(hidden)"} | rows[0][3], {"secret": "(hidden)", "previous_secret": "(hidden)"})
    assert rows[1][3:] == ({"password": "(hidden)"}, {"password": "(hidden)"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM platform_auditentry AS kept WHERE kept::text ~ 'whsec|bcrypt'")
        assert cursor.fetchone() == (0,)


def test_a_long_value_is_told_by_its_beginning(place):
    endpoint = PartnerEndpoint.objects.create(name="ERP", url="https://erp.example/", secret="x")
    with audit.by(actor=7, action="x"):
        PartnerEndpoint.objects.filter(pk=endpoint.pk).update(kinds=["k" * 5000])
    assert len(written()[0][4]["kinds"]) == 2001


def test_one_persons_work_inside_anothers_ends_with_it(place):
    with audit.by(actor=7, action="outer"):
        with audit.by(actor=8, action="inner"):
            StockLocation.objects.filter(pk=place.pk).update(name="A")
        StockLocation.objects.filter(pk=place.pk).update(name="B")
    assert list(AuditEntry.objects.order_by("pk").values_list("actor_id", flat=True)) == [8, 7]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_opened_meanwhile_is_told_too(place):
    with audit.by(actor=7, action="x"):
        connection.close()
        StockLocation.objects.filter(pk=place.pk).update(name="South")
    assert len(written()) == 1
    StockLocation.objects.filter(pk=place.pk).update(name="East")
    assert len(written()) == 1


def test_a_thing_that_is_held_elsewhere_is_noted_by_who_changes_it():
    told = {"model": "catalog.catalogcategory", "object_id": "lighting", "name": "Lighting"}
    audit.note(**told, before={"name": "Light"}, after={"name": "Lighting"})
    assert written() == []
    with audit.by(actor=7, action="x"):
        audit.note(**told, before={"name": "Light", "rank": 1}, after={"name": "Lighting", "rank": 1})
        audit.note(**told, before={"name": "Light"}, after={"name": "Light"})
    assert written() == [
        ("changed", "catalog.catalogcategory", "lighting", {"name": "Light"}, {"name": "Lighting"}),
    ]


def test_the_migration_is_taken_back_and_made_again(place):
    state = ProjectState.from_apps(apps)
    steps = [step for step in watching.Migration.operations if isinstance(step, Audit | WriteAudit)]
    with connection.schema_editor() as editor:
        for step in reversed(steps):
            step.database_backwards("accounts", editor, state, state)
    with audit.by(actor=7, action="x"):
        StockLocation.objects.filter(pk=place.pk).update(name="South")
    assert written() == []
    with connection.schema_editor() as editor:
        for step in steps:
            step.database_forwards("accounts", editor, state, state)
    with audit.by(actor=7, action="x"):
        StockLocation.objects.filter(pk=place.pk).update(name="East")
    assert len(written()) == 1
