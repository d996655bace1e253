"""Every account has a name of its own among reviews, whichever release made it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_who_signed_up_before_is_given_a_name_and_keeps_it(buyer, other_buyer, admin_person, monkeypatch):
    filling = import_module("accounts.migrations.0037_fill_reviewers")
    monkeypatch.setattr(filling, "BATCH", 2)
    User.objects.exclude(pk=buyer.pk).update(reviewer=None)
    for _again in range(2):
        filling.fill(apps, connection.schema_editor())
        found = dict(User.objects.values_list("pk", "reviewer"))
        assert found[buyer.pk] == buyer.reviewer and None not in found.values()
        assert len(set(found.values())) == len(found)


def test_the_database_names_whom_a_release_before_makes(buyer):
    columns = [field.column for field in User._meta.concrete_fields if field.column not in {"id", "email", "reviewer"}]
    named = ", ".join(columns)
    with connection.cursor() as cursor:
        sql = f"INSERT INTO accounts_user (email, {named}) SELECT 'a@example.com', {named} FROM accounts_user"
        cursor.execute(sql)
    assert User.objects.get(email="a@example.com").reviewer not in {None, buyer.reviewer}
