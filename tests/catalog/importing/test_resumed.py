"""An import that goes on after its worker died at a chunk counts each product as it was planned."""

from dataclasses import replace

import pytest

from catalog import queries, services
from catalog.domain import Freshness
from catalog.importing import background
from catalog.models import ProductImport
from shopcloud.lib import clock
from shopcloud.wiring.product_imports import go_on

from .test_background import Killed, confirmed, table

pytestmark = pytest.mark.django_db


def killed_after_planning(monkeypatch, row: ProductImport) -> None:
    """A worker that dies when its chunk is planned and nothing is written."""

    def killed(**_):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(services, "save_products", killed)
        with pytest.raises(Killed):
            go_on(row.pk)
    row.refresh_from_db()
    ProductImport.objects.filter(pk=row.pk).update(leased_until=None)


def renamed_by_staff(product_id: str) -> None:
    product = queries.product(product_id, freshness=Freshness.STRONG)
    services.save_product(
        product=replace(product, title="As staff say"), expected_version=product.version, now=clock.now()
    )


def counts(row: ProductImport) -> tuple[str, int, int, int, int]:
    row.refresh_from_db()
    return row.state, row.created, row.updated, row.unchanged, row.failed


@pytest.mark.parametrize("release", ["this", "before"])
def test_a_product_that_staff_changed_after_it_was_planned_as_unchanged_lets_the_import_end(monkeypatch, release):
    go_on(confirmed(table(3, series=release)).pk)
    again = confirmed(table(3, series=release))
    killed_after_planning(monkeypatch, again)
    if release == "before":
        plan = {name: value for name, value in again.plan.items() if name != "planned"}
        ProductImport.objects.filter(pk=again.pk).update(plan=plan)
    renamed_by_staff(f"imp{release}2")
    assert go_on(again.pk)
    assert counts(again) == ("finished", 0, 0, 2, 1)
    assert queries.product(f"imp{release}2", freshness=Freshness.STRONG).title == "As staff say"


def test_each_product_left_to_staff_is_taken_from_what_it_was_planned_as(monkeypatch):
    go_on(confirmed(table(2, series="mixed")).pk)
    # The second becomes dearer, the first stays as it is, the third is new.
    row = confirmed(table(3, series="mixed").replace(b"Lamp 2,10.00", b"Lamp 2,12.00"))
    killed_after_planning(monkeypatch, row)
    renamed_by_staff("impmixed1")
    assert go_on(row.pk)
    assert counts(row) == ("finished", 1, 1, 0, 1)
    assert [problem.reason for problem in row.problems.all()] == [f"1: {background.CONFLICT}"]
