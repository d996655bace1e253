"""No write loses what it replaces: every earlier version is kept with its author and time, within a bound."""

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog import history, services
from catalog.domain import Status
from catalog.repository import VersionConflict
from tests.catalog.admin.conftest import form_of, held
from tests.catalog.admin.test_form import page_of
from tests.catalog.factories import NOON

LATER = NOON + timedelta(hours=1)


def test_each_save_keeps_the_version_before_and_names_who_wrote_the_new_one(editor, lamp):
    editor.post(page_of(lamp), form_of(lamp, title="Second title"))
    second, first = history.versions_of(lamp.product_id)
    assert (first.version, first.author, first.saved_at) == (1, None, NOON)
    assert (second.version, second.author.email) == (2, "staff5@example.com")
    assert history.version_of(lamp.product_id, 1) == lamp
    assert history.version_of(lamp.product_id, 2).title == "Second title"


def test_a_product_that_an_import_replaces_is_kept(lamp):
    history.ProductVersion.objects.all().delete()
    counts = services.save_products(products=[replace(lamp, title="From a file")], now=LATER)
    assert counts.updated == 1
    assert history.version_of(lamp.product_id, lamp.version) == lamp


def test_a_refused_save_adds_nothing_to_the_history(lamp):
    services.archive_product(product_id=lamp.product_id, expected_version=1, now=LATER)
    with pytest.raises(VersionConflict):
        services.save_product(product=lamp, expected_version=1, now=LATER)
    assert [row.version for row in history.versions_of(lamp.product_id)] == [2, 1]
    assert held(lamp.product_id).status is Status.ARCHIVED


def test_only_the_newest_versions_are_kept(lamp, monkeypatch):
    monkeypatch.setattr(history, "KEPT", 3)
    for version in range(1, 6):
        services.save_product(product=replace(lamp, rank=version), expected_version=version, now=LATER)
    assert [row.version for row in history.versions_of(lamp.product_id)] == [6, 5, 4]
