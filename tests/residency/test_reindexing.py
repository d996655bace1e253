"""Each region has a search index of its own, and all of them follow a renamed category."""

from dataclasses import replace

import pytest

from catalog import categories, category_edits, reindexing
from catalog.models import Reindexing
from catalog.search import indexing
from shopcloud.lib import clock
from tests.catalog.conftest import fill as fill
from tests.catalog.conftest import top as top
from tests.residency.conftest import EU

pytestmark = pytest.mark.django_db(databases=["default", EU])


@pytest.fixture
def told(monkeypatch):
    """The products that the index of the region was told of."""
    told: list[str] = []
    monkeypatch.setattr(indexing, "index", told.extend)
    return told


def rename(path: str) -> None:
    category_edits.edit(replace(categories.fresh().by_path[path], name="Glowfolk"))


def go_on() -> list[bool]:
    now = clock.now() + reindexing.SETTLING
    return [reindexing.run(reindexing_id=pk, now=now) for pk in reindexing.due(now=now)]


@pytest.mark.parametrize("regions", [("us", "eu"), ("eu", "us")])
def test_whichever_region_is_first_the_other_one_tells_its_own_index_too(top, fill, told, settings, regions):
    lamps = [p.product_id for p in fill(f"{top}/lamps", 2)]
    rename(f"{top}/lamps")
    for region in regions:
        settings.REGION = region
        assert go_on() == [True]
        assert sorted(told) == sorted(lamps)
        told.clear()
        assert go_on() == []
    assert not Reindexing.objects.exists()


def test_a_region_is_not_handed_what_is_another_s(top, fill, told, settings):
    fill(f"{top}/lamps")
    rename(f"{top}/lamps")
    now = clock.now() + reindexing.SETTLING
    (ours,) = reindexing.due(now=now)
    settings.REGION = "eu"
    assert not reindexing.run(reindexing_id=ours, now=now)
    assert told == []


def test_what_a_process_of_the_release_before_asked_for_is_done_where_the_catalog_is(told, settings):
    Reindexing.objects.create(category="lighting", due_at=clock.now())
    settings.REGION = "eu"
    assert go_on() == []
    settings.REGION = "us"
    assert go_on() == [True]
