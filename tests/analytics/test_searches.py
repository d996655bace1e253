"""A search is told to the lake with what it found, and what is searched for in vain is reported."""

import json
import re
import uuid
from datetime import date, timedelta
from html import unescape
from io import StringIO

import pytest
import redis as redis_py
from django.core.management import call_command
from django.utils import timezone

from analytics import capture, services, store
from analytics.events import BadClick, parse, without_contacts
from analytics.queries import ask_lake, search_report
from catalog.events import Searched
from catalog.search.index import search_index
from shopcloud.lib import redis
from shopcloud.lib.resilience import breaker
from tests.analytics.clicks import NOON, click, recorded, waiting
from tests.catalog.factories import a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp():
    """A product that is found by a word of its own."""
    # Of letters alone: many figures in a row are taken for somebody's number and masked.
    word = "zw" + uuid.uuid4().hex[:8].translate(str.maketrans("0123456789", "ghijklmnop"))
    search_index().update([a_product(title=f"Oak {word} lamp")])
    return word


def sealed_in(response) -> str:
    return unescape(re.search(r'data-searched="([^"]+)"', response.content.decode()).group(1))


def seen(client, response, path: str = "/search/"):
    """What the page's own script tells once a visitor sees it."""
    told = {"event_id": str(uuid.uuid4()), "type": "page_view", "path": path, "searched": sealed_in(response)}
    return client.post(
        "/beacon/", json.dumps(told), content_type="application/json", headers={"Sec-Fetch-Site": "same-origin"}
    )


def test_a_search_on_the_shop_is_kept_with_what_it_found(agreed, lamp):
    page = agreed.get(f"/de/search/?q=++OAK+{lamp}&brand=Nobody&in_stock=on")
    assert seen(agreed, page, "/de/search/").status_code == 204
    (kept,) = waiting()
    assert (kept["event_type"], kept["search_terms"], kept["market"]) == ("search", f"oak {lamp}", "de")
    assert (kept["results"], kept["zero_results"], kept["facets"], kept["value"]) == (0, True, "brand,in_stock", 1)
    assert kept["engine_ms"] >= 0
    assert len(kept["session"]) == 32


def test_a_page_that_a_cache_answers_counts_each_who_sees_it(agreed, lamp):
    page = agreed.get(f"/search/?q={lamp}")
    assert "s-maxage" in page["Cache-Control"]
    assert waiting() == []
    for _ in range(3):
        seen(agreed, page)
    assert [(one["event_type"], one["results"], one["zero_results"]) for one in waiting()] == [("search", 1, False)] * 3
    assert len({one["event_id"] for one in waiting()}) == 3


def test_a_search_over_rest_is_kept_the_same_way(agreed, lamp):
    assert agreed.get(f"/api/v1/search/?q={lamp}&rating=4&page=1").status_code == 200
    (kept,) = waiting()
    assert (kept["event_type"], kept["search_terms"], kept["path"]) == ("search", lamp, "/api/v1/search/")
    assert (kept["results"], kept["zero_results"], kept["facets"]) == (0, True, "rating")


@pytest.mark.parametrize("headers", [{"Sec-GPC": "1"}, {"DNT": "1"}])
def test_who_refuses_is_not_counted(agreed, guest, lamp, headers):
    for client, sent in ((guest, {}), (agreed, headers)):
        page = client.get(f"/search/?q={lamp}")
        told = {"event_id": str(uuid.uuid4()), "type": "page_view", "path": "/search/", "searched": sealed_in(page)}
        json_ = {"content_type": "application/json", "headers": {"Sec-Fetch-Site": "same-origin", **sent}}
        assert client.post("/beacon/", json.dumps(told), **json_).status_code == 204
        client.get(f"/api/v1/search/?q={lamp}", headers=sent)
    assert waiting() == []


@pytest.mark.parametrize("forged", ["x", "a:b:c", "x" * 3001, Searched(text="a", market="us", results=1).sealed()[:-1]])
def test_nobody_can_make_up_what_a_search_found(agreed, forged):
    told = {"event_id": str(uuid.uuid4()), "type": "page_view", "path": "/search/", "searched": forged}
    sent = json.dumps(told)
    answer = agreed.post("/beacon/", sent, content_type="application/json", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 400
    assert waiting() == []


def test_a_page_that_says_nothing_of_a_search_is_a_view(agreed):
    told = {"event_id": str(uuid.uuid4()), "type": "page_view", "path": "/search/"}
    sent = json.dumps(told)
    agreed.post("/beacon/", sent, content_type="application/json", headers={"Sec-Fetch-Site": "same-origin"})
    assert [one["event_type"] for one in waiting()] == ["page_view"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Oak   LAMP ", "oak lamp"),
        ("lamp mara@example.com", "lamp *"),
        ("lamp mara＠example.com", "lamp *"),
        ("4242 4242 4242 4242 lamp", "* lamp"),
        ("４２４２４２４２４２４２４２４２", "*"),
        ("+49 170 1234567", "*"),
        ("shelf 80x28x202", "shelf 80x28x202"),
        ("x" * 5000, "x" * 100),
        ("@" * 5000, "*"),
    ],
)
def test_words_are_kept_in_one_spelling_short_and_without_what_names_a_person(typed, kept):
    assert without_contacts(typed) == kept


def test_a_search_costs_one_redis_command_to_tell(agreed, lamp, monkeypatch):
    page = agreed.get(f"/search/?q={lamp}")
    sent = []
    real = redis_py.Redis.execute_command
    monkeypatch.setattr(redis_py.Redis, "execute_command", lambda self, *a, **k: sent.append(a) or real(self, *a, **k))
    seen(agreed, page)
    assert [command[0] for command in sent if capture.stream_key() in command] == ["XADD"]


def test_a_search_goes_on_while_the_stream_is_away(agreed, lamp, monkeypatch):
    def full(*args, **options):
        raise redis_py.ResponseError("OOM command not allowed when used memory > 'maxmemory'.")

    monkeypatch.setattr(redis.store(), "xadd", full)
    assert agreed.get(f"/api/v1/search/?q={lamp}").json()["total"] == 1
    assert seen(agreed, agreed.get(f"/search/?q={lamp}")).status_code == 204
    breaker("clicks").close()


@pytest.mark.parametrize("wrong", [{"results": "7"}, {"zero_results": 1}, {"engine_ms": 1.5}, {"facets": ["brand"]}])
def test_what_is_no_search_does_not_reach_the_lake(wrong):
    with pytest.raises(BadClick):
        parse(json.dumps(json.loads(click().to_json()) | wrong).encode())


def test_a_search_reaches_the_lake_and_the_report(agreed, lamp):
    for text in (lamp, lamp, f"{lamp} unfindable qwertzuiop"):
        seen(agreed, agreed.get(f"/search/?q={text}"))
    agreed.get(f"/api/v1/search/?q={lamp}&brand=Nobody")
    services.ship_clicks(now=timezone.now())
    rows = ask_lake("SELECT results, zero_results, facets FROM clickstream ORDER BY occurred_at").rows
    assert rows[0] == (1, False, "") and rows[-1] == (0, True, "brand")
    out = StringIO()
    call_command("search_report", "--days", "2", stdout=out)
    assert re.search(rf"{lamp} +3 +1 +us +1\n", out.getvalue())


def searched(text: str, results: int = 0, **changes):
    given = {"event_type": "search", "search_terms": text, "results": results, "zero_results": not results}
    return recorded(1, **{**given, "value": 1, "session": "v1", "engine_ms": 10, **changes})


def test_the_report_counts_queries_and_those_in_vain():
    for session in ("v1", "v2"):
        searched("oak lamp", 7, session=session)
    searched("oak lamp", 0, facets="brand", market="de")
    searched("oak lamp", 7, value=2)
    searched("unicorn", session="v1")
    searched("unicorn", session="v1")
    searched("dragon", session="")
    searched("", 90)
    searched("late", occurred_at=NOON + timedelta(days=1))
    services.ship_clicks(now=NOON)
    report = search_report(first=NOON.date(), last=NOON.date(), limit=10)
    assert report.whole.rows == ((6, 4, 1, 10.0, 10.0),)
    assert report.top.rows == (
        ("oak lamp", 3, 2, "de us", 7),
        ("unicorn", 2, 1, "us", 0),
        ("dragon", 1, 0, "us", 0),
    )
    assert report.in_vain.rows == (("unicorn", 2, 1, "us"), ("dragon", 1, 0, "us"))
    assert search_report(first=NOON.date(), last=NOON.date(), limit=1).top.cut


def test_the_report_reads_the_files_of_its_days_alone():
    for day in range(-40, 40, 10):
        searched("oak lamp", 7, occurred_at=NOON + timedelta(days=day))
    services.ship_clicks(now=NOON)
    assert len(store.files("clickstream/")) == 8
    report = search_report(first=date(2026, 10, 25), last=date(2026, 12, 1), limit=5)
    assert (report.top.rows[0][1], report.top.files_read) == (4, 4)


def test_an_empty_lake_has_an_empty_report():
    report = search_report(first=date(2026, 10, 25), last=date(2026, 12, 1), limit=5)
    assert (report.whole.rows[0][:3], report.top.rows, report.in_vain.rows) == ((0, 0, 0), (), ())
