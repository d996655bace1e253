"""A worker that is killed while pictures are on their way loses only these; the next one brings them."""

import signal
import time
from collections import Counter
from datetime import timedelta

import pytest

from catalog.importing.bringing import AT_ONCE
from catalog.models import KnownPicture, ProductImport
from shopcloud.lib import clock
from shopcloud.wiring.product_imports import go_on
from tests.catalog.importing.test_background import worker
from tests.catalog.importing.test_pictures import MAPPING, lamp, problems, started, table
from tests.media.pictures import picture
from tests.web_server import says, web_server

MANY = 24


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_s_pictures_are_kept_and_only_those_on_their_way_are_fetched_again(settings, monkeypatch):
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.1/32"]
    monkeypatch.setenv("FETCH_ALLOWED_NETWORKS", "127.0.0.1/32")
    with web_server() as web:
        for number in range(MANY):
            web[f"/k{number}.jpg"] = _slowly(says(picture(60, 40, colour=(number, 5, 5))))
        rows = [f"kill{n},Lamp,10,{web.at}/k{n}.jpg {web.at}/gone{n}.jpg,more" for n in range(MANY)]
        row = started(table(*rows), mapping=MAPPING)
        process = worker(row)
        until = time.monotonic() + 60
        while KnownPicture.objects.filter(source__startswith=web.at).count() < MANY // 4:
            assert time.monotonic() < until and process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        kept = set(KnownPicture.objects.filter(source__startswith=web.at).values_list("source", flat=True))
        noted = set(row.problems.values_list("line", "field"))
        before = Counter(web.asked)
        assert MANY // 4 <= len(kept) < MANY
        ProductImport.objects.filter(pk=row.pk).update(leased_until=clock.now() - timedelta(seconds=1))
        assert go_on(row.pk)
        again = Counter(web.asked) - before
    assert not {f"/{source.rpartition('/')[2]}" for source in kept} & set(again)
    assert sum(Counter(web.asked).values()) - 2 * MANY <= 2 * AT_ONCE
    row.refresh_from_db()
    assert (row.state, row.created) == ("finished", MANY)
    assert [len(lamp(f"kill{n}").images) for n in range(MANY)] == [1] * MANY
    assert [(line, field) for line, field, _reason in problems(row) if field == "image 2"] == [
        (n, "image 2") for n in range(2, MANY + 2)
    ]
    assert noted <= {(line, field) for line, field, _reason in problems(row)}


def _slowly(answer):
    def slow(handler):
        time.sleep(0.1)
        answer(handler)

    return slow
