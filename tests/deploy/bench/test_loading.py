"""The bulk load: believable products by index, all of them stored however often it is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from catalog.domain import Freshness, Image
from catalog.dynamo import loading as dynamo_loading
from catalog.dynamo.client import writer
from catalog.repository import products
from deploy.bench import loading, synthetic
from deploy.local.state import REPOSITORY

COUNT = 2_000
NOUN = synthetic.SHEETS[(COUNT - 1) % len(synthetic.SHEETS)][2]
PICTURES = [Image(f"images/{n}/800.webp", 800, 600) for n in range(9)]


def stored() -> set[str]:
    return {p.product_id for part in range(2) for p in products().scan_segments(part, 2) if _mine(p)}


def _mine(product) -> bool:
    return product.product_id.startswith(f"syn{synthetic.SEED}n")


def start(checkpoint) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "deploy.bench.loading", str(COUNT), str(checkpoint), "3"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "shopcloud.settings"}
    return subprocess.Popen(command, cwd=REPOSITORY, env=environment, stderr=subprocess.DEVNULL)


def await_some(checkpoint) -> int:
    for _ in range(600):
        if checkpoint.exists():
            return json.loads(checkpoint.read_text())["done"]
        time.sleep(0.05)
    raise AssertionError("the load kept no checkpoint in 30 s")


def test_a_load_killed_in_the_middle_ends_with_exactly_all_products(tmp_path):
    checkpoint = tmp_path / "load.json"
    killed = start(checkpoint)
    await_some(checkpoint)
    killed.send_signal(signal.SIGKILL)
    killed.wait(timeout=10)
    half = json.loads(checkpoint.read_text())["done"]
    assert 0 < half < COUNT
    assert {synthetic.product_id(n) for n in range(half)} <= stored()
    assert start(checkpoint).wait(timeout=90) == 0
    assert stored() == {synthetic.product_id(n) for n in range(COUNT)}
    last = synthetic.product(COUNT - 1)
    kept = products().get(last.product_id, freshness=Freshness.STRONG)
    assert kept.title == last.title
    assert (kept.images[0].alt, kept.in_stock) == (f"{last.title.split()[0]} {NOUN}", last.in_stock)
    assert kept.rating.count == last.rating.count
    assert kept.rating.average == pytest.approx(last.rating.average, abs=0.01)


def test_a_checkpoint_of_a_store_that_was_lost_is_not_believed(tmp_path):
    checkpoint = loading.Checkpoint(tmp_path / "load.json")
    checkpoint.keep(10_000_000)
    assert checkpoint.done() == 0


def test_a_product_is_made_from_its_index_alone():
    assert list(synthetic.products(500, 510)) == [synthetic.product(n) for n in range(500, 510)]
    assert synthetic.product(7) != synthetic.product(7, seed=2)
    pictured = synthetic.product(7, pictures=PICTURES)
    assert replace(pictured, images=()) == synthetic.product(7)
    assert {synthetic.product(n).category for n in range(100)} <= {c.path for c in synthetic.categories()}


def test_products_have_pictures_ratings_and_stock_as_in_a_shop():
    some = list(synthetic.products(0, 400, pictures=PICTURES))
    assert {len(p.images) for p in some} == {1, 2, 3}
    assert {i.key for p in some for i in p.images} == {p.key for p in PICTURES}
    assert 200 < sum(p.rating.count > 0 for p in some) < 340
    assert 0 < sum(not v.in_stock for p in some for v in p.variants) < 150


def test_a_checkpoint_needs_no_address_of_the_store(tmp_path, monkeypatch):
    # For no longer than that: the store's client is made once, with the address of its first use.
    with monkeypatch.context() as nowhere:
        nowhere.delenv("AWS_ENDPOINT_URL_DYNAMODB")
        checkpoint = loading.Checkpoint(tmp_path / "load.json")
        checkpoint.keep(0)
        assert checkpoint.done() == 0


def test_what_the_store_leaves_unwritten_is_sent_again(monkeypatch):
    class Busy:
        sent = 0

        def write(self, operation, *, RequestItems):
            self.sent += 1
            ((table, puts),) = RequestItems.items()
            now, later = puts[:10], puts[10:]
            writer().write(operation, RequestItems={table: now})
            return {"UnprocessedItems": {table: later} if later else {}}

    monkeypatch.setattr(dynamo_loading, "LONGEST_WAIT", 0.0)
    busy, wanted = Busy(), list(synthetic.products(9_000_000, 9_000_025))
    dynamo_loading.write_products(busy, wanted)
    try:
        assert busy.sent == 3
        assert len(products().get_many([p.product_id for p in wanted], freshness=Freshness.STRONG)) == 25
    finally:
        _delete(p.product_id for p in wanted)


def test_the_bar_tells_the_rate_and_the_time_left():
    bar = loading.Bar(10_000)
    assert bar.line(5_000, 2.0).endswith("50 % of 10,000, 2,500/s, 2 s left")


@pytest.fixture(autouse=True)
def emptied():
    """Thousands of products would slow down every later test that reads the whole catalog."""
    yield
    _delete(stored())


def _delete(ids) -> None:
    from catalog.dynamo.tables import PRODUCTS

    every = [{"DeleteRequest": {"Key": {"product_id": {"S": i}}}} for i in ids]
    for at in range(0, len(every), 25):
        writer().write("batch_write_item", RequestItems={PRODUCTS.full_name: every[at : at + 25]})
