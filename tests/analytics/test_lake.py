"""Questions to the lake: what they may read, what they cost, what they say when they cannot be answered."""

from dataclasses import asdict
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pyarrow as pa
import pytest
from django.core.management import CommandError, call_command

from analytics import services, store
from analytics.engines import duckdb_engine
from analytics.queries import BadQuery, LakeUnavailable, ask_lake
from analytics.tables import CLICKSTREAM, arrow_to_parquet, to_parquet
from tests.analytics.clicks import NOON, click, recorded


def day_of_clicks(number: int, *, days: int = 0) -> None:
    made = [asdict(click(days * 24 * 60 + i % 600, search_terms=f"word {i}")) for i in range(number)]
    day = (NOON + timedelta(days=days)).date()
    store.put(f"{CLICKSTREAM.folder(day)}{number}-{days}.parquet", to_parquet(CLICKSTREAM, made))


def test_an_empty_lake_answers_with_its_columns():
    answer = ask_lake("SELECT * FROM clickstream")
    assert answer.rows == () and {"event_id", "search_terms", "year", "month", "day"} <= set(answer.columns)
    assert ask_lake("SELECT count(*) FROM purchases").rows == ((0,),)


def test_a_question_about_a_day_reads_that_day_alone():
    for days in range(5):
        day_of_clicks(3000, days=days)
    whole = ask_lake("SELECT count(*) FROM clickstream")
    one = ask_lake("SELECT count(*) FROM clickstream WHERE year = 2026 AND month = 11 AND day = 22")
    assert (whole.rows, one.rows) == (((15000,),), ((3000,),))
    assert (whole.files_read, one.files_read) == (5, 1)
    assert one.bytes_read < whole.bytes_read / 4


def test_a_question_about_few_columns_reads_less_of_a_large_file():
    day_of_clicks(40_000)
    few = ask_lake("SELECT count(DISTINCT event_type) FROM clickstream_files")
    all_of_it = ask_lake("SELECT max(COLUMNS(*)) FROM clickstream_files")
    assert few.bytes_read < all_of_it.bytes_read / 2


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("", "one question"),
        ("SELEC 1", "syntax"),
        ("SELECT * FROM nowhere", "nowhere"),
        ("SELECT 1; SELECT 2", "one question"),
        ("DROP VIEW clickstream", "read only"),
        ("WITH a AS (SELECT 1) DELETE FROM clickstream", "read only"),
        ("COPY clickstream TO '/tmp/shopcloud-lake-leak.csv'", "read only"),
        ("SET enable_external_access = true", "read only"),
        ("ATTACH '/tmp/shopcloud-lake-leak.db'", "read only"),
        ("INSTALL httpfs", "read only"),
        ("SELECT * FROM read_csv('/etc/hostname')", "disabled"),
        ("SELECT * FROM read_text('/etc/hostname')", "disabled"),
        ("SELECT * FROM '/etc/hostname.csv'", "does not exist|disabled"),
        ("SELECT * FROM glob('/*')", "disabled"),
        ("SELECT * FROM read_parquet('http://127.0.0.1:1/a.parquet')", "disabled"),
        ("SELECT store FROM services", "services"),
        ("SELECT 1/'a'", "a"),
    ],
)
def test_what_is_no_question_to_the_lake_is_refused_with_its_reason(sql, reason):
    with pytest.raises(BadQuery, match=f"(?i){reason}"):
        ask_lake(sql)
    assert not Path("/tmp/shopcloud-lake-leak.csv").exists() and not Path("/tmp/shopcloud-lake-leak.db").exists()


def test_a_question_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(duckdb_engine, "SECONDS", 0.5)
    with pytest.raises(BadQuery, match="longer than"):
        ask_lake("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3")


def test_an_answer_is_cut_at_its_limit_and_says_so():
    day_of_clicks(50)
    answer = ask_lake("SELECT event_id FROM clickstream", limit=10)
    assert (len(answer.rows), answer.cut) == (10, True)
    assert not ask_lake("SELECT event_id FROM clickstream", limit=50).cut


def test_a_lake_that_goes_away_is_said_to_be_away(monkeypatch):
    day_of_clicks(50)

    def away(*args):
        raise store.unavailable()

    monkeypatch.setattr(store, "read", away)
    with pytest.raises(LakeUnavailable):
        ask_lake("SELECT count(search_terms) FROM clickstream")


def test_merging_a_day_keeps_every_event_once():
    recorded(20)
    services.ship_clicks(now=NOON)
    twice = store.files("clickstream/")[0]
    store.put(twice.key.replace(".parquet", "-copy.parquet"), store.read(twice.key, 0, twice.size))
    recorded(5)
    services.ship_clicks(now=NOON)
    (done,) = services.compact_lake(before=date(2026, 11, 21))
    assert (done.files, done.rows, done.copies) == (3, 25, 20)
    assert len(store.files("clickstream/")) == 1
    assert ask_lake("SELECT count(*), count(DISTINCT event_id) FROM clickstream_files").rows == ((25, 25),)
    assert services.compact_lake(before=date(2026, 11, 21)) == []


def test_a_day_that_goes_on_is_not_merged():
    for _ in range(2):
        recorded(2)
        services.ship_clicks(now=NOON)
    assert services.compact_lake(before=date(2026, 11, 20)) == []
    assert len(store.files("clickstream/")) == 2


def test_a_merge_that_dies_before_it_removes_the_old_files_doubles_nothing(monkeypatch):
    for _ in range(2):
        recorded(4)
        services.ship_clicks(now=NOON)

    def die(keys):
        raise store.unavailable()

    monkeypatch.setattr(store, "delete", die)
    with pytest.raises(LakeUnavailable):
        services.compact_lake(before=date(2026, 11, 21))
    monkeypatch.undo()
    assert ask_lake("SELECT count(*) FROM clickstream").rows == ((8,),)
    services.compact_lake(before=date(2026, 11, 21))
    assert len(store.files("clickstream/")) == 1
    assert ask_lake("SELECT count(*) FROM clickstream").rows == ((8,),)


def test_a_file_of_an_older_release_lacks_columns_and_is_still_read():
    old = CLICKSTREAM.columns.remove(CLICKSTREAM.columns.get_field_index("device"))
    rows = [{k: v for k, v in asdict(click()).items() if k != "device"}]
    store.put(f"{CLICKSTREAM.folder(NOON.date())}old.parquet", arrow_to_parquet(pa.Table.from_pylist(rows, schema=old)))
    day_of_clicks(3)
    assert ask_lake("SELECT count(*), count(device) FROM clickstream").rows == ((4, 3),)
    assert services.compact_lake(before=date(2026, 11, 21))[0].rows == 4


def asked(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_a_table_and_what_it_cost():
    recorded(3, market="de")
    assert "3 clicks in 1 files, 0 rejected." in asked("ship_clickstream")
    printed = asked("lake", "SELECT market, count(*) AS clicks FROM clickstream GROUP BY 1")
    assert printed.splitlines()[:3] == ["market  clicks", "------  ------", "de      3"]
    assert "1 rows" in printed and "bytes read from 1 files" in printed


def test_the_command_says_what_is_wrong_with_a_question():
    with pytest.raises(CommandError, match=r"(?i)syntax error"):
        call_command("lake", "SELEC 1")


def test_the_merge_command_tells_what_it_did():
    for _ in range(2):
        recorded(2)
        services.ship_clicks(now=NOON)
    assert "clickstream 2026-11-20: 2 files -> 1, 4 rows, 0 copies dropped" in asked(
        "compact_lake", "--through", "2026-11-20"
    )
