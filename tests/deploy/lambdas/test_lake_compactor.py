"""Claims: a night makes one file of each of the last days, loses no row, and goes well beside the shop's own task."""

from dataclasses import asdict
from datetime import date, timedelta

import pytest

from analytics import services, store
from analytics.queries import ask_lake
from analytics.tables import CLICKSTREAM, to_parquet
from deploy.lambdas.lake_compactor import handler
from shopcloud.lib import aws
from tests.analytics.clicks import NOON, click
from tests.deploy.lambdas.conftest import sample

COUNT = "SELECT count(*), count(DISTINCT event_id) FROM clickstream"


@pytest.fixture(autouse=True)
def lake(settings, monkeypatch):
    """The real store behind S3's words, empty, and the function as it runs the night after the clicks."""
    store.delete([file.key for file in store.files("")])
    monkeypatch.setenv("LAKE_BUCKET", settings.LAKE_BUCKET)
    monkeypatch.setattr(handler, "_s3", aws.s3)


def night(days: int = 1) -> dict:
    return sample("lake_compactor") | {"time": f"{NOON.date() + timedelta(days=days)}T02:07:00Z"}


def written(files: int, *, days: int = 0) -> None:
    day = NOON.date() + timedelta(days=days)
    for number in range(files):
        rows = [asdict(click(days * 1440 + number * 10 + n)) for n in range(5)]
        store.put(f"{CLICKSTREAM.folder(day)}{number}.parquet", to_parquet(CLICKSTREAM, rows))


def test_a_days_files_become_one_and_every_row_is_still_there():
    written(12)
    before = ask_lake(COUNT).rows
    merged = handler.handle(night(), None)["merged"]
    assert [(m["table"], m["files"], m["rows"]) for m in merged] == [("clickstream", 12, before[0][1])]
    assert len(store.files(f"{CLICKSTREAM.name}/")) == 1
    assert ask_lake(COUNT).rows[0][1] == before[0][1]


def test_the_running_day_and_days_out_of_reach_are_left_alone_and_again_changes_nothing():
    written(3)
    written(3, days=1)
    assert len(handler.handle(night(), None)["merged"]) == 1
    assert handler.handle(night(), None)["merged"] == []
    assert handler.handle(night(9), None)["merged"] == []
    assert len(handler.handle(night(2), None)["merged"]) == 1


def test_a_file_that_the_shops_task_took_meanwhile_is_left_out(monkeypatch):
    written(4)
    rows = ask_lake(COUNT).rows[0][1]
    read = handler._read

    def overtaken(s3, bucket, key):
        if key.endswith("/2.parquet"):
            services.compact_lake(before=date(2100, 1, 1))
        return read(s3, bucket, key)

    monkeypatch.setattr(handler, "_read", overtaken)
    handler.handle(night(), None)
    assert ask_lake(COUNT).rows[0][1] == rows
